"""Sockets of the agent in the lab's namespaces: each stays in the one where it was opened; socket(2), bind(2)."""

import asyncio
import errno
import socket

from ..model import Listener
from ..ops import Op
from .lab import Lab, Space, refuse
from .relay import Relay

KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}


def made(lab: Lab, space: Space, kind: socket.SocketKind, protocol: int = 0) -> socket.socket:
    """Open a socket that does not block, in a namespace."""
    with lab.inside(space):
        found = socket.socket(socket.AF_INET, kind, protocol)
    found.settimeout(0)
    return found


def bound(asking: socket.socket, ip: str = "", port: int = 0) -> int:
    """Bind a client's socket, to a free port, and give that: once the connection is refused, the socket knows it no longer."""
    asking.bind((ip, port))
    return int(asking.getsockname()[1])


async def connected(asking: socket.socket, address: tuple[str, int]) -> None:
    """Connect. Raises OSError, but not for an ICMP error about a connection that stands already: SO_ERROR tells of that one too.

    A program that waits in connect(2) does not hear of it (sk_err_soft of sk_getsockopt).
    """
    try:
        await asyncio.get_running_loop().sock_connect(asking, address)
    except OSError as error:
        try:
            asking.getpeername()
        except OSError:
            raise error from None


def wait(relay: Relay, listening: socket.socket, at: Listener, space: Space) -> None:
    """Bind a socket, and let a relay or a server wait for clients there. Raises OSError, and then closes it."""
    try:
        if at.proto == "tcp":  # not for udp, where it would let two sockets share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((at.ip, at.port))
        relay.start()
    except OSError:
        listening.close()
        raise
    space.relays[at] = relay


def stop(lab: Lab, op: Op, at: Listener) -> None:
    """Close a socket that waits; ESRCH where there is none."""
    space = lab.space(op)
    lab.flush()
    relay = space.relays.pop(at, None)
    if relay is None:
        raise refuse(errno.ESRCH, op)
    relay.close()
