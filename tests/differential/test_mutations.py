"""The differential test itself is tested: a tracer that is broken in one way tells other things than are seen in the real kernel.

The real kernel is asked and watched once; the tracer tells of the same packets as it is, and again with each mutation. What is
compared is what :mod:`test_packets` compares: outcome, answer, devices passed, rules matched.
"""

# ruff: noqa: SLF001 - to break a part is to know it

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from packets import patient, remade

from pynetlab import Lab
from pynetlab.live.kernel import LiveKernel
from pynetlab.model import Outcome, Probe
from pynetlab.model.probe import Socket
from pynetlab.tracer import World, matches, nat, netfilter, trace
from pynetlab.tracer import bridge as bridges
from pynetlab.tracer.bridge import _onwards
from pynetlab.tracer.netfilter import _Compiler
from pynetlab.tracer.node import Node
from pynetlab.tracer.packet import NEW
from pynetlab.tracer.walk import Walk
from pynetlab.views.side_by_side import SideBySide

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]

WEB, PEER = "docker run -d --name web -p 8080:80 nginx", "docker run -d --name peer nginx"
LABS = {
    "as it comes": ((), ()),
    "icc=false": (("--icc=false",), ()),
    "no proxy": (("--userland-proxy=false",), ()),
    "rules": (
        (),
        (
            "iptables -N MINE",
            "iptables -A MINE -s 172.17.0.2 -j RETURN",
            "iptables -A MINE -p tcp --dport 82 -j DROP",
            "iptables -A MINE -p tcp --dport 81 -j REJECT --reject-with icmp-host-prohibited",
            "iptables -I DOCKER-USER ! -s 172.17.0.0/16 -p udp -j DROP",
            "iptables -I DOCKER-USER -j MINE",
            "iptables -t raw -A PREROUTING -p tcp --dport 8081 -j DROP",
            "iptables -t nat -I PREROUTING -p tcp --dport 8081 -j DNAT --to-destination 172.17.0.2:80",
        ),
    ),
    "routes": (
        (),
        (
            "ip route add 10.9.0.0/16 via 192.0.2.99",
            "ip route add 10.9.9.9 via 172.17.0.2",
            "ip -n web addr add 10.9.9.9/32 dev lo",
            "ip -n outside addr add 10.9.9.8/32 dev lo",
            "ip -n outside route add 10.9.7.0/24 via 192.0.2.10",
            "ip -n outside route add 172.17.0.0/16 via 192.0.2.10",
            "iptables -I INPUT -i docker0 -p tcp -j DROP",
        ),
    ),
}
TARGETS = ("192.0.2.10", "192.0.2.99", "172.17.0.1", "172.17.0.2", "172.17.0.3", "10.9.9.9", "10.9.9.8", "10.9.7.7", "127.0.0.1")
PORTS = (("tcp", 80), ("tcp", 81), ("tcp", 8080), ("tcp", 8081), ("udp", 81), ("icmp", 0))
QUESTIONS = tuple(
    Probe(source, proto, IPv4Address(target), port, patience=0.2, socket=Socket(ttl=ttl))
    for source in ("host", "outside", "web", "peer")
    for target in TARGETS
    for proto, port in PORTS
    for ttl in ((64, 1) if port == 81 and proto == "udp" else (64,))
)
BATCH = 24
"""So many at once."""


@pytest.fixture(scope="module")
def corpus():
    """Give the state of each lab, and what is seen in the real kernel of each question there."""
    found = []
    with LiveKernel("nft") as kernel:
        for flags, lines in LABS.values():
            with Lab("28.5", mode="sim", iptables="nft") as lab:
                lab.start(*flags)
                for line in (WEB, PEER):
                    lab.docker(line)
                lab.sh(*lines)
                done, state = [taken.op for taken in lab.history if taken.op and not taken.refused], lab.state()
            remade(kernel, done)
            assert kernel.state() == state
            seen = [each for at in range(0, len(QUESTIONS), BATCH) for each in kernel.observe(QUESTIONS[at : at + BATCH], state)]
            for at, probe in enumerate(QUESTIONS):
                if not agree(state, probe, seen[at]):  # others may have left something behind
                    remade(kernel, done)
                    (seen[at],) = kernel.observe([patient(probe)], state)
            found.append((state, seen))
    return found


