"""Where things stand in the drawing of a packet's way: machines on the wire above, the host with netfilter's hooks, bridges, containers.

The hooks stand as a packet meets them, from left to right: PREROUTING, routing, FORWARD, POSTROUTING, and above them the way up
to the host's own sockets and down again (netfilter-hacking-HOWTO, section 3.1). What comes in, from the wire or from a
bridge, enters at the left; what goes out leaves at the right.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from ..model import Link, Netns, State
from . import metrics
from .svg import Box
from .topology import Port, Switch, Topology, addresses, condition, topology, way

MARGIN, SPACE, BOX, PITCH, TOP = 14.0, 22.0, 154.0, 172.0, 44.0
"""The paper's margin, white space, a machine's width, the distance of machines, the upper edge of what is drawn."""
STATION, TALL, GAP = 104.0, 42.0, 26.0
"""A hook's width and height, and the distance to the next."""
BAR, NARROW = 70.0, 280.0
"""A bridge's height and least width."""
MOST = 3
"""So many containers are drawn; those on the way are, however many there are."""
COLUMNS = {
    "PREROUTING": (0, 1),
    "ROUTING": (1, 1),
    "FORWARD": (2, 1),
    "POSTROUTING": (3, 1),
    "INPUT": (1, 0),
    "SELF": (2, 0),
    "OUTPUT": (3, 0),
}
"""Column and row of each station; ROUTING and SELF, which are the host's own sockets, are no hooks."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bridge: its box, and the x at which frames go up into the host, up to FORWARD and back, and come down out of it."""

    switch: Switch
    box: Box
    enters: float
    forwards: float
    leaves: float


@dataclass(frozen=True, slots=True)
class Machine:
    """A namespace in a box, with the devices on its edge; a container on two bridges has a box at each."""

    netns: Netns
    box: Box
    sockets: Mapping[str, Box]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where all of it stands."""

    seen: Topology
    host: Box
    stations: Mapping[str, Box]
    nics: Mapping[str, Box]
    bars: tuple[Bar, ...]
    plugs: Mapping[str, Box]
    above: tuple[Machine, ...]
    """The machines on the wire, one for each network card, in order."""
    below: tuple[Machine, ...]
    alone: tuple[Machine, ...]
    hidden: tuple[str, ...]
    """What is not drawn, and not on the way."""
    width: float
    height: float

    @property
    def machines(self) -> tuple[Machine, ...]:
        """All of them."""
        return (*self.above, *self.below, *self.alone)

    def device(self, netns: str, name: str) -> Box | None:
        """Find the box of a device; a bridge's is its bar. None for one that is not drawn."""
        if netns == self.seen.host.name:
            row = self.stations["ROUTING"]
            bars = {bar.switch.link.name: bar.box for bar in self.bars}
            return {"lo": Box(row.cx - 22, row.bottom + 9, 44, 18), **self.nics, **self.plugs, **bars}.get(name)
        return next((each.sockets[name] for each in self.machines if each.netns.name == netns and name in each.sockets), None)

    def far(self, port: Port) -> Box | None:
        """Find the socket at the other end of a cable."""
        return self.device(port.netns.name, port.peer.name) if port.netns and port.peer else None

    @property
    def corridor(self) -> float:
        """The x of the lane at the right, by which packets leave for the wire."""
        return self.stations["POSTROUTING"].right + 20


def plan(state: State, host: str, outside: str, netns: Collection[str], devices: Collection[str]) -> Plan:
    """Place what is to be seen, where packets pass through these namespaces, and through these devices of the host."""
    seen, hidden = _seen(topology(state, host, outside), netns, devices)
    wires = [port for port in seen.nics if port.netns is not None]
    left = MARGIN + SPACE
    above = tuple(_machine(port, left - 14 + i * (BOX + 46), TOP, top=False) for i, port in enumerate(wires))
    host_y = max((each.box.bottom for each in above), default=TOP - 20) + 54
    stations = {
        name: Box(left + column * (STATION + GAP), host_y + 66 + row * (TALL + 28), STATION, TALL)
        for name, (column, row) in COLUMNS.items()
    }
    bars_y = stations["FORWARD"].bottom + 54
    bars = tuple(_bars(seen.switches, stations, bars_y))
    right = max(
        [
            stations["FORWARD"].right + STATION + GAP + 44,
            *(bar.box.right + SPACE for bar in bars),
            *(each.box.right + SPACE for each in above),
        ]
    )
    if len(bars) == 1:
        bars = (_bar(bars[0].switch, replace(bars[0].box, width=right - SPACE - left), stations),)
    host_box = Box(MARGIN, host_y, right - MARGIN, (bars_y + BAR + 28 if bars else stations["FORWARD"].bottom + 30) - host_y)
    first = host_box.bottom + 46
    plugs, below = _ports(bars, first)
    x = max([each.box.right for each in below], default=left - 14) + 14
    alone = tuple(_alone(each, x + i * PITCH, first) for i, each in enumerate(seen.alone))
    nics = {
        port.link.name: _socket(above[wires.index(port)].box.x + 66 if port in wires else left + 52 + 200 * i, host_y)
        for i, port in enumerate(seen.nics)
    }
    everything = [host_box, *(each.box for each in (*above, *below, *alone))]
    width = max(box.right for box in everything) + MARGIN + (30 if any(_shares(each) for each in alone) else 0)
    return Plan(seen, host_box, stations, nics, bars, plugs, above, below, alone, hidden, width, max(box.bottom for box in everything) + 14)


