"""The line of one program: what its socket asks for, what comes back, and what later questions meet."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from pynetlab import Lab
from pynetlab.model import Probe
from pynetlab.model.probe import Socket
from pynetlab.tracer import World, line

OUTSIDE, ROUTER = IPv4Address("192.0.2.99"), IPv4Address("172.17.0.1")


@pytest.fixture
def lab():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("run -d --name web nginx")
        lab.docker("network create --subnet 10.7.0.0/24 two")
        lab.docker("network connect two web")
        yield lab


def asked(lab, *sockets, size=56, proto="icmp", port=0):
    say = line(World(lab.state()))
    probe = Probe(lab.containers["web"].netns, proto, OUTSIDE, port, size=size, patience=9.0)
    return [say(replace(probe, socket=socket)) for socket in sockets]


def test_who_answers_and_with_how_many_hops_left(lab):
    (got,) = asked(lab, Socket())
    assert (got.packet.src, got.packet.icmp, got.packet.ttl) == (OUTSIDE, (0, 0), 63)


@pytest.mark.parametrize(("proto", "port"), [("icmp", 0), ("udp", 9), ("tcp", 9)])
def test_an_error_comes_from_the_router_where_the_time_to_live_ends(lab, proto, port):
    (got,) = asked(lab, Socket(ttl=1), proto=proto, port=port)
    assert (got.packet.src, got.packet.icmp) == (ROUTER, (11, 0))


def test_what_is_too_large_is_cut_unless_that_is_forbidden(lab):
    cut, refused = asked(lab, Socket(), Socket(pmtud="do"), size=1500)
    assert cut.answer.result == "ok"
    assert (refused.errno, refused.mtu, refused.packet) == ("EMSGSIZE", 1500, None)


def test_what_a_router_says_of_its_mtu_is_known_from_then_on(lab):
    lab.host.sh("ip link set eth0 mtu 1400")
    first, second, third = asked(lab, Socket(), Socket(pmtud="do"), Socket(), size=1390)
    assert (first.packet.src, first.packet.icmp, first.mtu) == (ROUTER, (3, 4), 1400)
    assert (second.errno, second.mtu) == ("EMSGSIZE", 1400)
    assert third.packet is None or third.packet.icmp != (3, 4)


def test_no_fragment_is_forbidden_where_one_does_not_ask_for_it(lab):
    lab.host.sh("ip link set eth0 mtu 1400")
    (got,) = asked(lab, Socket(pmtud="dont"), size=1390)
    assert got.packet is None or got.packet.icmp != (3, 4)


def test_a_device_that_one_insists_on_is_taken_though_another_leads_there(lab):
    free, bound = asked(lab, Socket(), Socket(device="eth1"))
    assert free.answer.result == "ok"
    assert (bound.packet.src, bound.packet.icmp, bound.after) == (IPv4Address("10.7.0.2"), (3, 1), 3.0)


def test_the_address_that_one_speaks_from_is_the_one_that_is_asked_for(lab):
    (got,) = asked(lab, Socket(source=IPv4Address("10.7.0.2")))
    assert got.packet.dst == IPv4Address("10.7.0.2")


def test_counters_go_on_from_question_to_question(lab):
    lab.host.sh("iptables -I FORWARD -p icmp -m statistic --mode nth --every 3 --packet 0 -j DROP")
    # dropped is each third packet: a question, then, after another one and its answer, a question again
    assert [got.answer.result for got in asked(lab, *[Socket(ident=1)] * 4)] == ["timeout", "ok"] * 2


def test_who_records_is_shown_each_trace(lab):
    told = []
    say = line(World(lab.state()), told.append)
    say(Probe(lab.containers["web"].netns, "icmp", OUTSIDE))
    assert [str(trace.outcome) for trace in told] == ["delivered"]


def test_zero_is_this_machine(lab):
    say = line(World(lab.state()))
    got = say(Probe("host", "icmp", IPv4Address(0)))
    assert got.packet.src == IPv4Address("127.0.0.1")
