"""Userland proxies, simulated: sockets on the host."""

from ..model import State
from ..ops import StartProxy, StopProxy
from .change import change
from .sockets import closed, opened


@change.register
def _(op: StartProxy, state: State) -> State:
    return opened(op, op.listener, state)


@change.register
def _(op: StopProxy, state: State) -> State:
    return closed(op, op.listener, state)
