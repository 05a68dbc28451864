"""The numbers in the drawing of a packet's way: where the disc of each scene stands, and the cross where a packet ends."""

from collections.abc import Iterator, Sequence

from . import svg
from .rails import Node, thing
from .scenes import Scene
from .svg import Point
from .trace_lines import STYLES
from .trace_way import Stop
from .way_plan import Plan

DISC = 9.0
"""The radius of a number's disc."""
SIZES = {1: 11.0, 2: 10.0}
"""Of a number's letters, by how many they are."""
ROOM = {"hook": 5, "machine": 10}
"""So many numbers stand at one thing, at others three; a packet that goes in circles passes each more often."""


def marks(plan: Plan, told: Sequence[Stop], now: Stop | None) -> Iterator[str]:
    """Draw the number of each scene, and a cross where the packet ended without being delivered."""
    spots = _spots(plan, told)
    for stop, at in spots:
        yield from _mark(stop.scene, at, current=stop is now)
    for stop, at in spots:
        yield from _cross(at) if stop.scene.dropped else ()


def _spots(plan: Plan, told: Sequence[Stop]) -> list[tuple[Stop, Point]]:
    """Give each scene's number its place beside others at the same thing; where they are too many, the first ones and the last."""
    groups: dict[Node, list[Stop]] = {}
    for stop in told:
        if stop.node is not None:
            groups.setdefault(stop.node[:4] if stop.node[0] == "device" else thing(stop.node), []).append(stop)
    found = []
    for node, group in groups.items():
        room = ROOM.get(str(node[0]), 3)
        shown = group if len(group) <= room else [*group[: room - 1], group[-1]]
        found += [(stop, _place(plan, stop.node, at)) for at, stop in enumerate(shown) if stop.node is not None]
    return sorted(found, key=lambda each: each[0].scene.number)


def _place(plan: Plan, node: Node, at: int) -> Point:
    """Place the number of that many others at a thing: on the edge of a box in a row, at the side of a socket."""
    step = 2 * DISC + 2
    if node[0] in ("hook", "frame"):
        box = plan.stations[str(node[1])]
        return box.x + 12 + step * at, box.y - 6
    if node[0] == "machine":
        machine = next(each for each in plan.machines if (each.netns.name, each.box.x) == node[1:3])
        box, row = machine.box, int((machine.box.width - 4) // step)
        edge, inwards = (box.y, 1) if machine in plan.above else (box.bottom, -1)
        # those that the edge has no room for go on at the side
        return (box.x + 12 + step * at, edge) if at < row else (box.right, edge + inwards * step * (at - row + 1))
    box = plan.device(str(node[1]), str(node[2])) or plan.host
    if len(node) < 4:  # noqa: PLR2004 - a bridge has no lanes of its own
        return box.cx + step * at, box.bottom - 21
    left = node[3:] == ("down",)
    return (box.x - DISC - 2 - step * at) if left else (box.right + DISC + 2 + step * at), box.cy


def _mark(scene: Scene, at: Point, *, current: bool) -> Iterator[str]:
    """Draw a scene's number in a disc: hollow for an answer, with a ring where the packet is now."""
    if current:
        yield svg.tag("circle", cx=at[0], cy=at[1], r=DISC + 4, fill=svg.PAPER, stroke=svg.INK, stroke_width=2)
    yield from disc(scene, at)


def disc(scene: Scene, at: Point) -> Iterator[str]:
    """Draw a scene's number in a disc."""
    style = STYLES.get(scene.leg, STYLES["request"])
    fill, ink = (svg.PAPER, svg.INK) if style.hollow else (style.stroke, svg.PAPER)
    yield svg.tag("circle", cx=at[0], cy=at[1], r=DISC, fill=fill, stroke=style.stroke, stroke_width=2)
    yield svg.text((at[0], at[1] + 3.8), str(scene.number), size=SIZES.get(len(str(scene.number)), 8), bold=True, anchor="middle", fill=ink)


def _cross(at: Point) -> Iterator[str]:
    """Draw a cross beside the number of the scene where the packet ends."""
    x, y = at[0] + DISC + 14, at[1]
    for points in ([(x - 8, y - 8), (x + 8, y + 8)], [(x - 8, y + 8), (x + 8, y - 8)]):
        yield svg.wire(points, weight=8, stroke=svg.PAPER)
    for points in ([(x - 8, y - 8), (x + 8, y + 8)], [(x - 8, y + 8), (x + 8, y - 8)]):
        yield svg.wire(points, weight=4)
