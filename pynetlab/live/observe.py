"""A question asked for real while every namespace is watched: what was seen, as plain records."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ..errors import LiveError
from ..model import Answer, Probe
from . import ask
from . import nf_messages as nf
from .frames import ETHERNET, IP, TCP, Seen, read
from .instruments import CANARY, Instruments, Tap, opened, read_counters
from .lab import Lab

TRIES = 200
TELLING = (
    "Ip.InAddrErrors",
    "Ip.InHdrErrors",
    "Ip.OutNoRoutes",
    "IpExt.InNoRoutes",
    "Ip.FragFails",
    "TcpExt.IPReversePathFilter",
    "TcpExt.ArpFilter",
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
        return _read(self.packet)


@lru_cache(1024)
def _read(packet: bytes) -> Seen:
    found = read(packet)
    if found is None:
        raise ValueError(f"no IPv4 packet: {packet.hex()}")
    return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was seen of a question and its answer."""

    probe: Probe
    answer: Answer
    taps: tuple[Tap, ...] = ()
    """The frames in the order in which they passed, without canaries."""
    hits: tuple[Hit, ...] = ()
    """By namespace, in the order in which each saw them."""
    connections: tuple[tuple[str, nf.Connection], ...] = ()
    """Those that began, each with its namespace."""
    counters: dict[str, dict[str, int]] = field(default_factory=dict)
    """Namespace → counter → by how much it rose; only where no answer came."""


class Watch:
    """The instruments of all namespaces of a lab, open until something in it is changed."""

    def __init__(self, lab: Lab) -> None:
        """Take the lab; nothing is opened yet."""
        self.lab = lab
        self.open: dict[str, Instruments] = {}

    def close(self) -> None:
        """Take all instruments away; the kernel takes its time for that, and so other threads do it."""
        gone, self.open = list(self.open.values()), {}
        loop = asyncio.get_running_loop()
        for each in gone:
            each.stop()
            loop.run_in_executor(None, each.close)

    async def observe(self, probe: Probe) -> Evidence:
        """Ask, and give what was seen. Raises LiveError where an instrument saw nothing of its canary, or lost something."""
        ask.check(self.lab, probe)
        await self._open()
        self._prove()
        answer = await ask.one(self.lab, probe)
        taps, hits = self._prove(brief=answer.result == "ok")
        counters = {} if answer.result == "ok" else self._risen()
        began = tuple((name, each) for name, opened_ in self.open.items() for each in opened_.connections)
        return Evidence(probe, answer, tuple(taps), tuple(hits), began, counters)

    async def _open(self) -> None:
        """Open what is not open yet, and wait until the kernel notes the time of each packet as it passes.

        It begins with that a little after the first packet socket asks for it, and until then a packet's time is that of
        its reading; see net_enable_timestamp in the kernel's net/core/dev.c.
        """
        new = [space for name, space in self.lab.spaces.items() if name not in self.open]
        for space in new:
            self.open[space.name] = opened(self.lab, space)
            self.open[space.name].start()
        for _ in range(TRIES if new else 0):
            for each in self.open.values():
                each.release_canary()
            before = time.time_ns()
            taps = [tap for each in self.open.values() for tap in each.taken()[0]]
            if all(tap.time <= before for tap in taps):
                return
            await asyncio.sleep(0.001)
        if new:
            raise LiveError("this kernel does not note when packets pass")

    def _prove(self, *, brief: bool = False) -> tuple[list[Tap], list[Hit]]:
        """Let canaries fly, and read everything: theirs proves that the instruments work, the rest is what was seen before.

        In brief, what follows once a connection stands is left out.
        """
        flown = {name for name, each in self.open.items() if each.release_canary()}
        taken = {name: each.taken() for name, each in self.open.items()}
        taps = [tap for frames, _ in taken.values() for tap in frames]
        seen = {tap.netns for tap in taps if CANARY in tap.frame}
        hits: list[Hit] = []
        for name, (_, met) in taken.items():
            each = self.open[name]
            heard = not each.speaks or any(_flies(event.packet) for event in met)
            if name in flown and not (name in seen and heard):
                raise LiveError(
                    f"the instruments in {name} saw nothing of a packet that passed there; what they did not see proves nothing"
                )
            hits += _hits(each, met, brief=brief)
        rest = [tap for tap in taps if CANARY not in tap.frame and not (brief and _goes_on(tap.frame[ETHERNET.size :]))]
        return sorted(rest, key=lambda tap: tap.time), hits

    def _risen(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for name, each in self.open.items():
            with self.lab.inside(each.space):
                now = read_counters()
            risen = {key: now[key] - each.counters.get(key, 0) for key in TELLING if now.get(key, 0) > each.counters.get(key, 0)}
            found |= {name: risen} if risen else {}
            each.counters = now
        return found


def _flies(packet: bytes) -> bool:
    """Say whether a packet is a canary: it goes from a port to the same port of the same address."""
    return len(packet) >= LEAST and packet[9] == UDP and packet[12:16] == packet[16:20] and packet[20:22] == packet[22:24]


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
        if told and met.table != nf.PRIVATE and packet and not _flies(packet) and not (brief and _goes_on(packet)):
            yield Hit(instruments.space.name, hook, met.table, chain, met.kind, number, met.dropped, packet)


HOOKS = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")
UDP, SEGMENT, SYN, RST = 17, 6, 2, 4
LEAST = 28
"""Bytes of the headers of a datagram."""
