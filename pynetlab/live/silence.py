"""How it ended where neither an answer nor an error nor a rule tells: judged by where a packet was last seen, and by counters there."""

from collections.abc import Mapping
from ipaddress import IPv4Address

from ..model import Netns, Outcome, Packet, State
from .conversation import DATA, ERROR, PROXY, REPLY, REQUEST, Leg, rule_of
from .instruments import Tap
from .observe import Evidence, Hit

Said = tuple[Outcome, str, str]
"""The outcome, why in one sentence, and what would help."""

COUNTERS: Mapping[str, tuple[Outcome, str]] = {
    "TcpExt.IPReversePathFilter": (Outcome.REVERSE_PATH, "would answer over another device, and does not believe the source"),
    "Ip.InAddrErrors": (Outcome.NOT_FORWARDED, "got a packet for another machine, and is no router"),
    "IpExt.InNoRoutes": (Outcome.NO_ROUTE, "has no route there"),
    "Ip.OutNoRoutes": (Outcome.NO_ROUTE, "has no route there"),
    "Ip.InHdrErrors": (Outcome.TTL, "saw the packet's TTL come to an end"),
    "Icmp.OutRateLimitHost": (Outcome.SILENT, "held back the error that it would send: each hears of one a second (icmp_ratelimit)"),
    "Icmp.OutRateLimitGlobal": (Outcome.SILENT, "held back the error that it would send: it sends too many (icmp_msgs_per_sec)"),
    "Ip.FragFails": (Outcome.MTU, "may not cut a packet that is larger than its next device takes"),
}
"""In the order in which they are asked."""
SUBNET_OF_TWO = 31
FOR_OTHERS = ("Ip.InAddrErrors", "IpExt.InNoRoutes", "Ip.InHdrErrors")
"""Counters of what is for another machine."""


def silence(evidence: Evidence, parts: list[Leg], state: State) -> Said:
    """Judge by where it was last seen."""
    waits = _proxy_waits(evidence, parts, state)
    if waits:
        return waits
    leg = [each for each in parts if decides(each)][-1]
    last = leg.taps[-1][0].netns if leg.taps else next(reversed(leg.hits))
    packet = (leg.taps[-1][1] if leg.taps else leg.hits[last][-1].seen).packet
    whom = towards(leg, last, packet, state)
    counted = _counted(evidence, state, (last, whom), packet)
    if counted and counted[0] is Outcome.TTL:  # looked at before a neighbour is asked for: that one was for the error about it (ip_forward)
        return counted
    if asks_in_vain(evidence, state, last, whom):
        return unresolved(last, whom)
    if not leg.taps or leg.taps[-1][0].sent:
        return _astray(leg) or counted or _too_large(leg, packet, state) or _lost(leg, last, packet.src, whom)
    if whom in own(state[last]) and packet.src not in own(state[last]):
        answer = _no_way_back(evidence, state, last, _translated(_last_hit(leg, last), "--to-source", state) or packet.src)
        if answer:
            return answer
    return counted or _ignored(leg.taps[-1][0], packet, whom, state)


def _proxy_waits(evidence: Evidence, parts: list[Leg], state: State) -> Said | None:
    """Judge where a proxy took the question, and of its own nothing was seen: it waits for a neighbour, or has no way there."""
    if any(leg.name.startswith(PROXY) for leg in parts):
        return None
    asked = [packet for leg in parts if leg.name == REQUEST for _, packet in leg.packets()]
    for netns, client in evidence.seen.relayed:
        if not any(packet.sport == client for packet in asked):
            continue
        ports = {(packet.proto, packet.dport) for packet in asked}
        found = next((each.forwards_to for each in state[netns].listeners if each.forwards_to and (each.proto, each.port) in ports), "")
        behind = IPv4Address(found.partition(":")[0]) if found else None
        if behind and asks_in_vain(evidence, state, netns, behind):
            return unresolved(netns, behind)
        if behind and not any(behind in route.dst for route in state[netns].routes):
            return Outcome.NO_ROUTE, f"The proxy on {netns} has no route to {behind}.", ""
    return None


def decides(leg: Leg) -> bool:
    """Say whether a packet's end is that of the question: what an error or a redirect meets is not, but how a closed port answers is."""
    return leg.name.removesuffix(DATA).endswith((REQUEST, REPLY)) or is_refusal(leg)


def is_refusal(leg: Leg) -> bool:
    """Say whether it is the error with which a closed port answers."""
    return leg.name.endswith(ERROR) and {packet.icmp for _, packet in leg.packets()} == {(3, 3)}


def towards(leg: Leg, netns: str, packet: Packet, state: State) -> IPv4Address:
    """Give for whom a packet was last seen to be: a translation after that is known from the rule that asked for it."""
    hit = _last_hit(leg, netns)
    if hit is None:
        return packet.dst
    before = {seen.packet.dst for tap, seen in leg.taps if tap.netns == netns}  # on its way through a bridge it is seen again, translated
    return _translated(hit, "--to-destination", state) or (packet.dst if hit.seen.packet.dst in before else hit.seen.packet.dst)


