"""How it ended, judged from evidence alone: a rule, an error that came back, a counter that rose, or nothing more that was seen."""

import errno
import os
from collections.abc import Iterator, Mapping

from ..model import Outcome, State
from .conversation import DATA, ERROR, REPLY, REQUEST, RESET, TRANSLATING, Leg
from .observe import Evidence, Hit
from .silence import Said, asks_in_vain, broadcasts, decides, is_refusal, own, silence, towards, unresolved

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


def ended(evidence: Evidence, parts: list[Leg], state: State) -> Said:
    """Give the outcome, why in one sentence, and what would help."""
    probe, answer = evidence.probe, evidence.answer
    if answer.result == "ok":
        saw = f", and saw the question come from {answer.saw}" if answer.saw else ""
        return Outcome.DELIVERED, f"{answer.server or probe.ip} answered{saw}.", ""
    stopped = next(_stops(parts, state), None)
    if stopped is not None:
        return stopped
    if not parts:
        return _unseen(evidence, state)
    return _stray(evidence, parts, state) or _error(parts, answer.result) or silence(evidence, parts, state)


def _unseen(evidence: Evidence, state: State) -> Said:
    """Judge where no packet was seen at all."""
    probe, result = evidence.probe, evidence.answer.result
    if probe.ip in broadcasts(state[probe.source]):
        return Outcome.PROHIBITED, f"{probe.source} may not send to {probe.ip}: {result}.", ""
    if asks_in_vain(evidence, state, probe.source, probe.ip):
        return unresolved(probe.source, probe.ip)
    if result == TOO_LONG:
        return Outcome.MTU, f"{probe.source} sends no packet to {probe.ip} that is larger than its device takes and may not be cut.", ""
    return Outcome.NO_ROUTE, f"{probe.source} has no route to {probe.ip}: {result}.", ""


def _stops(parts: list[Leg], state: State) -> Iterator[Said]:
    """Judge by rules; those that an error meets say nothing, unless it is how a closed port answers: the question has its own reason."""
    for leg in parts:
        if decides(leg):
            yield from (said for hits in leg.hits.values() for hit in hits if (said := _stop(hit, state)))


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
    failed = hit.dropped and rule.target in TRANSLATING
    outcome = {"DROP": Outcome.DROPPED, "REJECT": Outcome.REJECTED}.get(rule.target, Outcome.DROPPED if failed else None)
    if outcome is None:
        return None
    does = "cannot translate" if failed else "rejects" if outcome is Outcome.REJECTED else "drops"
    if any(word.endswith("-prohibited") for option in rule.options for word in option.words):  # what its answer says to the sender
        outcome = Outcome.PROHIBITED
    why = f"Rule {hit.number} of {hit.chain} in table {hit.table} on {hit.netns} {does} it: {rule}."
    help_ = f"Let a rule before it accept the packet, or delete it: iptables -t {hit.table} -D {hit.chain} {hit.number}"
    return outcome, why, help_


def _stray(evidence: Evidence, parts: list[Leg], state: State) -> Said | None:
    """Judge an answer, or the refusal of a closed port, that came to a machine where nobody waits for it: from there, or at all."""
    probe = evidence.probe
    for leg in parts:
        answers = leg.taps and (leg.name in (REPLY, REPLY + DATA) or (leg.name == ERROR and is_refusal(leg)))
        if not answers or leg.taps[-1][0].sent or evidence.answer.result == "refused":
            continue
        here, packet = leg.taps[-1][0].netns, leg.taps[-1][1].packet
        asked = packet.inner.dst if packet.inner else packet.src
        for_it = packet.dst in own(state[here]) and towards(leg, here, packet, state) == packet.dst
        if for_it and (here, asked) != (probe.source, probe.ip):
            why = f"An answer from {packet.src} came to {here}, where nobody waits for one from there: {probe.ip} was asked."
            return Outcome.INVALID, why, "Let the answer go back through the machine that translated the question."
    return None


def _is_lost(leg: Leg, parts: list[Leg]) -> bool:
    """Say whether the refusal of a closed port did not come to who asked: the question came to its end, and so its answer decides."""
    asked = next((each.taps[0][0].netns for each in parts if each.name == leg.name.replace(ERROR, REQUEST) and each.taps), "")
    came = leg.taps and not leg.taps[-1][0].sent and leg.taps[-1][0].netns == asked
    return not came and is_refusal(leg)


def _error(parts: list[Leg], result: str) -> Said | None:
    for leg in parts:
        if _is_lost(leg, parts):
            continue
        kinds = [(netns, ERRORS[packet.icmp]) for netns, packet in leg.packets() if packet.icmp and packet.icmp in ERRORS]
        if kinds:
            netns, (outcome, says) = kinds[0]
            if outcome is Outcome.NO_LISTENER and result == "refused":
                outcome = Outcome.REFUSED
            return outcome, f"{netns} {says}.", ""
    reset = [leg.taps[0] for leg in reversed(parts) if leg.name.endswith(REPLY) and leg.taps and RESET in leg.taps[0][1].packet.flags]
    if result == "refused" or (result == "closed" and reset):
        netns = reset[0][0].netns if reset else "The machine"
        return Outcome.REFUSED, f"Nobody listens there in {netns}.", "Start a server there, or ask another port."
    return None
