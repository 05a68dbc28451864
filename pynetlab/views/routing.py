"""How the edges of a flow chart run: upright and level lines that pass beside every node, in lanes of their own.

Rows have gaps between them and columns have gutters; a line that cannot go straight goes through a gutter. Lines to
the same node may share a lane, since they end in one arrow head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .layout import Cell, Edge, Grid
from .svg import Box, Point

WIDTH, GAP, LANE, PAD, HEAD = 172.0, 30.0, 9.0, 16.0, 34.0
"""A node's width, the gap between rows, the distance of lanes, a band's margin and its heading, in pixels."""
ANSWER = 28.0
"""The first lane keeps this distance from the nodes, so that an answer fits between."""
JOIN = 15.0
"""So far above a node a line from the side meets the line from above."""
OUTSIDE, _ANY = -1, 99
"""In place of a column: the gutter runs to the left of a whole stack."""

Gutter = tuple[int, int]
"""A stack, and the column to the left of which the gutter runs."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Upright places: each node's upper edge and height, and the upper and lower edge of each band."""

    cells: Mapping[str, Cell]
    y: Mapping[str, float]
    heights: Mapping[str, float]
    gaps: Mapping[str, tuple[float, float]]
    """The level in the gap above and in the gap below a node's row, where lines may run."""
    bands: Mapping[int, tuple[float, float]]

    def middle(self, node: str) -> float:
        """Give the y of a node's middle."""
        return self.y[node] + self.heights[node] / 2

    def blocked(self, stack: int, columns: range, top: float, bottom: float) -> bool:
        """Say whether a node stands in these columns, in part between two heights."""
        return any(
            c.stack == stack and c.column in columns and self.y[n] < bottom and self.y[n] + self.heights[n] > top
            for n, c in self.cells.items()
        )


def rows(grid: Grid, heights: Mapping[str, float], top: float) -> Rows:
    """Put rows under each other, each as high as its highest node, and bands under each other."""
    tall: dict[tuple[int, int], float] = {}
    for node, cell in grid.cells.items():
        tall[cell.band, cell.row] = max(tall.get((cell.band, cell.row), 0), heights[node])
    stack_of = {cell.band: cell.stack for cell in grid.cells.values()}
    edge, bands, starts = dict.fromkeys(stack_of.values(), top), {}, {}
    for band, stack in stack_of.items():
        y = edge[stack] + HEAD
        for key in sorted(key for key in tall if key[0] == band):
            starts[key] = y
            y += tall[key] + GAP
        bands[band] = (edge[stack], y - GAP + 24)
        edge[stack] = y - GAP + 24 + 12
    y_of = {n: starts[c.band, c.row] + (tall[c.band, c.row] - heights[n]) / 2 for n, c in grid.cells.items()}
    gaps = {n: (starts[c.band, c.row] - JOIN, starts[c.band, c.row] + tall[c.band, c.row] + GAP * 0.6) for n, c in grid.cells.items()}
    return Rows(grid.cells, y_of, heights, gaps, bands)


Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Way:
    """How an edge runs: its kind, and where it needs lanes, each gutter with the upright span."""

    kind: str
    lanes: tuple[tuple[Gutter, Span], ...] = ()


def way(edge: Edge, at: Rows) -> Way:
    """Choose how an edge runs: straight where nothing is in between, else with one corner, else through a gutter."""
    source, target = at.cells[edge[0]], at.cells[edge[1]]
    if source.stack != target.stack:
        return _far(edge, at, source, target)
    straight = _straight(edge, at, source, target)
    if straight is not None:
        return straight
    step, stack = target.column - source.column, source.stack
    level, goal, gutter = at.middle(edge[0]), at.gaps[edge[1]][0], (stack, max(source.column, target.column))
    if step == 1:
        return Way("beside", ((gutter, _span(level, at.middle(edge[1]))),))
    if step in (-1, 0):
        return Way("side", ((gutter, _span(level, goal)),))
    return Way("below", (((stack, target.column), _span(at.gaps[edge[0]][1], goal)),))


def _straight(edge: Edge, at: Rows, source: Cell, target: Cell) -> Way | None:
    """Look for a way without a gutter, in one stack."""
    start, end, step = at.y[edge[0]] + at.heights[edge[0]], at.y[edge[1]], target.column - source.column
    if step == 1 and (source.band, source.row) == (target.band, target.row):
        return Way("across")
    if end <= start:
        return None
    if step <= 0 and not at.blocked(source.stack, range(source.column, source.column + 1), start, end):
        return Way("down" if step == 0 else "join")
    between = range(source.column + 1, target.column + 1)
    return Way("elbow") if step > 0 and not at.blocked(source.stack, between, at.y[edge[0]], end) else None


def _far(edge: Edge, at: Rows, source: Cell, target: Cell) -> Way:
    """Run to another stack: to the next one through the gutter between them, to others over the top."""
    level, under, goal = at.middle(edge[0]), at.gaps[edge[0]][1], at.gaps[edge[1]][0]
    home = target.stack < source.stack
    leave, enter = (source.stack + (not home), OUTSIDE), (target.stack + home, OUTSIDE)
    if leave != enter:
        return Way("over", ((leave, (0, under)), (enter, (0, goal))))
    beyond = range(source.column) if home else range(source.column + 1, _ANY)
    free = not at.blocked(source.stack, beyond, level - 1, level + 1)
    return Way("side" if free else "below", ((leave, _span(level if free else under, goal)),))


