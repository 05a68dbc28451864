"""The ways that packets can take in a drawing: a directed graph whose nodes are points, and the shortest way between two things.

Cables and bridges have a lane for each direction, so that the way there and the way back stand side by side. A thing is a
tuple: ``("hook", "FORWARD")``, ``("frame", "FORWARD")`` for a frame that a bridge shows to iptables, ``("device", netns,
name)``, ``("machine", netns)``; a node is a thing and what tells its points apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import networkx as nx

from .svg import Box, Point
from .way_plan import Bar, Machine, Plan

Node = tuple[object, ...]
LANE = 11.0
"""How far a lane runs beside the middle of its cable."""
BACK = 13.0
"""How far beside a hook's lane a frame goes back into the bridge that showed it, or comes for its last hook."""
ROWS = (("PREROUTING", "ROUTING", "FORWARD", "POSTROUTING"), ("ROUTING", "INPUT", "SELF", "OUTPUT", "POSTROUTING"))
"""The ways through the hooks: onwards, and up to the host's own sockets and down again."""
SIDES = (("down", -LANE), ("up", LANE))


@dataclass(slots=True)
class Rails:
    """The graph under construction, and then for asking."""

    plan: Plan
    graph: "nx.DiGraph[Node]" = field(default_factory=nx.DiGraph)

    def put(self, node: Node, at: Point) -> Node:
        """Place a node."""
        self.graph.add_node(node, at=at)
        return node

    def lay(self, *ends: Node | Point, common: bool = False) -> None:
        """Lay a rail from a node by corners to another node; a pair of numbers is a corner.

        ``common`` rails are to be seen without a packet too.
        """
        nodes = [end if end in self.graph else self.put(("corner", len(self.graph)), end) for end in ends]  # type: ignore[arg-type]
        for one, other in pairwise(nodes):
            (x1, y1), (x2, y2) = self.at(one), self.at(other)
            self.graph.add_edge(one, other, length=abs(x1 - x2) + abs(y1 - y2), common=common)

    def at(self, node: Node) -> Point:
        """Give a node's point."""
        found: Point = self.graph.nodes[node]["at"]
        return found

    def common(self) -> Iterator[tuple[Node, Node]]:
        """Give the stretches that are to be seen without a packet too."""
        yield from ((one, other) for one, other, common in self.graph.edges(data="common") if common)

    def nodes(self, thing: Node) -> list[Node]:
        """Give the nodes of a thing."""
        return [node for node in self.graph if node[: len(thing)] == thing]

    def way(self, sources: Sequence[Node], targets: Sequence[Node]) -> list[Node]:
        """Give the shortest way from any of these nodes to any of those, both ends included; empty where there is none."""
        if not sources or not targets:
            return []
        lengths, ways = nx.multi_source_dijkstra(self.graph, set(sources), weight="length")
        reached = [target for target in targets if target in lengths]
        return list(ways[min(reached, key=lambda each: lengths[each])]) if reached else []


def thing(node: Node) -> Node:
    """Name the thing that a node is of, without what tells its points apart; of a bridge's track, the bridge."""
    if node[0] == "frame":
        return ("hook", node[1])
    return node[:2] if node[0] == "track" else node[:3]


def rails(plan: Plan) -> Rails:
    """Lay all rails of a drawing."""
    made = Rails(plan)
    host = plan.seen.host.name
    for name, box in plan.stations.items():
        made.put(("hook", name), (box.cx, box.cy))
        made.put(("frame", name), (box.cx, box.cy))
    for row in ROWS:
        made.lay(*(("hook", name) for name in row), common=True)
    for machine in plan.machines:
        _machine(made, machine)
    for port in plan.seen.nics:
        if port.netns and port.peer:
            _wire(made, (host, port.link.name), (port.netns.name, port.peer.name))
    for bar in plan.bars:
        _bar(made, host, bar)
    _loopback(made, host)
    for machine in plan.alone:
        _shared(made, machine)
    return made


def _machine(made: Rails, machine: Machine) -> None:
    name, box = machine.netns.name, machine.box
    centre = made.put(("machine", name, box.x), (next((s.cx for s in machine.sockets.values()), box.cx), box.cy))
    for device, socket in machine.sockets.items():
        for side, aside in SIDES:
            made.put(("device", name, device, side), (socket.cx + aside, socket.cy))
        outwards, inwards = ("down", "up") if socket.cy > box.cy else ("up", "down")
        made.lay(centre, ("device", name, device, outwards))
        made.lay(("device", name, device, inwards), centre)


def _wire(made: Rails, near: tuple[str, str], far: tuple[str, str]) -> None:
    """Lay the cable of a network card, from it into PREROUTING, and from POSTROUTING back to it."""
    plan, card = made.plan, made.plan.nics[near[1]]
    first, last = plan.stations["PREROUTING"], plan.stations["POSTROUTING"]
    for side, aside in SIDES:
        made.put(("device", *near, side), (card.cx + aside, card.cy))
        made.put(("wire", near[1], side), (card.cx + aside, card.y - 18 + aside / 2))
    if ("device", *far, "down") in made.graph:
        made.lay(("device", *far, "down"), ("wire", near[1], "down"))
        made.lay(("wire", near[1], "up"), ("device", *far, "up"))
    made.lay(("wire", near[1], "down"), ("device", *near, "down"))
    made.lay(("device", *near, "up"), ("wire", near[1], "up"))
    x, y = card.cx - LANE, plan.host.y + 54
    corners = [] if card.cx == first.cx else [(x, y), (first.cx - LANE, y)]
    made.lay(("device", *near, "down"), *corners, (first.cx - LANE, first.cy), ("hook", "PREROUTING"), common=True)
    up = plan.host.y + 40
    out = [(plan.corridor, last.cy), (plan.corridor, up), (card.cx + LANE, up)]
    made.lay(("hook", "POSTROUTING"), *out, ("device", *near, "up"), common=True)


