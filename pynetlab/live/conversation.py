"""Which packet is which: the question, what answers it, and the proxy's own question behind it, told apart by what NAT leaves alone.

A TCP segment is known by its sequence number, or by the one that it acknowledges; a datagram by its first bytes; an echo
by its identifier; an ICMP error by the packet that it tells of.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..model import Packet, Probe, State
from .frames import ERRORS, Seen, ip_of, read
from .instruments import Tap
from .observe import Evidence, Hit

REQUEST, REPLY, ERROR, PROXY = "request", "reply", "error", "proxy "
TOKEN = 12
"""So many bytes of a datagram are seen with each rule."""
NUMBERS = 1 << 32
DOMAIN = 53
OPENING, OPENED = "SYN", ("SYN,ACK", "RST,ACK", "RST")
Ports = tuple[str, int, int]


@dataclass(slots=True)
class Flow:
    """One question and all that belongs to it."""

    first: Seen
    prefix: str = ""
    forms: set[Ports] = field(default_factory=set)
    """Its protocol and ports, as it was sent and after each translation."""

    def leg(self, seen: Seen) -> str:
        """Say what part a packet plays; empty for one of another flow, and for what follows once a connection stands."""
        packet = seen.packet
        if packet.icmp and packet.icmp[0] in ERRORS:
            return ERROR if packet.inner is None or self._knows(packet.inner) else ""
        if packet.proto != self.first.packet.proto:
            return ""
        part = {"tcp": self._segment, "icmp": self._echo}.get(packet.proto, self._datagram)(seen)
        if part == REQUEST:
            self.forms.add(_ports(packet))
        return part

    def _segment(self, seen: Seen) -> str:
        if seen.packet.flags == OPENING:
            return REQUEST if seen.seq == self.first.seq else ""
        return REPLY if seen.packet.flags in OPENED and seen.ack == (self.first.seq + 1) % NUMBERS else ""

    def _echo(self, seen: Seen) -> str:
        if seen.packet.ident != self.first.packet.ident:
            return ""
        return REQUEST if seen.packet.icmp == (8, 0) else REPLY

    def _datagram(self, seen: Seen) -> str:
        proto, sport, dport = _ports(seen.packet)
        if seen.payload[:TOKEN] == self.first.payload[:TOKEN]:
            return REQUEST
        return REPLY if (proto, dport, sport) in self.forms else ""

    def _knows(self, inner: Packet) -> bool:
        if inner.icmp:
            return inner.ident == self.first.packet.ident
        proto, sport, dport = _ports(inner)
        return (proto, sport, dport) in self.forms or (proto, dport, sport) in self.forms


def _ports(packet: Packet) -> Ports:
    return packet.proto, packet.sport, packet.dport


def starts(probe: Probe, netns: str, seen: Seen) -> bool:
    """Say whether a packet is the first of a question."""
    packet = seen.packet
    proto, port = ("udp", DOMAIN) if probe.proto == "dns" else (probe.proto, probe.port)
    if (netns, packet.dst, packet.proto) != (probe.source, probe.ip, proto):
        return False
    return packet.icmp == (8, 0) if proto == "icmp" else packet.dport == port and packet.flags in ("", OPENING)


Passed = tuple[Tap, Seen]


@dataclass(slots=True)
class Leg:
    """All that was seen of one packet of the conversation."""

    name: str
    taps: list[Passed] = field(default_factory=list)
    hits: dict[str, list[Hit]] = field(default_factory=dict)
    """By namespace."""

    def once(self) -> None:
        """Leave out what was sent again because nothing came back."""
        places = [(tap.netns, tap.device, tap.sent) for tap, _ in self.taps]
        times = places.count(places[0]) if places else 0
        if times > 1:
            self.taps = self.taps[: places.index(places[0], 1)]
        for netns, hits in self.hits.items():
            whole = [(hit.hook, hit.table, hit.chain, hit.kind, hit.number) for hit in hits]
            rounds = times or whole.count(whole[0])
            if rounds > 1 and len(hits) % rounds == 0 and whole == whole[: len(hits) // rounds] * rounds:
                self.hits[netns] = hits[: len(hits) // rounds]


def legs(evidence: Evidence, state: State) -> list[Leg]:
    """Sort what was seen by packets, in the order in which each was first seen."""
    seen = [(tap, packet) for tap in on_the_way(evidence, state) if (packet := read(ip_of(tap.frame) or b"")) is not None]
    targets = [each.forwards_to.partition(":") for netns in state.netns.values() for each in netns.listeners if each.forwards_to]
    flows = list(_flows(evidence, seen, frozenset((ip, int(port)) for ip, _, port in targets)))
    found: dict[str, Leg] = {}
    for tap, packet in seen:
        name = _name(flows, packet)
        if name:
            found.setdefault(name, Leg(name)).taps.append((tap, packet))
    for hit in evidence.hits:
        name = _name(flows, hit.seen)
        if name:
            found.setdefault(name, Leg(name)).hits.setdefault(hit.netns, []).append(hit)
    for leg in found.values():
        leg.once()
    return list(found.values())


def on_the_way(evidence: Evidence, state: State) -> Iterator[Tap]:
    """Leave out frames that a bridge flooded to machines that they are not for, at both ends of the cable, and detours."""
    switching = {(netns.name, link.name) for netns in state.netns.values() for link in netns.links.values() if link.master}
    switching |= {link.parent for netns in state.netns.values() for link in netns.links.values() if link.parent}
    strays = [tap for tap in evidence.taps if tap.other and (tap.netns, tap.device) not in switching]
    ends = {(state[tap.netns].links[tap.device].peer, tap.frame) for tap in strays if tap.device in state[tap.netns].links}
    for tap in _without_detours(evidence.taps, state):
        if tap not in strays and not (tap.sent and ((tap.netns, tap.device), tap.frame) in ends):
            yield tap


def _without_detours(taps: Iterable[Tap], state: State) -> Iterator[Tap]:
    """Leave out where a bridged frame passes its own bridge as if the host sent it: it has the source that it came with.

    br_netfilter does that with a frame whose destination NAT changed, but not where the neighbour has a header that is kept
    from earlier packets (Linux, net/bridge/br_netfilter_hooks.c, br_nf_pre_routing_finish_bridge); so it says nothing of the way.
    """
    masters = {(netns.name, link.name): link.master for netns in state.netns.values() for link in netns.links.values() if link.master}
    came: set[tuple[str, str, bytes]] = set()
    for tap in taps:
        bridge, source = masters.get((tap.netns, tap.device)), tap.frame[6:12]
        if bridge and not tap.sent:
            came.add((tap.netns, bridge, source))
        if not (tap.sent and (tap.netns, tap.device, source) in came):
            yield tap


def _flows(evidence: Evidence, seen: list[Passed], proxied: frozenset[tuple[str, int]]) -> Iterator[Flow]:
    places = [*((tap.netns, packet) for tap, packet in seen), *((hit.netns, hit.seen) for hit in evidence.hits)]
    first = next((packet for netns, packet in places if starts(evidence.probe, netns, packet)), None)
    if first is None:
        return
    yield _flow(first)
    for _, packet in places:
        ends = str(packet.packet.dst), packet.packet.dport
        new = packet.packet.flags == OPENING and packet.seq != first.seq
        new = new or (packet.packet.proto == "udp" and packet.payload == first.payload and packet.packet.sport != first.packet.sport)
        if ends in proxied and new:
            yield _flow(packet, PROXY)
            return


def _flow(first: Seen, prefix: str = "") -> Flow:
    return Flow(first, prefix, {_ports(first.packet)})


def _name(flows: list[Flow], seen: Seen) -> str:
    for flow in reversed(flows):
        part = flow.leg(seen)
        if part and (flow.prefix == "" or _of_proxy(flow, seen)):
            return flow.prefix + part
    return ""


def _of_proxy(flow: Flow, seen: Seen) -> bool:
    """Say whether a datagram with the same bytes is the proxy's, by its ports."""
    packet = seen.packet.inner or seen.packet
    return packet.proto == "tcp" or bool({packet.sport, packet.dport} & {flow.first.packet.sport})
