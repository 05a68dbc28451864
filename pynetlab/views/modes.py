"""The network modes of containers side by side: whose namespace each container uses, and what it sees there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..model import Link, Netns, State
from . import metrics, svg
from .figure import Figure
from .svg import Box
from .topology import addresses, condition, way

MARGIN, TENANT, PITCH, GAP, LANE = 14.0, 170.0, 190.0, 34.0, 5.0
"""The paper's margin, a container's width, the distances of containers, namespaces and cables, in pixels."""
TOP, NAMESPACES, PAGE = 46.0, 180.0, 610.0
"""The upper edges of the containers and of the namespaces, and the least width, which the legend needs."""
MEANING = {
    "bridge": "a namespace of its own, with a cable to the bridge",
    "NETWORK": "a namespace of its own, with a cable to the network's bridge",
    "host": "no namespace of its own: it uses the host's",
    "none": "a namespace of its own, with nothing in it but lo",
    "container": "no namespace of its own: it uses another container's",
}
"""What each mode means, in the order in which modes are drawn; NETWORK stands for the name of one that somebody made."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A container, the mode it was started with, and the namespace it uses."""

    name: str
    mode: str
    """``bridge``, ``host``, ``none``, ``container:NAME`` or the name of a network, as after ``docker run --net``."""
    netns: str

    @property
    def kind(self) -> str:
        """Give the mode's key in :data:`MEANING`."""
        word = self.mode.partition(":")[0]
        return word if word in MEANING else "NETWORK"


def modes(
    state: State,
    tenants: Sequence[Tenant],
    host: str = "host",
    *,
    name: str = "network-modes",
    title: str = "The network modes of containers",
) -> Figure:
    """Draw containers above the namespaces that they use; the namespace ``host`` is drawn first, used or not."""
    columns = _columns(tenants, host)
    boxes = _boxes(state, columns)
    words = twin(state, columns)
    width = max(PAGE, max(box.right for box in boxes.values()) + MARGIN)
    height = max(box.bottom for box in boxes.values()) + 64 + LANE * len(tenants)
    body = [svg.text((MARGIN, 24), title, size=16, bold=True), *_body(state, columns, boxes), *_legend(height)]
    return Figure(name, title, svg.document(name, title, words, width, height, *body), words)


def _columns(tenants: Sequence[Tenant], host: str) -> dict[str, list[Tenant]]:
    """Group containers by namespace, so that no arrow crosses another; the owner of a namespace stands first."""
    columns: dict[str, list[Tenant]] = {host: []}
    for tenant in sorted(tenants, key=lambda t: _rank(t.kind)):
        columns.setdefault(tenant.netns, []).append(tenant)
    return columns


def _rank(kind: str) -> int:
    """Order by mode; what joins another's namespace comes last, and so stands beside it."""
    return list(MEANING).index(kind)


def _boxes(state: State, columns: dict[str, list[Tenant]]) -> dict[str, Box]:
    boxes, x = {}, MARGIN
    for name, tenants in columns.items():
        rows = [metrics.width(line, 10.5, mono=True) + 44 for line in _lines(state[name])]
        width = max(len(tenants) * PITCH, *rows, metrics.width(f"namespace {name}", 12, bold=True) + 28, TENANT + 24)
        boxes[name] = Box(x, NAMESPACES, width, 44 + 30 * len(state[name].links) + 15 * len(_routes(state[name])))
        x += width + GAP
    return boxes


def _body(state: State, columns: dict[str, list[Tenant]], boxes: dict[str, Box]) -> Iterator[str]:
    sockets: dict[tuple[str, str], Box] = {}
    for name, tenants in columns.items():
        box = boxes[name]
        yield svg.rect(box, radius=8, weight=2, fill=svg.BAND)
        yield svg.text((box.x + 14, box.y + 22), f"namespace {name}", size=12, bold=True)
        for i, link in enumerate(_links(state[name])):
            sockets[name, link.name] = Box(box.x + 12, box.y + 34 + 30 * i, box.width - 24, 24)
        yield from _tenants(tenants, box)
    yield from _cables(state, boxes, sockets)
    for (name, device), box in sockets.items():
        yield from _device(state[name].links[device], box)
    for name, box in boxes.items():
        for i, words in enumerate(_routes(state[name])):
            yield svg.text((box.x + 14, box.y + 48 + 30 * len(state[name].links) + 15 * i), words, size=10, mono=True, fill=svg.SOFT)


