"""Name servers, simulated: the sockets that they wait on, what they were told, and the names of networks."""

import errno
from dataclasses import replace

from ..model import State
from ..ops import AddNames, RemoveNames, StartResolver, StopResolver, TellResolver
from ..ops.resolver import listeners
from .change import change, existing, refuse
from .sockets import opened


@change.register
def _(op: StartResolver, state: State) -> State:
    if existing(state, op).resolver is not None:
        raise refuse(errno.EEXIST, op)
    for listener in listeners(op.resolver):
        state = opened(op, listener, state)
    return state.with_netns(replace(state[op.netns], resolver=op.resolver))


@change.register
def _(op: StopResolver, state: State) -> State:
    told = existing(state, op).resolver
    if told is None:
        raise refuse(errno.ESRCH, op)
    left = existing(state, op).listeners - {*listeners(told)}
    return state.with_netns(replace(state[op.netns], resolver=None, listeners=left))


@change.register
def _(op: TellResolver, state: State) -> State:
    netns = existing(state, op)
    if netns.resolver is None:
        raise refuse(errno.ESRCH, op)
    if listeners(netns.resolver) != listeners(op.resolver):
        raise refuse(errno.EINVAL, op)
    return state.with_netns(replace(netns, resolver=op.resolver))


@change.register
def _(op: AddNames, state: State) -> State:
    netns = existing(state, op)
    zone = netns.zones.get(op.network, {})
    if op.address in zone:
        raise refuse(errno.EEXIST, op)
    return state.with_netns(replace(netns, zones={**netns.zones, op.network: {**zone, op.address: op.names}}))


@change.register
def _(op: RemoveNames, state: State) -> State:
    netns = existing(state, op)
    zone = dict(netns.zones.get(op.network, {}))
    if zone.pop(op.address, None) is None:
        raise refuse(errno.ENOENT, op)
    rest = {network: each for network, each in netns.zones.items() if network != op.network}
    return state.with_netns(replace(netns, zones=rest | ({op.network: zone} if zone else {})))
