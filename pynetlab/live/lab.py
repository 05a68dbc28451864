"""What the agent holds: the namespaces of a lab, each by descriptors, and the messages that wait to be sent."""

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import KernelError
from ..model import Listener, Table
from ..ops import Op
from . import libc
from .decoding import decoded
from .messages import all_links
from .relay import Relay
from .wire import Wire, Wires

if TYPE_CHECKING:
    from .nameserver import NameServer
    from .recorder import Recorder

SIOCGIFNAME, SIOCGIFINDEX = 0x8910, 0x8933
LONGEST_NAME = 15
LOOPBACK = 1
"""The index of the loopback device in every namespace."""
Place = tuple["Space", int]
"""A device: its namespace and its index there."""


@dataclass(slots=True)
class Kept:
    """The tables of a namespace as they were when they were last read, and the generation of rules that they were."""

    generation: int = 0
    tables: dict[str, Table] = field(default_factory=dict)

    def still(self, before: int, after: int) -> None:
        """Know that nothing but a private table, which iptables does not tell of, came in between two generations: one change."""
        if self.generation == before == after - 1:
            self.generation = after


@dataclass(slots=True, eq=False)
class Space:
    """One network namespace of the lab, and what the agent knows of it without asking."""

    name: str
    fd: int
    wires: Wires
    next_index: int = LOOPBACK + 1
    """Devices get indexes that were never used before, so that a message can name one that is not yet there."""
    down: set[int] = field(default_factory=lambda: {LOOPBACK})
    """Devices that are down for certain."""
    portless: set[int] = field(default_factory=set)
    """Devices that are the port of no bridge for certain."""
    recorders: "list[Recorder]" = field(default_factory=list)
    """Who looks at what passes here; an open one would hold the namespace."""
    relays: dict[Listener, Relay] = field(default_factory=dict)
    """The agent's sockets that wait for clients here, proxies and servers."""
    files: dict[str, str] = field(default_factory=dict)
    resolver: "NameServer | None" = None
    zones: dict[str, dict[IPv4Address, tuple[str, ...]]] = field(default_factory=dict)
    """The names in networks, of the namespace where the daemon is."""
    kept: Kept = field(default_factory=Kept)
    named: bool = False
    """It has a name in the lab's /run/netns."""

    @property
    def wire(self) -> Wire:
        """The way to ask and to tell the kernel here; take it anew each time."""
        return self.wires.into(self.fd)

    def index(self, name: str) -> int:
        """Ask the kernel for the index of a device. Raises OSError."""
        if len(name.encode()) > LONGEST_NAME:
            raise OSError(errno.ENODEV, name)
        answer = fcntl.ioctl(self.wire, SIOCGIFINDEX, struct.pack("16si20x", name.encode(), 0))
        return int(struct.unpack_from("16si", answer)[1])

    def name_of(self, index: int) -> str | None:
        """Ask the kernel for the name of a device; None where there is none of that index."""
        with suppress(OSError):
            answer = fcntl.ioctl(self.wire, SIOCGIFNAME, struct.pack("16si20x", b"", index))
            return answer[:16].split(b"\0")[0].decode()
        return None

    def close(self) -> None:
        """Let go; where nothing else holds the namespace, the kernel removes it."""
        for each in (*self.relays.values(), *self.recorders):
            each.close()
        if self.resolver is not None:
            self.resolver.close()
        self.wires.cut(self.fd)
        os.close(self.fd)


class Refused(Exception):  # noqa: N818 - it is the kernel's answer, no error of ours
    """The kernel refused the operation at a position of the batch."""

    def __init__(self, position: int, number: int) -> None:
        """Keep both."""
        super().__init__(position, number)
        self.position = position
        self.number = number


@dataclass(slots=True)
class Pending:
    """One message that waits: its operation's position, and what takes it back."""

    position: int
    data: bytes
    inverse: bytes | None


MOST = 64
"""So many messages at most in one send: they fit the buffer of an ordinary user's socket."""


