"""What watches one namespace while a packet passes: a packet socket, the events of rules and connections, the counters.

See packet(7) and nfnetlink(7). All of it is of the namespace in which it was opened, also for an ordinary user.
"""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import LiveError
from . import nf_messages as nf
from .lab import Lab, Space

ETH_P_ALL = 3
OUTGOING, OTHER_HOST = 4, 3
"""Types of packets in a link-level address: sent from here, and meant for another machine."""
SO_RCVBUFFORCE, SO_TIMESTAMPNS, SOL_PACKET, PACKET_STATISTICS = 33, 35, 263, 6
TIME = struct.Struct("=qq")
NANO = 10**9
CHUNK = 1 << 16
LOG_OF_IPV4 = Path("/proc/sys/net/netfilter/nf_log/2")
TABLES_OF_IPV4 = Path("/proc/thread-self/net/ip_tables_names")
ROOM = 1 << 22
"""Bytes that wait in a socket at most, where the kernel allows so many."""
CANARY = b"pynetlab canary"


@dataclass(frozen=True, slots=True)
class Tap:
    """One frame that passed a device."""

    time: int
    """In nanoseconds, the same clock in all namespaces."""
    netns: str
    device: str
    sent: bool
    frame: bytes
    other: bool = False
    """The frame is for another machine."""


@dataclass(slots=True, eq=False)
class Instruments:
    """The instruments of one namespace, open."""

    space: Space
    packets: socket.socket
    rules: socket.socket
    table: socket.socket
    bird: socket.socket
    """Connected to itself over the loopback device."""
    numbers: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    """Of nf_tables: table and handle → chain and number."""
    counters: dict[str, int] = field(default_factory=dict)
    """As they were when they were last read."""
    speaks: bool = True
    """Its tables tell of what passes; legacy ones that nobody touched are not there."""
    connections: list[nf.Connection] = field(default_factory=list)
    """Those that began since the last time."""
    _frames: list[Any] = field(default_factory=list)
    _events: list[Any] = field(default_factory=list)
    _lost: str = ""

    def start(self) -> None:
        """Take in what the sockets hold whenever the agent has nothing else to do, so that they do not run over."""
        for each, kept in ((self.packets, self._frames), (self.rules, self._events)):
            asyncio.get_running_loop().add_reader(each, self._take, each, kept)

    def stop(self) -> None:
        """Stop taking in; :meth:`close` is left for a thread that may wait."""
        for each in (self.packets, self.rules):
            asyncio.get_running_loop().remove_reader(each)

    def close(self) -> None:
        """Take everything away; the private table goes with its socket."""
        for each in (self.packets, self.rules, self.table, self.bird):
            each.close()

    def _take(self, from_socket: socket.socket, kept: list[Any]) -> None:
        try:
            while True:
                kept.append(from_socket.recvmsg(CHUNK, 256))
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.ENETDOWN:  # a device went down; the socket goes on
                self._lost = error.strerror or str(error)

    def taken(self) -> "tuple[list[Tap], list[nf.Met]]":
        """Give the frames that passed and what they met in the tables since the last time, the private one's marks too.

        Raises LiveError where some were lost.
        """
        self._take(self.packets, self._frames)
        self._take(self.rules, self._events)
        _, lost = struct.unpack("=II", self.packets.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        missed, self._lost = self._lost or (f"{lost} packets" if lost else ""), ""
        self.connections.clear()
        taps, met = list(self._taps()), list(self._met())
        self._frames.clear()
        self._events.clear()
        if missed:
            raise LiveError(
                f"what passed in {self.space.name} was too much to be seen whole ({missed}); ask again when there is less traffic"
            )
        return taps, met

    def _taps(self) -> Iterator[Tap]:
        for frame, ancillary, _, (device, _, kind, *_) in self._frames:
            stamp = next(TIME.unpack(data) for _, what, data in ancillary if what == SO_TIMESTAMPNS)
            yield Tap(stamp[0] * NANO + stamp[1], self.space.name, device, kind == OUTGOING, frame, kind == OTHER_HOST)

    def _met(self) -> Iterator[nf.Met]:
        for data, *_ in self._events:
            for kind, body in nf.messages(data):
                if kind == nf.TABLES << 8 | nf.TRACE:
                    yield nf.traced(body)
                elif kind == nf.CONNTRACK << 8:
                    self.connections.append(nf.connected(body))
                elif kind == nf.LOG << 8 and (logged := nf.logged(body)) is not None:
                    yield logged

    def release_canary(self) -> bool:
        """Send a datagram that every instrument has to see; say whether it could be sent."""
        try:
            self.bird.send(CANARY)
            self.bird.recv(CHUNK)
        except OSError:
            return False
        return True


def opened(lab: Lab, space: Space) -> Instruments:
    """Open the instruments of a namespace. Raises LiveError where this kernel lacks one."""
    made: list[socket.socket] = []
    try:
        with lab.inside(space):
            for family, protocol in (
                (socket.AF_PACKET, socket.htons(ETH_P_ALL)),
                (socket.AF_NETLINK, nf.NETFILTER),
                (socket.AF_NETLINK, nf.NETFILTER),
            ):
                made.append(socket.socket(family, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol))
            made.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC))
            packets, rules, table, bird = made
            found = Instruments(space, packets, rules, table, bird)
            _listen(found, lab.dialect)
            found.counters = read_counters()
    except OSError as error:
        for each in made:
            each.close()
        raise LiveError(f"{space.name} cannot be watched: {error.strerror}; this kernel needs nf_tables and packet sockets") from None
    return found


