"""Devices that go to another namespace, by rtnetlink(7)."""

import errno

from ..ops import MoveLink
from .lab import Lab, Place
from .messages import set_number
from .tell import tell


@tell.register
def _(op: MoveLink, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    there = lab.space(op, op.to)
    lab.flush()  # what waits may be about the device
    lab.send(space, set_number(index, "IFLA_NET_NS_FD", there.fd))
    lab.flush()
    try:
        old, new = (space, index), (there, there.index(op.name))
    except OSError as error:
        raise OSError(errno.ENODEV, op.name) from error
    there.next_index = max(there.next_index, new[1] + 1)
    for known in (lab.peers, lab.parents):
        _follow(known, old, new)
    lab.raised = [place for place in lab.raised if place != old]
    lab.numbers.clear()


def _follow(known: dict[Place, Place], old: Place, new: Place) -> None:
    """Let what was known of the old place be known of the new one."""
    for place, other in list(known.items()):
        if old in (place, other):
            del known[place]
            known[new if place == old else place] = new if other == old else other
