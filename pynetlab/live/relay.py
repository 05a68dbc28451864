"""The userland proxy: it takes what clients send to a port of the host to a container, and brings the answers back.

All relays of a lab live in the agent's event loop. A socket belongs to the namespace where it was opened, wherever
the agent is later.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

Address = tuple[str, int]
Opener = Callable[[socket.SocketKind, Address], socket.socket]
"""Opens a socket for a client that does not block in the namespace of the proxy."""

IDLE = 90.0
"""Seconds after which a client that is silent is forgotten; docker-proxy's UDPConnTrackTimeout."""
CHUNK = 1 << 16


IP_PKTINFO = 8
"""In linux/in.h: tell with each datagram to which address it came, and say with an answer from which it shall go; ip(7)."""
PKTINFO_SIZE = 12


def received(listening: socket.socket) -> tuple[bytes, Address, bytes]:
    """Take a datagram from a socket with IP_PKTINFO: its data, the client, and the local address that was asked."""
    data, ((_, _, info), *_), _, client = listening.recvmsg(CHUNK, socket.CMSG_SPACE(PKTINFO_SIZE))
    return data, client, info[4:8]  # ipi_spec_dst


def answer(listening: socket.socket, data: bytes, client: Address, source: bytes | None) -> None:
    """Send a datagram to a client from a local address, None for the one that routes choose."""
    # the index stays 0, so that the answer finds its own way
    told = [] if source is None else [(socket.IPPROTO_IP, IP_PKTINFO, bytes(4) + source + bytes(4))]
    listening.sendmsg([data], told, 0, client)


class Relay(Protocol):
    """A proxy or a server that runs."""

    def start(self) -> None:
        """Wait for clients."""

    def close(self) -> None:
        """Stop it, with all its connections."""


@dataclass(slots=True, eq=False)
class TcpRelay:
    """A proxy for connections."""

    listening: socket.socket
    target: Address
    opener: Opener
    clients: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self) -> None:
        """Wait for clients."""
        self.listening.listen(128)
        asyncio.get_running_loop().add_reader(self.listening, self._accept)

    def close(self) -> None:
        """Stop."""
        asyncio.get_running_loop().remove_reader(self.listening)
        self.listening.close()
        for client in tuple(self.clients):
            client.cancel()

    def _accept(self) -> None:
        with suppress(OSError):
            task = asyncio.create_task(self._serve(*self.listening.accept()))
            self.clients.add(task)
            task.add_done_callback(self.clients.discard)

    async def _serve(self, client: socket.socket, address: Address) -> None:
        server = self.opener(socket.SOCK_STREAM, address)
        client.settimeout(0)
        with client, server, suppress(OSError):
            await asyncio.get_running_loop().sock_connect(server, self.target)
            from_client, to_client = await asyncio.open_connection(sock=client)
            from_server, to_server = await asyncio.open_connection(sock=server)
            try:
                await asyncio.gather(_pump(from_client, to_server), _pump(from_server, to_client))
            finally:
                to_client.close()
                to_server.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(CHUNK):
        sink.write(data)
        await sink.drain()
    sink.write_eof()


@dataclass(slots=True, eq=False)
class UdpRelay:
    """A proxy for datagrams: each client has a socket of its own towards the container, so that answers find their way."""

    listening: socket.socket
    target: Address
    opener: Opener
    pktinfo: bool = False
    """Answer from the address that was asked, as docker-proxy does since 28.0 (moby/moby#48571)."""
    clients: dict[Address, socket.socket] = field(default_factory=dict)
    asked: dict[Address, bytes | None] = field(default_factory=dict)
    """From which address a client hears."""
    ends: dict[Address, asyncio.TimerHandle] = field(default_factory=dict)

    def start(self) -> None:
        """Wait for clients."""
        self.listening.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        asyncio.get_running_loop().add_reader(self.listening, self._forth)

    def close(self) -> None:
        """Stop."""
        asyncio.get_running_loop().remove_reader(self.listening)
        self.listening.close()
        for client in tuple(self.clients):
            self._forget(client)

    def _forth(self) -> None:
        with suppress(OSError):
            data, client, at = received(self.listening)
            server = self.clients.get(client) or self._meet(client)
            self.asked.setdefault(client, at if self.pktinfo else None)
            self._keep(client)
            server.send(data)

    def _meet(self, client: Address) -> socket.socket:
        server = self.opener(socket.SOCK_DGRAM, client)
        server.connect(self.target)
        self.clients[client] = server
        asyncio.get_running_loop().add_reader(server, self._back, client)
        return server

    def _back(self, client: Address) -> None:
        with suppress(OSError):
            answer(self.listening, self.clients[client].recv(CHUNK), client, self.asked[client])
            self._keep(client)

    def _keep(self, client: Address) -> None:
        if client in self.ends:
            self.ends[client].cancel()
        self.ends[client] = asyncio.get_running_loop().call_later(IDLE, self._forget, client)

    def _forget(self, client: Address) -> None:
        server = self.clients.pop(client)
        self.asked.pop(client, None)
        asyncio.get_running_loop().remove_reader(server)
        server.close()
        if client in self.ends:
            self.ends.pop(client).cancel()
