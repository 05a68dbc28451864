"""What one question changes on its way: connections, counters, and the log of what happened."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .conntrack import Table
from .packet import Skb, snapshot

if TYPE_CHECKING:
    from .node import Device, Node

EPHEMERAL = 40000
"""The first port that a client gets; the same in each run, so that a trace can be told again."""


@dataclass(slots=True, eq=False)
class Run:
    """The state of the machines while a question is on its way; it begins with none of its own."""

    log: list[Any] | None = None
    """What happened, as tuples, to be told later; None where nobody wants to know."""
    tables: dict[str, Table] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    mtus: dict[tuple[str, int], int] = field(default_factory=dict)
    """What machines were told of the ways to addresses: the largest packet; RFC 1191."""
    learned: "dict[tuple[Device, int], Device]" = field(default_factory=dict)
    """Who is behind an address on a device: it asked there for its own neighbour."""
    redirected: "set[tuple[Node, int]]" = field(default_factory=set)
    """Which machine has told whom of a shorter way; soon after that it does not again."""
    clients: int = 0
    patience: float = math.inf
    """In seconds; of what comes later nothing is told."""

    def connections(self, node: str) -> Table:
        """Give the connections that a namespace knows."""
        found = self.tables.get(node)
        if found is None:
            found = self.tables[node] = {}
        return found

    def port(self) -> int:
        """Give the port of a new client; also the identifier of a new ping."""
        self.clients += 1
        return EPHEMERAL + self.clients - 1

    def note(self, *entry: Any) -> None:  # noqa: ANN401 - entries are of many kinds
        """Write an entry, where there is a log."""
        if self.log is not None:
            self.log.append(entry)

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Write down nothing for a while."""
        told, self.log = self.log, None
        yield
        self.log = told

    def begins(self, leg: str, node: "Node", p: Skb) -> None:
        """Write down that another packet is sent."""
        if self.log is not None:
            self.log.append(("leg", leg, node, p, snapshot(p)))

    def changed(self, p: Skb) -> None:
        """Write down what a packet looks like now."""
        if self.log is not None:
            self.log.append(("=", snapshot(p)))

    def _count(self, key: str) -> int:
        seen = self.counters.get(key, 0)
        self.counters[key] = seen + 1
        return seen

    def nth(self, key: str, every: int, first: int) -> bool:
        """Say whether this is one of every so many packets, counted from 0; mode nth of xt_statistic.c."""
        return self._count(key) % every == first

    def chance(self, key: str, probability: float) -> bool:
        """Say whether a packet is among those that a probability takes: evenly spread, for a lab has no random numbers."""
        seen = self._count(key)
        return int((seen + 1) * probability) > int(seen * probability)

    def spend(self, key: str, burst: int) -> bool:
        """Take one of the packets that a limit lets pass at once."""
        return self._count(key) < burst
