"""What dig and nslookup of bind9 9.18 share: how they ask name servers, again and again, and what they say where none answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..model import DnsQuery, Netns, Resolution
from .lookup import NO_NAME, Names, Resolve, resolv

NONE = ";; no servers could be reached\n"
TRUNCATED = ";; Truncated, retrying in TCP mode.\n"
NOWHERE = ("::1", "127.0.0.1")
"""Whom they ask where resolv.conf names nobody."""
WORDS = {"refused": "connection refused", "network-unreachable": "network unreachable", "no-route-to-host": "host unreachable"}
TIMED_OUT, NO_SUCH_ADDRESS = "timed out", "address not available"
DATAGRAMS_HEAR = ("refused", "network-unreachable")
"""What a datagram's sender hears of; else it waits until its time is over."""
TYPES = ("A", "AAAA", "MX", "PTR", "SRV", "TXT", "NS", "SOA", "CNAME", "ANY")


@dataclass(frozen=True, slots=True)
class Way:
    """Whom to ask, how often and for how long."""

    servers: tuple[str, ...]
    tries: int = 3
    wait: float = 5.0
    """In seconds."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What was said on the way, and what came of it."""

    lines: tuple[str, ...]
    found: Resolution | None = None
    heard: bool = True
    """The last one that was asked could be sent something."""


def servers_of(netns: Netns) -> tuple[str, ...]:
    """Give the name servers that resolv.conf names, in order."""
    found = resolv(netns)
    return found.servers if found.named else NOWHERE


def servers_called(names: Names, name: str) -> tuple[tuple[str, ...], str]:
    """Find the addresses of a name server that the command line names; or in words why there are none."""
    found = names.addresses(name)
    return found.addresses, {"": "", NO_NAME: "not found"}.get(found.said, "failure")


def ask(resolve: Resolve, netns: str, query: DnsQuery, way: Way) -> Tried:
    """Ask until somebody replies: all servers in order, and all of them again; one that cannot be asked is tried again at once."""
    lines: list[str] = []
    left, at = max(1, way.tries), 0
    while True:
        server = way.servers[at]
        found = resolve(netns, query, server, way.wait) if ":" not in server else Resolution(query, server, NO_SUCH_ADDRESS)
        if found.reply is not None and found.reply.truncated and query.proto == "udp":
            lines.append(TRUNCATED)
            query = replace(query, proto="tcp")
            continue
        if found.reply is not None:
            return Tried(tuple(lines), found)
        setup = query.proto == "tcp" or found.result in ("network-unreachable", NO_SUCH_ADDRESS)
        lines.append(_failed(query, found, setup=setup))
        last = at + 1 == len(way.servers)
        if setup and left > 1:
            left -= 1
            lines.append(NONE)
        elif not last:
            at += 1
        elif left > 1 and not setup:
            left, at = left - 1, 0
        else:
            return Tried(tuple(lines), heard=not setup)


def _failed(query: DnsQuery, found: Resolution, *, setup: bool) -> str:
    server, said = found.server, WORDS.get(found.result, found.result if found.result == NO_SUCH_ADDRESS else TIMED_OUT)
    if query.proto == "tcp":
        return f";; Connection to {server}#53({server}) for {query.name} failed: {said}.\n"
    if setup:
        return f";; UDP setup with {server}#53({server}) for {query.name} failed: {said}.\n"
    return f";; communications error to {server}#53: {said if found.result in DATAGRAMS_HEAR else TIMED_OUT}\n"


def is_type(word: str) -> bool:
    """Say whether a word is a type of record."""
    return word.upper() in TYPES


def reversed_name(text: str) -> str:
    """Give the name that has the PTR record of an address, or of the part of one."""
    return ".".join([*reversed(text.split(".")), "in-addr", "arpa"])


def wired(name: str) -> int:
    """Give how many bytes a name has in a message: RFC 1035, section 3.1."""
    return len(name) + 2 if name else 1


def size_of(found: Resolution) -> int:
    """Give how many bytes a reply has: its header, the question, and each record with its name as a pointer."""
    records = found.reply.records if found.reply else ()
    data = (4 if record.kind == "A" else wired(record.data.removesuffix(".")) for record in records)
    return 12 + wired(found.query.name) + 4 + sum(12 + each for each in data)


def padded(parts: Sequence[tuple[str, int]]) -> str:
    """Put texts in columns with tabs as bind does: each with the column at which the next one begins."""
    line = ""
    for text, column in parts:
        line += text
        at = _width(line)
        wanted = max(column, at + 1)
        tabs = wanted // 8 - at // 8
        line += "\t" * tabs + " " * (wanted - (wanted // 8 * 8 if tabs else at))
    return line


def _width(line: str) -> int:
    return len(line.expandtabs(8))
