"""Servers of the lab, simulated: sockets in a container's namespace, or the host's."""

from ..model import State
from ..ops import StartServer, StopServer
from .change import change
from .sockets import closed, opened


@change.register
def _(op: StartServer, state: State) -> State:
    return opened(op, op.listener, state)


@change.register
def _(op: StopServer, state: State) -> State:
    return closed(op, op.listener, state)
