"""Hairpin mode of bridge ports, simulated."""

import errno
from dataclasses import replace

from ..model import State
from ..ops import SetHairpin
from .change import change, device, refuse


@change.register
def _(op: SetHairpin, state: State) -> State:
    link = device(state, op, op.name)
    if link.master is None:
        raise refuse(errno.EOPNOTSUPP, op)
    return state.with_netns(state[op.netns].with_link(replace(link, hairpin=op.on)))