def _listen(made: Instruments, dialect: str) -> None:
    for each in (made.rules, made.table):
        each.bind((0, 0))
    if dialect == "legacy":
        # a connection's later packets do not come to nat
        made.speaks = TABLES_OF_IPV4.exists() and bool(set(TABLES_OF_IPV4.read_text().split()) - {"nat"})
        with suppress(OSError):
            _write(LOG_OF_IPV4, "nfnetlink_log")
        _told(made.rules, nf.log_group(), 2)
    else:
        made.numbers = _numbers(made.table)
        made.rules.setsockopt(nf.SOL_NETLINK, nf.ADD_MEMBERSHIP, nf.TRACE_GROUP)
    made.rules.setsockopt(nf.SOL_NETLINK, nf.ADD_MEMBERSHIP, nf.NEW_CONNECTION_GROUP)
    _told(made.table, nf.private_table(), len(nf.HOOKS))
    made.packets.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    made.bird.settimeout(0)
    with suppress(OSError):  # where the loopback device is down no canary flies
        made.bird.bind(("127.0.0.1", 0))
        made.bird.connect(made.bird.getsockname())
    for each in (made.packets, made.rules):
        with suppress(OSError):  # an ordinary user has to do with less
            each.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM)
        each.setblocking(False)  # noqa: FBT003 - its own signature


def _write(path: Path, value: str) -> None:
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, value.encode())
    finally:
        os.close(fd)


def _told(line: socket.socket, data: bytes, answers: int) -> None:
    """Send messages and wait for so many acknowledgements. Raises OSError."""
    line.send(data)
    while answers > 0:
        for kind, body in nf.messages(line.recv(CHUNK)):
            if kind == nf.ERROR:
                number = -int.from_bytes(body[:4], "little", signed=True)
                if number:
                    raise OSError(number, os.strerror(number))
                answers -= 1


def _numbers(line: socket.socket) -> dict[tuple[str, int], tuple[str, int]]:
    """Ask nf_tables for its rules: table and handle → chain and the rule's number in it."""
    line.send(nf.all_rules())
    found: dict[tuple[str, int], tuple[str, int]] = {}
    count: dict[tuple[str, str], int] = {}
    while True:
        for kind, body in nf.messages(line.recv(CHUNK)):
            if kind in (nf.DONE, nf.ERROR):
                return found
            parts = nf.attributes(body[nf.GENERIC.size :])
            table, chain, handle = nf.text(parts[1]), nf.text(parts[2]), nf.number(parts[3])
            count[table, chain] = count.get((table, chain), 0) + 1
            found[table, handle] = chain, count[table, chain]


def read_counters() -> dict[str, int]:
    """Read the counters of the namespace in which this thread is: those of RFC 4293 and Linux's own."""
    found: dict[str, int] = {}
    for path in ("/proc/thread-self/net/snmp", "/proc/thread-self/net/netstat"):
        lines = Path(path).read_text().splitlines()
        for names, values in zip(lines[::2], lines[1::2], strict=True):
            group, _, rest = names.partition(": ")
            if group in ("Ip", "IpExt", "TcpExt"):
                numbers = map(int, values.partition(": ")[2].split())
                found |= {f"{group}.{name}": value for name, value in zip(rest.split(), numbers, strict=True)}
    return found
