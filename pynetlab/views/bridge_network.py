"""The bridge network of a Docker host, from a state alone: the machine outside, NIC, routing, bridges, cables, containers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model import Link, Netns, State
from . import metrics, svg
from .figure import Figure
from .svg import Box
from .topology import Port, Switch, Topology, addresses, condition, forwarding, topology, way

MARGIN, BOX, OUTSIDE, PITCH, SPACE = 14.0, 154.0, 300.0, 168.0, 22.0
"""The paper's margin, the width of a container and of the machine outside, the distance of containers, and white space,
in pixels."""
STAGGERED = 94.0
"""The distance of containers that stand in two rows, so that cables to the second pass between those of the first."""
ROW = 6
"""So many containers stand in one row before there are two."""
DASH = "5 4"
"""Line style of what is down."""


def bridge_network(
    state: State,
    host: str = "host",
    outside: str = "outside",
    *,
    name: str = "bridge-network",
    title: str = "The bridge network of a Docker host",
) -> Figure:
    """Draw the network of ``host`` and of what its cables lead to; ``outside`` names the other machine on its wire."""
    seen = topology(state, host, outside)
    plan = _plan(seen)
    words = twin(seen)
    body = [svg.text((MARGIN, 24), title, size=16, bold=True), *_body(seen, plan)]
    return Figure(name, title, svg.document(name, title, words, plan.width, plan.height, *body), words)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand, worked out before anything is drawn."""

    outside: Box
    host: Box
    routing: Box
    switches: tuple[Box, ...]
    containers: tuple[tuple[Box, ...], ...]
    alone: tuple[Box, ...]
    width: float
    height: float


def _plan(seen: Topology) -> _Plan:
    staggered = sum(len(switch.ports) for switch in seen.switches) > ROW
    step = STAGGERED if staggered else PITCH
    left = MARGIN + SPACE
    spans = [max(280.0, len(switch.ports) * step + (STAGGERED if staggered and switch.ports else 0)) for switch in seen.switches]
    used = sum(spans) + SPACE * max(0, len(spans) - 1)
    inner = max(used, 440.0 + 170 * max(0, len(seen.nics) - 1), _routing_width(seen))
    spans = [span + (inner - used) / len(spans) for span in spans]
    top = 44.0
    out = Box(MARGIN + SPACE, top, OUTSIDE, _height(seen.outside, 0, OUTSIDE) if seen.outside else 0)
    host_top = out.bottom + (44 if seen.outside else 0)
    routing = Box(left, host_top + 50, inner, 38 + 15 * len(seen.host.routes))
    bars_top = routing.bottom + 26
    host = Box(MARGIN, host_top, inner + 2 * SPACE, (bars_top + 70 if seen.switches else routing.bottom + 16) - host_top)
    first = host.bottom + 44
    drop = max((_height(port.netns, 1) for switch in seen.switches for port in switch.ports), default=0.0) + 44
    switches, containers, x = [], [], left
    for switch, span in zip(seen.switches, spans, strict=True):
        switches.append(Box(x, bars_top, span, 44))
        offset = (span - len(switch.ports) * step - (STAGGERED if staggered else 0)) / 2 + (7 if not staggered else STAGGERED - BOX / 2)
        containers.append(
            tuple(
                Box(x + offset + i * step, first + (drop if staggered and i % 2 else 0), BOX, _height(port.netns, 1))
                for i, port in enumerate(switch.ports)
            )
        )
        x += span + SPACE
    alone_x = max([box.right for boxes in containers for box in boxes], default=host.x + SPACE - 30) + 30
    alone = tuple(Box(alone_x + i * PITCH, first, BOX, _height(netns, 0)) for i, netns in enumerate(seen.alone))
    everything = [host, out, *switches, *alone, *(box for boxes in containers for box in boxes)]
    width, height = max(box.right for box in everything) + MARGIN, max(box.bottom for box in everything) + 52
    return _Plan(out, host, routing, tuple(switches), tuple(containers), alone, max(width, 560), height)


