"""Userland proxies: sockets that the agent opens in the namespace and serves."""

from ..ops import StartProxy, StopProxy
from .lab import Lab
from .relay import TcpRelay, UdpRelay
from .sockets import KINDS, made, stop, wait
from .tell import tell


@tell.register
def _(op: StartProxy, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    listening = made(lab, space, KINDS[op.proto])
    relay = (TcpRelay if op.proto == "tcp" else UdpRelay)(
        listening, (op.container_ip, op.container_port), lambda kind: made(lab, space, kind)
    )
    wait(relay, listening, op.listener, space)


@tell.register
def _(op: StopProxy, lab: Lab) -> None:
    stop(lab, op, op.listener)
