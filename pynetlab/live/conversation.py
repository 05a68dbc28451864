"""Which packet is which: the question, what answers it, and the proxy's own question behind it, told apart by what NAT leaves alone.

A TCP segment is known by its sequence number, or by the one that it acknowledges; a datagram by its first bytes; an echo
by its identifier; an ICMP error by the packet that it tells of.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ..model import Packet, Rule, State
from .frames import ERRORS, IDENTIFICATION, Seen, ip_of, read
from .instruments import Tap
from .observe import Evidence, Hit, Sightings

REQUEST, REPLY, ERROR, PROXY = "request", "reply", "error", "proxy "
TOKEN = 12
"""So many bytes of a datagram are seen with each rule."""
DATA = " data"
"""After the name of a packet that follows once a connection stands."""
NUMBERS = 1 << 32
SPOKEN = 64
"""So many bytes a client says at most: its sequence number is not further on than that, nor what the server acknowledges."""
DOMAIN = 53
ECHO, REDIRECT = (8, 0), (5, 1)
OPENING, OPENED, RESET = "SYN", ("SYN,ACK", "RST,ACK", "RST"), "RST"
TALKS = "PSH"
"""The flag of a segment that says something."""
TRANSLATING = ("DNAT", "SNAT", "MASQUERADE", "REDIRECT")
Ports = tuple[str, int, int]


@dataclass(slots=True)
class Flow:
    """One question and all that belongs to it."""

    first: Seen
    prefix: str = ""
    forms: set[Ports] = field(default_factory=set)
    """Its protocol and ports, as it was sent and after each translation."""
    opened: int = 0
    """The sequence number at which the server began."""
    numbers: dict[int, str] = field(default_factory=dict)
    """The identifications of its packets, by which an error about one is known where too little of it is seen."""

    def leg(self, seen: Seen) -> str:
        """Say what part a packet plays; empty for one of another flow."""
        packet = seen.packet
        if packet.icmp and packet.icmp[0] in ERRORS:
            part = self._error(seen)
        elif packet.proto != self.first.packet.proto:
            return ""
        else:
            part = {"tcp": self._segment, "icmp": self._echo}.get(packet.proto, self._datagram)(seen)
        if part and seen.number:
            self.numbers.setdefault(seen.number, part)
        if part == REQUEST:
            self.forms.add(_ports(packet))
        return self.prefix + part if part else ""

    def _segment(self, seen: Seen) -> str:
        if seen.packet.flags == OPENING:
            return REQUEST if seen.seq == self.first.seq else ""
        sent, heard = ((number - self.first.seq - 1) % NUMBERS for number in (seen.seq, seen.ack))
        if seen.packet.flags == RESET and sent == 0:  # the client waits for no such answer
            return ERROR
        if seen.packet.flags == RESET and min(sent, (seen.seq - self.opened) % NUMBERS) <= SPOKEN:  # or a rule resets what stands
            return ERROR + DATA
        if seen.packet.flags in OPENED:
            self.opened = seen.seq + 1 if heard == 0 else self.opened
            return REPLY if heard == 0 else REPLY + DATA if RESET in seen.packet.flags and heard <= SPOKEN else ""
        return REQUEST + DATA if sent == 0 else REPLY + DATA if heard <= SPOKEN else ""

    def _echo(self, seen: Seen) -> str:
        if seen.packet.ident != self.first.packet.ident:
            return ""
        return REQUEST if seen.packet.icmp == ECHO else REPLY

    def _datagram(self, seen: Seen) -> str:
        proto, sport, dport = _ports(seen.packet)
        if self.prefix and self.first.packet.sport not in (sport, dport):  # a proxy sends the same bytes on
            return ""
        if seen.payload[:TOKEN] == self.first.payload[:TOKEN]:
            return REQUEST
        return REPLY if (proto, dport, sport) in self.forms else ""

    def _error(self, error: Seen) -> str:
        """Say what an ICMP error is, by what it tells of: known whole, or by its number, or seen before itself."""
        inner, redirect = error.packet.inner, error.packet.icmp == REDIRECT
        about, known = self.numbers.get(error.about, ""), self.numbers.get(error.number, "") if inner is None else ""
        if inner and inner.icmp:
            about = (REQUEST if inner.icmp == ECHO else REPLY) if inner.ident == self.first.packet.ident else ""
        elif inner:  # translated to other ports on the machine where it ended, it was seen with these nowhere
            proto, sport, dport = _ports(inner)
            about = REQUEST if (proto, sport, dport) in self.forms else REPLY if (proto, dport, sport) in self.forms else about
        return known or (f"{about} redirect" if redirect and about else ERROR if about else "")


def _ports(packet: Packet) -> Ports:
    return packet.proto, packet.sport, packet.dport


def starts(evidence: Evidence, netns: str, seen: Seen) -> bool:
    """Say whether a packet is the first of a question."""
    packet, probe, mark = seen.packet, evidence.probe, evidence.mark
    proto, port = ("udp", DOMAIN) if probe.proto == "dns" else (probe.proto, probe.port)
    if (netns, packet.proto) != (probe.source, proto) or packet.flags not in ("", OPENING):
        return False
    if mark:
        return mark == (packet.ident if packet.icmp == ECHO else packet.sport)
    return (packet.dst, packet.dport) == (probe.ip, port)


Passed = tuple[Tap, Seen]


@dataclass(slots=True)
class Leg:
    """All that was seen of one packet of the conversation."""

    name: str
    taps: list[Passed] = field(default_factory=list)
    hits: dict[str, list[Hit]] = field(default_factory=dict)
    """By namespace."""
    strays: list[Tap] = field(default_factory=list)
    """Where it came to a machine that it is not for."""

    def packets(self) -> Iterator[tuple[str, Packet]]:
        """Give it as it was wherever it was seen, with the namespace."""
        yield from ((tap.netns, seen.packet) for tap, seen in self.taps)
        yield from ((netns, hit.seen.packet) for netns, hits in self.hits.items() for hit in hits)

    def has(self, flag: str) -> bool:
        """Say whether it was seen with a flag of TCP."""
        return any(flag in packet.flags for _, packet in self.packets())

    def once(self) -> None:
        """Leave out what was sent again because nothing came back: as another packet, where Linux numbers them."""
        flags = [flag for flag in (TALKS, RESET) if self.name.endswith(DATA) and self.has(flag)]
        if flags:  # else what is only acknowledged
            self.taps = [(tap, seen) for tap, seen in self.taps if flags[0] in seen.packet.flags]
            said = {netns: [hit for hit in hits if flags[0] in hit.seen.packet.flags] for netns, hits in self.hits.items()}
            self.hits = {netns: hits for netns, hits in said.items() if hits}
        first = next((hit.seen.number for hits in self.hits.values() for hit in hits), 0)
        first = self.taps[0][1].number if self.taps else first
        if 0 < first < 1 << IDENTIFICATION:
            self.taps = [(tap, seen) for tap, seen in self.taps if seen.number == first]
            self.hits = {netns: [hit for hit in hits if hit.seen.number == first] for netns, hits in self.hits.items()}
        places = [(tap.netns, tap.device, tap.sent) for tap, _ in self.taps]
        times = places.count(places[0]) if places else 0
        if times > 1:
            self.taps = self.taps[: places.index(places[0], 1)]
        for netns, hits in self.hits.items():
            whole = [(hit.hook, hit.table, hit.chain, hit.kind, hit.number) for hit in hits]
            rounds = times or whole.count(whole[0])
            if rounds > 1 and len(hits) % rounds == 0 and whole == whole[: len(hits) // rounds] * rounds:
                self.hits[netns] = hits[: len(hits) // rounds]


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames that were seen, read once for all questions that were asked together."""

    passed: tuple[Passed, ...]
    strays: tuple[Passed, ...]
    """Those that came to a machine that they are not for."""
    hits: tuple[Hit, ...]
    """The rules that they met."""


