"""The networks of services as a drawing: the outside above, services in a row, and below them a bar for each network.

A wire that ends in a dot joins a bar; one without a dot passes over it. It is the picture of nwdiag (blockdiag), in layers:
services stand so that those on the same networks are near each other.
"""

from collections.abc import Iterator, Mapping, Sequence

from . import metrics, svg
from .figure import Figure
from .service_map import OUTSIDE, ServiceMap, Tap, about, twin
from .service_map import Box as Service
from .svg import Box

MARGIN, GAP, PAD, TOP, ROW, TALL, LINE = 16.0, 22.0, 14.0, 66.0, 50.0, 44.0, 15.0
"""The paper's margin, the distance of services, the space beside words, the outside's bar, the distance of bars, a service, a line."""
ROUNDS = 4
"""So often services and networks are put in order by each other's places; Sugiyama's barycentre (IEEE SMC-11, 1981)."""


def draw(chart: ServiceMap) -> Figure:
    """Draw a map; its text twin says the same."""
    name = f"networks-of-{chart.name}"
    order, buses = arranged(chart)
    left = MARGIN + max([70.0, *(_label_width(bus.name, about(bus)) for bus in chart.buses)]) + 18
    ports = max((len(box.ports) for box in order), default=0)
    boxes = _boxes(order, left, TOP + 26 + LINE * ports)
    bottom = TOP + 26 + LINE * ports + TALL
    bars = _heights(chart, buses, bottom)
    wide = max([left + 200, *(box.right for box in boxes.values())]) + MARGIN
    title_width = metrics.width(chart.title, 16, bold=True) + 2 * MARGIN
    width, height = max(wide, title_width), max(bars.values(), default=bottom) + 32
    body = [
        svg.text((MARGIN, 26), chart.title, size=16, bold=True),
        *_outside(left, wide - MARGIN),
        *_shared(order, boxes),
        *_bars(chart, bars, boxes, left),
        *(part for box in order for part in _service(box, boxes[box.name], bars)),
    ]
    words = twin(chart)
    return Figure(name, chart.title, svg.document(name, chart.title, words, width, height, *body), words)


def arranged(chart: ServiceMap) -> tuple[list[Service], list[str]]:
    """Put services from left to right and networks from above to below so that wires are short and cross little.

    A service that uses another's namespace stands right of it.
    """
    own = [box for box in chart.boxes if chart.box(box.inside) is None]
    buses = [bus.key for bus in chart.buses]
    for _ in range(ROUNDS):
        rank = {key: float(at) for at, key in enumerate(buses)}
        own.sort(key=lambda box: (_mean([rank[tap.bus] for tap in box.taps]), box.name))
        column = {box.name: float(at) for at, box in enumerate(own)}
        buses.sort(key=lambda key: (_mean([column[box.name] for box in own if any(tap.bus == key for tap in box.taps)]), key))
    return [each for box in own for each in _with_guests(chart, box)], buses


def _with_guests(chart: ServiceMap, box: Service) -> Iterator[Service]:
    yield box
    for guest in chart.boxes:
        if guest.inside == box.name:
            yield from _with_guests(chart, guest)


def _mean(places: Sequence[float]) -> float:
    return sum(places) / len(places) if places else 0.0


def _label_width(name: str, details: str) -> float:
    return max(metrics.width(name, 12, bold=True), metrics.width(details, 10))


def _boxes(order: Sequence[Service], left: float, top: float) -> dict[str, Box]:
    """Give each service its place: as wide as its name, its ports and the addresses on its wires need."""
    found: dict[str, Box] = {}
    x = left + GAP
    for box in order:
        ports = max((metrics.width(each, 10, mono=True) for each in box.ports), default=0)
        taps = sum(_tap_width(tap) for tap in box.taps)
        under = metrics.width(f"uses {box.inside}'s network", 10) + PAD if box.inside else 0
        wide = max(metrics.width(box.label, 13, bold=True) + 2 * PAD, under, ports + 26 if ports else 0, taps, 64)
        found[box.name] = Box(x, top, wide, TALL)
        x += wide + GAP
    return found


