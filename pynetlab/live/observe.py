"""A question asked for real while every namespace is watched: what was seen, as plain records."""

import asyncio
import select
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from ..errors import LiveError
from ..model import Answer, Probe
from . import ask
from . import nf_messages as nf
from .frames import ETHERNET, IP, TCP, Seen, read
from .instruments import Instruments, Taken, Tap, opened, read_counters
from .lab import Lab
from .neighbours import unanswered

TRIES = 200
PAUSE = 0.02
"""Seconds in which instruments have room for what passes."""
PLAIN = ("ok", "refused")
"""Answers that say it all: counters have nothing to add to them."""
TELLING = (
    "Ip.InAddrErrors",
    "Ip.InHdrErrors",
    "Ip.OutNoRoutes",
    "IpExt.InNoRoutes",
    "Ip.FragFails",
    "TcpExt.IPReversePathFilter",
    "TcpExt.ArpFilter",
    "Icmp.OutRateLimitHost",
    "Icmp.OutRateLimitGlobal",
)
"""The counters that say why a packet ended where no rule ended it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a packet met in a table of a namespace, in the order in which it did."""

    netns: str
    hook: str
    table: str
    chain: str
    kind: str
    number: int
    dropped: bool
    packet: bytes
    """From the IP header on, as far as the kernel tells of it."""

    @property
    def seen(self) -> Seen:
        """Read the packet."""
        found = read(self.packet)
        if found is None:
            raise ValueError(f"no IPv4 packet: {self.packet.hex()}")
        return found


@dataclass(frozen=True, slots=True)
class Sightings:
    """All that was seen while questions were asked."""

    taps: tuple[Tap, ...] = ()
    """The frames in the order in which they passed, without canaries."""
    hits: tuple[Hit, ...] = ()
    """By namespace, in the order in which each saw them."""
    connections: tuple[tuple[str, nf.Connection], ...] = ()
    """Those that began, each with its namespace."""
    relayed: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """By namespace and port of the client: the port from which a userland proxy asked in its turn."""
    counters: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Namespace → counter → by how much it rose; only where some answer did not come."""
    unanswered: Mapping[str, frozenset[IPv4Address]] = field(default_factory=dict)
    """Namespace → the addresses that it asks for by ARP in vain; only where some answer did not come."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was seen of a question and its answer, and of those that were asked at the same time."""

    probe: Probe
    answer: Answer
    mark: int = 0
    """The source port of its first packet, or the identifier of the echo; 0 where it is not known."""
    seen: Sightings = field(default_factory=Sightings)