def sorted_frames(seen: Sightings, state: State) -> Frames:
    """Set apart frames that a bridge flooded to machines that they are not for, at both ends of the cable; leave detours out."""
    switching = {(netns.name, link.name) for netns in state.netns.values() for link in netns.links.values() if link.master}
    switching |= {link.parent for netns in state.netns.values() for link in netns.links.values() if link.parent}
    strays = [tap for tap in seen.taps if tap.other and (tap.netns, tap.device) not in switching]
    places = {(tap.time, tap.netns, tap.device) for tap in strays}
    ends = {(state[tap.netns].links[tap.device].peer, tap.frame) for tap in strays if tap.device in state[tap.netns].links}
    kept = (
        tap
        for tap in _without_detours(seen.taps, state)
        if (tap.time, tap.netns, tap.device) not in places and not (tap.sent and ((tap.netns, tap.device), tap.frame) in ends)
    )
    return Frames(tuple(_readable(kept)), tuple(_readable(strays)), tuple(_as_listed(hit, state) for hit in seen.hits))


def _as_listed(hit: Hit, state: State) -> Hit:
    """Call a rule one: of the legacy tables a RETURN that asks nothing is told as its chain's end.

    See get_chainname_rulenum of net/ipv4/netfilter/ip_tables.c.
    """
    chain = state[hit.netns].chain(hit.table, hit.chain)
    rule = chain is not None and 0 < hit.number <= len(chain.rules)
    return replace(hit, kind="rule") if rule and hit.kind != "rule" else hit