def _tenants(tenants: Sequence[Tenant], below: Box) -> Iterator[str]:
    start = below.cx - (len(tenants) - 1) * PITCH / 2
    for i, tenant in enumerate(tenants):
        box = Box(start + i * PITCH - TENANT / 2, TOP, TENANT, 84)
        yield svg.rect(box, radius=14, weight=1.6)
        yield svg.text((box.cx, box.y + 22), tenant.name, size=12, bold=True, anchor="middle")
        yield svg.text((box.cx, box.y + 39), f"--net={tenant.mode}", size=10.5, anchor="middle", mono=True)
        for j, words in enumerate(metrics.wrap(MEANING[tenant.kind], TENANT - 16, 10.5)):
            yield svg.text((box.cx, box.y + 57 + 13 * j), words, size=10.5, anchor="middle")
        own = tenant.kind in ("bridge", "NETWORK", "none")
        yield svg.wire([(box.cx, box.bottom), (box.cx, below.y)], weight=1.8, dash=None if own else "5 4", arrow=True)


def _links(netns: Netns) -> list[Link]:
    """Order devices: those with a cable first, then bridges, then lo."""
    return sorted(
        netns.links.values(), key=lambda link: (("veth", "bridge", "loopback").index(link.kind) if link.kind in _KNOWN else 0, link.name)
    )


_KNOWN = ("veth", "bridge", "loopback")


def _cables(state: State, boxes: dict[str, Box], sockets: dict[tuple[str, str], Box]) -> Iterator[str]:
    """Draw each cable between two namespaces that are both here, once: to a neighbour straight, to others below them all."""
    order = list(boxes)
    pairs = [sorted(ends, key=lambda end: order.index(end[0])) for ends in _pairs(state, sockets)]
    # who goes further runs lower and turns down earlier, so that cables do not cross
    for number, (one, other) in enumerate(sorted(pairs, key=lambda ends: order.index(ends[1][0]))):
        left, right, near, far = sockets[one], sockets[other], boxes[one[0]].right, boxes[other[0]].x
        x, last = near + 1 + LANE * (len(pairs) - number), far - 6 - LANE * number
        floor = max(box.bottom for box in boxes.values()) + LANE * (number + 2)
        corners = [(x, left.cy), (x, floor), (last, floor), (last, right.cy)]
        if order.index(other[0]) - order.index(one[0]) == 1:
            corners = [(last, left.cy), (last, right.cy)] if left.cy != right.cy else []
        up = all(state[netns].links[device].up for netns, device in (one, other))
        yield svg.wire([(left.right, left.cy), *corners, (right.x, right.cy)], weight=1.8, dash=None if up else "2 3")


def _pairs(state: State, sockets: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, str], ...]]:
    """List the two ends of each cable that are both here."""
    here = set(sockets)
    ends = [(end, state[end[0]].links[end[1]].peer) for end in here]
    return sorted({tuple(sorted((end, peer))) for end, peer in ends if peer in here and peer[0] != end[0]})


def _device(link: Link, box: Box) -> Iterator[str]:
    yield svg.rect(box, radius=2, weight=1.2, dash=None if link.up else "2 3")
    yield svg.text((box.x + 8, box.cy + 3.8), _line(link), size=10.5, mono=True)


def _line(link: Link) -> str:
    port = f", port of {link.master}" if link.master else ""
    kind = " (bridge)" if link.kind == "bridge" else ""
    address = f" {addresses(link)}" if link.addresses else ""
    return f"{link.name}{kind}{address} {condition(link)}{port}"


def _routes(netns: Netns) -> list[str]:
    return [way(route) for route in netns.routes if not route.kernel] or ["no route"]


def _lines(netns: Netns) -> list[str]:
    return [*(_line(link) for link in netns.links.values()), *_routes(netns)]


def _legend(height: float) -> Iterator[str]:
    x, y = MARGIN, height - 20
    for dash, words in ((None, "uses a namespace of its own"), ("5 4", "uses one that was there before")):
        yield svg.wire([(x, y - 4), (x + 32, y - 4)], weight=1.8, dash=dash, arrow=True)
        yield svg.text((x + 39, y), words, size=11)
        x += 39 + metrics.width(words, 11) + 24
    yield svg.wire([(x, y - 4), (x + 32, y - 4)], weight=1.8)
    yield svg.text((x + 39, y), "a cable (veth)", size=11)


def twin(state: State, columns: dict[str, list[Tenant]]) -> str:
    """Tell the drawing in words, namespace by namespace."""
    lines: list[str] = []
    for name, tenants in columns.items():
        lines += ([""] if lines else []) + [f"namespace {name}, used by {', '.join(t.name for t in tenants) or 'no container'}"]
        lines += [f"  {t.name}: --net={t.mode}: {MEANING[t.kind]}" for t in tenants]
        lines += [f"  device {_line(link)}{_cable(link)}" for link in _links(state[name])]
        lines += [f"  route {words}" if words != "no route" else "  no route" for words in _routes(state[name])]
    return "\n".join(lines)


def _cable(link: Link) -> str:
    return f", a cable to {link.peer[1]} of {link.peer[0]}" if link.peer else ""