def _bar(made: Rails, host: str, bar: Bar) -> None:
    """Lay a bridge's two tracks, its lanes to the hooks, and its ports' cables."""
    name = bar.switch.link.name
    plugs = [(port, made.plan.plugs[port.link.name]) for port in bar.switch.ports]
    lanes = {bar.enters, bar.enters - BACK, bar.leaves, bar.leaves + BACK, bar.box.cx, *_asides(bar.forwards, 8)}
    stops = sorted(lanes | {x for _, plug in plugs for x in _asides(plug.cx, LANE)})
    tracks = {"west": bar.box.bottom - 24, "east": bar.box.bottom - 19}
    made.put(("device", host, name), (bar.box.cx, tracks["east"]))
    for way, y in tracks.items():
        for x in stops:
            made.put(("track", name, way, x), (x, y))
        made.lay(*(("track", name, way, x) for x in (stops if way == "east" else stops[::-1])))
        made.lay(("track", name, way, bar.box.cx), ("device", host, name))
        made.lay(("device", host, name), ("track", name, way, bar.box.cx))
        _hooks(made, bar, way)
        for port, plug in plugs:
            _plug(made, ("track", name, way), ("device", host, port.link.name), plug)
    for port, _ in plugs:
        if port.netns and port.peer:
            near, far = ("device", host, port.link.name), ("device", port.netns.name, port.peer.name)
            made.lay((*near, "down"), (*far, "down"))
            made.lay((*far, "up"), (*near, "up"))


def _asides(x: float, by: float) -> tuple[float, float]:
    return x - by, x + by


def _plug(made: Rails, track: Node, device: Node, plug: Box) -> None:
    """Join a port with a track of its bridge."""
    for side, aside in SIDES:
        made.put((*device, side), (plug.cx + aside, plug.cy))
    made.lay((*device, "up"), (*track, plug.cx + LANE))
    made.lay((*track, plug.cx - LANE), (*device, "down"))


def _hooks(made: Rails, bar: Bar, way: str) -> None:
    """Join a track with the hooks: into the host and out of it, and for frames that are shown to iptables and go on in the bridge."""
    stations, track = made.plan.stations, ("track", bar.switch.link.name, way)
    first, middle, last = (stations[name] for name in ("PREROUTING", "FORWARD", "POSTROUTING"))
    low, high = middle.bottom + 18, middle.bottom + 37
    into, out = _corners(bar.enters, first.cx, high), _corners(last.cx, bar.leaves, low)
    for kind in ("hook", "frame"):
        made.lay((*track, bar.enters), *into, (kind, "PREROUTING"), common=kind == "hook")
        made.lay((kind, "POSTROUTING"), *out, (*track, bar.leaves), common=kind == "hook")
    again = [(first.cx - BACK, first.cy), *_corners(first.cx - BACK, bar.enters - BACK, low)]
    made.lay(("frame", "PREROUTING"), *again, (*track, bar.enters - BACK))
    again = [*_corners(bar.leaves + BACK, last.cx + BACK, high), (last.cx + BACK, last.cy)]
    made.lay((*track, bar.leaves + BACK), *again, ("frame", "POSTROUTING"))
    (back, up), (left, right) = _asides(bar.forwards, 8), _asides(middle.cx, 8)
    made.lay((*track, up), *_corners(up, right, low), (right, middle.cy), ("frame", "FORWARD"))
    made.lay(("frame", "FORWARD"), (left, middle.cy), *_corners(left, back, high), (*track, back))


def _corners(start: float, goal: float, y: float) -> list[Point]:
    return [] if start == goal else [(start, y), (goal, y)]


def _loopback(made: Rails, host: str) -> None:
    """Lay the way of what the host sends to itself: out, and in again."""
    first, last, y = made.plan.stations["PREROUTING"], made.plan.stations["POSTROUTING"], made.plan.stations["FORWARD"].bottom + 18
    loopback = made.put(("device", host, "lo"), (made.plan.stations["ROUTING"].cx, y))
    made.lay(("hook", "POSTROUTING"), (last.cx, y), loopback, (first.cx, y), ("hook", "PREROUTING"))


def _shared(made: Rails, machine: Machine) -> None:
    """Lay the way of a macvlan: its frames are on the wire of the card that it shares, and never inside the host."""
    plan = made.plan
    for device, socket in machine.sockets.items():
        parent = machine.netns.links[device].parent
        card = plan.nics.get(parent[1]) if parent and parent[0] == plan.seen.host.name else None
        if parent is None or card is None or ("wire", parent[1], "up") not in made.graph:
            continue
        low, high = plan.host.bottom + 18, card.y - 18
        for side, aside in SIDES:
            node, wire, tap = ((*each, side) for each in (("device", machine.netns.name, device), ("wire", parent[1]), ("device", *parent)))
            far = max(plan.host.right, machine.box.right) + 12 + aside
            corners = [(socket.cx + aside, low + aside / 2), (far, low + aside / 2), (far, high + aside / 2)]
            made.lay(*((node, *corners, wire) if side == "up" else (wire, *reversed(corners), node)))
            made.lay(*((wire, tap) if side == "up" else (tap, wire)))
