"""How Docker writes rules: it looks first, so that no rule stands twice. moby libnetwork/iptables/iptables.go."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ...errors import KernelError
from ...kernel import Plan, Step
from ...model import Rule
from ...ops import AppendRule, CheckRule, DeleteChain, DeleteRule, FlushChain, InsertRule, NewChain, ReadChain

LOOK = "Docker looks before it writes, so that no rule stands twice."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule that shall stand in a chain, and why."""

    table: str
    chain: str
    rule: str
    """In any spelling that iptables takes."""
    why: str
    first: bool = False
    """At the top of its chain, else at its end."""
    only_if: bool = True
    """Where this is False the rule is taken away when the others come, and when they go."""


@lru_cache(4096)
def parsed(text: str) -> Rule:
    """Read a rule; the same text comes again and again."""
    return Rule.parse(text)


def put(netns: str, wanted: Iterable[Wanted]) -> Plan[None]:
    """Write the rules that are not there yet; take those away that shall not be."""
    for each in wanted:
        if not each.only_if:
            yield from _remove(netns, each)
            continue
        rule = parsed(each.rule)
        there = yield Step(CheckRule(netns, each.table, each.chain, rule), LOOK)
        if not there:
            op = InsertRule if each.first else AppendRule
            yield Step(op(netns, each.table, each.chain, rule), each.why)


def remove(netns: str, wanted: Iterable[Wanted]) -> Plan[None]:
    """Take the rules away that are there."""
    for each in wanted:
        yield from _remove(netns, each)


def _remove(netns: str, each: Wanted) -> Plan[None]:
    rule = parsed(each.rule)
    there = yield Step(CheckRule(netns, each.table, each.chain, rule), "Docker looks before it deletes, since what is not there cannot be.")
    if there:
        yield Step(DeleteRule(netns, each.table, each.chain, rule), f"No longer needed: {each.why[0].lower()}{each.why[1:]}")


def lead(netns: str, chain: str, target: str, why: str) -> Plan[None]:
    """Make the jump to a chain the first rule of another, wherever it stood before."""
    jump = parsed(f"-j {target}")
    there = yield Step(CheckRule(netns, "filter", chain, jump), f"The jump to {target} shall stand once, and first.")
    if there:
        yield Step(DeleteRule(netns, "filter", chain, jump), f"It may stand further down, behind rules that came later than {target}.")
    yield Step(InsertRule(netns, "filter", chain, jump), why)


def chain(netns: str, table: str, name: str, why: str) -> Plan[None]:
    """Make a chain where there is none."""
    try:
        yield Step(ReadChain(netns, table, name), f"Is there a chain {name} already, from an earlier start?", may_fail=True)
    except KernelError:
        yield Step(NewChain(netns, table, name), why)


def no_chain(netns: str, table: str, name: str) -> Plan[None]:
    """Empty a chain of an earlier start and remove it, if nothing jumps to it; a chain that is not there is no error."""
    try:
        yield Step(FlushChain(netns, table, name), f"What an earlier start left in {name} may no longer be true.", may_fail=True)
        yield Step(DeleteChain(netns, table, name), f"{name} will be made anew, unless a rule elsewhere still leads to it.", may_fail=True)
    except KernelError:
        return