def _span(one: float, other: float) -> Span:
    return min(one, other), max(one, other)


def lanes(ways: Mapping[Edge, Way]) -> dict[tuple[Edge, Gutter], int]:
    """Give each line in a gutter a lane, the shortest one nearest to its node; only lines to the same node overlap."""
    taken: dict[tuple[Gutter, int], list[tuple[Span, str]]] = {}
    found: dict[tuple[Edge, Gutter], int] = {}
    wishes = [(span, edge, gutter) for edge, w in ways.items() for gutter, span in w.lanes]
    for span, edge, gutter in sorted(wishes, key=lambda wish: (wish[0][1] - wish[0][0], wish[1])):
        lane = 0
        while any(_overlap(other, span) and node != edge[1] for other, node in taken.get((gutter, lane), ())):
            lane += 1
        taken.setdefault((gutter, lane), []).append((span, edge[1]))
        found[edge, gutter] = lane
    return found


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] + 6 and other[0] < one[1] + 6


@dataclass(frozen=True, slots=True)
class Columns:
    """Level places: each column's left edge, and both edges of each stack."""

    left: Mapping[Gutter, float]
    stacks: Mapping[int, tuple[float, float]]

    def lane(self, gutter: Gutter, number: int) -> float:
        """Give the x of a lane."""
        edge = self.stacks[gutter[0]][0] if gutter[1] == OUTSIDE else self.left[gutter]
        return edge - (12 if gutter[1] == OUTSIDE else ANSWER) - LANE * number


def columns(grid: Grid, lane_of: Mapping[tuple[Edge, Gutter], int], start: float) -> Columns:
    """Put columns beside each other, with gutters as wide as their lanes need."""
    count: dict[Gutter, int] = {}
    for (_, gutter), lane in lane_of.items():
        count[gutter] = max(count.get(gutter, 0), lane + 1)
    widest: dict[int, int] = {}
    for cell in grid.cells.values():
        widest[cell.stack] = max(widest.get(cell.stack, 0), cell.column)
    x, left, stacks = start, dict[Gutter, float](), dict[int, tuple[float, float]]()
    for stack in sorted(widest):
        x += LANE * count.get((stack, OUTSIDE), 0) + 10 if stack else 0
        start = x
        for column in range(widest[stack] + 1):
            used = count.get((stack, column), 0)
            x += (34 if column else PAD) + (ANSWER - 12 + LANE * used if used else 0)
            left[stack, column] = x
            x += WIDTH
        x += PAD
        stacks[stack] = (start, x)
        x += 10
    return Columns(left, stacks)


def line(edge: Edge, w: Way, nodes: Mapping[str, Box], at: Rows, lane: Sequence[float]) -> list[Point]:
    """Give the corners of a line, from the rim of one node to the rim of another; ``lane`` are the x of its lanes."""
    s, t = nodes[edge[0]], nodes[edge[1]]
    above, under = at.gaps[edge[1]][0], at.gaps[edge[0]][1]
    x, last = (lane[0], lane[-1]) if lane else (0, 0)
    out, top = s.right if x > s.right else s.x, min(y for y, _ in at.bands.values()) - 6
    routes: dict[str, list[Point]] = {
        "down": [(s.cx, s.bottom), (t.cx, t.y)],
        "across": [(s.right, s.cy), (t.x, t.cy)],
        "elbow": [(s.right, s.cy), (t.cx, s.cy), (t.cx, t.y)],
        "join": [(s.cx, s.bottom), (s.cx, above), (t.cx, above), (t.cx, t.y)],
        "beside": [(s.right, s.cy), (x, s.cy), (x, t.cy), (t.x, t.cy)],
        "side": [(out, s.cy), (x, s.cy), (x, above), (t.cx, above), (t.cx, t.y)],
        "below": [(s.cx, s.bottom), (s.cx, under), (x, under), (x, above), (t.cx, above), (t.cx, t.y)],
        "over": [(s.cx, s.bottom), (s.cx, under), (x, under), (x, top), (last, top), (last, above), (t.cx, above), (t.cx, t.y)],
    }
    return routes[w.kind]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in its place: nodes, bands by number, lines by edge, and the size of it all."""

    nodes: Mapping[str, Box]
    bands: Mapping[int, Box]
    lines: Mapping[Edge, Sequence[Point]]
    width: float
    height: float


def draw(grid: Grid, heights: Mapping[str, float], edges: Sequence[Edge], start: Point) -> Drawing:
    """Place all nodes of a grid, whose heights are given, and run all edges."""
    at = rows(grid, heights, start[1])
    ways = {edge: way(edge, at) for edge in edges}
    lane_of = lanes(ways)
    across = columns(grid, lane_of, start[0])
    nodes = {n: Box(across.left[c.stack, c.column], at.y[n], WIDTH, heights[n]) for n, c in grid.cells.items()}
    lines = {
        edge: line(edge, w, nodes, at, [across.lane(gutter, lane_of[edge, gutter]) for gutter, _ in w.lanes]) for edge, w in ways.items()
    }
    stack_of = {c.band: across.stacks[c.stack] for c in grid.cells.values()}
    bands = {b: Box(stack_of[b][0], top, stack_of[b][1] - stack_of[b][0], end - top) for b, (top, end) in at.bands.items()}
    right, bottom = max(box.right for box in bands.values()), max(box.bottom for box in bands.values())
    return Drawing(nodes, bands, lines, right, bottom)
