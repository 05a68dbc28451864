"""Userland proxies: sockets that the agent opens in the namespace and serves."""

import socket

from ..ops import StartProxy, StopProxy
from .lab import Lab
from .relay import Address, TcpRelay, UdpRelay
from .sockets import KINDS, bound, made, stop, wait
from .tell import tell


@tell.register
def _(op: StartProxy, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    listening = made(lab, space, KINDS[op.proto])
    target = op.container_ip, op.container_port

    def opener(kind: socket.SocketKind, client: Address) -> socket.socket:
        found = made(lab, space, kind)
        lab.relayed[space.name, client[1]] = bound(found)
        return found

    relay = TcpRelay(listening, target, opener) if op.proto == "tcp" else UdpRelay(listening, target, opener, pktinfo=op.pktinfo)
    wait(relay, listening, op.listener, space)


@tell.register
def _(op: StopProxy, lab: Lab) -> None:
    stop(lab, op, op.listener)
