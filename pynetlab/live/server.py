"""Servers of the lab: sockets that the agent opens in the namespace, and answers with a name and the address that it saw."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass, field

from ..ops import StartServer, StopServer
from ..ops.server import ANSWER
from .lab import Lab
from .relay import CHUNK, IP_PKTINFO, answer, received
from .sockets import KINDS, made, stop, wait
from .tell import tell

SILENCE = 5.0
"""Seconds after which a client that keeps its connection is let go."""


@dataclass(slots=True, eq=False)
class TcpServer:
    """Says its line to each who connects and ends the connection when the client has."""

    listening: socket.socket
    name: str
    clients: dict[socket.socket, asyncio.TimerHandle] = field(default_factory=dict)

    def start(self) -> None:
        """Wait for clients."""
        self.listening.listen(128)
        asyncio.get_running_loop().add_reader(self.listening, self._accept)

    def close(self) -> None:
        """Stop."""
        asyncio.get_running_loop().remove_reader(self.listening)
        self.listening.close()
        for client in tuple(self.clients):
            self._forget(client)

    def _accept(self) -> None:
        with suppress(OSError):
            client, (saw, _) = self.listening.accept()
            client.settimeout(0)
            loop = asyncio.get_running_loop()
            self.clients[client] = loop.call_later(SILENCE, self._forget, client)
            loop.add_reader(client, self._heard, client)
            client.send(ANSWER.format(name=self.name, saw=saw).encode())
            client.shutdown(socket.SHUT_WR)

    def _heard(self, client: socket.socket) -> None:
        """Throw away what a client says, until it ends: a socket closed with data unread would send a reset after the answer."""
        with suppress(BlockingIOError):
            try:
                if client.recv(CHUNK):
                    return
            except ConnectionError:
                pass
            self._forget(client)

    def _forget(self, client: socket.socket) -> None:
        asyncio.get_running_loop().remove_reader(client)
        self.clients.pop(client).cancel()
        client.close()


@dataclass(slots=True, eq=False)
class UdpServer:
    """Answers each datagram with its line, from the address that was asked."""

    listening: socket.socket
    name: str

    def start(self) -> None:
        """Wait for datagrams."""
        self.listening.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        asyncio.get_running_loop().add_reader(self.listening, self._answer)

    def close(self) -> None:
        """Stop."""
        asyncio.get_running_loop().remove_reader(self.listening)
        self.listening.close()

    def _answer(self) -> None:
        with suppress(OSError):
            _, client, asked = received(self.listening)
            answer(self.listening, ANSWER.format(name=self.name, saw=client[0]).encode(), client, asked)


@tell.register
def _(op: StartServer, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    listening = made(lab, space, KINDS[op.proto])
    wait((TcpServer if op.proto == "tcp" else UdpServer)(listening, op.name), listening, op.listener, space)


@tell.register
def _(op: StopServer, lab: Lab) -> None:
    stop(lab, op, op.listener)
