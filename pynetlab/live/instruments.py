"""What watches one namespace while a packet passes: a packet socket, the events of rules and connections, the counters.

See packet(7) and nfnetlink(7). All of it is of the namespace in which it was opened, also for an ordinary user.
"""

import errno
import os
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import LiveError
from . import firewall
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
ROOM_BESIDE = 256
"""Bytes beside a message that say when it came."""
ROOM = 1 << 22
"""Bytes that wait in a socket at most, where the kernel allows so many."""
CANARY = b"pynetlab canary"
SONG = CANARY[:12]
"""As much of it as an event of nf_tables has."""


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
    _frames: list[Any] = field(default_factory=list)
    _events: list[bytes] = field(default_factory=list)
    _sources: tuple[tuple[Any, list[Any]], ...] = ()
    """What receives, and where to."""
    _lost: str = ""
    _flown: bool = False
    """A canary was sent since the last time."""

    def __post_init__(self) -> None:
        """Make what receives once, since it is asked often."""
        frames, events = partial(self.packets.recvmsg, CHUNK, ROOM_BESIDE), partial(self.rules.recv, CHUNK)
        self._sources = (frames, self._frames), (events, self._events)

    def close(self) -> None:
        """Take everything away; the private table goes with its socket."""
        for each in (self.packets, self.rules, self.table, self.bird):
            each.close()

    def take(self) -> None:
        """Take in what the sockets hold, so that they do not run over."""
        for receive, kept in self._sources:
            try:
                while True:
                    kept.append(receive())
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno != errno.ENETDOWN:  # a device went down; the socket goes on
                    self._lost = error.strerror or str(error)

    @property
    def holds(self) -> bool:
        """Say whether something was taken in since the last time."""
        return bool(self._frames or self._events or self._lost)

    def forget(self) -> str:
        """Throw away what was taken in since the last time; say what of it was lost, if anything was."""
        _, lost = struct.unpack("=II", self.packets.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        missed, self._lost = self._lost or (f"{lost} packets" if lost else ""), ""
        self._frames.clear()
        self._events.clear()
        self._flown = False
        return missed

    def taken(self) -> "Taken":
        """Give the frames that passed, what they met in the tables, and the connections that began; of canaries nothing.

        Raises LiveError where some were lost, or where one instrument saw nothing of a canary that was sent.
        """
        self.take()
        taps = [_tap(self.space.name, *frame) for frame in self._frames if CANARY not in frame[0]]
        met, began, heard = _told_of(self._events)
        silent = self._flown and not (len(taps) < len(self._frames) and (heard or not self.speaks))
        if missed := self.forget():
            raise LiveError(
                f"what passed in {self.space.name} was too much to be seen whole ({missed}); ask again when there is less traffic"
            )
        if silent:
            raise LiveError(
                f"the instruments in {self.space.name} saw nothing of a packet that passed there; what they did not see proves nothing"
            )
        return taps, met, began

    def stamped(self, before: int) -> bool:
        """Say whether all frames that passed were noted before a time, as they are where their times are not those of their reading."""
        self.take()
        times = [_tap(self.space.name, *frame).time for frame in self._frames]
        self.forget()
        return all(time <= before for time in times)

    def release_canary(self) -> None:
        """Send a datagram that every instrument has to see, where the loopback device is up."""
        try:
            self.bird.send(CANARY)
            self.bird.recv(len(CANARY))
        except OSError:
            return
        self._flown = True


Taken = tuple[list[Tap], list[nf.Met], list[nf.Connection]]
"""What was seen in one namespace."""


def _tap(netns: str, frame: bytes, ancillary: list[tuple[int, int, bytes]], _: int, address: tuple[Any, ...]) -> Tap:
    stamp = next(TIME.unpack(data) for _, what, data in ancillary if what == SO_TIMESTAMPNS)
    return Tap(stamp[0] * NANO + stamp[1], netns, address[0], address[2] == OUTGOING, frame, address[2] == OTHER_HOST)


def _told_of(events: list[bytes]) -> tuple[list[nf.Met], list[nf.Connection], bool]:
    """Read what netfilter told, and say whether it told of a canary, which has its song and is known by its mark after that."""
    songs = [data for data in events if SONG in data and nf.is_one(data)]
    if len(songs) == len(events):  # as in most namespaces
        return [], [], bool(songs)
    told = [message for data in events for message in nf.messages(data)]
    met: list[nf.Met] = []
    began: list[nf.Connection] = []
    canaries: set[int] = set()
    for kind, body in told:
        if kind == nf.CONNTRACK << 8:
            began.append(nf.connected(body))
        elif kind == nf.TABLES << 8 | nf.TRACE:
            one = nf.traced(body)
            if SONG in body:
                canaries.add(one.mark)
            elif one.packet or one.mark not in canaries:
                canaries.discard(one.mark)
                met.append(one)
        elif kind == nf.LOG << 8 and SONG not in body and (logged := nf.logged(body)) is not None:
            met.append(logged)
    return met, began, any(SONG in body for _, body in told)


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
    before = firewall.generation()
    _told(made.table, nf.private_table(), len(nf.HOOKS))
    made.space.kept.still(before, firewall.generation())
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
            if group in ("Ip", "Icmp", "IpExt", "TcpExt"):
                numbers = map(int, values.partition(": ")[2].split())
                found |= {f"{group}.{name}": value for name, value in zip(rest.split(), numbers, strict=True)}
    return found
