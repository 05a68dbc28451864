"""The flow chart of a plan, with the path just taken: heavy, and its places numbered in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from . import metrics, svg
from .figure import Figure
from .layout import Edge, place
from .routing import WIDTH, Drawing, draw
from .svg import Box, Point

if TYPE_CHECKING:
    import networkx as nx

SIZE, LEADING = 11.5, 14.0
"""Type size and line distance of labels, in pixels."""
PAGE = 880.0
"""The least width, which the legend needs."""
KINDS = {
    "start": "start",
    "decision": "decision",
    "action": "action",
    "exit": "exit with an error",
    "end": "end",
}
"""The kinds of node, and the words for them."""


@dataclass(frozen=True, slots=True)
class Node:
    """One place of a chart."""

    name: str
    label: str
    kind: str
    group: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as plain values, so that its layout can be kept."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str, str], ...]
    """Source, target and answer: ``"yes"``, ``"no"`` or ``""``."""

    @classmethod
    def of(cls, graph: "nx.DiGraph[str]") -> "Chart":
        """Read a graph whose nodes have ``label``, ``kind`` and ``group`` and whose edges may have ``label``."""
        nodes = tuple(Node(name, a["label"], a["kind"], a["group"]) for name, a in graph.nodes(data=True))
        return cls(nodes, tuple((s, t, a.get("label", "")) for s, t, a in graph.edges(data=True)))


def flow_chart(
    graph: "nx.DiGraph[str]",
    path: Sequence[str] = (),
    *,
    name: str = "flow-chart",
    title: str = "Flow chart",
    stacks: int = 2,
    window: float | None = None,
) -> Figure:
    """Draw a chart; ``path`` names the places passed, in order, and is drawn heavy and numbered.

    Bands are drawn in the order in which the graph's nodes were added, in so many stacks side by side. With ``window``
    only so many pixels of the height are shown, around the latest place.
    """
    chart = Chart.of(graph)
    drawing = arranged(chart, stacks)
    words = twin(chart, path)
    body = [svg.text((10, 24), title, size=16, bold=True), *_body(chart, drawing, _visits(path))]
    width, height = max(PAGE, drawing.width + 10), drawing.height + 44
    view = _view(drawing.nodes[path[-1]] if path else None, height, window)
    return Figure(name, title, svg.document(name, title, words, width, height, *body, view=view), words)


def _view(latest: Box | None, height: float, window: float | None) -> tuple[float, float]:
    """Give the upper edge and the height of what is to be seen."""
    if window is None or window >= height:
        return 0, height
    middle = latest.cy if latest else 0
    return min(max(middle - window / 2, 0), height - window), window


@lru_cache(maxsize=8)
def arranged(chart: Chart, stacks: int) -> Drawing:
    """Lay a chart out; kept, since a stepper draws the same chart after every step."""
    edges = [(source, target) for source, target, _ in chart.edges]
    heights = {node.name: 14 + LEADING * len(_lines(node)) for node in chart.nodes}
    grid = place({node.name: node.group for node in chart.nodes}, edges, stacks)
    return draw(grid, heights, edges, (10, 40))


def _lines(node: Node) -> list[str]:
    return metrics.wrap(node.label, WIDTH - (34 if node.kind == "decision" else 18), SIZE)


def _visits(path: Sequence[str]) -> dict[str, list[int]]:
    """Number the places of a path; a place with several steps in a row counts once."""
    visits: dict[str, list[int]] = {}
    steps = [node for i, node in enumerate(path) if not i or path[i - 1] != node]
    for number, node in enumerate(steps, 1):
        visits.setdefault(node, []).append(number)
    return visits


def _body(chart: Chart, drawing: Drawing, visits: Mapping[str, Sequence[int]]) -> Iterator[str]:
    groups = list(dict.fromkeys(node.group for node in chart.nodes))
    for number, box in drawing.bands.items():
        yield svg.rect(box, radius=6, fill=svg.BAND, stroke=svg.RULE, weight=0.8)
        yield svg.text((box.right - 12, box.y + 19), groups[number], size=12, bold=True, anchor="end", fill=svg.SOFT)
    moves = _moves(visits)
    for edge in sorted(drawing.lines, key=lambda e: e in moves):
        heavy = edge in moves
        yield svg.wire(drawing.lines[edge], weight=2.6 if heavy else 1, stroke=svg.ACCENT if heavy else svg.SOFT, arrow=True)
    for source, target, answer in chart.edges:
        if answer:
            yield _answer(drawing.lines[source, target], answer, heavy=(source, target) in moves)
    latest = max((n for numbers in visits.values() for n in numbers), default=0)
    for node in chart.nodes:
        yield from _node(node, drawing.nodes[node.name], visits.get(node.name, ()), latest)
    yield from _legend(drawing)


def _moves(visits: Mapping[str, Sequence[int]]) -> set[Edge]:
    order = {number: node for node, numbers in visits.items() for number in numbers}
    return {(order[n], order[n + 1]) for n in order if n + 1 in order}


def _answer(line: Sequence[Point], answer: str, *, heavy: bool) -> str:
    (x, y), (after, below) = line[0], line[1]
    if after == x:
        at, anchor = (x + 5, y + 11 if below > y else y - 6), "start"
    else:
        at, anchor = ((x + 4, y - 4), "start") if after > x else ((x - 4, y + 12), "end")
    return svg.text(at, answer, size=10.5, anchor=anchor, bold=heavy, fill=svg.INK)


def _node(node: Node, box: Box, numbers: Sequence[int], latest: int) -> Iterator[str]:
    here = latest in numbers
    fill = svg.ACCENT if here else svg.PAPER
    yield from _shape(node.kind, box, 2.6 if numbers else 1, fill, svg.ACCENT if numbers else svg.INK)
    lines = _lines(node)
    y = box.cy - LEADING * (len(lines) - 1) / 2 + SIZE * 0.36
    for i, words in enumerate(lines):
        yield svg.text((box.cx, y + i * LEADING), words, size=SIZE, anchor="middle", bold=here, fill=svg.PAPER if here else svg.INK)
    if numbers:
        yield from _marker(box, " ".join(map(str, numbers)))


def _marker(box: Box, words: str) -> Iterator[str]:
    wide = max(18, metrics.width(words, 10, bold=True) + 10)
    badge = Box(box.x - 9, box.y - 11, wide, 18)
    yield svg.rect(badge, radius=9, weight=1.4, stroke=svg.ACCENT)
    yield svg.text((badge.cx, badge.cy + 3.6), words, size=10, anchor="middle", bold=True)


def _shape(kind: str, box: Box, weight: float, fill: str, stroke: str) -> Iterator[str]:
    if kind == "decision":
        tip = 12
        corners = [(box.x, box.cy), (box.x + tip, box.y), (box.right - tip, box.y), (box.right, box.cy)]
        yield svg.polygon([*corners, (box.right - tip, box.bottom), (box.x + tip, box.bottom)], weight=weight, fill=fill, stroke=stroke)
        return
    round_ = {"start": box.height / 2, "end": box.height / 2, "action": 2}.get(kind, 0)
    yield svg.rect(box, radius=round_, weight=weight, fill=fill, stroke=stroke)
    if kind == "exit":
        yield svg.rect(box.grown(-3.5), weight=0.8, fill="none", stroke=svg.PAPER if fill == svg.ACCENT else stroke)


def _legend(drawing: Drawing) -> Iterator[str]:
    """Say what the shapes mean, under the chart."""
    x, y = 10.0, drawing.height + 14
    for kind, words in KINDS.items():
        yield from _shape(kind, Box(x, y, 30, 18), 1, svg.PAPER, svg.INK)
        yield svg.text((x + 37, y + 13), words, size=11)
        x += 37 + metrics.width(words, 11) + 24
    yield svg.wire([(x, y + 9), (x + 30, y + 9)], weight=2.6, stroke=svg.ACCENT, arrow=True)
    yield svg.text((x + 37, y + 13), "the path taken, numbered; filled: the latest place", size=11)


def twin(chart: Chart, path: Sequence[str] = ()) -> str:
    """Tell a chart in words: every place, where it leads, and the path taken."""
    label = {node.name: node.label for node in chart.nodes}
    lines: list[str] = []
    group = None
    for node in chart.nodes:
        if node.group != group:
            lines += ([""] if lines else []) + [node.group]
            group = node.group
        ways = [f"{answer or 'then'}: {label[target]}" for source, target, answer in chart.edges if source == node.name]
        lines.append(f"  - {node.label} ({KINDS[node.kind]})" + "".join(f"\n      {way}" for way in ways))
    visits = _visits(path)
    order = sorted((number, name) for name, numbers in visits.items() for number in numbers)
    lines += ["", "Path taken"] if order else []
    return "\n".join([*lines, *(f"  {number}. {label[name]}" for number, name in order)])
