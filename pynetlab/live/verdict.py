"""How it ended, judged from evidence alone: a rule, an error that came back, a counter that rose, or nothing more that was seen."""

import errno
import os
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from ..model import Outcome, State
from .conversation import Leg
from .observe import Evidence, Hit

Said = tuple[Outcome, str, str]

ERRORS: Mapping[tuple[int, int], tuple[Outcome, str]] = {
    (3, 0): (Outcome.NO_ROUTE, "has no route there"),
    (3, 1): (Outcome.UNRESOLVED, "got no answer when it asked who has the next hop"),
    (3, 3): (Outcome.NO_LISTENER, "has nobody who listens there"),
    (3, 4): (Outcome.MTU, "may not cut a packet that is larger than its next device takes"),
    (3, 9): (Outcome.PROHIBITED, "says that an administrator does not allow it"),
    (3, 10): (Outcome.PROHIBITED, "says that an administrator does not allow it"),
    (3, 13): (Outcome.PROHIBITED, "says that an administrator does not allow it"),
    (11, 0): (Outcome.TTL, "saw the packet's TTL come to an end"),
}
"""ICMP errors, by type and code: what they mean, and what the machine says that sent one."""
TOO_LONG = os.strerror(errno.EMSGSIZE)
COUNTERS: Mapping[str, tuple[Outcome, str]] = {
    "TcpExt.IPReversePathFilter": (Outcome.REVERSE_PATH, "would answer over another device, and does not believe the source"),
    "Ip.InAddrErrors": (Outcome.NOT_FORWARDED, "got a packet for another machine, and is no router"),
    "IpExt.InNoRoutes": (Outcome.NO_ROUTE, "has no route there"),
    "Ip.OutNoRoutes": (Outcome.NO_ROUTE, "has no route there"),
    "Ip.InHdrErrors": (Outcome.TTL, "saw the packet's TTL come to an end"),
    "Ip.FragFails": (Outcome.MTU, "may not cut a packet that is larger than its next device takes"),
}


def ended(evidence: Evidence, parts: list[Leg], state: State) -> Said:
    """Give the outcome, why in one sentence, and what would help."""
    probe, answer = evidence.probe, evidence.answer
    if answer.result == "ok":
        saw = f", and saw the question come from {answer.saw}" if answer.saw else ""
        return Outcome.DELIVERED, f"{answer.server or probe.ip} answered{saw}.", ""
    stopped = next(_stops(parts, state), None)
    if stopped is not None:
        return stopped
    if not parts and _asks_in_vain(evidence, state, probe.source, probe.ip):
        return _unresolved(probe.source, probe.ip)
    if not parts and answer.result == TOO_LONG:
        return Outcome.MTU, f"{probe.source} sends no packet to {probe.ip} that is larger than its device takes and may not be cut.", ""
    if not parts:
        return Outcome.NO_ROUTE, f"{probe.source} has no route to {probe.ip}: {answer.result}.", ""
    return _stray(evidence, parts) or _error(parts, answer.result) or _counter(evidence, parts) or _silence(evidence, parts, state)


def _stops(parts: list[Leg], state: State) -> Iterator[Said]:
    for leg in parts:
        for hits in leg.hits.values():
            yield from (said for hit in hits if (said := _stop(hit, state)))


def _stop(hit: Hit, state: State) -> Said | None:
    chain = state[hit.netns].chain(hit.table, hit.chain)
    if chain is None:
        return None
    if hit.kind == "policy":
        why = f"No rule of {hit.chain} in table {hit.table} on {hit.netns} accepts it, and the chain's policy is DROP."
        return (Outcome.POLICY, why, f"Add a rule to {hit.chain} that accepts it.") if chain.policy == "DROP" else None
    if hit.kind != "rule" or not 0 < hit.number <= len(chain.rules):
        return None
    rule = chain.rules[hit.number - 1]
    outcome = {"DROP": Outcome.DROPPED, "REJECT": Outcome.REJECTED}.get(rule.target)
    if outcome is None:
        return None
    does = "rejects" if outcome is Outcome.REJECTED else "drops"
    if any(word.endswith("-prohibited") for option in rule.options for word in option.words):  # what its answer says to the sender
        outcome = Outcome.PROHIBITED
    why = f"Rule {hit.number} of {hit.chain} in table {hit.table} on {hit.netns} {does} it: {rule}."
    help_ = f"Let a rule before it accept the packet, or delete it: iptables -t {hit.table} -D {hit.chain} {hit.number}"
    return outcome, why, help_


