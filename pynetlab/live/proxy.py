"""Userland proxies: sockets that the agent opens in the namespace and serves."""

import errno
import socket

from ..ops import StartProxy, StopProxy
from .lab import Lab, Space, refuse
from .relay import TcpRelay, UdpRelay
from .tell import tell


@tell.register
def _(op: StartProxy, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    kind = socket.SOCK_STREAM if op.proto == "tcp" else socket.SOCK_DGRAM
    listening = _socket(lab, space, kind)
    relay = (TcpRelay if op.proto == "tcp" else UdpRelay)(
        listening, (op.container_ip, op.container_port), lambda kind: _socket(lab, space, kind)
    )
    try:
        if op.proto == "tcp":  # not for udp, where it would let two proxies share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((op.host_ip, op.host_port))
        relay.start()
    except OSError:
        listening.close()
        raise
    space.relays[op.listener] = relay


def _socket(lab: Lab, space: Space, kind: socket.SocketKind) -> socket.socket:
    with lab.inside(space):
        made = socket.socket(socket.AF_INET, kind)
    made.settimeout(0)
    return made


@tell.register
def _(op: StopProxy, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    relay = space.relays.pop(op.listener, None)
    if relay is None:
        raise refuse(errno.ESRCH, op)
    relay.close()
