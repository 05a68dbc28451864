"""What the tracer says about whole labs; the answers of the records are in tests/oracle."""

from ipaddress import IPv4Address as Ip

import pytest

from pynetlab import Lab
from pynetlab.model import Outcome, Probe
from pynetlab.tracer import Run, World, ask, trace


@pytest.fixture(scope="module")
def world():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("docker run -d --name web -p 8080:80 nginx")
        lab.docker("docker run -d --name peer nginx")
        yield World(lab.state())


def asked(world, source, ip, port=0, proto="tcp"):
    return trace(world, Probe(source, proto, Ip(ip), port))


def test_a_published_port_is_translated_and_its_answer_translated_back(world):
    found = asked(world, "outside", "192.0.2.10", 8080)
    assert (found.outcome, found.answer.server, found.answer.saw) == (Outcome.DELIVERED, "web", "192.0.2.99")
    changed = [(hop.leg, str(step.after)) for hop, step in found.steps() if step.after]
    assert changed == [
        ("request", "tcp SYN 192.0.2.99:40000 → 172.17.0.2:80 ttl 64"),
        ("request", "tcp SYN 192.0.2.99:40000 → 172.17.0.2:80 ttl 63"),
        ("reply", "tcp SYN,ACK 172.17.0.2:80 → 192.0.2.99:40000 ttl 63"),
        ("reply", "tcp SYN,ACK 192.0.2.10:8080 → 192.0.2.99:40000 ttl 63"),
    ]
    assert [device for _, device in found.devices("reply")] == ["eth0", found.devices("reply")[1][1], "docker0", "eth0", "eth0"]


def test_the_rules_matched_are_those_that_trace_would_list(world):
    found = asked(world, "outside", "192.0.2.10", 8080)
    assert [rule[1:] for rule in found.matched("request")] == [
        ("nat", "PREROUTING", 1),
        ("nat", "DOCKER", 1),
        ("filter", "FORWARD", 1),
        ("filter", "FORWARD", 2),
        ("filter", "DOCKER-FORWARD", 1),
        ("filter", "DOCKER-FORWARD", 2),
        ("filter", "DOCKER-FORWARD", 3),
        ("filter", "DOCKER-BRIDGE", 1),
        ("filter", "DOCKER", 1),
    ]


def test_a_proxy_has_a_flow_of_its_own_in_the_same_trace(world):
    found = asked(world, "peer", "192.0.2.10", 8080)
    assert found.answer.saw == "172.17.0.1"
    assert list(dict.fromkeys(hop.leg for hop in found.hops)) == ["request", "reply", "proxy request", "proxy reply"]


@pytest.mark.parametrize(
    ("source", "ip", "port", "proto", "outcome", "why"),
    [
        ("outside", "172.17.0.2", 0, "icmp", Outcome.NO_ROUTE, "outside has no route to 172.17.0.2."),
        ("host", "127.0.0.1", 9, "tcp", Outcome.REFUSED, "Nobody listens on tcp port 9 of 127.0.0.1 in host."),
        ("peer", "172.17.0.9", 0, "icmp", Outcome.UNRESOLVED, "Nobody on the wire of eth0 answers when peer asks by ARP"),
        ("peer", "8.8.8.8", 53, "udp", Outcome.NOT_FORWARDED, "outside got a packet for 8.8.8.8, but it is no router"),
        ("web", "172.17.0.3", 80, "tcp", Outcome.DELIVERED, "peer answered, and saw the question come from 172.17.0.2."),
    ],
)
def test_each_end_has_its_name_and_its_reason(world, source, ip, port, proto, outcome, why):
    found = asked(world, source, ip, port, proto)
    assert found.outcome is outcome
    assert found.why.startswith(why)


def test_without_a_log_the_answer_is_the_same(world):

    for ip, port in (("192.0.2.10", 8080), ("172.17.0.2", 81), ("172.17.0.9", 80)):
        probe = Probe("peer", "tcp", Ip(ip), port)
        assert ask(world, Run(), probe).answer == trace(world, probe).answer
