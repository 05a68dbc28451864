"""The log of a run, told: ``Trace ▸ Hop ▸ Step``. Only here do numbers become addresses and words."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from typing import Any

from ..model import Cause, Hop, Listener, Outcome, Packet, Place, Probe, Step, Trace
from .ask import Asked, ask
from .ended import Ended
from .node import Device, Node, Path
from .packet import Skb, Snapshot, record
from .reasons import by_chance, reason
from .ruling import TRANSLATING, Ruling
from .run import Run
from .sockets import ECHO_REQUEST, listener_of
from .world import World


def trace(world: World, probe: Probe) -> Trace:
    """Ask a question and tell how it went. Raises KeyError for a namespace that is not there."""
    run = Run(log=[])
    asked = ask(world, run, probe)
    return told(run, probe, asked)


def told(run: Run, probe: Probe, asked: Asked) -> Trace:
    """Tell what happened in a run that kept a log."""
    teller = Teller()
    for entry in run.log or ():
        teller.tell(entry)
    hops = tuple(teller.hops())
    first = next((entry for entry in run.log or () if entry[0] == "leg"), None)
    packet = teller.first or (record(first[3], first[4]) if first else Packet(IPv4Address(0), probe.ip, probe.proto))
    outcome = _outcome(asked)
    why, remedy = reason(outcome, asked, probe, teller.leg_of(asked.ended))
    return Trace(probe.source, packet, outcome, why, remedy or by_chance(run.counters), hops, probe, asked.answer)


def _outcome(asked: Asked) -> Outcome:
    if asked.answer.result == "ok":
        return Outcome.DELIVERED
    found = asked.ended.outcome
    if found is Outcome.NO_LISTENER and asked.answer.result in ("refused", "closed"):
        return Outcome.REFUSED
    if found is Outcome.DELIVERED:
        return Outcome.SILENT
    return found


@dataclass(slots=True)
class Teller:
    """Reads a log from its beginning; it knows what the packet looks like at each place."""

    first: Packet | None = None
    _stays: list[tuple[str, str, list[Step]]] = field(default_factory=list)
    """Namespace, leg, and what happened there."""
    _count: int = 0
    _leg: str = ""
    _skb: Skb | None = None
    _now: Packet | None = None
    _fresh: bool = True
    """The packet has not taken a step yet."""
    _hook: str = ""
    _node: Node | None = None
    _ended: dict[int, str] = field(default_factory=dict)

    def leg_of(self, ended: Ended) -> str:
        """Name the packet that ended so; empty where it was none that the log tells of."""
        return self._ended.get(id(ended), "")

    def hops(self) -> Iterator[Hop]:
        """Give the stays of each packet in each namespace."""
        for netns, leg, steps in self._stays:
            yield Hop(netns, leg.partition("#")[0], tuple(steps))

    def tell(self, entry: Any) -> None:  # noqa: ANN401 - entries are of many kinds
        """Read the next entry."""
        if isinstance(entry, Ruling):
            self._ruling(entry)
        else:
            TELLING[entry[0]](self, *entry[1:])

    def begin(self, leg: str, _node: Node, skb: Skb, seen: Snapshot) -> None:
        """Begin with another packet; two of the same name one after the other stay apart."""
        self._count += 1
        self._leg = f"{leg}#{self._count}"
        self._skb, self._now, self._fresh = skb, record(skb, seen), True
        self.first = self.first or self._now

    def add(self, place: Place, what: str, cause: Cause | None = None, verdict: str = "", after: Packet | None = None) -> None:
        """Add a step."""
        if self._now is None:
            return
        stays = self._stays
        if not stays or stays[-1][0] != place.netns or stays[-1][1] != self._leg:
            stays.append((place.netns, self._leg, []))
        stays[-1][2].append(Step(place, what, self._now, after, verdict, cause))
        self._fresh = False
        self._now = after or self._now

    def changed(self, seen: Snapshot) -> None:
        """Note on the latest step what it made of the packet."""
        now = record(self._skb, seen) if self._skb else None
        if now is None or now == self._now:
            return
        if self._fresh:
            self.first = now if self.first == self._now else self.first
        elif self._stays:
            steps = self._stays[-1][2]
            steps[-1] = replace(steps[-1], after=now)
        self._now = now

    def translated(self, node: Node, hook: str, seen: Snapshot) -> None:
        """Note a translation on the rule that asked for it; else the connection did."""
        latest = self._stays[-1][2][-1] if self._stays else None
        if latest is not None and latest.verdict in TRANSLATING and latest.where.hook == hook and latest.after is None:
            self.changed(seen)
        elif self._skb is not None:
            cause = Cause("connection", "translated as its first packet was")
            self.add(Place(node.name, "", hook, "nat"), "translated", cause, after=record(self._skb, seen))

    def at_hook(self, node: Node, hook: str, _i: str, _o: str) -> None:
        """Remember where the rules that follow are asked."""
        self._hook, self._node = hook, node

    def _ruling(self, ruling: Ruling) -> None:
        self.add(ruling.place(self._node.name if self._node else "", self._hook), "matched", ruling.cause, ruling.verdict)


def _device(what: str) -> Any:  # noqa: ANN401 - a method of the teller
    def told(teller: Teller, device: Device) -> None:
        slowed = Cause("device", str(device.link.qdisc)) if what == "sent" and device.link.qdisc else None
        teller.add(Place(device.node.name, device.name), what, slowed)

    return told


def _route(teller: Teller, node: Node, device: Device, path: Path | None) -> None:
    cause = Cause("local address") if path is None else Cause("route", str(path.route))
    teller.add(Place(node.name, device.name), "routed", cause)


def _neighbour(teller: Teller, node: Node, device: Device, ip: int, found: Device) -> None:
    text = f"{IPv4Address(ip)} is at {found.mac}, {found.name} of {found.node.name}"
    teller.add(Place(node.name, device.name), "resolved", Cause("neighbour", text))


def _bridged(teller: Teller, bridge: Device, came: Device | None, leaves: Device) -> None:
    text = f"{came.name if came else bridge.name} to {leaves.name}"
    teller.add(Place(bridge.node.name, bridge.name), "bridged", Cause("bridge port", text))


def _proxy(teller: Teller, node: Node, listener: Listener) -> None:
    text = f"{listener.ip}:{listener.port} passes it on to {listener.forwards_to}"
    teller.add(Place(node.name), "answered", Cause("proxy", text))


def _end(teller: Teller, ended: Ended) -> None:
    teller._ended[id(ended)] = teller._leg.partition("#")[0]  # noqa: SLF001 - a method of the teller, written apart
    place = Place(ended.node.name, ended.device.name if ended.device else "")
    if ended.outcome in (Outcome.DELIVERED, Outcome.NO_LISTENER, Outcome.INVALID):
        mine = any(word in teller._leg for word in ("reply", "error")) and ended.outcome is Outcome.DELIVERED  # noqa: SLF001 - as above
        teller.add(place, "delivered", Cause("socket", "the one who asked") if mine else _socket(ended))
        return
    by = ended.cause
    cause = by.cause if isinstance(by, Ruling) else Cause("device", by) if by else None
    if isinstance(by, Ruling):
        place = Place(place.netns, "", "", by.table, by.chain)
    teller.add(
        place,
        "dropped",
        replace(cause, kind="sysctl") if cause and "net." in cause.text[:4] else cause,
        "" if isinstance(by, Ruling) else ended.outcome.value,
    )


def _socket(ended: Ended) -> Cause:
    p = ended.packet
    if p.icmp is not None:
        return Cause("socket", "the kernel" if p.icmp == ECHO_REQUEST else "none")
    found: Listener | None = listener_of(ended.node, p)
    return Cause("socket", f"{found.proto} {found.ip}:{found.port}" if found else "none")


TELLING = {
    "leg": Teller.begin,
    "=": Teller.changed,
    "nat": Teller.translated,
    "hook": Teller.at_hook,
    "sent": _device("sent"),
    "received": _device("received"),
    "route": _route,
    "neighbour": _neighbour,
    "bridged": _bridged,
    "proxy": _proxy,
    "ended": _end,
}