def _readable(taps: Iterable[Tap]) -> Iterator[Passed]:
    for tap in taps:
        packet = read(ip_of(tap.frame) or b"")
        if packet is not None:
            yield tap, packet


def legs(evidence: Evidence, frames: Frames, state: State) -> list[Leg]:
    """Sort what was seen of a question by packets, in the order in which each was first seen."""
    flows = list(_flows(evidence, frames))
    found: dict[str, Leg] = {}
    for tap, packet in frames.passed:
        name = _name(flows, packet)
        if name:
            found.setdefault(name, Leg(name)).taps.append((tap, packet))
    for hit in frames.hits:
        name = _name(flows, hit.seen)
        if name:
            found.setdefault(name, Leg(name)).hits.setdefault(hit.netns, []).append(hit)
    for tap, packet in frames.strays:
        if (name := _name(flows, packet)) in found:
            found[name].strays.append(tap)
    said = {leg.name for leg in found.values() if leg.has(TALKS)}
    for leg in found.values():
        leg.once()
        _end_at_a_redirection(leg, state)
    told = [leg for leg in found.values() if not leg.name.endswith(DATA) or _tells(leg, flows, evidence, said)]
    for leg in told:
        leg.name = leg.name.replace(ERROR + DATA, ERROR)
    return told


def _tells(data: Leg, flows: list[Flow], evidence: Evidence, said: set[str]) -> bool:
    """Say whether what follows once a connection stands is to be told: of the question that no answer came to, its own or the proxy's.

    A proxy that took a question says something only when its own was answered, and else hangs up.
    """
    if evidence.answer.result == "ok":
        return False
    if data.name == REPLY + DATA and data.has(RESET):
        return evidence.answer.result == "timeout"
    passed_on = REPLY + DATA in said
    if data.name.startswith(PROXY):
        return not passed_on
    ports = {sport for flow in flows if not flow.prefix for _, sport, _ in flow.forms}
    return passed_on or not any(client in ports for _, client in evidence.seen.relayed)


def _end_at_a_redirection(leg: Leg, state: State) -> None:
    """Mark the hit of a REDIRECT on a device without an address: it drops (nf_nat_redirect_ipv4), which legacy tables do not tell."""
    tap = leg.taps[-1][0] if leg.taps else None
    hits = leg.hits.get(tap.netns) if tap else None
    if tap is None or not hits or target_of(hits[-1], state) != "REDIRECT":
        return
    links = state[tap.netns].links
    device = links.get(links[tap.device].master or tap.device) if tap.device in links else None
    if device is not None and not device.addresses:
        hits[-1] = replace(hits[-1], dropped=True)


def rule_of(hit: Hit, state: State) -> Rule | None:
    """Give the rule that a packet matched; None where it was no rule."""
    chain = state[hit.netns].chain(hit.table, hit.chain) if hit.kind == "rule" else None
    return chain.rules[hit.number - 1] if chain and 0 < hit.number <= len(chain.rules) else None


def target_of(hit: Hit, state: State) -> str:
    """Give the target of the rule that a packet matched; empty where it has none, or where it was no rule."""
    rule = rule_of(hit, state)
    return rule.target if rule else ""


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


def _flows(evidence: Evidence, frames: Frames) -> Iterator[Flow]:
    """Give the question's flow, and those of the proxies that ask in their turn, one behind the other."""
    places = [*((tap.netns, packet) for tap, packet in frames.passed), *((hit.netns, hit.seen) for hit in frames.hits)]
    first = next((packet for netns, packet in places if starts(evidence, netns, packet)), None)
    prefix, relayed = "", dict(evidence.seen.relayed)
    while first is not None:
        flow = Flow(first, prefix, {_ports(first.packet)})
        for _, packet in places:
            flow.leg(packet)
        yield flow
        clients = {sport for _, sport, _ in flow.forms}
        asking = {(netns, relayed.pop((netns, client))) for netns, client in tuple(relayed) if client in clients}
        again = (packet for netns, packet in places if (netns, packet.packet.sport) in asking and packet.packet.flags in ("", OPENING))
        first, prefix = next(again, None), PROXY


def _name(flows: list[Flow], seen: Seen) -> str:
    return next((name for flow in reversed(flows) if (name := flow.leg(seen))), "")
