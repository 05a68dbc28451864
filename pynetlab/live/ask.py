"""Questions asked for real: a socket in the namespace of who asks; tcp(7), udp(7), raw(7). Hundreds may wait at once."""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from ..errors import LiveError
from ..model import Answer, DnsQuery, Probe
from ..model.probe import USUAL
from . import resolver
from .lab import Lab
from .sockets import bound, connected, made

CHUNK = 1 << 16
WORDS = {
    errno.ECONNREFUSED: "refused",
    errno.ENETUNREACH: "network-unreachable",
    errno.EHOSTUNREACH: "no-route-to-host",
    errno.ETIMEDOUT: "timeout",
}
"""The results that have a name of their own; of others it is that of strerror(3), with hyphens."""
CLOSED = "closed"
"""The connection came about, and ended without a word: by a userland proxy behind which nobody listens, or by a rule that resets it."""

ECHO_REPLY, UNREACHABLE, ECHO, EXCEEDED = 0, 3, 8, 11
ICMP_HEADER = struct.Struct("!BBHHH")
PING_SAYS: Mapping[tuple[int, int], str] = {
    (UNREACHABLE, 0): "Destination Net Unreachable",
    (UNREACHABLE, 1): "Destination Host Unreachable",
    (UNREACHABLE, 2): "Destination Protocol Unreachable",
    (UNREACHABLE, 3): "Destination Port Unreachable",
    (UNREACHABLE, 4): "Frag needed and DF set",
    (UNREACHABLE, 9): "Destination Net Prohibited",
    (UNREACHABLE, 10): "Destination Host Prohibited",
    (UNREACHABLE, 13): "Packet filtered",
    (EXCEEDED, 0): "Time to live exceeded",
}
"""What ping(8) says of an ICMP error, by type and code (iputils ping/ping.c, pr_icmph)."""

IP_MTU_DISCOVER = 10
PMTUD = {"dont": 0, "want": 1, "do": 2}
"""Of linux/in.h."""

IDENTS = count(1)
"""Identifiers of echo requests and datagrams, so that each finds its own reply and is known where it passes."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was answered, and by what the question's first packet is known."""

    answer: Answer
    mark: int = 0
    """Its source port, or the identifier of the echo; 0 where it is not known."""


async def ask(lab: Lab, probes: Sequence[Probe]) -> tuple[Answer, ...]:
    """Ask all at once and give the answers in order. Raises LiveError for a namespace or a protocol that there is not."""
    return tuple(heard.answer for heard in await heard_by(lab, probes))


async def heard_by(lab: Lab, probes: Sequence[Probe]) -> tuple[Heard, ...]:
    """Ask all at once, and keep what tells their packets apart. Raises as :func:`ask`."""
    for probe in probes:
        check(lab, probe)
    return tuple(await asyncio.gather(*(one(lab, probe) for probe in probes)))


def check(lab: Lab, probe: Probe) -> None:
    """Raise LiveError for a question that cannot be asked."""
    if probe.source not in lab.spaces:
        raise LiveError(f"there is no namespace {probe.source} in this lab; there are {', '.join(lab.spaces) or 'none'}")
    if probe.proto not in (*ASKED, "dns"):
        raise LiveError(f"no question is asked over {probe.proto}; there are {', '.join(ASKED)} and dns")


