"""What stands beside the drawing of a packet's way: one scene in full, or all of them as a numbered list; and both as text."""

from collections.abc import Iterator, Mapping, Sequence

from ..model import Packet, Trace
from . import metrics, svg
from .column import Column
from .scenes import Scene, ends
from .svg import Box
from .trace_lines import STYLES
from .trace_marks import DISC, disc

WIDTH = 336.0
"""Of the column, in pixels."""
FIRST, LAST = 24, 6
"""So many of the first and of the last scenes a list has, where there are more than both."""
LABEL = 82.0
"""Of the names of header fields."""


def header(packet: Packet) -> dict[str, str]:
    """Give the fields of a packet's header that decide about its way, by name; a field that it has not is left out."""
    source, destination = ends(packet)
    kind = str(packet).split(source, 1)[0].strip()
    found = {"source": source, "destination": destination, "protocol": kind, "ttl": str(packet.ttl)}
    return found | ({"mark": f"{packet.mark:#x}"} if packet.mark else {}) | ({"about": str(packet.inner)} if packet.inner else {})


def changes(scene: Scene) -> dict[str, tuple[str, str]]:
    """Give the header's fields before and after a scene, by name."""
    before, after = header(scene.before), header(scene.after)
    return {name: (before.get(name, ""), after.get(name, "")) for name in {**before, **after}}


def reasons(scene: Scene, without: Sequence[str] = ()) -> Iterator[str]:
    """Say what decided: the rules that led to it, then each thing in the words of the tool that shows it.

    ``without`` names kinds of causes to be left out.
    """
    if len(scene.chains) > 1:
        yield " → ".join(scene.chains)
    for step in scene.decided:
        if step.cause and step.cause.text and step.cause.kind not in without:
            yield step.cause.text if step.cause.kind in ("rule", "policy") else f"{step.cause.kind}: {step.cause.text}"


def origins(scene: Scene) -> list[str]:
    """Say why that is there, where it is known."""
    return [step.cause.origin for step in scene.decided if step.cause and step.cause.origin]


# in words


def facts(trace: Trace, told: Sequence[Scene], number: int) -> dict[str, str]:
    """Give what is to be known of a scene, by name; number 0 is the packet before it is sent."""
    if number == 0:
        return {"Where": trace.netns, "Packet": str(trace.packet)}
    scene = told[number - 1]
    now = str(scene.after) if scene.after != scene.before else ""
    found = {"Packet of": scene.leg, "Where": scene.title, "Packet": str(scene.before), "Now": now}
    found |= {"Because of": "\n".join(reasons(scene)), "Why that is there": "\n".join(origins(scene))}
    last = {"What became of it": str(trace.outcome), "Why": trace.why, "What would help": trace.remedy}
    return {name: said for name, said in (found | (last if scene is told[-1] else {})).items() if said}


def twin(trace: Trace, told: Sequence[Scene], number: int) -> str:
    """Tell a scene, and the way so far, in words."""
    lines = [f"{name}: {said}".replace("\n", "\n  ") for name, said in facts(trace, told, number).items()]
    so_far = [f"  {scene.number}. {scene.title}" for scene in told[:number]]
    return "\n".join([*lines, *(["", "Way so far", *so_far] if so_far else [])])


def listing(trace: Trace, told: Sequence[Scene]) -> str:
    """Tell the whole way in words, a scene a line, with what decided below it."""
    lines, leg = [trace.why, *([trace.remedy] if trace.remedy else [])], ""
    for scene in told:
        if scene.leg != leg:
            leg = scene.leg
            lines += ["", f"{leg}: {scene.before}"]
        lines += [f"{scene.number:3}. {scene.title}", *(f"     {reason}" for reason in reasons(scene))]
    return "\n".join(lines)


# beside the drawing


def legend(at: Column, trace: Trace, told: Sequence[Scene]) -> None:
    """Write all scenes as a numbered list; each packet has the sample of its line for a heading."""
    leg, left_out = "", range(FIRST, len(told) - LAST)
    for scene in told:
        if scene.number - 1 in left_out:
            if scene.number - 1 == left_out[0]:
                at.say(f"… {len(left_out)} more steps, which print() lists", size=11, indent=28)
            continue
        if scene.leg != leg:
            leg = scene.leg
            _sample(at, leg)
            at.say(str(scene.before), size=10, mono=True)
            at.skip(5)
        top = at.y
        at.say(scene.title, size=11, bold=True, indent=28)
        for reason in reasons(scene, ("neighbour", "bridge port")):
            at.say(reason, size=10, mono=True, indent=28)
        at.put(*disc(scene, (at.x + DISC + 2, top + 10)))
        at.y = max(at.y, top + 2 * DISC) + 6
    at.skip(6)
    _outcome(at, trace)


def _sample(at: Column, leg: str) -> None:
    style = STYLES.get(leg, STYLES["request"])
    at.skip(10)
    y = at.y + 11
    at.put(svg.wire([(at.x, y), (at.x + 52, y)], weight=3.4, stroke=style.stroke, dash=style.dash))
    at.say(leg, size=12, bold=True, indent=62)
    at.skip(2)


def _outcome(at: Column, trace: Trace) -> None:
    at.say(f"What became of it: {trace.outcome}", size=11, bold=True)
    at.say(trace.why, size=11)
    if trace.remedy:
        at.say(trace.remedy, size=11)


def card(at: Column, trace: Trace, told: Sequence[Scene], number: int) -> None:
    """Write one scene in full: its number, where, the header with what changes, what decided, and why that is there."""
    scene = told[number - 1]
    at.put(*disc(scene, (at.x + DISC + 2, at.y + 10)))
    at.say(f"step {number} of {len(told)}, {scene.leg}", size=12, bold=True, indent=28)
    at.skip(4)
    at.say(scene.title, size=12, bold=True)
    _header(at, changes(scene))
    _paragraphs(at, "because of", list(reasons(scene)), mono=True)
    _paragraphs(at, "why that is there", origins(scene), mono=False)
    if scene is told[-1]:
        at.skip(8)
        _outcome(at, trace)


def _header(at: Column, fields: Mapping[str, tuple[str, str]]) -> None:
    """Write the header field by field; one that changes has its new value below it, framed."""
    at.skip(8)
    for name, (before, after) in fields.items():
        at.put(svg.text((at.x, at.y + 14), name, size=11, fill=svg.SOFT))
        at.say(before or "none", size=11, mono=True, indent=LABEL)
        if after != before:
            at.skip(5)
            top = at.y
            at.say(f"→ {after or 'none'}", size=11, mono=True, bold=True, indent=LABEL)
            wide = max(metrics.width(line, 11, mono=True) for line in metrics.wrap(f"→ {after or 'none'}", at.width - LABEL, 11, mono=True))
            at.body.insert(-1, svg.rect(Box(at.x + LABEL - 6, top, wide + 12, at.y - top + 5), radius=3, weight=1.6))
            at.skip(7)
        at.skip(2)


def _paragraphs(at: Column, name: str, said: Sequence[str], *, mono: bool) -> None:
    if said:
        at.skip(8)
        at.say(name, size=11, fill=svg.SOFT)
    for words in said:
        at.say(words, size=10 if mono else 11, mono=mono)
        at.skip(3)
