"""One question over the network and its reply, from a namespace of the lab, without a thread that waits."""

import asyncio
import errno
import socket
import struct

from .lab import Lab, Space
from .sockets import KINDS, made

PORT = 53
CHUNK = 1 << 16
LENGTH = struct.Struct("!H")
"""What stands before a message over TCP: RFC 1035, section 4.2.2."""


async def exchange(lab: Lab, space: Space, proto: str, server: str, data: bytes) -> bytes:
    """Send a message to port 53 of a server and give what comes back. Raises OSError."""
    if ":" in server:
        raise OSError(errno.ENETUNREACH, server)  # IPv6 is off
    with made(lab, space, KINDS[proto]) as client:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(client, (server, PORT))
        if proto == "udp":
            await loop.sock_sendall(client, data)
            return await loop.sock_recv(client, CHUNK)
        await loop.sock_sendall(client, framed(data))
        (length,) = LENGTH.unpack(await _exactly(client, LENGTH.size))
        return await _exactly(client, length)


def framed(data: bytes) -> bytes:
    """Give a message with its length before it."""
    return LENGTH.pack(len(data)) + data


async def _exactly(client: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = await asyncio.get_running_loop().sock_recv(client, size - len(found))
        if not more:
            raise ConnectionResetError
        found += more
    return found