def _routing_width(seen: Topology) -> float:
    return max((metrics.width(str(route), 10.5, mono=True) for route in seen.host.routes), default=0) + 30


def _height(netns: Netns | None, sockets: int, width: float = BOX) -> float:
    return 34 + 15 * len(_lines(netns, sockets, width)) + 8 if netns else 60


def _lines(netns: Netns, sockets: int, width: float) -> list[str]:
    """Give what stands in a machine's box: its devices, but for the loopback, and its routes."""
    links = [link for link in netns.links.values() if link.kind != "loopback"]
    lines = [_device(link, named=not sockets or len(links) > 1) for link in links] or ["no device but lo"]
    routes = [way(route) for route in netns.routes if not route.kernel]
    return [
        part for line in [*lines, *(routes or (["no route"] if links else []))] for part in metrics.wrap(line, width - 14, 10, mono=True)
    ]


def _device(link: Link, *, named: bool) -> str:
    return f"{link.name} {addresses(link)}" if named else addresses(link)


def _body(seen: Topology, plan: _Plan) -> Iterator[str]:
    yield svg.rect(plan.host, radius=8, weight=2, fill=svg.BAND)
    heading = f"{seen.host.name}: the Docker host"
    yield svg.text((plan.host.right - 14, plan.host.y + 22), heading, size=12, bold=True, anchor="end")
    yield from _uplink(seen, plan)
    yield from _routing(seen, plan)
    for switch, bar, boxes in zip(seen.switches, plan.switches, plan.containers, strict=True):
        yield from _bridge(switch, bar, plan.routing)
        cables = sorted(zip(switch.ports, boxes, strict=True), key=lambda pair: -pair[1].y)
        for port, box in cables:
            yield from _container(port, box, bar)
    for netns, box in zip(seen.alone, plan.alone, strict=True):
        yield from _machine(netns.name, netns, box, 0)
        yield svg.text((box.cx, box.y - 6), "no cable to the host", size=10, anchor="middle", italic=True)
    yield from _legend(plan)


def _uplink(seen: Topology, plan: _Plan) -> Iterator[str]:
    """Draw the machine outside, and the host's own devices on its upper edge."""
    if seen.outside is not None:
        yield from _machine(f"{seen.outside.name}: another machine on the wire", seen.outside, plan.outside, 0)
    for i, port in enumerate(seen.nics):
        x = plan.outside.x + 75 + i * 170
        socket = Box(x - 40, plan.host.y - 11, 80, 22)
        yield _cable((x, socket.bottom), (x, plan.routing.y), up=port.link.up)
        if port.netns is not None and port.netns is seen.outside:
            yield _cable((x, plan.outside.bottom), (x, socket.y), up=port.up)
        yield from _socket(port.link, socket)
        yield svg.text((x + 8, socket.bottom + 15), addresses(port.link), size=10.5, mono=True)


def _routing(seen: Topology, plan: _Plan) -> Iterator[str]:
    box = plan.routing
    yield svg.rect(box, radius=3)
    yield svg.text((box.x + 12, box.y + 19), "Routing", size=12, bold=True)
    on = seen.host.sysctl.get("net.ipv4.ip_forward", "0") != "0"
    said = f"{forwarding(seen.host)}: {'passes packets on' if on else 'passes nothing on'}"
    yield svg.text((box.right - 12, box.y + 19), said, size=10.5, anchor="end")
    for i, route in enumerate(seen.host.routes):
        yield svg.text((box.x + 12, box.y + 37 + 15 * i), str(route), size=10.5, mono=True)


def _bridge(switch: Switch, bar: Box, routing: Box) -> Iterator[str]:
    x = min(bar.cx, routing.right - 20)
    yield _cable((x, routing.bottom), (x, bar.y), up=switch.link.up)
    yield svg.rect(bar, radius=10, weight=2.4, dash=None if switch.link.up else DASH)
    words = f"{switch.link.name}: bridge, {condition(switch.link)}"
    yield svg.text((bar.cx, bar.y + 17), words, size=12, bold=True, anchor="middle")
    yield svg.text((bar.cx, bar.y + 31), addresses(switch.link), size=10.5, anchor="middle", mono=True)