def _heights(chart: ServiceMap, buses: Sequence[str], bottom: float) -> dict[str, float]:
    """Give each network's bar its place: as far below what is above it as the addresses and aliases on its wires need."""
    found: dict[str, float] = {}
    for key in buses:
        lines = max((len(_tap_words(tap)) for box in chart.boxes for tap in box.taps if tap.bus == key), default=0)
        bottom += max(ROW if found else 34.0, 12.0 * lines + (24 if found else 14))
        found[key] = bottom
    return found


def _tap_width(tap: Tap) -> float:
    return max([26.0, *(metrics.width(words, 10, mono=True) + 16 for words in _tap_words(tap))])


def _tap_words(tap: Tap) -> list[str]:
    return [*([tap.address] if tap.address else []), *tap.aliases]


def _outside(left: float, right: float) -> list[str]:
    """Draw where published ports are reached from."""
    return [
        svg.text((left - 18, TOP + 4), OUTSIDE, size=12, bold=True, anchor="end"),
        svg.wire([(left - 8, TOP - 2), (right, TOP - 2)], weight=1),
        svg.wire([(left - 8, TOP + 2), (right, TOP + 2)], weight=1),
    ]


def _shared(order: Sequence[Service], boxes: Mapping[str, Box]) -> Iterator[str]:
    """Frame the services that use one namespace."""
    for box in order:
        guests = [each.name for each in order if each.inside == box.name]
        if guests:
            around = [boxes[box.name], *(boxes[name] for name in guests)]
            right = max(each.right for each in around)
            frame = Box(around[0].x, around[0].y, right - around[0].x, TALL).grown(7)
            yield svg.rect(frame, radius=6, dash="5 4", fill=svg.BAND)


def _bars(chart: ServiceMap, bars: Mapping[str, float], boxes: Mapping[str, Box], left: float) -> Iterator[str]:
    """Draw each network: its name and kind at the left, and a bar as far as its last service."""
    for bus in chart.buses:
        y = bars[bus.key]
        ends = [boxes[box.name].right for box in chart.boxes if any(tap.bus == bus.key for tap in box.taps)]
        yield svg.text((left - 18, y), bus.name, size=12, bold=True, anchor="end")
        yield svg.text((left - 18, y + 13), about(bus), size=10, anchor="end", fill=svg.SOFT)
        yield svg.wire([(left - 8, y), (max(ends, default=left + 100), y)], weight=4, dash="9 4" if bus.closed else None)


def _service(box: Service, at: Box, bars: Mapping[str, float]) -> Iterator[str]:
    """Draw a service, an arrow from the outside for its ports, and a wire to each of its networks."""
    if box.ports:
        yield svg.wire([(at.x + 12, TOP + 2), (at.x + 12, at.y - 1)], weight=1.6, arrow=True)
        for line, words in enumerate(box.ports):
            yield svg.text((at.x + 18, TOP + 18 + LINE * line), words, size=10, mono=True)
    taps = sorted(box.taps, key=lambda tap: bars[tap.bus])
    # the wire to the lowest bar stands at the left, so that no address stands in the way of another wire
    x = at.x + (at.width - sum(map(_tap_width, taps))) / 2
    for tap in reversed(taps):
        yield from _tap(tap, x + 8, at.bottom, bars[tap.bus])
        x += _tap_width(tap)
    yield svg.rect(at, radius=3, weight=1.6)
    under = f"uses {box.inside}'s network" if box.inside else "" if box.taps else "no network"
    yield svg.text((at.cx, at.cy + (0 if under else 5)), box.label, size=13, bold=True, anchor="middle")
    if under:
        yield svg.text((at.cx, at.cy + 15), under, size=10, anchor="middle", fill=svg.SOFT)


def _tap(tap: Tap, x: float, top: float, bottom: float) -> Iterator[str]:
    yield svg.wire([(x, top), (x, bottom)], weight=7, stroke=svg.PAPER)  # so that a bar that it passes is cut
    yield svg.wire([(x, top), (x, bottom)], weight=1.6)
    yield svg.tag("circle", cx=x, cy=bottom, r=5, fill=svg.INK)
    for line, words in enumerate(reversed(_tap_words(tap))):
        yield svg.text((x + 6, bottom - 7 - 12 * line), words, size=10, mono=True)
