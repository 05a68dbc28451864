"""Servers of the lab: sockets that the agent opens in the namespace, and answers with a name and the address that it saw."""

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass, field

from ..ops import StartServer, StopServer
from ..ops.server import ANSWER, said
from .lab import Lab
from .relay import CHUNK, IP_PKTINFO, answer, received
from .sockets import KINDS, made, stop, wait
from .tell import tell

SILENCE = 5.0
"""Seconds after which a client that keeps its connection is let go."""
GRACE = 0.3
"""Seconds for which a client may speak first, as one does that speaks HTTP; then the server does."""


@dataclass(slots=True, eq=False)
class Guest:
    """A client of a server."""

    saw: str
    timer: asyncio.TimerHandle
    answered: bool = False


@dataclass(slots=True, eq=False)
class TcpServer:
    """Answers each who connects, at once what it says or a moment later its silence, and ends the connection when the client has."""

    listening: socket.socket
    name: str
    clients: dict[socket.socket, Guest] = field(default_factory=dict)

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
            self.clients[client] = Guest(saw, loop.call_later(GRACE, self._say, client))
            loop.add_reader(client, self._heard, client)

    def _heard(self, client: socket.socket) -> None:
        """Answer what a client says first, and throw the rest away until it ends: closed with data unread a socket would send a reset."""
        with suppress(BlockingIOError):
            data = b""
            with suppress(ConnectionError):
                data = client.recv(CHUNK)
            if not self.clients[client].answered:
                self._say(client, data)
            if not data:
                self._forget(client)

    def _say(self, client: socket.socket, heard: bytes = b"") -> None:
        guest = self.clients[client]
        guest.timer.cancel()
        guest.answered = True
        guest.timer = asyncio.get_running_loop().call_later(SILENCE, self._forget, client)
        with suppress(OSError):
            client.send(said(self.name, guest.saw, heard.decode(errors="replace")).encode())
            client.shutdown(socket.SHUT_WR)

    def _forget(self, client: socket.socket) -> None:
        asyncio.get_running_loop().remove_reader(client)
        self.clients.pop(client).timer.cancel()
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