async def one(lab: Lab, probe: Probe) -> Heard:
    """Ask one question, and wait as long as it says."""
    if probe.proto == "dns":
        found = await resolver.ask(lab, probe.source, DnsQuery(probe.name), str(probe.ip), probe.waits)
        return Heard(Answer(found.result, rcode=found.reply.rcode if found.reply else None, answers=found.addresses))
    kind = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}.get(probe.proto)
    space = lab.spaces[probe.source]
    asking = made(lab, space, kind) if kind else made(lab, space, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    with asking:
        mark = probe.socket.ident or next(IDENTS) & 0xFFFF
        try:
            prepare(asking, probe)
            mark = bound(asking, str(probe.socket.source or ""), probe.socket.ident) if kind else mark
            return Heard(await asyncio.wait_for(ASKED[probe.proto](asking, probe, mark), probe.waits), mark)
        except TimeoutError:
            return Heard(Answer("timeout"), mark)
        except OSError as error:
            return Heard(Answer(_words(probe, error.errno or 0)), mark)


def _words(probe: Probe, number: int) -> str:
    said = os.strerror(number)
    return said if probe.proto == "icmp" else WORDS.get(number, said.lower().replace(" ", "-"))


def prepare(asking: socket.socket, probe: Probe) -> None:
    """Set what the question wants of its socket. Raises OSError for an address or a device that is not there."""
    wanted = probe.socket
    if wanted == USUAL:
        return
    asking.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, wanted.ttl)
    asking.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUD[wanted.pmtud])
    if wanted.device:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, wanted.device.encode())
    if wanted.source is not None and probe.proto == "icmp":
        asking.bind((str(wanted.source), 0))


async def _tcp(asking: socket.socket, probe: Probe, _: int) -> Answer:
    loop = asyncio.get_running_loop()
    said = b""
    try:
        await connected(asking, (str(probe.ip), probe.port))
    except ConnectionResetError:  # it stood until the first acknowledgement came to somebody who does not want it
        return Answer(CLOSED)
    with suppress(ConnectionError):  # a proxy that reaches nobody hangs up, with what was sent unread
        await loop.sock_sendall(asking, f"ask {next(IDENTS)}\n".encode())
        while part := await loop.sock_recv(asking, CHUNK):
            said += part
    return _answer(said) if said else Answer(CLOSED)


async def _udp(asking: socket.socket, probe: Probe, _: int) -> Answer:
    loop = asyncio.get_running_loop()
    asking.connect((str(probe.ip), probe.port))
    await loop.sock_sendall(asking, f"ask {next(IDENTS)}\n".encode())
    return _answer(await loop.sock_recv(asking, CHUNK))


def _answer(said: bytes) -> Answer:
    """Read what a server of the lab says; any other's words are nobody's name."""
    words = said.decode(errors="replace").split()
    return Answer("ok", words[0], words[1]) if len(words) == 2 else Answer("ok")  # noqa: PLR2004 - a name and an address


async def _icmp(asking: socket.socket, probe: Probe, ident: int) -> Answer:
    loop = asyncio.get_running_loop()
    asking.sendto(echo_request(ident, probe.size), (str(probe.ip), 0))  # not connected: an error comes from a router on the way
    while True:
        kind, code, seen = read_icmp(await loop.sock_recv(asking, CHUNK))
        if seen != ident:
            continue
        if kind == ECHO_REPLY:
            return Answer("ok")
        if (kind, code) in PING_SAYS:
            return Answer(PING_SAYS[kind, code])


def echo_request(ident: int, size: int) -> bytes:
    """Give the bytes of an ICMP echo request (RFC 792) that carries so many."""
    header, payload = ICMP_HEADER.pack(ECHO, 0, 0, ident, 1), bytes(size)
    return ICMP_HEADER.pack(ECHO, 0, _checksum(header + payload), ident, 1) + payload


def _checksum(data: bytes) -> int:
    """Add up as RFC 1071 says."""
    total = sum(int(word) for (word,) in struct.iter_unpack("!H", data + bytes(len(data) % 2)))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def read_icmp(data: bytes) -> tuple[int, int, int]:
    """Give type, code and the identifier of the echo that it is about, -1 where it is about none, of an IP packet."""
    body = data[(data[0] & 0xF) * 4 :]
    kind, code, ident = body[0], body[1], int.from_bytes(body[4:6], "big")
    if kind in (ECHO_REPLY, ECHO):
        return kind, code, ident
    inner = body[ICMP_HEADER.size :]
    about = inner[(inner[0] & 0xF) * 4 :] if inner else b""
    if len(about) < ICMP_HEADER.size or about[0] != ECHO:
        return kind, code, -1
    return kind, code, int.from_bytes(about[4:6], "big")


ASKED: Mapping[str, Callable[[socket.socket, Probe, int], Awaitable[Answer]]] = {"tcp": _tcp, "udp": _udp, "icmp": _icmp}