def _container(port: Port, box: Box, bar: Box) -> Iterator[str]:
    plug = Box(box.cx - 36, bar.bottom - 7, 72, 20)
    yield _cable((box.cx, plug.bottom), (box.cx, box.y - 11), up=port.up)
    yield from _socket(port.link, plug)
    if port.netns is None:
        yield svg.text((box.cx, box.y), "other end not here", size=10, anchor="middle", italic=True)
        return
    yield from _machine(port.netns.name, port.netns, box, 1)
    if port.peer is not None:
        yield from _socket(port.peer, Box(box.cx - 36, box.y - 11, 72, 22))


def _machine(heading: str, netns: Netns, box: Box, sockets: int) -> Iterator[str]:
    yield svg.rect(box, radius=6, weight=1.6)
    yield svg.text((box.cx, box.y + 26), heading, size=12, bold=True, anchor="middle")
    for i, words in enumerate(_lines(netns, sockets, box.width)):
        yield svg.text((box.cx, box.y + 43 + 15 * i), words, size=10, anchor="middle", mono=True)


def _socket(link: Link, box: Box) -> Iterator[str]:
    """Draw one end of a cable, with its name; an end that is down says so and has a broken rim."""
    yield svg.rect(box, radius=2, weight=1.2, dash=None if link.up else DASH)
    words = link.name if link.up else f"{link.name} ↓"
    yield svg.text((box.cx, box.cy + 3.6), words, size=10, anchor="middle", mono=True)


def _cable(start: svg.Point, end: svg.Point, *, up: bool) -> str:
    return svg.wire([start, end], weight=1.8, dash=None if up else DASH)


def _legend(plan: _Plan) -> Iterator[str]:
    x, y = MARGIN, plan.height - 18
    for up, words in ((True, "both ends up"), (False, "an end is down, marked ↓")):
        yield _cable((x, y - 4), (x + 30, y - 4), up=up)
        yield svg.text((x + 37, y), words, size=11)
        x += 37 + metrics.width(words, 11) + 24


def twin(seen: Topology) -> str:
    """Tell the drawing in words, from the outside to the containers."""
    lines = [f"{seen.host.name}: the Docker host, {forwarding(seen.host)}"]
    lines += [f"  route {route}" for route in seen.host.routes]
    lines += [f"  device {port.link.name}, {condition(port.link)}, {addresses(port.link)}{_other_end(port)}" for port in seen.nics]
    for switch in seen.switches:
        lines.append(f"  bridge {switch.link.name}, {condition(switch.link)}, {addresses(switch.link)}, {_ports(switch.ports)}")
        lines += [f"    port {port.link.name}, {condition(port.link)}{_other_end(port)}" for port in switch.ports]
    shown = {port.netns.name: port.netns for switch in seen.switches for port in switch.ports if port.netns}
    machines = [*([seen.outside] if seen.outside else []), *shown.values(), *seen.alone]
    for netns in machines:
        note = ", with no cable to the host" if netns in seen.alone else ", another machine on the wire" if netns is seen.outside else ""
        lines += ["", f"{netns.name}{note}"]
        links = [link for link in netns.links.values() if link.kind != "loopback"]
        lines += [f"  device {link.name}, {condition(link)}, {addresses(link)}" for link in links] or ["  no device but lo"]
        lines += [f"  route {route}" for route in netns.routes if not route.kernel]
    return "\n".join(lines)


def _ports(ports: Sequence[Port]) -> str:
    return f"{len(ports)} port{'' if len(ports) == 1 else 's'}"


def _other_end(port: Port) -> str:
    if port.netns is None or port.peer is None:
        return ""
    return f", a cable to {port.peer.name} of {port.netns.name}"
