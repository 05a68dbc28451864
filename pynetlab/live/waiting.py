"""Sockets that wait for clients in a namespace: sock_diag(7), or /proc/net where a kernel lacks it.

The kernel writes /proc/net/tcp by going through all connections of the machine, sock_diag through those that wait.
"""

import socket
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

from .messages import DUMP, HEADER, REQUEST

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
ASKING = struct.Struct("=BBBxI48x")
"""inet_diag_req_v2: family, protocol, what else is wanted, the states as bits, and a socket's identity, any."""
TOLD = struct.Struct("=4x2s2x4s")
"""Of inet_diag_msg the port and the address."""
DONE, ERROR = 3, 2
CHUNK = 1 << 16
WAITING = {"tcp": (socket.IPPROTO_TCP, 10), "udp": (socket.IPPROTO_UDP, 7)}
"""The number of a protocol, and the state of a socket that waits: TCP_LISTEN, and TCP_CLOSE for want of a peer."""

Waits = tuple[str, str, int]
"""Protocol, address, port."""


def waiting() -> set[Waits]:
    """Read those of the namespace in which this thread is."""
    found = set()
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_SOCK_DIAG) as line:
        for proto, (number, state) in WAITING.items():
            try:
                found |= {(proto, *place) for place in _dumped(line, number, state)}
            except FileNotFoundError:  # this kernel has no inet_diag, or not for this protocol
                found |= {(proto, *place) for place in _listed(proto, state)}
    return {each for each in found if each[2]}


def _dumped(line: socket.socket, number: int, state: int) -> Iterator[tuple[str, int]]:
    body = ASKING.pack(socket.AF_INET, number, 0, 1 << state)
    line.send(HEADER.pack(HEADER.size + len(body), SOCK_DIAG_BY_FAMILY, REQUEST | DUMP, 1, 0) + body)
    while True:
        data, at = line.recv(CHUNK), 0
        while at < len(data):
            length, kind, *_ = HEADER.unpack_from(data, at)
            if kind == DONE:
                return
            if kind == ERROR:
                raise OSError(-struct.unpack_from("=i", data, at + HEADER.size)[0], "sock_diag")
            port, address = TOLD.unpack_from(data, at + HEADER.size)
            yield socket.inet_ntoa(address), int.from_bytes(port, "big")
            at += (length + 3) & ~3


def _listed(proto: str, state: int) -> Iterator[tuple[str, int]]:
    for line in Path(f"/proc/thread-self/net/{proto}").read_text().splitlines()[1:]:
        _, local, _, status, *_ = line.split()
        address, port = local.split(":")
        if int(status, 16) == state:
            yield str(IPv4Address(bytes.fromhex(address)[::-1])), int(port, 16)
