"""Addresses, simulated."""

import errno

from ..model import State
from ..ops import AddAddress, DeleteAddress
from .change import change, device, refuse
from .effects import scope, with_address, without_address


@change.register
def _(op: AddAddress, state: State) -> State:
    link, netns = device(state, op, op.name), state[op.netns]
    if not link.speaks_ip:
        raise refuse(errno.ENOBUFS, op)
    if op.address in link.addresses:
        raise refuse(errno.EEXIST, op)
    if any(other.network == op.address.network and scope(other) != scope(op.address) for other in link.addresses):
        raise refuse(errno.EINVAL, op)
    return state.with_netns(with_address(netns, op.name, op.address))


@change.register
def _(op: DeleteAddress, state: State) -> State:
    link, netns = device(state, op, op.name), state[op.netns]
    if not link.speaks_ip:
        raise refuse(errno.ENODEV, op)
    if op.address not in link.addresses:
        raise refuse(errno.EADDRNOTAVAIL, op)
    return state.with_netns(without_address(netns, op.name, op.address))
