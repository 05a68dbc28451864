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
Opener = Callable[[socket.SocketKind], socket.socket]
"""Opens a socket that does not block in the namespace of the proxy."""

IDLE = 90.0
"""Seconds after which a client that is silent is forgotten; docker-proxy's UDPConnTrackTimeout."""
CHUNK = 1 << 16


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
            client, _ = self.listening.accept()
            task = asyncio.create_task(self._serve(client))
            self.clients.add(task)
            task.add_done_callback(self.clients.discard)

    async def _serve(self, client: socket.socket) -> None:
        server = self.opener(socket.SOCK_STREAM)
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
    clients: dict[Address, socket.socket] = field(default_factory=dict)
    ends: dict[Address, asyncio.TimerHandle] = field(default_factory=dict)

    def start(self) -> None:
        """Wait for clients."""
        asyncio.get_running_loop().add_reader(self.listening, self._forth)

    def close(self) -> None:
        """Stop."""
        asyncio.get_running_loop().remove_reader(self.listening)
        self.listening.close()
        for client in tuple(self.clients):
            self._forget(client)

    def _forth(self) -> None:
        with suppress(OSError):
            data, client = self.listening.recvfrom(CHUNK)
            server = self.clients.get(client) or self._meet(client)
            self._keep(client)
            server.send(data)

    def _meet(self, client: Address) -> socket.socket:
        server = self.opener(socket.SOCK_DGRAM)
        server.connect(self.target)
        self.clients[client] = server
        asyncio.get_running_loop().add_reader(server, self._back, client)
        return server

    def _back(self, client: Address) -> None:
        with suppress(OSError):
            self.listening.sendto(self.clients[client].recv(CHUNK), client)
            self._keep(client)

    def _keep(self, client: Address) -> None:
        if client in self.ends:
            self.ends[client].cancel()
        self.ends[client] = asyncio.get_running_loop().call_later(IDLE, self._forget, client)

    def _forget(self, client: Address) -> None:
        server = self.clients.pop(client)
        asyncio.get_running_loop().remove_reader(server)
        server.close()
        if client in self.ends:
            self.ends.pop(client).cancel()
