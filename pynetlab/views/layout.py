"""Where the nodes of a flow chart stand: bands of rows and columns, side by side, after Sugiyama's layers (IEEE SMC-11, 1981).

A band is one group of nodes. In it a node stands below those that lead to it; the longest way keeps the first column,
an exit stands to the right of what leads to it. Time is about linear in the number of edges.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A node's place: its stack of bands, its band in the whole chart, and row and column in that band, from 0."""

    stack: int
    band: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Grid:
    """All places. ``back`` holds the edges that lead back to an earlier node."""

    cells: Mapping[str, Cell]
    back: frozenset[Edge]


def place(groups: Mapping[str, str], edges: Sequence[Edge], stacks: int) -> Grid:
    """Place every node of ``groups`` (node → band, in reading order) in so many stacks of bands."""
    bands: dict[str, list[str]] = {}
    for node, group in groups.items():
        bands.setdefault(group, []).append(node)
    back = _back_edges(groups, edges)
    forward = [edge for edge in edges if edge not in back]
    outs = _successors(groups, forward)
    placed = [_Band(nodes, outs, _inside(nodes, forward)).place() for nodes in bands.values()]
    stack_of = _stacks([1 + max(row for row, _ in cells.values()) for cells in placed], stacks)
    cells = {n: Cell(stack_of[b], b, row, column) for b, spots in enumerate(placed) for n, (row, column) in spots.items()}
    return Grid(cells, back)


def _successors(nodes: Iterable[str], edges: Iterable[Edge]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        found[source].append(target)
    return found


def _inside(nodes: Sequence[str], edges: Iterable[Edge]) -> list[Edge]:
    own = set(nodes)
    return [edge for edge in edges if own.issuperset(edge)]


def _back_edges(nodes: Iterable[str], edges: Sequence[Edge]) -> frozenset[Edge]:
    """Find the edges that close a loop when the chart is followed in depth, in reading order."""
    outs = _successors(nodes, edges)
    back: set[Edge] = set()
    state: dict[str, int] = {}
    for root in outs:
        trail = [(root, iter(outs[root]))] if root not in state else []
        state.setdefault(root, 1)
        while trail:
            node, rest = trail[-1]
            target = next(rest, None)
            if target is None:
                state[node] = 2
                trail.pop()
            elif target not in state:
                state[target] = 1
                trail.append((target, iter(outs[target])))
            elif state[target] == 1:
                back.add((node, target))
    return frozenset(back)


@dataclass(slots=True)
class _Band:
    nodes: Sequence[str]
    outs: Mapping[str, Sequence[str]]
    inside: Sequence[Edge]
    spots: dict[str, tuple[int, int]] = field(default_factory=dict)
    taken: set[tuple[int, int]] = field(default_factory=set)

    def place(self) -> dict[str, tuple[int, int]]:
        below, above = _successors(self.nodes, self.inside), _successors(self.nodes, [(t, s) for s, t in self.inside])
        side = {n for n in self.nodes if not self.outs[n] and above[n] and all(self._goes_on(p, n) for p in above[n])}
        height = self._height(below)
        main = {n: max((t for t in below[n] if t not in side), key=lambda t: height[t], default=None) for n in self.nodes}
        order = self._order([n for n in self.nodes if n not in side], above, main)
        last = {t: max(above[t], key=order.index) for t in side}
        for node in order:
            if node not in self.spots:
                exits = [t for t in below[node] if t in side and last[t] == node]
                self._put(node, self._wish(node, above[node], main), exits, self._tail(node, above, side))
        return self.spots

    def _goes_on(self, node: str, leaf: str) -> bool:
        """Say whether the way through a node leads on past a leaf: to a node with successors, or to a later leaf."""
        others = self.outs[node]
        return any(self.outs[t] for t in others) or leaf != others[-1]

    def _height(self, below: Mapping[str, Sequence[str]]) -> dict[str, int]:
        height: dict[str, int] = {}
        for node in reversed(_topological(self.nodes, below)):
            height[node] = 1 + max((height[t] for t in below[node]), default=0)
        return height

    def _order(self, nodes: Sequence[str], above: Mapping[str, Sequence[str]], main: Mapping[str, str | None]) -> list[str]:
        """Order by layer; in a layer the side ways come first, since the main way can move down."""
        layer: dict[str, int] = {}
        for node in _topological(self.nodes, _successors(self.nodes, self.inside)):
            layer[node] = 1 + max((layer[p] for p in above[node]), default=-1)
        mains = set(main.values())
        return sorted(nodes, key=lambda n: (layer[n], n in mains))

    def _wish(self, node: str, above: Sequence[str], main: Mapping[str, str | None]) -> tuple[int, int]:
        known = [p for p in above if p in self.spots]
        row = 1 + max((self.spots[p][0] for p in known), default=-1)
        straight = [self.spots[p][1] for p in known if main[p] == node]
        column = min(straight) if straight else min((self.spots[p][1] + 1 for p in known), default=0)
        return row, column

    def _tail(self, node: str, above: Mapping[str, Sequence[str]], side: set[str]) -> list[str]:
        """Find an end that only this node leads to: it stands right below."""
        return [t for t in self.outs[node] if not self.outs[t] and t not in side and list(above.get(t, ())) == [node]]

    def _put(self, node: str, wish: tuple[int, int], exits: Sequence[str], tail: Sequence[str]) -> None:
        """Put a node and its exits at the wished place, or below it where that is taken.

        A branch that leaves the band keeps the right side free, for its line.
        """
        shape = {node: (0, 0)} | dict.fromkeys(tail, (1, 0)) | {t: (i, 1) for i, t in enumerate(exits)}
        branches = len(self.outs[node]) > 1 and not set(self.outs[node]) <= set(self.nodes)
        room = {*shape.values(), *([(0, 1), (0, 2)] if branches else [])}
        row, column = wish
        while self.taken & {(row + down, column + right) for down, right in room}:
            row += 1
        self.spots |= {n: (row + down, column + right) for n, (down, right) in shape.items()}
        self.taken |= {(row + down, column + right) for down, right in room}


def _topological(nodes: Iterable[str], below: Mapping[str, Sequence[str]]) -> list[str]:
    """Order nodes so that each comes after those that lead to it (Kahn)."""
    waits = dict.fromkeys(nodes, 0)
    for targets in below.values():
        for target in targets:
            waits[target] += 1
    ready = [node for node, count in waits.items() if not count]
    order: list[str] = []
    while ready:
        node = ready.pop(0)
        order.append(node)
        for target in below[node]:
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return order


def _stacks(heights: Sequence[int], count: int) -> list[int]:
    """Cut the bands, in order, into so many stacks that the tallest is as low as can be; give each band its stack."""
    limit = max(heights) + 1
    while True:
        stacks, room = [0], limit
        for height in heights:
            if height + 1 > room:
                stacks.append(stacks[-1] + 1)
                room = limit
            else:
                stacks.append(stacks[-1])
            room -= height + 1
        if stacks[-1] < count:
            return stacks[1:]
        limit += 1
