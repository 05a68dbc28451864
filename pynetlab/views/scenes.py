"""A trace as scenes: what of it is worth a picture, in order, each with where, the packet before and after, and what decided.

A scene is one or more steps in one namespace: coming in, the rules of one table at one hook, a translation, a decision
about the route, going out. Ends of chains and policies that only let the packet go on are in none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..model import Hop, Packet, Step, Trace
from ..model.extensions import TARGETS

ENDING = (*TARGETS, "ACCEPT", "DROP", "RETURN", "QUEUE", "")
"""What a rule can say besides the name of a chain to go on in."""
ARRIVES, RULES, TRANSLATED, ROUTED, LEAVES, ENDS, PROXIED = "arrives", "rules", "translated", "routed", "leaves", "ends", "proxied"
KINDS = {
    "received": ARRIVES,
    "matched": RULES,
    "translated": TRANSLATED,
    "routed": ROUTED,
    "delivered": ENDS,
    "answered": PROXIED,
}
TOGETHER = ((ROUTED, LEAVES), (ROUTED, ENDS), (LEAVES, ENDS), (ARRIVES, LEAVES), (ARRIVES, ENDS))
"""Kinds that follow each other and make one picture: what is routed and sent, what comes in and is delivered."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Some steps of one hop that make one picture."""

    number: int
    """From 1, through the whole trace."""
    hop: Hop
    steps: tuple[Step, ...]
    kinds: tuple[str, ...]

    @property
    def leg(self) -> str:
        """Name the packet of the conversation."""
        return self.hop.leg

    @property
    def netns(self) -> str:
        """Name the namespace."""
        return self.hop.netns

    @property
    def before(self) -> Packet:
        """Give the packet as it came."""
        return self.steps[0].packet

    @property
    def after(self) -> Packet:
        """Give the packet as it went on."""
        return self.steps[-1].after or self.steps[-1].packet

    @property
    def decided(self) -> tuple[Step, ...]:
        """Give the steps that decided: of rules the last alone, which is the one that the others led to."""
        found = tuple(step for step in self.steps if step.cause)
        return found[-1:] if RULES in self.kinds else found

    @property
    def dropped(self) -> bool:
        """Say whether the packet ends here without having been delivered."""
        return any(step.what == "dropped" for step in self.steps)

    @property
    def where(self) -> str:
        """Say where in the namespace: the rule, or the device."""
        last = self.decided[-1] if self.decided else self.steps[-1]
        if TRANSLATED in self.kinds:
            return f"{last.where.table} {last.where.hook}".strip()
        if RULES not in self.kinds or last.cause is None:
            return ""
        number = f" {last.cause.number}" if last.cause.kind == "rule" else " policy" if last.cause.kind == "policy" else ""
        return f"{last.where.table} {last.where.chain or last.where.hook}{number}"

    @property
    def what(self) -> str:
        """Say what happens, in a few words."""
        return _what(self)

    @property
    def title(self) -> str:
        """Say where and what, on one line."""
        where = f"{self.netns} {self.where}".strip()
        return f"{where}: {self.what}"

    @property
    def chains(self) -> tuple[str, ...]:
        """List the rules that led to the deciding one, that one last, such as ``FORWARD 2``."""
        return tuple(f"{chain} {number}" for chain, number in _chains(self.steps)) if RULES in self.kinds else ()


def scenes(trace: Trace) -> tuple[Scene, ...]:
    """Cut a trace into scenes."""
    found: list[Scene] = []
    for hop in trace.hops:
        steps = [step for step in hop.steps if not passes_on(step)] or hop.steps
        for kinds, merged in _merged(_groups(steps)):
            found.append(Scene(len(found) + 1, hop, merged, kinds))
    return tuple(found)


def passes_on(step: Step) -> bool:
    """Say whether a step is only the end of a chain, or a policy, that lets the packet go on."""
    return step.cause is not None and step.cause.kind in ("policy", "return") and step.verdict in ("ACCEPT", "RETURN")


