"""The iptables rules of a namespace as a table that says why each of them is there."""

from collections.abc import Iterable, Iterator

from ..kernel import Taken
from ..model import BUILTIN, Netns, Rule
from ..ops import AppendRule, DeleteChain, DeleteRule, DeleteRuleAt, FlushChain, InsertRule
from .table import Table

Chains = dict[tuple[str, str], list[tuple[Rule, str]]]
"""Rules with the reason of the step that put them there, by table and chain."""


def rules(netns: Netns, history: Iterable[Taken] = (), *, caption: str = "") -> Table:
    """List rules in the order in which packets meet them in each chain; the last column is empty for older rules."""
    rows = tuple(_rows(netns, _makers(netns.name, history)))
    return Table(caption or f"iptables rules of {netns.name}", ("table", "chain", "number", "rule", "why it is there"), rows, ("rule",))


def _rows(netns: Netns, makers: Chains) -> Iterator[tuple[str, str, str, str, str]]:
    for table in (netns.tables[name] for name in BUILTIN if name in netns.tables):
        for name in [*BUILTIN[table.name], *sorted(set(table.chains) - set(BUILTIN[table.name]))]:
            chain, known = table.chains[name], makers.get((table.name, name), [])
            if chain.policy not in (None, "ACCEPT") or (chain.policy is None and not chain.rules):
                yield table.name, name, "", f"policy {chain.policy}" if chain.policy else "no rules", ""
            for number, rule in enumerate(chain.rules, 1):
                yield table.name, name, str(number), str(rule), _maker(known, rule)


def _maker(known: list[tuple[Rule, str]], rule: Rule) -> str:
    """Take the first record of an equal rule: equal rules stand in the same order in both."""
    found = next((entry for entry in known if entry[0] == rule), None)
    if found is None:
        return ""
    known.remove(found)
    return found[1]


def _makers(netns: str, history: Iterable[Taken]) -> Chains:
    """Follow the steps through the chains; rules from before are not known, so a position is only an order."""
    chains: Chains = {}
    for taken in history:
        op = taken.op
        if op is None or op.netns != netns or taken.refused is not None:
            continue
        match op:
            case AppendRule():
                chains.setdefault((op.table, op.chain), []).append((op.rule, taken.event.why))
            case InsertRule():
                chains.setdefault((op.table, op.chain), []).insert(op.position - 1, (op.rule, taken.event.why))
            case DeleteRule():
                _maker(chains.get((op.table, op.chain), []), op.rule)
            case DeleteRuleAt():
                del chains.get((op.table, op.chain), [])[op.position - 1 : op.position]
            case FlushChain() | DeleteChain():
                chains.pop((op.table, op.chain), None)
    return chains