@dataclass(slots=True, eq=False)
class Lab:
    """All namespaces by name, and how to reach the kernel in each."""

    home: int
    """The agent's own namespace, in which there is nothing."""
    wires: Wires = field(init=False)
    dialect: str = "nft"
    spaces: dict[str, Space] = field(default_factory=dict)
    peers: dict[Place, Place] = field(default_factory=dict)
    """The two ends of each cable, both ways."""
    parents: dict[Place, Place] = field(default_factory=dict)
    """What each macvlan is on."""
    recordings: "dict[tuple[str, str], Recorder]" = field(default_factory=dict)
    """By namespace and device; they outlive the namespace."""
    numbers: dict[Space, dict[int, Space]] = field(default_factory=dict)
    """By which numbers a namespace knows others; asked for only where a script made cables."""
    corrections: tuple[tuple[Path, str], ...] = ()
    """Settings that a new namespace inherits from the machine, and what they have to be."""
    unasked: frozenset[str] = frozenset()
    """Devices that this kernel puts into every new namespace."""
    first_index: int = LOOPBACK + 1
    position: int = 0
    relayed: dict[tuple[str, int], int] = field(default_factory=dict)
    """By namespace and port of the client: the port from which a userland proxy asked in its turn, since the last watch began."""
    raised: list[Place] = field(default_factory=list)
    """Devices that were brought up since the last wait."""
    _queue: list[Pending] = field(default_factory=list)
    _queue_of: Space | None = None
    _coming: dict[tuple[Space, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Come back to the agent's own namespace from every other."""
        self.wires = Wires(self.home)

    @contextmanager
    def inside(self, space: Space) -> Iterator[None]:
        """Be in a namespace for a while: sockets and processes made now belong to it."""
        libc.setns(space.fd)
        try:
            yield
        finally:
            libc.setns(self.home)

    def opened(self, name: str, first_index: int = LOOPBACK + 1) -> Space:
        """Take in the namespace in which this thread is. Raises OSError where no descriptor is left."""
        fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        return Space(name, fd, self.wires, first_index)

    def space(self, op: Op, name: str | None = None) -> Space:
        """Look a namespace up. Raises ENOENT."""
        found = self.spaces.get(name or op.netns)
        if found is None:
            raise refuse(errno.ENOENT, op)
        return found

    def device(self, op: Op, name: str) -> tuple[Space, int]:
        """Look a device up in the namespace of an operation. Raises ENODEV."""
        space = self.space(op)
        if (space, name) in self._coming:
            return space, self._coming[space, name]
        try:
            return space, space.index(name)
        except OSError as error:
            raise refuse(error.errno or errno.ENODEV, op) from None

    def new_index(self, space: Space, name: str) -> int:
        """Choose the index of a device that is about to be made."""
        index = space.next_index
        space.next_index += 1
        space.down.add(index)
        space.portless.add(index)
        self._coming[space, name] = index
        return index

    def send(self, space: Space, data: bytes, inverse: bytes | None = None) -> None:
        """Queue a message. The kernel goes on after a refusal, so all but the first of a queue must have an inverse."""
        if self._queue and (space is not self._queue_of or inverse is None or len(self._queue) == MOST):
            coming = self._coming.copy()
            self.flush()
            self._coming |= coming  # this message may be the one that makes them
        self._queue_of = space
        self._queue.append(Pending(self.position, data, inverse))

    def flush(self) -> None:
        """Send what waits. Raises Refused for the first that was refused, after taking back those behind it."""
        queue, self._queue = self._queue, []
        self._coming.clear()
        if not queue or self._queue_of is None:
            return
        wire = self._queue_of.wire
        results = wire.tell([pending.data for pending in queue])
        bad = next((i for i, number in enumerate(results) if number), None)
        if bad is None:
            return
        back = [
            pending.inverse for pending, number in zip(queue, results, strict=True) if pending.position > queue[bad].position and not number
        ]
        wire.tell([inverse for inverse in reversed(back) if inverse])
        raise Refused(queue[bad].position, results[bad])

    def forget(self, space: Space) -> None:
        """Drop a namespace that is gone, and all that was known of it."""
        del self.spaces[space.name]
        self.peers = {here: there for here, there in self.peers.items() if space not in (here[0], there[0])}
        self.parents = {here: there for here, there in self.parents.items() if space not in (here[0], there[0])}
        self.raised = [place for place in self.raised if place[0] is not space]
        self.numbers.clear()

    def look_again(self) -> None:
        """Forget what may have changed without the agent, after a script ran."""
        self.peers.clear()
        self.parents.clear()
        self.numbers.clear()
        for space in self.spaces.values():
            space.down.clear()
            space.portless.clear()
            for kind, data in space.wire.dump(all_links()):
                message, _ = decoded(kind, data)
                space.next_index = max(space.next_index, message["index"] + 1)


def refuse(number: int, op: Op) -> KernelError:
    """Give the error to raise, which names the command."""
    return KernelError(number, op.shell("host"))