def _groups(steps: Sequence[Step]) -> Iterator[tuple[str, list[Step]]]:
    """Put together what follows each other and is of one kind; rules only where they are of one table and hook."""
    kind, held = "", [steps[0]]
    for at, step in enumerate(steps):
        now, place, before = _kind(step), step.where, held[-1].where
        if at == 0:
            kind = now
        elif now == kind and (now != RULES or (place.table == before.table and (place.hook == before.hook or step.what == "dropped"))):
            held.append(step)
        else:
            yield kind, held
            kind, held = now, [step]
    yield kind, held


def _kind(step: Step) -> str:
    if step.what == "dropped":
        return RULES if step.where.table else ENDS
    return KINDS.get(step.what, LEAVES)


def _merged(groups: Iterable[tuple[str, list[Step]]]) -> Iterator[tuple[tuple[str, ...], tuple[Step, ...]]]:
    """Put together what makes one picture, as :data:`TOGETHER` says."""
    kinds: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    for kind, more in groups:
        if kinds and (kinds[-1], kind) not in TOGETHER:
            yield kinds, steps
            kinds, steps = (), ()
        kinds, steps = (*kinds, kind), (*steps, *more)
    if kinds:
        yield kinds, steps


def _chains(steps: Sequence[Step]) -> list[tuple[str, int | str]]:
    """Follow jumps and returns: a chain that comes again has got the packet back from those that it led to."""
    stack: list[tuple[str, int | str]] = []
    for step in steps:
        chain, cause = step.where.chain, step.cause
        if step.what != "matched" or cause is None:
            continue
        at = next((at for at, (name, _) in enumerate(stack) if name == chain), len(stack))
        stack = [*stack[:at], (chain, cause.number or 0 if cause.kind == "rule" else cause.kind)]
    return stack


def _what(scene: Scene) -> str:
    last = scene.steps[-1]
    if scene.dropped:
        verdict = next((step.verdict for step in scene.steps if step.what == "matched" and step.cause == last.cause), "")
        return verdict or f"dropped, {last.verdict}".removesuffix(", ")
    if RULES in scene.kinds:
        said = scene.decided[-1].verdict
        return f"{said}{_changes(scene)}" if said in ENDING else f"to {said}, where nothing applies"
    if TRANSLATED in scene.kinds:
        return f"translated{_changes(scene)}"
    if ENDS in scene.kinds:
        return "delivered, where nobody listens" if last.cause and last.cause.text == "none" else "delivered"
    if PROXIED in scene.kinds:
        return "the proxy passes it on"
    return _moved(scene)


def _changes(scene: Scene) -> str:
    """Say which end of the packet became another one."""
    before, after = (ends(packet) for packet in (scene.before, scene.after))
    said = [f"{name} becomes {new}" for name, old, new in zip(("source", "destination"), before, after, strict=True) if old != new]
    return f", {' and '.join(said)}" if said else ""


def ends(packet: Packet) -> tuple[str, str]:
    """Print source and destination, with the ports where there are any."""
    if packet.sport or packet.dport:
        return f"{packet.src}:{packet.sport}", f"{packet.dst}:{packet.dport}"
    return str(packet.src), str(packet.dst)


def _moved(scene: Scene) -> str:
    """Say by which devices it came and goes."""
    came = [step.where.device for step in scene.steps if step.what == "received"]
    sent = [step.where.device for step in scene.steps if step.what == "sent"]
    if came and sent:
        return f"bridged from {came[0]} to {sent[-1]}"
    if came:
        return f"received by {came[0]}" + (f", a port of {came[1]}" if len(came) > 1 else "")
    if len(sent) > 1:
        return f"sent by {sent[0]}, bridged to {sent[-1]}"
    if sent:
        return f"sent by {sent[0]}"
    last = scene.steps[-1]
    if last.what == "bridged" and last.cause:
        return f"bridged from {last.cause.text}"
    return f"routed to {last.where.device}" if last.where.device else last.what