class Watch:
    """The instruments of all namespaces of a lab, open until something in it is changed."""

    def __init__(self, lab: Lab) -> None:
        """Take the lab; nothing is opened yet."""
        self.lab = lab
        self.open: dict[str, Instruments] = {}
        self._ready = select.epoll()
        """Knows which of their sockets hold something."""
        self._of: dict[int, Instruments] = {}
        """By the descriptors of those sockets."""
        self._next: asyncio.TimerHandle
        self._proven = self._counted = False
        """The last canaries were seen, and the counters read, and nothing was asked since by anybody else."""

    def close(self) -> None:
        """Take all instruments away; the kernel takes its time for that, and so other threads do it."""
        gone, self.open, self._proven = list(self.open.values()), {}, False
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._ready)
        for number in self._of:
            self._ready.unregister(number)
        self._of.clear()
        for each in gone:
            loop.run_in_executor(None, each.close)

    def disturbed(self) -> None:
        """Know that questions are asked that are not watched: counters rise for them too."""
        self._counted = False

    async def observe(self, probes: Sequence[Probe]) -> tuple[Evidence, ...]:
        """Ask all at once, and give what was seen.

        Canaries fly before and after; those after some questions are those before the next. Raises LiveError where an
        instrument saw nothing of its canary, or lost something.
        """
        await self._open()
        if not self._proven:
            self._prove()
        self._take()
        for each in self.open.values():
            if each.holds:
                each.forget()
        if not self._counted:
            self._risen()
        self.lab.relayed.clear()
        answers = await self._asked(probes)
        seen = self._seen({heard.answer.result for heard in answers})
        return tuple(Evidence(probe, heard.answer, heard.mark, seen) for probe, heard in zip(probes, answers, strict=True))

    def _seen(self, results: set[str]) -> Sightings:
        found, brief, plain = self._prove(), results == {"ok"}, results <= set(PLAIN)
        taps = [tap for frames, _, _ in found.values() for tap in frames if not (brief and _goes_on(tap.frame[ETHERNET.size :]))]
        hits = tuple(hit for name, (_, met, _) in found.items() for hit in _hits(self.open[name], met, brief=brief))
        began = tuple((name, each) for name, (_, _, connections) in found.items() for each in connections)
        vain = {} if plain else {name: unanswered(self.open[name].space.wire, frames) for name, (frames, _, _) in found.items()}
        lacks = ({} if plain else self._risen(), vain)
        return Sightings(tuple(sorted(taps, key=lambda tap: tap.time)), hits, began, dict(self.lab.relayed), *lacks)

    async def _asked(self, probes: Sequence[Probe]) -> tuple[ask.Heard, ...]:
        """Ask, and empty the instruments now and then, not whenever there is something: each wake-up would delay the question."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._ready)
        self._next = loop.call_later(PAUSE, self._take_again)
        try:
            return await ask.heard_by(self.lab, probes)
        finally:
            self._next.cancel()
            loop.add_reader(self._ready, self._take)

    def _take_again(self) -> None:
        self._take()
        self._next = asyncio.get_running_loop().call_later(PAUSE, self._take_again)

    def _take(self) -> None:
        for number, _ in self._ready.poll(0):
            self._of[number].take()

    async def _open(self) -> None:
        """Open what is not open yet, and wait until the kernel notes the time of each packet as it passes.

        It begins with that a little after the first packet socket asks for it, and until then a packet's time is that of
        its reading; see net_enable_timestamp in the kernel's net/core/dev.c.
        """
        new = [opened(self.lab, space) for space in self.lab.spaces.values() if space.name not in self.open]
        for made in new:
            self.open[made.space.name] = made
            for line in (made.packets, made.rules):
                self._of[line.fileno()] = made
                self._ready.register(line, select.EPOLLIN | select.EPOLLERR)
        self._proven = self._proven and not new
        for _ in range(TRIES if new else 0):
            for each in self.open.values():
                each.release_canary()
            before = time.time_ns()
            if not [each for each in self.open.values() if not each.stamped(before)]:
                return
            await asyncio.sleep(0.001)
        if new:
            raise LiveError("this kernel does not note when packets pass")

    def _prove(self) -> dict[str, Taken]:
        """Let canaries fly, and read everything: theirs proves that the instruments work, the rest is what was seen before."""
        self._proven = False
        for each in self.open.values():
            each.release_canary()
        found = {name: each.taken() for name, each in self.open.items()}
        self._proven = True
        return found

    def _risen(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for name, each in self.open.items():
            with self.lab.inside(each.space):
                now = read_counters()
            risen = {key: now[key] - each.counters.get(key, 0) for key in TELLING if now.get(key, 0) > each.counters.get(key, 0)}
            found |= {name: risen} if risen else {}
            each.counters = now
        self._counted = True
        return found


def _goes_on(packet: bytes) -> bool:
    """Say whether a packet belongs to a connection that stands: a segment that neither opens nor refuses one."""
    return len(packet) >= IP.size + TCP.size and packet[9] == SEGMENT and not packet[IP.size + TCP.size - 1] & (SYN | RST)


def _hits(instruments: Instruments, events: list[nf.Met], *, brief: bool) -> Iterator[Hit]:
    """Put events together with the packets that they are about, and give rules the numbers that iptables gives them."""
    about: dict[int, tuple[str, bytes]] = {}
    for met in events:
        hook, packet = about.get(met.mark, ("", b""))
        packet = met.packet or packet
        hook = met.chain if met.chain in HOOKS else hook
        about[met.mark] = hook, packet
        chain, number = met.chain, met.number
        if met.handle:
            chain, number = instruments.numbers.get((met.table, met.handle), (met.chain, 0))
        told = met.kind != "rule" or number  # the end of a chain is told as a rule without a handle
        if told and met.table != nf.PRIVATE and packet and not (brief and _goes_on(packet)):
            yield Hit(instruments.space.name, hook, met.table, chain, met.kind, number, met.dropped, packet)


HOOKS = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")
SEGMENT, SYN, RST = 6, 2, 4