def _seen(seen: Topology, netns: Collection[str], devices: Collection[str]) -> tuple[Topology, tuple[str, ...]]:
    """Leave out bystanders where there are too many, and bridges that nobody is plugged into."""
    room = MOST - sum(port.link.name in devices or _name(port) in netns for switch in seen.switches for port in switch.ports)
    kept, hidden = [], []
    for switch in seen.switches:
        ports = []
        for port in switch.ports:
            on_the_way = port.link.name in devices or _name(port) in netns
            if on_the_way or room > 0:
                ports.append(port)
                room -= not on_the_way
            else:
                hidden.append(_name(port) or port.link.name)
        if ports or switch.link.name in devices:
            kept.append(replace(switch, ports=tuple(ports)))
        else:
            hidden.append(switch.link.name)
    alone = tuple(each for each in seen.alone if each.name in netns)
    hidden += [each.name for each in seen.alone if each not in alone]
    drawn = {_name(port) for switch in kept for port in switch.ports}
    return replace(seen, switches=tuple(kept), alone=alone), tuple(name for name in dict.fromkeys(hidden) if name not in drawn)


def _name(port: Port) -> str:
    return port.netns.name if port.netns else ""


def _bars(switches: Collection[Switch], stations: Mapping[str, Box], y: float) -> Iterator[Bar]:
    x = MARGIN + SPACE
    for switch in switches:
        wide = max(NARROW, len(switch.ports) * PITCH, _words(switch) + 150)
        yield _bar(switch, Box(x, y, wide, BAR), stations)
        x += wide + SPACE


def _words(switch: Switch) -> float:
    """Give the width of what is written in a bridge."""
    return max(metrics.width(name_of(switch.link), 12, bold=True), metrics.width(addresses(switch.link), 10.5, mono=True))


def name_of(bridge: Link) -> str:
    """Name a bridge, and say whether it is up."""
    return f"{bridge.name}: bridge, {condition(bridge)}"


def _bar(switch: Switch, box: Box, stations: Mapping[str, Box]) -> Bar:
    """Let each lane run as near as can be below its hook, and none through the words."""
    enters = min(max(stations["PREROUTING"].cx, box.x + 24), box.right - 24)
    end = enters + 22 + _words(switch) + 28
    forwards = max(min(max(stations["FORWARD"].cx, end), box.right - 54), end)
    leaves = max(min(stations["POSTROUTING"].cx, box.right - 24), forwards + 30)
    return Bar(switch, box, enters, forwards, leaves)


def _ports(bars: Collection[Bar], first: float) -> tuple[dict[str, Box], tuple[Machine, ...]]:
    plugs, machines = {}, []
    for bar in bars:
        count = len(bar.switch.ports)
        start = bar.box.cx - (count - 1) * PITCH / 2
        for i, port in enumerate(bar.switch.ports):
            plugs[port.link.name] = Box(start + i * PITCH - 38, bar.box.bottom - 7, 76, 20)
            if port.netns is not None:
                machines.append(_machine(port, start + i * PITCH - BOX / 2, first, top=True))
    return plugs, tuple(machines)


def _machine(port: Port, x: float, y: float, *, top: bool) -> Machine:
    """Place a machine with the socket of its cable on its upper or its lower edge."""
    netns, peer = port.netns, port.peer
    if netns is None or peer is None:
        raise ValueError(f"{port.link.name} leads nowhere")
    box = Box(x, y, BOX, 34 + 15 * len(lines(netns, peer)) + 12)
    return Machine(netns, box, {peer.name: _socket(box.x + 66 if not top else box.cx, box.y if top else box.bottom)})


def _alone(netns: Netns, x: float, y: float) -> Machine:
    """Place a machine that no cable joins to the host; of a macvlan it has the device."""
    box = Box(x, y, BOX, 34 + 15 * len(lines(netns)) + 8)
    shared = [link.name for link in netns.links.values() if link.parent]
    return Machine(netns, box, {name: _socket(box.x + 40 + 78 * i, y) for i, name in enumerate(shared[:2])})


def _shares(machine: Machine) -> bool:
    return bool(machine.sockets)


def _socket(x: float, y: float) -> Box:
    return Box(x - 38, y - 10, 76, 20)


def lines(netns: Netns, plugged: Link | None = None) -> list[str]:
    """Give what stands in a machine's box: addresses, with the device where it has several, and routes."""
    links = [link for link in netns.links.values() if link.kind != "loopback"]
    said = [addresses(link) if [link] == links and plugged else f"{link.name} {addresses(link)}" for link in links]
    routes = [way(route) for route in netns.routes if not route.kernel] or (["no route"] if links else [])
    return [part for line in [*(said or ["no device but lo"]), *routes] for part in metrics.wrap(line, BOX - 10, 10, mono=True)]
