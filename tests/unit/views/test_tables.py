import subprocess
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from states import bridge, made_by, parsed, stage

from pynetlab.errors import KernelError
from pynetlab.kernel import Passed, Step, Walk
from pynetlab.model import Rule
from pynetlab.ops import (
    AddBridge,
    AddNetns,
    AppendRule,
    CheckRule,
    DeleteLink,
    DeleteRule,
    InsertRule,
    NewChain,
    ReadLink,
    SetPolicy,
    SetUp,
)
from pynetlab.sim import SimKernel
from pynetlab.views import text
from pynetlab.views.rules import rules
from pynetlab.views.script import script
from pynetlab.views.steps import changes, steps, watch
from pynetlab.views.table import Table

ANY = Rule.parse("-j ACCEPT")
DROP, ACCEPT = Rule.parse("-i docker0 -o docker0 -j DROP"), Rule.parse("-i docker0 -o docker0 -j ACCEPT")


def plan(*, fails=False):
    yield Step(AddNetns("host"), "a host")
    yield Passed("is there a bridge?", "find")
    try:
        yield Step(ReadLink("host", "docker0"), "look for it", "find", may_fail=True)
    except KernelError:
        yield Step(AddBridge("host", "docker0", "02:00:00:00:00:01"), "a bridge", "create")
    yield Step(SetUp("host", "docker0"), "switch it on")
    with suppress(KernelError):
        yield Step(DeleteRule("host", "filter", "FORWARD", DROP), "an older rule goes", may_fail=True)
    if not (yield Step(CheckRule("host", "filter", "FORWARD", ACCEPT), "is it there?")):
        yield Step(AppendRule("host", "filter", "FORWARD", ACCEPT), "let them talk")
    yield Step(InsertRule("host", "filter", "FORWARD", DROP), "and then not")
    yield Step(NewChain("host", "nat", "DOCKER"), "a chain")
    if fails:
        yield Step(DeleteLink("host", "eth9"), "there is none")


def moments_of(walk):
    return list(watch(walk))


def test_steps_are_listed_with_reason_command_and_what_they_changed():
    table = steps(moments_of(Walk(plan(), SimKernel())))
    assert table.heads == ("step", "place", "why", "command", "what it changed")
    assert table.rows[0] == ("1", "", "a host", "ip netns add host", "+ host: netns host")
    assert table.rows[1] == ("2", "find", "is there a bridge?", "", "")
    assert table.rows[2][4] == "refused: No such device (ENODEV)"
    assert table.rows[3] == (
        "4",
        "create",
        "a bridge",
        "ip link add docker0 address 02:00:00:00:00:01 type bridge",
        "+ host: link docker0 down mtu 1500",
    )
    assert table.rows[6][4] == "answer: no"
    assert steps(moments_of(Walk(plan(), SimKernel())), here="elsewhere").rows[4][3] == "ip -n host link set docker0 up"


def test_a_walk_that_fails_has_been_told_until_then():
    walk, seen = Walk(plan(fails=True), SimKernel()), []
    with pytest.raises(KernelError, match="eth9"):
        seen.extend(watch(walk))
    assert [moment.number for moment in seen] == list(range(1, 11))


def test_rules_say_why_they_are_there():
    walk = Walk(plan(), SimKernel())
    walk.finish()
    reasons = {("filter", "FORWARD"): ["and then not", ""]}
    assert rules(walk.kernel.state()["host"], lambda *chain: reasons.get(chain, [])).rows == (
        ("nat", "DOCKER", "", "no rules", ""),
        ("filter", "FORWARD", "1", str(DROP), "and then not"),
        ("filter", "FORWARD", "2", str(ACCEPT), ""),
    )


def test_chains_stand_in_the_order_of_iptables_save():
    def several():
        yield Step(AddNetns("host"), "")
        for table, chain in (("nat", "POSTROUTING"), ("filter", "OUTPUT"), ("filter", "INPUT"), ("nat", "PREROUTING")):
            yield Step(AppendRule("host", table, chain, ANY), "")
        yield Step(SetPolicy("host", "filter", "FORWARD", "DROP"), "")

    walk = Walk(several(), SimKernel())
    walk.finish()
    host = walk.kernel.state()["host"]
    assert [row[:4] for row in rules(host, lambda *chain: [""] * len(host.chain(*chain).rules)).rows] == [
        ("nat", "PREROUTING", "1", str(ANY)),
        ("nat", "POSTROUTING", "1", str(ANY)),
        ("filter", "INPUT", "1", str(ANY)),
        ("filter", "FORWARD", "", "policy DROP"),
        ("filter", "OUTPUT", "1", str(ANY)),
    ]


def test_changes_say_what_came_and_went():
    before, after = made_by(stage()), made_by(stage(), bridge(0, "docker0", ["web"]))
    there, back = changes(before, after), changes(after, before)
    assert ("+", "web", "netns", "web") in there.rows
    assert ("-", "web", "netns", "web") in back.rows
    assert changes(after, after).rows == ()


def test_a_script_gives_reasons_and_bears_what_was_refused(tmp_path):
    walk = Walk(plan(), SimKernel())
    walk.finish()
    printed = script(walk.taken)
    assert printed.startswith("#!/bin/sh\n")
    assert "\n# [find] is there a bridge?\n\n" in printed
    assert "\n# [find] look for it\nip -d link show dev docker0 || true\n" in printed
    assert "\n# [create] a bridge\nip link add docker0 address 02:00:00:00:00:01 type bridge\n" in printed
    assert f"\niptables --wait -t filter -D FORWARD {DROP} || true\n" in printed
    assert f"\niptables --wait -t filter -C FORWARD {ACCEPT} || true\n" in printed
    path = tmp_path / "plan.sh"
    path.write_text(printed)
    subprocess.run(["sh", "-n", path], check=True)


def test_a_long_reason_is_a_comment_in_every_line():
    def long():
        yield Passed("word " * 60, "here")

    walk = Walk(long(), SimKernel())
    walk.finish()
    assert all(not line or line.startswith("#") or line == "set -e" for line in script(walk.taken).splitlines())


def test_a_script_stops_at_a_step_that_the_plan_could_not_do_without(tmp_path):
    def needs(op):
        yield Step(op, "needed")

    walk = Walk(needs(AddNetns("host")), SimKernel())
    walk.finish()
    path = tmp_path / "plan.sh"
    path.write_text(script(walk.taken).replace("ip netns add host", "false\necho on"))
    done = subprocess.run(["sh", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


CELLS = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=60)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4))
def test_a_text_table_keeps_every_word_and_its_width(rows):
    printed = text.table("caption", ("a", "b", "c"), rows, width=60)
    lines = printed.splitlines()
    assert lines[:2] == ["caption", ""]
    assert max(map(len, lines[2:])) <= 60
    words = sorted("".join(cell.replace(" ", "") for row in rows for cell in row))
    assert sorted("".join(lines[4:]).replace(" ", "")) == words


def test_an_html_table_has_a_caption_and_heads_with_a_scope():
    table = Table("a < b", ("step", "command"), (("1", "echo 'a' > b"), ("2", "")), ("command",))
    tree = parsed(table.html())
    assert tree.find("caption/strong").text == "a < b"
    assert [(each.get("scope"), each.text) for each in tree.iter("th")] == [("col", "step"), ("col", "command"), ("row", "1"), ("row", "2")]
    assert [each.text for each in tree.iter("code")] == ["echo 'a' > b"]
    assert table._repr_mimebundle_() == {"text/plain": str(table), "text/html": table.html()}
    assert str(table).splitlines()[2:5] == ["step  command", "----  ------------", "1     echo 'a' > b"]
