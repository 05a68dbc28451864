"""Faults in the real kernel: the same state as in the simulated one after each step, and what a user notices is real."""

import time
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from conftest import need
from faulty import RELEASES, standard, strike
from sockets import listening

from pynetlab.faults import FAULTS
from pynetlab.live.features import available
from pynetlab.model import Probe, difference
from pynetlab.model.resolution import server_of
from pynetlab.tracer import World, trace

pytestmark = pytest.mark.live

BROKEN = {
    "link-down": "timeout",
    "cable-pulled": "timeout",
    "ip-forward-off": "timeout",
    "wrong-gateway": "timeout",
    "wrong-netmask": "Network is unreachable",
    "duplicate-address": "ok",
    "mtu-too-small": "timeout",
    "rule-deleted": "timeout",
    "rule-inserted": "timeout",
    "nat-flushed": "timeout",
    "dns-broken": "timeout",
    "proxy-killed": "refused",
}
"""What who asks the fault's question sees; of the others it is a matter of chance or of time."""
WEB = IPv4Address("172.18.0.2")


@pytest.fixture(scope="module", params=RELEASES)
def labs(request):
    need(available())
    with standard(request.param) as simulated, standard(request.param, "live") as real:
        yield simulated, real


def question(lab, fault):
    """Give the question as a program would ask it: of the name server that resolv.conf names now."""
    asked = fault.question
    return replace(asked, ip=IPv4Address(server_of(lab.state()[asked.source]))) if asked.proto == "dns" else asked


def answer(lab, probe, patience):
    return lab.kernel.ask([replace(probe, patience=patience)])[0]


def works(lab, fault):
    found = answer(lab, question(lab, fault), 4)  # a neighbour that was not found is looked for again after a second
    assert found.result == "ok", found
    return found


def assert_same(labs):
    simulated, real = (lab.state() for lab in labs)
    assert difference(simulated, real) == ()
    assert simulated == real


@pytest.mark.parametrize("name", BROKEN)
def test_what_one_notices_is_real(labs, name):
    simulated, real = labs
    with strike(simulated, name) as told:
        pass  # to know its question
    before = works(real, told)
    fault, same = strike(real, name), strike(simulated, name)
    assert_same(labs)
    assert (fault.cause, fault.question, fault.outcome) == (same.cause, same.question, same.outcome)
    found = answer(real, question(real, fault), 0.3)
    assert found.result == BROKEN[name]
    told_so = trace(World(real.state()), question(real, fault)).answer
    assert (told_so.result, told_so.server) == (found.result, found.server)
    if name == "duplicate-address":
        assert (before.server, found.server) == ("web", "db")
    assert fault.undo() == same.undo() == "Undone: what the fault changed is as it was."
    assert_same(labs)
    assert works(real, fault) == before


def pings(lab, count):
    return sum(each.result == "ok" for each in lab.kernel.ask([Probe("db", "icmp", WEB, patience=0.5)] * count))


def test_lost_packets_are_lost_by_chance(labs):
    assert pings(labs[1], 200) == 200
    faults = [strike(lab, "packet-loss") for lab in labs]
    assert_same(labs)
    assert 90 < pings(labs[1], 200) < 180  # of 140 expected, seven standard deviations
    for fault in faults:
        fault.undo()
    assert_same(labs)
    assert pings(labs[1], 200) == 200


def seconds(lab, size=200_000):
    """Send so many bytes from db to web, and measure how long it takes."""
    lab.kernel.sh("web", "rm -f /run/done; (socat -u TCP4-LISTEN:99,reuseaddr OPEN:/dev/null; touch /run/done) & " + listening("tcp 99"))
    begun = time.monotonic()
    code, _, said = lab.kernel.sh(
        "db", f"head -c {size} /dev/zero | socat -u - TCP4:{WEB}:99 && until [ -e /run/done ]; do sleep 0.02; done"
    )
    assert code == 0, said
    return time.monotonic() - begun


def test_a_limited_rate_is_kept(labs):
    assert seconds(labs[1]) < 0.8
    faults = [strike(lab, "rate-limit") for lab in labs]
    assert_same(labs)
    assert 1.3 < seconds(labs[1]) < 4  # 1.6 megabits at one in a second, less what goes out at once
    for fault in faults:
        fault.undo()
    assert_same(labs)
    assert seconds(labs[1]) < 0.8


def test_every_fault_is_tried_here():
    assert {*BROKEN, "packet-loss", "rate-limit"} == set(FAULTS)


def test_faults_are_undone_in_another_order_in_the_real_kernel_too(labs):
    before = labs[1].state()
    names = ("cable-pulled", "wrong-gateway", "nat-flushed", "dns-broken", "rule-inserted", "proxy-killed")
    faults = [[strike(lab, name) for name in names] for lab in labs]
    assert_same(labs)
    for place in (2, 0, 5, 3, 1, 4):
        for each in faults:
            each[place].undo()
        assert_same(labs)
    assert labs[1].state() == before
