"""iptables tables and chains, as iptables-save(8) lists them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from .needs import lacks_protocol
from .rule import Rule

BUILTIN: Mapping[str, tuple[str, ...]] = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
}
"""The chains that each table has from the start, in the order in which iptables-save prints them."""


@dataclass(frozen=True, slots=True)
class Chain:
    """An ordered list of rules; ``policy`` is None for a chain that a user made."""

    policy: str | None = None
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The chains of one table, by name."""

    name: str
    chains: Mapping[str, Chain] = field(default_factory=dict)

    @classmethod
    def fresh(cls, name: str) -> Self:
        """Give the table as the kernel makes it: built-in chains, empty, with policy ACCEPT."""
        return cls(name, {chain: Chain("ACCEPT") for chain in BUILTIN[name]})

    def with_chain(self, name: str, chain: Chain | None) -> Self:
        """Give this table with the chain added or replaced; None removes it."""
        rest = {k: v for k, v in self.chains.items() if k != name} if chain is None else {**self.chains, name: chain}
        return type(self)(self.name, rest)

    def lines(self) -> Iterator[str]:
        """Print the table as iptables-save does, without counters: built-in chains first, the rest by name."""
        own = sorted(set(self.chains) - set(BUILTIN[self.name]))
        order = [*BUILTIN[self.name], *own]
        yield f"*{self.name}"
        for name in order:
            yield f":{name} {self.chains[name].policy or '-'} [0:0]"
        for name in order:
            yield from (f"-A {name} {rule}".rstrip() for rule in self.chains[name].rules)
        yield "COMMIT"


def untouched(table: Table) -> bool:
    """Say whether the table is as the kernel made it, so that it tells nothing."""
    return table == Table.fresh(table.name)


def misplaced(table: str, chain: str, rule: Rule) -> bool:
    """Say whether the rule makes no sense there: iptables(8) refuses it before the kernel sees it.

    It must name the protocol that its matches look into. A packet that leaves has no in-interface, one that comes no
    out-interface; nat is not for filtering, and TRACE is for raw alone (iptables-extensions(8); the nf_tables variant
    would take it elsewhere too).
    """
    leaves = chain in ("OUTPUT", "POSTROUTING") and rule.in_interface is not None
    comes = chain in ("INPUT", "PREROUTING") and rule.out_interface is not None
    return (
        lacks_protocol(rule) or leaves or comes or (table == "nat" and rule.target == "DROP") or (table != "raw" and rule.target == "TRACE")
    )
