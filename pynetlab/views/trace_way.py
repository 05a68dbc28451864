"""The way of a trace in a drawing: for each scene the thing where it happens, and the nodes that were passed to get there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..model import Hop, Outcome, Step
from .rails import Node, Rails
from .scenes import Scene

UPPER = ("INPUT", "OUTPUT")
AT_ROUTING = (
    *(Outcome.NO_ROUTE, Outcome.NOT_FORWARDED, Outcome.MARTIAN, Outcome.REVERSE_PATH),
    *(Outcome.TTL, Outcome.MTU, Outcome.PROHIBITED, Outcome.LOOP),
)
"""What routing says of a packet that goes no further."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a scene is in the drawing."""

    scene: Scene
    strands: tuple[tuple[Node, ...], ...]
    """The nodes passed since the scene before; several lists where the drawing has no way between two of them."""
    fresh: bool
    """The packet is another one than in the scene before: its line begins here."""

    @property
    def node(self) -> Node | None:
        """Give the last node; None for a place that is not drawn."""
        return self.strands[-1][-1] if self.strands else None


def stops(rails: Rails, told: Sequence[Scene]) -> Iterator[Stop]:
    """Follow the scenes through the drawing."""
    here: list[Node] = []
    leg, hop = "", None
    for scene in told:
        fresh = scene.leg != leg
        leg = scene.leg
        if fresh:
            here = []
        if scene.hop is not hop:
            hop = scene.hop
            here = _into(rails, here, hop)
        strands: list[tuple[Node, ...]] = []
        for thing in _things(rails, scene):
            targets = rails.nodes(thing)
            if not targets:
                continue
            way = rails.way(here, targets)
            strands.append(tuple(way or targets[:1]))
            here = [strands[-1][-1]]
        if not strands and here:
            strands = [(here[0],)]
        yield Stop(scene, _joined(strands), fresh)


def _into(rails: Rails, here: list[Node], hop: Hop) -> list[Node]:
    """Say where a stay begins: a packet that is made here starts inside, one that comes in, or passes on the wire, is where it was."""
    if hop.steps[0].what in ("received", "sent") and here:
        return here
    inside: Node = ("hook", "SELF") if hop.netns == rails.plan.seen.host.name else ("machine", hop.netns)
    return rails.nodes(inside)


def _joined(strands: Sequence[tuple[Node, ...]]) -> tuple[tuple[Node, ...], ...]:
    """Put ways together that begin where the one before ended."""
    found: list[tuple[Node, ...]] = []
    for strand in strands:
        if found and found[-1][-1] == strand[0]:
            found[-1] = (*found[-1], *strand[1:])
        else:
            found.append(strand)
    return tuple(found)


def _things(rails: Rails, scene: Scene) -> list[Node]:
    """Name the things in the drawing that the steps of a scene are at; what is bridged and not yet sent is in the bridge."""
    found = [thing for step in scene.steps if (thing := _thing(rails, scene.hop, step))]
    return found or [("device", step.where.netns, step.where.device) for step in scene.steps[-1:] if step.what == "bridged"]


def _thing(rails: Rails, hop: Hop, step: Step) -> Node | None:
    """Name the thing in the drawing at which a step is; None where the packet stays where it is."""
    netns, device = step.where.netns, step.where.device
    if step.what in ("sent", "received"):
        bridge = netns == rails.plan.seen.host.name and any(bar.switch.link.name == device for bar in rails.plan.bars)
        return None if bridge else ("device", netns, device)
    if step.what in ("resolved", "bridged", "flooded"):
        return None
    if netns == rails.plan.seen.host.name:
        return _in_host(rails, hop, step)
    waits = step.what == "dropped" and step.verdict not in AT_ROUTING and rails.nodes(("device", netns, device))
    return ("device", netns, device) if waits else ("machine", netns)


def _in_host(rails: Rails, hop: Hop, step: Step) -> Node | None:
    comes, device = hop.steps[0].what == "received", step.where.device
    if step.what in ("delivered", "answered"):
        return ("hook", "SELF")
    if step.what == "routed" or (step.what == "dropped" and step.verdict in AT_ROUTING):
        return ("hook", "ROUTING") if comes else None
    if step.what == "dropped":
        leaves = not comes or any(each.what == "routed" for each in hop.steps)
        return ("device", step.where.netns, device) if leaves and device and not step.where.table else None
    hook = step.where.hook or ("POSTROUTING" if step.after and step.after.dst == step.packet.dst else "PREROUTING")
    return ("frame" if _bridged(rails, hop) else "hook", hook)


def _bridged(rails: Rails, hop: Hop) -> bool:
    """Say whether a frame only crosses a bridge, so that it is the bridge that shows it to iptables."""
    seen = [step.where.device for step in hop.steps if step.what in ("received", "sent")]
    bridges = {bar.switch.link.name for bar in rails.plan.bars}
    decided = any(step.what in ("routed", "delivered", "answered") or step.where.hook in UPPER for step in hop.steps)
    return bool(seen) and seen[0] in rails.plan.plugs and not decided and not bridges & set(seen)