def _stray(evidence: Evidence, parts: list[Leg]) -> Said | None:
    """Judge an answer that came to the one who asked, but from another address than was asked."""
    probe = evidence.probe
    last = next((leg.taps[-1] for leg in parts if leg.name == "reply" and leg.taps), None)
    if last is None or last[0].sent or last[0].netns != probe.source or last[1].packet.icmp or last[1].packet.src == probe.ip:
        return None
    why = f"An answer from {last[1].packet.src} came to {probe.source}, where nobody waits for one from there: {probe.ip} was asked."
    return Outcome.INVALID, why, "Let the answer go back through the machine that translated the question."


def _error(parts: list[Leg], result: str) -> Said | None:
    for leg in parts:
        kinds = [(tap.netns, ERRORS[seen.packet.icmp]) for tap, seen in leg.taps if seen.packet.icmp and seen.packet.icmp in ERRORS]
        if kinds:
            netns, (outcome, says) = kinds[0]
            if outcome is Outcome.NO_LISTENER and result == "refused":
                outcome = Outcome.REFUSED
            return outcome, f"{netns} {says}.", ""
    if result == "refused":
        netns = next((leg.taps[0][0].netns for leg in reversed(parts) if leg.name.endswith("reply") and leg.taps), "The machine")
        return Outcome.REFUSED, f"Nobody listens there in {netns}.", "Start a server there, or ask another port."
    return None


def _counter(evidence: Evidence, parts: list[Leg]) -> Said | None:
    passed = {tap.netns for leg in parts for tap, _ in leg.taps} | {netns for leg in parts for netns in leg.hits}
    for netns, risen in evidence.seen.counters.items():
        for name, (outcome, says) in COUNTERS.items():
            if name in risen and netns in passed:
                return outcome, f"{netns} {says} (its counter {name} rose).", ""
    return None


def _silence(evidence: Evidence, parts: list[Leg], state: State) -> Said:
    leg = next((each for each in reversed(parts) if each.taps), None)
    last = leg.taps[-1][0].netns if leg else evidence.probe.source
    towards = (leg.taps[-1][1] if leg else next(reversed(parts[-1].hits[last])).seen).packet.dst
    if _asks_in_vain(evidence, state, last, towards):
        return _unresolved(last, towards)
    if leg is None:
        return Outcome.SILENT, "It left no device, and no instrument says why.", ""
    tap, packet = leg.taps[-1][0], leg.taps[-1][1].packet
    if any(other.time >= tap.time for other in leg.strays):
        return Outcome.OTHER_HOST, f"The frame that {last} sent came to a machine that it is not for.", ""
    if tap.sent:
        return Outcome.DOWN, f"{tap.device} of {last} sent it, and nothing saw it come.", ""
    if packet.dst.is_loopback or packet.src.is_loopback:
        return Outcome.MARTIAN, f"{last} does not believe a packet from {packet.src} to {packet.dst} on {tap.device}.", ""
    return Outcome.SILENT, f"It came to {tap.device} of {last}, and nothing came back.", ""


def _unresolved(netns: str, towards: IPv4Address) -> Said:
    return Outcome.UNRESOLVED, f"Nobody answers when {netns} asks by ARP who has the next hop to {towards}.", ""


def _asks_in_vain(evidence: Evidence, state: State, netns: str, towards: IPv4Address) -> bool:
    """Say whether a namespace got no answer when it asked for a neighbour that may be the next hop to an address (RFC 826)."""
    nexthops = {route.via for route in state[netns].routes if towards in route.dst} | {towards}
    return bool(nexthops & evidence.seen.unanswered.get(netns, frozenset()))
