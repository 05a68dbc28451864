"""Single packets, long chains and counters: what the table of ways cannot ask."""

import random
from dataclasses import replace
from ipaddress import IPv4Address as Ip

import pytest
import ways

from pynetlab.model import Chain, Outcome, Probe, Rule, Table
from pynetlab.sim import SimKernel
from pynetlab.tracer import Run, World, ask, index
from pynetlab.tracer.packet import Skb
from pynetlab.tracer.walk import Walk


def world(*lines, settings=()):
    kernel = SimKernel()
    ways.build(kernel, lines)
    state = kernel.state()
    for netns, key, value in settings:
        state = state.with_netns(replace(state[netns], sysctl={**state[netns].sysctl, key: value}))
    return World(state)


def sent(found, **fields):
    packet = Skb(int(Ip("10.1.0.2")), int(Ip("10.2.0.2")), "udp", 40000, 80)
    for name, value in fields.items():
        setattr(packet, name, value)
    return Walk(found, Run()).send(found.node("a"), packet)


@pytest.mark.parametrize(
    ("fields", "outcome", "error"),
    [
        ({"ttl": 1}, Outcome.TTL, (11, 0)),
        ({"ttl": 2}, Outcome.DELIVERED, None),
        ({"size": 1501, "df": True}, Outcome.MTU, (3, 4)),
        ({"src": int(Ip("127.0.0.1"))}, Outcome.MARTIAN, None),
        ({"src": int(Ip("224.0.0.1"))}, Outcome.MARTIAN, None),
        ({"src": int(Ip("10.2.0.1"))}, Outcome.MARTIAN, None),
    ],
)
def test_a_single_packet(fields, outcome, error):
    ended = sent(world(), **fields)
    assert ended.outcome is outcome
    assert error is None or ended.error.icmp == error


def test_a_smaller_device_on_the_way_says_so():
    ended = sent(world("r: ip link set rb mtu 1000"), size=1200, df=True)
    assert (ended.outcome, ended.node.name, ended.error.icmp) == (Outcome.MTU, "r", (3, 4))
    assert sent(world("r: ip link set rb mtu 1000"), size=1200).outcome is Outcome.DELIVERED


@pytest.mark.parametrize(("strict", "outcome"), [("0", Outcome.DELIVERED), ("1", Outcome.REVERSE_PATH), ("2", Outcome.DELIVERED)])
def test_a_source_that_would_be_answered_elsewhere(strict, outcome):
    settings = [("r", "net.ipv4.conf.ra.rp_filter", strict)]
    found = world("r: ip route add 10.9.0.1 via 10.2.0.2", settings=settings)
    r = found.node("r")
    ended = Walk(found, Run()).input(r.devices["ra"], Skb(int(Ip("10.9.0.1")), int(Ip("10.1.0.1")), "udp", 40000, 80))
    assert ended.outcome is outcome


def answers(lines, count):
    found, run = world(*lines), Run()
    return [ask(found, run, Probe("a", "udp", Ip("10.2.0.2"), 80)).answer.result for _ in range(count)]


@pytest.mark.parametrize(
    ("match", "dropped"),
    [
        ("statistic --mode nth --every 3 --packet 1", [1, 4]),
        ("statistic --mode nth --every 2", [0, 2, 4]),
        ("statistic --mode random --probability 0.5", [1, 3, 5]),
        ("limit --limit 1/hour --limit-burst 2", [0, 1]),
    ],
)
def test_what_counts_counts_the_packets_of_a_run(match, dropped):
    found = answers([f"r: iptables -A FORWARD -i ra -m {match} -j DROP"], 6)
    assert [at for at, result in enumerate(found) if result == "timeout"] == dropped


@pytest.mark.parametrize(("patience", "result"), [(1.2, "ok"), (0.8, "timeout")])
def test_a_syn_that_was_lost_by_chance_is_sent_again_while_there_is_time(patience, result):
    found = world("r: iptables -A FORWARD -p tcp --syn -m statistic --mode nth --every 2 -j DROP")
    assert ask(found, Run(), Probe("a", "tcp", Ip("10.2.0.2"), 80, patience=patience)).answer.result == result


def random_rule(draw):
    words = []
    for flag, values in (("-s", ("10.1.0.2", "10.1.0.0/24", "10.9.0.1")), ("-d", ("10.2.0.2", "10.0.0.0/8", "10.9.0.0/16"))):
        if draw.random() < 0.5:
            words += [*(["!"] if draw.random() < 0.2 else []), flag, draw.choice(values)]
    words += ["-i", draw.choice(("ra", "rb", "r+"))] if draw.random() < 0.4 else []
    words += ["-p", "udp"]
    words += ["--dport", draw.choice(("80", "81", "70:90"))] if draw.random() < 0.5 else []
    return Rule.parse(" ".join([*words, "-j", draw.choice(("ACCEPT", "DROP", "RETURN", "LOG"))]))


def test_an_indexed_chain_says_what_the_same_chain_says_rule_by_rule(monkeypatch):
    state = world().state
    for seed in range(40):
        draw = random.Random(seed)  # noqa: S311 - rules, not secrets
        rules = tuple(random_rule(draw) for _ in range(60))
        table = Table.fresh("filter").with_chain("FORWARD", Chain(draw.choice(("ACCEPT", "DROP")), rules))
        changed = state.with_netns(replace(state["r"], tables={"filter": table}))
        said = []
        for longest in (0, 1000):
            monkeypatch.setattr("pynetlab.tracer.netfilter.LONG", longest)
            found = World(changed)
            said.append([(ended.outcome, ended.cause) for port in (80, 81, 9) for ended in [sent(found, dport=port)]])
        assert said[0] == said[1], seed


def test_of_many_rules_few_are_asked():
    rules = tuple(Rule.parse(f"-s 172.16.{n // 256}.{n % 256} -p tcp --dport 80 -j DROP") for n in range(10_000))
    found = index.Index(rules)
    assert found.candidates(Skb(int(Ip("172.16.0.7")), 1, "tcp"), "ra", "rb") == [7]
    assert found.candidates(Skb(1, 1, "tcp"), "ra", "rb") == []


def test_what_did_not_change_is_not_compiled_again():
    before = world()
    before.node("r"), before.node("b")
    changed = before.state.with_netns(replace(before.state["b"], files={"/etc/x": ""}))
    after = before.at(changed)
    assert after.node("r") is before.node("r")
    assert after.node("b") is not before.node("b")
    assert before.at(before.state) is before


def test_a_proxy_to_itself_is_a_loop():
    found = world()
    host = found.state["r"]
    listener = replace(next(each for each in host.listeners if each.proto == "tcp"), port=81, serves=None, forwards_to="10.1.0.1:81")
    found = World(found.state.with_netns(replace(host, listeners=frozenset({listener}))))
    asked = ask(found, Run(), Probe("a", "tcp", Ip("10.1.0.1"), 81))
    assert (asked.answer.result, asked.ended.outcome) == ("closed", Outcome.LOOP)
