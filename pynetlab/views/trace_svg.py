"""The drawing of a packet's way: the lab in thin lines, the way in thick ones, a number where each scene is.

Legs differ by the style of their lines, numbers of answers are hollow, what was passed has a heavy rim, and where the
packet is now has two: none of it needs a colour.
"""

from collections.abc import Iterator, Mapping, Sequence

from . import metrics, svg
from .rails import Node, Rails, thing
from .scenes import ENDING, Scene
from .svg import Box
from .topology import addresses
from .trace_lines import DASH, thick, thin
from .trace_marks import marks
from .trace_way import Stop
from .way_plan import Machine, Plan, lines, name_of

NAMES = {"ROUTING": "routing", "SELF": "the host itself"}


def drawing(rails: Rails, stops: Sequence[Stop], upto: int | None = None) -> list[str]:
    """Draw a lab and the way through it: all of it, or up to the scene of a number, which is then marked; 0 is before the first."""
    told = [stop for stop in stops if upto is None or stop.scene.number <= upto]
    now = told[-1] if upto and told else None
    rims = _rims(told, now)
    plan = rails.plan
    return [
        svg.rect(plan.host, radius=8, weight=1.4, fill=svg.BAND),
        *thin(rails, told),
        *(svg.rect(bar.box, radius=10, weight=_weight(rims, bar.switch.link.name, 1.4)) for bar in plan.bars),
        *thick(rails, stops, told, now),
        *_host(plan, told, rims),
        *_bridges(plan, rims),
        *(part for machine in plan.machines for part in _machine(plan, machine, rims)),
        *marks(plan, told, now),
    ]


def _rims(told: Sequence[Stop], now: Stop | None) -> dict[Node, int]:
    """Say what was passed, 1, and where the packet is now, 2."""
    found: dict[Node, int] = {thing(node): 1 for stop in told for strand in stop.strands for node in strand}
    if now is not None and now.node is not None:
        found[thing(now.node)] = 2
    return found


def _weight(rims: Mapping[Node, int], bridge: str, least: float) -> float:
    return 2.8 if ("track", bridge) in rims else least


def _box(box: Box, rim: int, *, radius: float = 4, weight: float = 1.2, dash: str | None = None) -> Iterator[str]:
    """Draw a box with the rim of what was passed, or of where the packet is now."""
    if rim == 2:  # noqa: PLR2004 - now
        yield svg.rect(box.grown(4), radius=radius + 3, weight=2, fill=svg.PAPER)
    yield svg.rect(box, radius=radius, weight=2.6 if rim else weight, stroke=svg.INK if rim or weight > 1 else svg.RULE, dash=dash)


def _host(plan: Plan, told: Sequence[Stop], rims: Mapping[Node, int]) -> Iterator[str]:
    yield svg.text((plan.host.right - 14, plan.host.y + 24), f"{plan.seen.host.name}: the Docker host", size=12, bold=True, anchor="end")
    for name, box in plan.stations.items():
        rim = rims.get(("hook", name), 0)
        yield from _box(box, rim, weight=1, radius=14 if name in NAMES else 4)
        note = _note(told, name)
        ink = svg.INK if rim else svg.SOFT
        yield svg.text((box.cx, box.cy + (-3 if note else 4)), NAMES.get(name, name), size=11, bold=bool(rim), anchor="middle", fill=ink)
        if note:
            yield svg.text((box.cx, box.cy + 13), note, size=10, anchor="middle", mono=True)
    for port in plan.seen.nics:
        box, rim = plan.nics[port.link.name], rims.get(("device", plan.seen.host.name, port.link.name), 0)
        yield from _socket(port.link.name, box, rim, up=port.link.up)
        yield svg.text((box.cx + 32, box.bottom + 15), addresses(port.link), size=10, mono=True)
    if ("device", plan.seen.host.name, "lo") in rims:
        loopback = plan.device(plan.seen.host.name, "lo")
        yield from _socket("lo", loopback, rims["device", plan.seen.host.name, "lo"], up=True) if loopback else ()


def _note(told: Sequence[Stop], name: str) -> str:
    """Say in a word or two what a hook said: the latest verdicts, as many as fit."""
    said: list[str] = []
    for stop in told:
        if stop.node is not None and thing(stop.node) == ("hook", name):
            said += [word for word in _verdicts(stop.scene) if word not in said]
    while said and metrics.width(", ".join(said), 10, mono=True) > 98:  # noqa: PLR2004 - the box of a hook
        said.pop(0)
    return ", ".join(said)


def _verdicts(scene: Scene) -> Iterator[str]:
    for step in scene.steps:
        if step.what == "dropped" and step.where.table:
            yield scene.what
        elif step.what == "routed":
            yield step.where.device
        elif step.what == "translated":
            yield "translated"
        elif step.what == "matched" and step in scene.decided and step.verdict in ENDING:
            yield step.verdict


def _bridges(plan: Plan, rims: Mapping[Node, int]) -> Iterator[str]:
    for bar in plan.bars:
        link, x = bar.switch.link, bar.enters + 22
        yield svg.text((x, bar.box.y + 17), name_of(link), size=12, bold=True)
        yield svg.text((x, bar.box.y + 31), addresses(link), size=10, mono=True)
        for port in bar.switch.ports:
            rim = rims.get(("device", plan.seen.host.name, port.link.name), 0)
            yield from _socket(port.link.name, plan.plugs[port.link.name], rim, up=port.link.up)


def _machine(plan: Plan, machine: Machine, rims: Mapping[Node, int]) -> Iterator[str]:
    box, name = machine.box, machine.netns.name
    yield from _box(box, rims.get(("machine", name, box.x), 0), radius=6)
    top = box.y + (4 if machine in plan.above else 0)
    size = metrics.fitting(name, box.width - 12, 12, bold=True)
    yield svg.text((box.cx, top + 24), name, size=size, bold=True, anchor="middle")
    plugged = next((machine.netns.links[each] for each in machine.sockets), None) if machine not in plan.alone else None
    for i, words in enumerate(lines(machine.netns, plugged)):
        yield svg.text((box.cx, top + 40 + 15 * i), words, size=10, anchor="middle", mono=True)
    for device, socket in machine.sockets.items():
        yield from _socket(device, socket, rims.get(("device", name, device), 0), up=machine.netns.links[device].up)


def _socket(name: str, box: Box, rim: int, *, up: bool) -> Iterator[str]:
    yield from _box(box, rim, radius=2, dash=None if up else DASH)
    words = name if up else f"{name} ↓"
    yield svg.text((box.cx, box.cy + 3.6), words, size=metrics.fitting(words, box.width - 6, 10, mono=True), anchor="middle", mono=True)
