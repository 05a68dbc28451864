"""Queueing disciplines, simulated: what __tc_modify_qdisc and tbf_change of Linux refuse, and what they keep."""

import errno
from dataclasses import replace

from ..model import State, Tbf
from ..ops import AddQdisc, DeleteQdisc
from .change import change, device, refuse


@change.register
def _(op: AddQdisc, state: State) -> State:
    link, wanted = device(state, op, op.name), op.qdisc
    if not wanted.possible:
        raise refuse(errno.EINVAL, op)
    if link.qdisc is not None:
        raise refuse(errno.EEXIST, op)
    kept = Tbf.kept(wanted.rate // 8 * 8, wanted.ticks, wanted.limit)
    return state.with_netns(state[op.netns].with_link(replace(link, qdisc=kept)))


@change.register
def _(op: DeleteQdisc, state: State) -> State:
    link = device(state, op, op.name)
    if link.qdisc is None:
        raise refuse(errno.ENOENT, op)
    return state.with_netns(state[op.netns].with_link(replace(link, qdisc=None)))
