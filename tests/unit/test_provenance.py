"""Everything that a history left knows its step, whatever kind of operation that was."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pynetlab import Lab
from pynetlab.kernel import Step, run
from pynetlab.model import Rule
from pynetlab.ops import AddBridge, AddNetns, AppendRule, DeleteNetns, DeleteRule, FlushChain, InsertRule, SetDown, SetMtu, SetSysctl, SetUp
from pynetlab.provenance import origins
from pynetlab.sim import SimKernel

CHAIN = ("host", "filter", "FORWARD")
DROP, ACCEPT = Rule.parse("-i docker0 -j DROP"), Rule.parse("-i docker0 -j ACCEPT")


def history(*ops):
    """Carry operations out, each for the reason of its number, and give the walk and the kernel."""
    kernel = SimKernel()
    return run((Step(op, str(number)) for number, op in enumerate(ops, 1)), kernel), kernel


def rule_reasons(*ops):
    walk, kernel = history(AddNetns("host"), *ops)
    rules = kernel.state()["host"].chain("filter", "FORWARD").rules
    return [cause.why for cause in origins([walk]).of_rules(*CHAIN, rules)]


def test_rules_keep_their_reasons_when_others_come_and_go_around_them():
    inserted = rule_reasons(AppendRule(*CHAIN, DROP), InsertRule(*CHAIN, ACCEPT), AppendRule(*CHAIN, ACCEPT))
    assert inserted == ["3", "2", "4"]
    assert rule_reasons(AppendRule(*CHAIN, ACCEPT), AppendRule(*CHAIN, DROP), DeleteRule(*CHAIN, ACCEPT)) == ["3"]
    assert rule_reasons(AppendRule(*CHAIN, DROP), FlushChain(*CHAIN), AppendRule(*CHAIN, DROP)) == ["4"]


def test_a_rule_that_was_deleted_and_put_again_has_its_later_reason():
    put = AppendRule(*CHAIN, DROP)
    assert rule_reasons(put, put, DeleteRule(*CHAIN, DROP), put) == ["3", "5"]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=12))
def test_of_different_rules_each_has_the_step_that_made_it(puts):
    ops = [
        (AppendRule(*CHAIN, rule) if at_end else InsertRule(*CHAIN, rule, min(position, number) + 1))
        for number, (at_end, position) in enumerate(puts)
        for rule in [Rule.parse(f"-s 10.0.0.{number} -j DROP")]
    ]
    walk, kernel = history(AddNetns("host"), *ops)
    rules = kernel.state()["host"].chain("filter", "FORWARD").rules
    for rule, cause in zip(rules, origins([walk]).of_rules(*CHAIN, rules), strict=True):
        assert cause.taken.op.rule == rule


def test_a_device_knows_who_made_it_and_who_changed_it_and_forgets_when_it_goes():
    made, mac = AddNetns("host"), "02:00:00:00:00:01"
    walk, _ = history(made, AddBridge("host", "docker0", mac), SetUp("host", "docker0"), SetMtu("host", "docker0", 1400))
    assert [cause.why for cause in origins([walk]).of("host", "link", "docker0")] == ["2", "3", "4"]
    walk, _ = history(made, AddBridge("host", "docker0", mac), DeleteNetns("host"), made)
    assert origins([walk]).of("host", "link", "docker0") == ()


def test_what_was_taken_back_made_nothing():
    walk, kernel = history(AddNetns("host"), AppendRule(*CHAIN, DROP))
    walk.position = 1
    assert origins([walk]).rules == {}
    walk.position = 2
    walk.undo()
    assert origins([walk]).steps == 0
    assert kernel.state().netns == {}


def test_what_somebody_did_by_hand_in_between_loses_no_other_step():
    """The history has steps on a device that it never made."""
    walk, _ = history(AddNetns("host"), AddBridge("host", "br0", "02:00:00:00:00:01"), SetUp("host", "br0"), AppendRule(*CHAIN, DROP))
    walk.taken[1] = replace(walk.taken[1], event=replace(walk.taken[1].event, op=SetSysctl("host", "net.ipv4.ip_forward", "1")))
    walk.taken.append(replace(walk.taken[2], event=Step(SetDown("host", "br0"), "5")))
    walk.position += 1
    found = origins([walk])
    assert [cause.why for cause in found.of_rules(*CHAIN, [DROP])] == ["4"]
    assert found.steps == 5


def test_every_fact_of_a_whole_lab_has_its_step():
    """But for what a new namespace has: its loopback device comes with it."""
    with Lab("29.7") as lab:
        lab.start("--userland-proxy=false")
        lab.docker("network create front")
        lab.docker("run -d --name web --network front -p 8080:80 img")
        lab.docker("run -d --name db img")
        lab.docker("network connect front db")
        lab.docker("rm -f web")
        found, state = origins(lab.walks), lab.state()
        for name, netns in state.netns.items():
            assert all(found.of(name, "link", link) for link in netns.links)
            assert all(found.of(name, "address", link.name, str(address)) for link in netns.links.values() for address in link.addresses)
            assert all(found.of(name, "route", str(route)) for route in netns.routes)
            assert all(found.of(name, "sysctl", key) for key in netns.sysctl)
            assert all(found.of(name, "file", path) for path in netns.files)
            for table in netns.tables.values():
                for chain, held in table.chains.items():
                    assert None not in found.of_rules(name, table.name, chain, held.rules)
                    assert held.policy == "ACCEPT" or found.of(name, "chain", table.name, chain)
        assert not [fact for fact in found.facts if fact[0] not in state.netns]