def _last_hit(leg: Leg, netns: str) -> Hit | None:
    return next(reversed(leg.hits.get(netns, [])), None)


def _translated(hit: Hit | None, option: str, state: State) -> IPv4Address | None:
    rule = rule_of(hit, state) if hit else None
    wanted = next((each.words[0] for each in rule.options if each.name == option), "") if rule else ""
    return IPv4Address(wanted.partition(":")[0].partition("-")[0]) if wanted else None


def _no_way_back(evidence: Evidence, state: State, netns: str, source: IPv4Address) -> Said | None:
    """Judge where a packet came to its machine: of an answer or a refusal that it cannot send, Linux may say and count nothing."""
    if asks_in_vain(evidence, state, netns, source):
        return unresolved(netns, source)
    if not any(source in route.dst for route in state[netns].routes):
        return Outcome.NO_ROUTE, f"It came to {netns}, which has no route back to {source}.", ""
    return None


def _counted(evidence: Evidence, state: State, last: tuple[str, IPv4Address], packet: Packet) -> Said | None:
    """Judge by what was counted where it was last seen, if that can be about such a packet: others were asked at the same time."""
    netns, towards = last
    came = towards in own(state[netns]) | broadcasts(state[netns])
    for name, (outcome, says) in COUNTERS.items():
        fits = not (came and name in FOR_OTHERS) and (packet.ttl <= 1 or outcome is not Outcome.TTL)
        if fits and name in evidence.seen.counters.get(netns, {}):
            return outcome, f"{netns} {says} (its counter {name} rose).", ""
    return None


def _astray(leg: Leg) -> Said | None:
    last = leg.taps[-1][0] if leg.taps else None
    if last is None or not any(stray.time >= last.time for stray in leg.strays):
        return None
    return Outcome.OTHER_HOST, f"The frame that {last.netns} sent came to a machine that it is not for.", ""


def _too_large(leg: Leg, packet: Packet, state: State) -> Said | None:
    """Judge by the MTU of the other end of a cable: what is too large for it is dropped there, and nobody hears of it."""
    last = leg.taps[-1][0] if leg.taps else None
    cable = state[last.netns].links.get(last.device) if last else None
    if cable is None or cable.peer is None:
        return None
    netns, far = cable.peer[0], state[cable.peer[0]].links[cable.peer[1]]
    if packet.size <= far.longest:
        return None
    return Outcome.MTU, f"Its {packet.size} bytes do not fit {far.name} on {netns} (mtu {far.mtu}).", ""


def _lost(leg: Leg, netns: str, source: IPv4Address, towards: IPv4Address) -> Said:
    if leg.taps:
        return Outcome.DOWN, f"{leg.taps[-1][0].device} of {netns} sent it, and nothing saw it come.", ""
    if source.is_loopback and not towards.is_loopback:
        return Outcome.MARTIAN, f"{netns} sends no packet from {source} to {towards}: it would leave the machine.", ""
    return Outcome.SILENT, "It left no device, and no instrument says why.", ""


def _ignored(tap: Tap, packet: Packet, towards: IPv4Address, state: State) -> Said:
    if towards.is_loopback or packet.src.is_loopback or packet.src in own(state[tap.netns]):
        return Outcome.MARTIAN, f"{tap.netns} does not believe a packet from {packet.src} to {towards} on {tap.device}.", ""
    port = state[tap.netns].links.get(tap.device)
    if port and port.master and port.peer and not port.hairpin and towards in own(state[port.peer[0]]):
        return Outcome.NOT_BRIDGED, f"{port.master} of {tap.netns} sends nothing back out of {tap.device}, where it came from.", ""
    return Outcome.SILENT, f"It came to {tap.device} of {tap.netns}, and nothing came back.", ""


def own(netns: Netns) -> set[IPv4Address]:
    """Give the addresses of a namespace: those of a device that is down are its own too (fib_disable_ip)."""
    return {each.ip for link in netns.links.values() for each in link.addresses}


def broadcasts(netns: Netns) -> set[IPv4Address]:
    """Give the broadcast addresses of its subnets; one of two addresses has none (RFC 3021)."""
    subnets = (each.network for link in netns.links.values() if link.up for each in link.addresses)
    return {subnet.broadcast_address for subnet in subnets if subnet.prefixlen < SUBNET_OF_TWO}


def unresolved(netns: str, towards: IPv4Address) -> Said:
    """Say that the next hop is not known."""
    return Outcome.UNRESOLVED, f"Nobody answers when {netns} asks by ARP who has the next hop to {towards}.", ""


def asks_in_vain(evidence: Evidence, state: State, netns: str, towards: IPv4Address) -> bool:
    """Say whether a namespace got no answer when it asked for a neighbour that may be the next hop to an address (RFC 826)."""
    nexthops = {route.via for route in state[netns].routes if towards in route.dst} | {towards}
    return bool(nexthops & evidence.seen.unanswered.get(netns, frozenset()))
