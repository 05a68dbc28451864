"""Dummy devices, simulated."""

import errno

from ..model import Link, State
from ..ops import AddDummy
from .change import change, existing, refuse
from .link import check_mac


@change.register
def _(op: AddDummy, state: State) -> State:
    netns = existing(state, op)
    check_mac(op, op.mac)
    if op.name in netns.links:
        raise refuse(errno.EEXIST, op)
    return state.with_netns(netns.with_link(Link(op.name, "dummy", op.mac)))
