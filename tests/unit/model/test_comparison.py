"""Two states side by side."""

import pytest
from states import bridge, made_by, stage

from pynetlab.model import Rule, State
from pynetlab.model.comparison import LEFT, OTHER, RIGHT, SAME, Row, compare, section
from pynetlab.ops import AppendRule, DeleteRule, InsertRule, SetMtu, SetSysctl, WriteFile

DROP, ACCEPT, RETURN = (Rule.parse(f"-j {verdict}") for verdict in ("DROP", "ACCEPT", "RETURN"))


def put(*rules):
    return [AppendRule("host", "filter", "FORWARD", rule) for rule in rules]


def differing(left, right):
    return {f"{each.netns}: {each.kind}": each.rows for each in compare(left, right) if not each.same}


def test_equal_states_have_the_same_in_every_section():
    state = made_by(stage(), bridge(0, "docker0", ["web"]), put(DROP))
    sections = compare(state, state)
    assert {"links", "MAC addresses", "addresses", "routes", "sysctl", "chains", "filter FORWARD"} <= {each.kind for each in sections}
    assert all(row.mark == SAME and row.left == row.right for each in sections for row in each.rows)


def test_a_rule_that_one_side_has_stands_alone_in_its_row_and_the_others_side_by_side():
    left, right = made_by(stage(), put(DROP, RETURN)), made_by(stage(), put(DROP, ACCEPT, RETURN))
    assert differing(left, right) == {
        "host: filter FORWARD": (Row(SAME, "-j DROP", "-j DROP"), Row(RIGHT, right="-j ACCEPT"), Row(SAME, "-j RETURN", "-j RETURN"))
    }


def test_the_order_of_rules_counts():
    left, right = made_by(stage(), put(DROP, ACCEPT)), made_by(stage(), put(ACCEPT, DROP))
    assert {row.mark for row in differing(left, right)["host: filter FORWARD"]} == {SAME, LEFT, RIGHT}


@pytest.mark.parametrize(
    ("op", "where", "row"),
    [
        (SetMtu("host", "lo", 1400), "host: links", Row(OTHER, "lo loopback down mtu 65536", "lo loopback down mtu 1400")),
        (SetSysctl("host", "net.ipv4.ip_forward", "0"), "host: sysctl", Row(OTHER, "net.ipv4.ip_forward = 1", "net.ipv4.ip_forward = 0")),
        (WriteFile("host", "/etc/hosts", "127.0.0.1 me\n"), "host: /etc/hosts", Row(RIGHT, right="127.0.0.1 me")),
    ],
)
def test_another_value_of_the_same_thing_is_marked_as_such(op, where, row):
    before = made_by(stage())
    assert row in differing(before, made_by(stage(), [op]))[where]


def test_a_namespace_that_one_side_has_is_there_with_all_it_holds():
    rows = differing(made_by(stage()), made_by(stage(), bridge(0, "docker0", ["web"])))
    assert {row.mark for row in rows["web: links"]} == {RIGHT}
    assert any(row.right.startswith("eth0 ") for row in rows["web: MAC addresses"])


def test_chains_stand_in_the_order_of_iptables_save():
    state = made_by(
        stage(),
        [InsertRule("host", table, chain, ACCEPT) for table, chain in (("filter", "INPUT"), ("nat", "OUTPUT"), ("raw", "PREROUTING"))],
    )
    kinds = [each.kind for each in compare(state, State()) if each.kind.startswith(("filter ", "nat ", "raw "))]
    assert kinds == ["raw PREROUTING", "nat OUTPUT", "filter INPUT"]
    assert compare(made_by(stage(), put(DROP), [DeleteRule("host", "filter", "FORWARD", DROP)]), made_by(stage())) == compare(
        made_by(stage()), made_by(stage())
    )


def test_what_both_leave_empty_is_no_section():
    assert section("host", "routes", [], []).rows == ()
    assert compare(State(), State()) == ()
