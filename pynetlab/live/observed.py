"""From what was seen to a Trace: the same record as a simulated one, put together from evidence alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from ..model import Cause, Hop, Outcome, Packet, Place, State, Step, Trace
from ..tracer.run import EPHEMERAL
from .conversation import ERROR, REPLY, REQUEST, TRANSLATING, Frames, Leg, Passed, legs, rule_of, sorted_frames, target_of
from .nf_messages import Connection
from .observe import HOOKS, Evidence, Hit
from .verdict import ended

LAST = "POSTROUTING"
LEAVING = ("OUTPUT", LAST)
"""The hooks of what a machine sends itself."""
RESETS = {"RST", "RST,ACK"}
STOPPING = {("rule", "DROP"): Outcome.DROPPED, ("rule", "REJECT"): Outcome.REJECTED, ("policy", "DROP"): Outcome.POLICY}
"""What a rule or a policy does to a packet that goes no further."""


def observed(found: Sequence[Evidence], state: State) -> tuple[Trace, ...]:
    """Give the traces of questions asked together; the state says which rule has which number, and which socket listens where."""
    frames = sorted_frames(found[0].seen, state) if found else None
    return tuple(_trace(each, frames, state) for each in found if frames)


def _trace(evidence: Evidence, frames: Frames, state: State) -> Trace:
    parts = legs(evidence, frames, state)
    outcome, why, remedy = ended(evidence, parts, state)
    ports = _ports(parts)
    hops = tuple(hop for leg in _named(parts, state) for hop in _Teller(leg, state, evidence.seen.connections, ports).hops())
    probe = evidence.probe
    first = next((step.packet for hop in hops for step in hop.steps), None)
    packet = first or Packet(probe.ip, probe.ip, probe.proto, dport=probe.port)
    return Trace(probe.source, packet, outcome, why, remedy, hops, probe, evidence.answer)


def _ports(parts: list[Leg]) -> dict[int, int]:
    """Give the ports that the kernel drew for clients, and identifiers of echoes, the numbers that a simulation gives them."""
    asked = [leg for leg in parts if leg.name.endswith("request")]
    firsts = [next((seen.packet for _, seen in leg.taps), None) or next(iter(leg.hits.values()))[0].seen.packet for leg in asked]
    return {packet.sport or packet.ident: EPHEMERAL + at for at, packet in enumerate(firsts)}


def _named(parts: list[Leg], state: State) -> Iterator[Leg]:
    """Call what a rule sends back to a question an error, and what the machine itself says to a closed port a reply."""
    rejected = {leg.name for leg in parts for hits in leg.hits.values() for hit in hits if target_of(hit, state) == "REJECT"}
    replied = {leg.name for leg in parts}
    for leg in parts:
        kinds = {packet.icmp or packet.flags for _, packet in leg.packets()}
        by_rule = leg.name.replace(ERROR, REQUEST).replace(REPLY, REQUEST) in rejected
        if leg.name.endswith(ERROR) and not by_rule and kinds == {(3, 3)} and leg.name.replace(ERROR, REPLY) not in replied:
            leg.name = leg.name.replace(ERROR, REPLY)
        elif leg.name.endswith(REPLY) and by_rule and kinds <= RESETS:
            leg.name = leg.name.replace(REPLY, ERROR)
        yield leg


@dataclass(slots=True)
class _Teller:
    """Puts the steps of one packet in order: within a namespace its devices and its rules come from different instruments."""

    leg: Leg
    state: State
    connections: Sequence[tuple[str, Connection]] = ()
    ports: Mapping[int, int] = field(default_factory=dict)
    """What is told in place of numbers that were drawn."""
    now: Packet | None = None
    steps: list[Step] = field(default_factory=list)

    def hops(self) -> Iterator[Hop]:
        """Give the stays of the packet, one after the other."""
        waiting = {netns: list(hits) for netns, hits in self.leg.hits.items()}
        stays = [(netns, list(taps)) for netns, taps in groupby(self.leg.taps, lambda passed: passed[0].netns)]
        silent: list[tuple[str, list[Passed]]] = [(netns, []) for netns in waiting if netns not in {name for name, _ in stays}]
        stays = [*silent, *stays] if REQUEST in self.leg.name else [*stays, *silent]
        last = {netns: at for at, (netns, _) in enumerate(stays)}
        for at, (netns, taps) in enumerate(stays):
            self.steps = []
            hits = waiting.get(netns, [])
            here = LEAVING if taps and taps[0][0].sent else HOOKS  # what a machine sends itself meets no other hook, until it comes back
            for tap, seen in taps:
                if tap.sent:
                    self._rules(hits, until_out=True, hooks=here)
                else:
                    here = HOOKS
                self._passes((tap, seen))
            comes_again = at != last[netns] and bool(taps) and taps[-1][0].sent
            self._rules(hits, until_out=comes_again, hooks=here if comes_again else HOOKS)
            if self.steps:
                yield Hop(netns, self.leg.name, tuple(self.steps))

    def _passes(self, passed: Passed) -> None:
        tap, seen = passed
        packet = self._told(seen.packet)
        self._becomes(tap.netns, packet)
        self.steps.append(Step(Place(tap.netns, tap.device), "sent" if tap.sent else "received", packet))

    def _rules(self, hits: list[Hit], *, until_out: bool, hooks: Sequence[str] = HOOKS) -> None:
        """Tell of the rules that wait, at some hooks; until the packet leaves, where it may come again."""
        leaving = False
        while hits and hits[0].hook in (*hooks, "") and not (until_out and leaving and hits[0].hook != LAST):
            hit = hits.pop(0)
            leaving = leaving or hit.hook == LAST
            self._becomes(hit.netns, self._told(hit.seen.packet))
            self.steps.append(step := self._step(hit))
            failed = Outcome.DROPPED if hit.dropped and step.verdict in TRANSLATING else None
            outcome = STOPPING.get((step.cause.kind if step.cause else "", step.verdict), failed)
            if outcome is not None:
                place = replace(step.where, hook="")
                self.steps.append(Step(place, "dropped", step.packet, None, outcome.value, step.cause))

    def _step(self, hit: Hit) -> Step:
        place = Place(hit.netns, "", hit.hook, hit.table, hit.chain)
        chain = self.state[hit.netns].chain(hit.table, hit.chain)
        rules, rule = chain.rules if chain else (), rule_of(hit, self.state)
        text, verdict = (str(rule), rule.target) if rule else ("", "RETURN")
        if hit.kind == "policy":
            text = verdict = (chain.policy if chain else "") or "ACCEPT"
        number = hit.number if hit.kind == "rule" else len(rules) + 1
        return Step(place, "matched", self.now or hit.seen.packet, None, verdict, Cause(hit.kind, text or verdict, number))

    def _told(self, packet: Packet) -> Packet:
        sport, dport, ident = (self.ports.get(number, number) for number in (packet.sport, packet.dport, packet.ident))
        inner = self._told(packet.inner) if packet.inner else None
        return replace(packet, sport=sport, dport=dport, ident=ident, inner=inner)

    def _becomes(self, netns: str, packet: Packet) -> None:
        """Note what changed since the packet was last seen: on the rule that asked for it, else on the connection."""
        before, self.now = self.now, packet
        if before is None or _ends(before) == _ends(packet):
            return
        for at in range(len(self.steps) - 1, -1, -1):
            step = self.steps[at]
            if step.what in ("sent", "received"):
                break
            if step.verdict in TRANSLATING:
                self.steps[at] = replace(step, after=packet)
                return
        cause = Cause("connection", self._connection(netns, before))
        self.steps.append(Step(Place(netns, "", "", "nat"), "translated", before, packet, "", cause))

    def _connection(self, netns: str, packet: Packet) -> str:
        """Say which connection translates a packet, from the event of its beginning."""
        ends = str(packet.src), packet.sport or packet.ident, str(packet.dst), packet.dport or packet.ident
        for where, each in self.connections:
            source, sport, target, dport = each.back
            if where == netns and (source, self.ports.get(sport, sport), target, self.ports.get(dport, dport)) == ends:
                source, sport, target, dport = each.there
                return f"answers {source}:{self.ports.get(sport, sport)} → {target}:{self.ports.get(dport, dport)}"
        return "translated as its first packet was"


def _ends(packet: Packet) -> tuple[object, ...]:
    return packet.src, packet.sport, packet.dst, packet.dport
