"""The frames of a trace: each packet at each device that it crossed, with the MAC addresses that it had on that wire."""

from collections.abc import Iterator
from itertools import count, groupby

from ..model import Frame, Link, State, Step, Trace
from ..model.frame import NO_MAC

TAPS = ("sent", "received")
MICROSECOND = 1000


def frames(trace: Trace, state: State) -> tuple[Frame, ...]:
    """Give the frames in the order in which they passed, a microsecond apart."""
    steps = [(hop.leg, step) for hop, step in trace.steps() if step.what in TAPS]
    clock = count(0, MICROSECOND)
    found = []
    for leg, group in groupby(steps, lambda pair: pair[0]):
        for wire in _wires([step for _, step in group], state):
            source, target = _macs(wire, state)
            found += [_frame(next(clock), step, source, target, leg) for step in wire]
    return tuple(found)


def _frame(time: int, step: Step, source: str, target: str, leg: str) -> Frame:
    return Frame(time, step.where.netns, step.where.device, step.what == "sent", step.packet, source, target, note=leg)


def _link(step: Step, state: State) -> Link | None:
    netns = state.netns.get(step.where.netns)
    return netns.links.get(step.where.device) if netns else None


def _wires(steps: list[Step], state: State) -> Iterator[list[Step]]:
    """Cut the way of one packet where a machine's IPv4 sends it anew: between two cuts its frame stays the same."""
    wire: list[Step] = []
    for step in steps:
        if wire and step.what == "sent" and not _carries_on(wire[-1], step, state):
            yield wire
            wire = []
        wire.append(step)
    if wire:
        yield wire


def _carries_on(before: Step, step: Step, state: State) -> bool:
    """Say whether a device only passes a frame on: the port of a bridge, or what a macvlan is on."""
    link, other = _link(step, state), _link(before, state)
    if other is not None and other.parent == (step.where.netns, step.where.device):
        return True
    if link is None or link.master is None or other is None:
        return False
    return other.master == link.master or (other.name == link.master and before.what == "sent")


def _macs(wire: list[Step], state: State) -> tuple[str, str]:
    """Give who sent the frame and whom it is for: the first and the last device, or who has the packet's address."""
    first, last = _link(wire[0], state), _link(wire[-1], state)
    source = first.mac if first else NO_MAC
    if last is not None and last.master is None and wire[-1].what == "received":
        return source, last.mac
    wanted = wire[0].packet.dst
    links = (link for netns in state.netns.values() for link in netns.links.values())
    return source, next((link.mac for link in links if any(each.ip == wanted for each in link.addresses)), NO_MAC)
