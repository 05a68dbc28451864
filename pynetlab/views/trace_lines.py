"""The lines in the drawing of a packet's way: cables and rails in thin ones, the legs of the packet in thick ones with arrows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import svg
from .rails import Node, Rails
from .svg import Point
from .trace_way import Stop

APART, SPREAD = 9.0, 22.0
"""The distance of two legs on one rail, and that of the outermost."""
DASH = "5 4"
"""Line style of what is down."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a leg is drawn."""

    dash: str | None
    stroke: str
    hollow: bool = False


STYLES: Mapping[str, Style] = {
    "request": Style(None, svg.ACCENT),
    "reply": Style("10 5", svg.INK, hollow=True),
    "error": Style("3 4", svg.INK, hollow=True),
    "proxy request": Style("16 4 4 4", svg.ACCENT),
    "proxy reply": Style("6 3 2 3", svg.INK, hollow=True),
    "proxy error": Style("3 4", svg.INK, hollow=True),
}
"""By leg."""


def legs(stops: Sequence[Stop]) -> list[list[Stop]]:
    """Group the stops by the packet that they are of."""
    found: list[list[Stop]] = []
    for stop in stops:
        if stop.fresh or not found:
            found.append([])
        found[-1].append(stop)
    return found


def thin(rails: Rails, told: Sequence[Stop]) -> Iterator[str]:
    """Draw the cables, and the ways inside the host that no packet took."""
    plan = rails.plan
    drawn = {_stretch(rails, *pair) for stop in told for strand in stop.strands for pair in pairwise(strand)}
    for one, other in rails.common():
        stretch = _stretch(rails, one, other)
        if stretch not in drawn:
            drawn.add(stretch)
            yield svg.wire([rails.at(one), rails.at(other)], weight=1, stroke=svg.RULE)
    for port in (*plan.seen.nics, *(port for bar in plan.bars for port in bar.switch.ports)):
        near, far = plan.device(plan.seen.host.name, port.link.name), plan.far(port)
        if near and far:
            yield svg.wire([(near.cx, near.cy), (near.cx, far.cy)], weight=1.4, dash=None if port.up else DASH)


def _stretch(rails: Rails, one: Node, other: Node) -> tuple[object, ...]:
    """Name a stretch by where it lies, since several rails can lie on one; a bridge's two tracks are one."""
    return tuple((node[1], node[3]) if node[0] == "track" else rails.at(node) for node in (one, other))


def thick(rails: Rails, stops: Sequence[Stop], told: Sequence[Stop], now: Stop | None) -> Iterator[str]:
    """Draw of each leg what is told; that of the packet now, or without one all, in the heaviest lines."""
    every = legs(stops)
    step = min(APART, SPREAD / max(1, len(every) - 1))
    for at, leg in enumerate(every):
        shown = [stop for stop in leg if stop in told]
        style = STYLES.get(leg[0].scene.leg, STYLES["request"])
        aside = (at - (len(every) - 1) / 2) * step
        weight = 3.4 if now is None or now in shown else 2.0
        for nodes in _polylines(shown):
            placed = [(node[0], (x + aside, y + aside)) for node in nodes for x, y in [rails.at(node)]]
            line = _straight([point for _, point in placed])
            yield svg.wire(line, weight=weight + 3, stroke=svg.BAND)
            yield svg.wire(line, weight=weight, stroke=style.stroke, dash=style.dash)
            # what lies under a box ends a stretch, and the stops along a bridge do not
            open_ends = {point for kind, point in placed if kind != "track"} | set(line)
            yield from _arrows([point for _, point in placed if point in open_ends], weight, style.stroke)


def _polylines(shown: Sequence[Stop]) -> Iterator[list[Node]]:
    """Give the lines of a leg, each as its nodes; a line ends where the drawing has no way to the next."""
    nodes: list[Node] = []
    for stop in shown:
        for strand in stop.strands:
            if nodes and nodes[-1] != strand[0]:
                yield from [nodes] if len(nodes) > 1 else []
                nodes = []
            nodes += strand[1:] if nodes else strand
    if len(nodes) > 1:
        yield nodes


def _straight(points: Sequence[Point]) -> list[Point]:
    """Leave out points in the middle of a straight line, so that a dash runs through."""
    kept = [points[0]]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = (at[0] - before[0], at[1] - before[1]), (after[0] - at[0], after[1] - at[1])
        if ax * by != ay * bx or ax * bx + ay * by < 0:
            kept.append(at)
    return [*kept, points[-1]]


def _arrows(points: Sequence[Point], weight: float, stroke: str) -> Iterator[str]:
    """Put an arrow head in the middle of each stretch that is long enough."""
    for (x1, y1), (x2, y2) in pairwise(points):
        length = abs(x1 - x2) + abs(y1 - y2)
        if length < 30 or (x1 != x2 and y1 != y2):  # noqa: PLR2004 - an arrow head needs so much
            continue
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        size = 2.6 + 0.9 * weight
        tip = ((x1 + x2) / 2 + ux * size, (y1 + y2) / 2 + uy * size)
        base = (tip[0] - ux * 2 * size, tip[1] - uy * 2 * size)
        corners = [tip, (base[0] - uy * size, base[1] + ux * size), (base[0] + uy * size, base[1] - ux * size)]
        yield svg.polygon(corners, fill=stroke, stroke=svg.PAPER, weight=0.8)
