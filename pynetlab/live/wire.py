"""A netlink socket that stays in the namespace where it was opened: netlink(7)."""

import os
import socket
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from . import libc
from .messages import HEADER

ERROR, DONE = 2, 3
RECEIVE = 1 << 16
FIRST, LAST = 1, 0x7FFFFFFF
OPEN = 64
"""So many wires stay open at most: a socket takes the kernel two kilobytes, and most namespaces are left alone."""


class Wire:
    """Sends messages to the kernel and gives what it answers; one request at a time."""

    __slots__ = ("_number", "_socket")

    def __init__(self) -> None:
        """Open a socket in the network namespace in which this thread is."""
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
        self._number = FIRST

    def close(self) -> None:
        """Close it; an open socket keeps its namespace alive."""
        self._socket.close()

    def fileno(self) -> int:
        """Give the descriptor: any socket of a namespace serves to ask for its devices, netdevice(7)."""
        return self._socket.fileno()

    def tell(self, messages: Sequence[bytes]) -> list[int]:
        """Send messages at once and give an errno for each, 0 where it was carried out."""
        if not messages:
            return []
        first = self._send(messages)
        results: dict[int, int] = {}
        while len(results) < len(messages):
            for kind, number, message in self._receive():
                if kind == ERROR:
                    results[number - first] = -int.from_bytes(message[16:20], "little", signed=True)
        return [results[i] for i in range(len(messages))]

    def ask(self, messages: Sequence[bytes]) -> list[tuple[int, bytes] | int]:
        """Send questions that have one answer each; an errno stands where one was refused."""
        first = self._send(messages)
        answers: dict[int, tuple[int, bytes] | int] = {}
        while len(answers) < len(messages):
            for kind, number, message in self._receive():
                if number >= first:
                    answers[number - first] = _errno(message) if kind == ERROR else (kind, message)
        return [answers[i] for i in range(len(messages))]

    def dump(self, message: bytes) -> Iterator[tuple[int, bytes]]:
        """Ask for a list and give its messages with their types."""
        first = self._send([message])
        while True:
            for kind, number, part in self._receive():
                if number != first:
                    continue
                if kind == DONE:
                    return
                if kind == ERROR:
                    raise OSError(_errno(part), os.strerror(_errno(part)))
                yield kind, part

    def _send(self, messages: Sequence[bytes]) -> int:
        if self._number > LAST - len(messages):
            self._number = FIRST
        first = self._number
        self._number += len(messages)
        self._socket.send(b"".join(m[:8] + (first + i).to_bytes(4, "little") + m[12:] for i, m in enumerate(messages)))
        return first

    def _receive(self) -> Iterator[tuple[int, int, bytes]]:
        data = self._socket.recv(RECEIVE)
        at = 0
        while at + HEADER.size <= len(data):
            length, kind, _, number, _ = HEADER.unpack_from(data, at)
            yield kind, number, data[at : at + length]
            at += (length + 3) & ~3


class Wires:
    """The wires of a lab, each by the descriptor of its namespace, opened when first needed; the one left alone longest makes room."""

    __slots__ = ("_home", "_open")

    def __init__(self, home: int) -> None:
        """Take the descriptor of the namespace in which this thread is at other times."""
        self._home = home
        self._open: OrderedDict[int, Wire] = OrderedDict()

    def into(self, netns: int) -> Wire:
        """Give the wire into a namespace. Raises OSError where no descriptor is left."""
        if netns not in self._open:
            libc.setns(netns)
            try:
                wire = Wire()
            finally:
                libc.setns(self._home)
            self._open[netns] = wire
            if len(self._open) > OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(netns)
        return self._open[netns]

    def cut(self, netns: int) -> None:
        """Close the wire into a namespace, if it is open."""
        wire = self._open.pop(netns, None)
        if wire is not None:
            wire.close()


def _errno(message: bytes) -> int:
    return -int.from_bytes(message[16:20], "little", signed=True)