def agree(state, probe, seen):
    return bool(SideBySide(str(probe), trace(World(state), probe), seen))


def differences(corpus):
    return [(str(probe), *each.differences()) for state, seen in corpus for probe, each in compared(state, seen) if not each]


def compared(state, seen):
    world = World(state)
    for probe, real in zip(QUESTIONS, seen, strict=True):
        yield probe, SideBySide(str(probe), trace(world, probe), real)


def no_return(patch):
    true = _Compiler._action
    patch.setattr(_Compiler, "_action", lambda self, rule, entry: ["pass"] if rule.target == "RETURN" else true(self, rule, entry))


def no_negation(patch):
    patch.setattr(matches, "_not", lambda _negated, expression: expression)


def no_br_netfilter(patch):
    patch.setattr(Walk, "show_to_iptables", lambda *_: None)


def no_masquerade(patch):
    true = nat._wanted
    patch.setattr(nat, "_wanted", lambda said, *rest: nat._Range(0, 0) if said.verdict == "MASQUERADE" else true(said, *rest))


def shortest_prefix(patch):
    true = Node.prefixes.func
    patch.setattr(Node, "prefixes", property(lambda self: true(self)[::-1]))


def all_new(patch):
    patch.setitem(matches.STATES, "ESTABLISHED", NEW)


def no_hairpin(patch):
    def onwards(walk, bridge, port, p, mac, *, seen):
        if walk.world.forwarding(bridge).get(mac) is port:
            return bridges.Ended(Outcome.NOT_BRIDGED, bridge.node, p, port)
        return _onwards(walk, bridge, port, p, mac, seen=seen)

    patch.setattr(bridges, "_onwards", onwards)


def any_in_interface(patch):
    true = matches._device
    patch.setattr(matches, "_device", lambda variable, name: "True" if variable == "i" else true(variable, name))


def nat_before_raw(patch):
    patch.setitem(netfilter.ORDER, "PREROUTING", ("track", "nat", "raw", "mangle"))


def ttl_stays(patch):
    true = Walk._forward

    def forward(walk, node, p, came, path):
        ttl, p.ttl = p.ttl, max(p.ttl, 2)
        found = true(walk, node, p, came, path)
        p.ttl = ttl
        return found

    patch.setattr(Walk, "_forward", forward)


def no_policy(patch):
    true = _Compiler._base
    patch.setattr(_Compiler, "_base", lambda self, name, chain: true(self, name, replace(chain, policy="ACCEPT")))


def no_answer_translated(patch):
    true = nat._apply
    patch.setattr(nat, "_apply", lambda p, ct, side: False if p.reply else true(p, ct, side))


def nothing_is_confirmed(patch):
    patch.setattr(netfilter, "confirm", lambda _: lambda *_: True)


def wrong_masquerade(patch):
    true = nat._wanted

    def wanted(said, *rest):
        found = true(said, *rest)
        return nat._Range(found.low + 1, found.high + 1, found.ports) if said.verdict == "MASQUERADE" else found

    patch.setattr(nat, "_wanted", wanted)


def no_protocol(patch):
    patch.setattr(matches, "_protocol", lambda _: [])


MUTATIONS = (
    no_return, no_negation, no_br_netfilter, no_masquerade, shortest_prefix, all_new, no_hairpin,
    any_in_interface, nat_before_raw, no_protocol, ttl_stays, no_policy, no_answer_translated, nothing_is_confirmed, wrong_masquerade,
)  # fmt: skip


def test_the_tracer_as_it_is_tells_what_is_seen_in_the_real_kernel(corpus):
    assert differences(corpus) == []


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_broken_tracer_is_found(corpus, mutation, monkeypatch):
    mutation(monkeypatch)
    assert differences(corpus)
