"""The iptables rules of a namespace as a table that says why each of them is there."""

from collections.abc import Callable, Iterator, Sequence

from ..model import BUILTIN, Netns
from .table import Table

Why = Callable[[str, str], Sequence[str]]
"""From a table and a chain to the reason of each of its rules; empty where there is none."""


def rules(netns: Netns, why: Why, *, caption: str = "", only: Sequence[str] = ()) -> Table:
    """List rules in the order in which packets meet them in each chain; with ``only`` those of some tables or chains."""
    heads = ("table", "chain", "number", "rule", "why it is there")
    rows = tuple(row for row in _rows(netns, why) if not only or {row[0], row[1], f"{row[0]} {row[1]}"} & set(only))
    return Table(caption or f"iptables rules of {netns.name}", heads, rows, ("rule",))


def _rows(netns: Netns, why: Why) -> Iterator[tuple[str, str, str, str, str]]:
    for table in (netns.tables[name] for name in BUILTIN if name in netns.tables):
        for name in [*BUILTIN[table.name], *sorted(set(table.chains) - set(BUILTIN[table.name]))]:
            chain = table.chains[name]
            if chain.policy not in (None, "ACCEPT") or (chain.policy is None and not chain.rules):
                yield table.name, name, "", f"policy {chain.policy}" if chain.policy else "no rules", ""
            for number, (rule, reason) in enumerate(zip(chain.rules, why(table.name, name), strict=True), 1):
                yield table.name, name, str(number), str(rule), reason
