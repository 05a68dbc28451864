"""Namespaces, simulated."""

import errno

from ..model import Netns, State
from ..ops import AddNetns, DeleteNetns
from .change import change, existing, refuse
from .effects import macvlans_on, without_link


@change.register
def _(op: AddNetns, state: State) -> State:
    if op.netns in state.netns:
        raise refuse(errno.EEXIST, op)
    return state.with_netns(Netns.fresh(op.netns))


@change.register
def _(op: DeleteNetns, state: State) -> State:
    netns = existing(state, op)
    for link in netns.links.values():
        if link.peer is not None and link.peer[0] != op.netns:
            state = without_link(state, *link.peer)
        for place in [*macvlans_on(state, op.netns, link.name)]:
            state = without_link(state, *place)
    return State({name: other for name, other in state.netns.items() if name != op.netns})
