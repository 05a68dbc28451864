"""Netlink messages of netfilter, nfnetlink(7): to see which rules a packet meets, in both dialects, and which connections begin.

A private table of nf_tables marks every packet at priority -301, before all others. The kernel then tells of each rule
that a marked packet matches: of nf_tables by group 9, of the legacy tables by the log.
"""

import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .messages import HEADER

GENERIC, ATTRIBUTE = struct.Struct("!BBH"), struct.Struct("=HH")
NETFILTER = 12
"""NETLINK_NETFILTER."""
SOL_NETLINK, ADD_MEMBERSHIP = 270, 1
REQUEST, ACK, DUMP, CREATE, APPEND = 0x1, 0x4, 0x300, 0x400, 0x800
NESTED, TYPE_MASK = 0x8000, 0x3FFF
ERROR, DONE = 2, 3
CONNTRACK, LOG, TABLES = 1, 4, 10
"""Subsystems."""
BATCH_BEGIN, BATCH_END = 0x10, 0x11
NEW_TABLE, NEW_CHAIN, NEW_RULE, GET_RULE, TRACE = 0, 3, 6, 7, 17
TRACE_GROUP, NEW_CONNECTION_GROUP = 9, 1
OWNED = 2
"""NFT_TABLE_F_OWNER: the table goes with the socket that made it."""
PRIVATE = "pynetlab"
BEFORE_ALL = -301
HOOKS = {"prerouting": 0, "output": 3}
META_NFTRACE, VERDICT, REGISTER, ACCEPT = 12, 0, 1, 1
POLICY, RETURN, RULE = 1, 2, 3
"""Types of trace events."""
KINDS = {POLICY: "policy", RETURN: "return", RULE: "rule"}
DROP = 0
MARK = 6
"""The attribute of a trace event that says which packet it is about."""


def attribute(kind: int, value: bytes | int | str, *more: bytes) -> bytes:
    """Encode one attribute: bytes as they are, a number in 32 bits, a text with its end, or others nested in it."""
    if isinstance(value, int):
        value = struct.pack("!I", value & 0xFFFFFFFF)
    elif isinstance(value, str):
        value = value.encode() + b"\0"
    data = b"".join((value, *more))
    return ATTRIBUTE.pack(ATTRIBUTE.size + len(data), kind) + data + bytes(-len(data) % 4)


def nested(kind: int, *attributes: bytes) -> bytes:
    """Encode attributes within one."""
    return attribute(kind | NESTED, b"".join(attributes))


def message(kind: int, flags: int, body: bytes = b"", *, family: int = 0, resource: int = 0, number: int = 1) -> bytes:
    """Encode one message."""
    data = GENERIC.pack(family, 0, resource) + body
    return HEADER.pack(HEADER.size + len(data), kind, REQUEST | flags, number, 0) + data


def _expression(name: str, *attributes: bytes) -> bytes:
    return nested(1, attribute(1, name), nested(2, *attributes))


def _chain(name: str, hook: int) -> bytes:
    where = nested(4, attribute(1, hook), attribute(2, BEFORE_ALL))
    return attribute(1, PRIVATE) + attribute(3, name) + where + attribute(7, "filter")


def _marking(chain: str) -> bytes:
    """Encode the rule ``meta nftrace set 1 accept``; with a verdict there is one event of it and none of the chain's policy."""
    one = _expression("immediate", attribute(1, REGISTER), nested(2, attribute(1, b"\1")))
    mark = _expression("meta", attribute(2, META_NFTRACE), attribute(3, REGISTER))
    accept = _expression("immediate", attribute(1, VERDICT), nested(2, nested(2, attribute(1, ACCEPT))))
    return attribute(1, PRIVATE) + attribute(2, chain) + nested(4, one, mark, accept)


def private_table() -> bytes:
    """Encode the batch that makes the table; it goes again with the socket that it is sent on."""
    kind, ip = TABLES << 8, socket.AF_INET
    parts = [message(BATCH_BEGIN, 0, resource=TABLES)]
    parts.append(message(kind | NEW_TABLE, CREATE, attribute(1, PRIVATE) + attribute(2, OWNED), family=ip, number=2))
    for number, (chain, hook) in enumerate(HOOKS.items(), 3):
        parts.append(message(kind | NEW_CHAIN, CREATE, _chain(chain, hook), family=ip, number=number))
    rules = (message(kind | NEW_RULE, CREATE | APPEND | ACK, _marking(chain), family=ip, number=9) for chain in HOOKS)
    return b"".join([*parts, *rules, message(BATCH_END, 0, resource=TABLES, number=10)])


def all_rules() -> bytes:
    """Encode the request for all rules of IPv4, in the order in which they stand."""
    return message(TABLES << 8 | GET_RULE, DUMP, family=socket.AF_INET)


def log_group() -> bytes:
    """Encode what makes this socket the reader of log group 0: it gets each packet whole, and at once."""
    kind, ip = LOG << 8 | 1, socket.AF_INET
    whole = attribute(2, struct.pack("!IBB", 0xFFFF, 2, 0))
    return message(kind, ACK, attribute(1, b"\1"), family=ip) + message(kind, ACK, whole + attribute(5, 1), family=ip)


def is_one(data: bytes) -> bool:
    """Say whether what was received is one message."""
    return int.from_bytes(data[:4], sys.byteorder) == len(data)


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Cut what was received into messages: type and body."""
    at = 0
    while at + HEADER.size <= len(data):
        length, kind, *_ = HEADER.unpack_from(data, at)
        yield kind, data[at + HEADER.size : at + length]
        at += (length + 3) & ~3 or HEADER.size


def attributes(data: bytes) -> Mapping[int, bytes]:
    """Read attributes, each kind once."""
    found, at, last, read = {}, 0, len(data) - ATTRIBUTE.size, ATTRIBUTE.unpack_from
    while at <= last:
        length, kind = read(data, at)
        found[kind & TYPE_MASK] = data[at + 4 : at + length]
        at += (length + 3) & ~3 or 4
    return found


def text(data: bytes) -> str:
    """Read a text."""
    return data.rstrip(b"\0").decode(errors="replace")


def number(data: bytes) -> int:
    """Read a number."""
    return int.from_bytes(data, "big")


class Met(NamedTuple):
    """What a packet met in a table: a rule that it matched, the end of a chain, or a policy."""

    table: str
    chain: str
    kind: str
    """``rule``, ``return`` or ``policy``."""
    number: int = 0
    """Of legacy tables the rule's number in its chain."""
    handle: int = 0
    """Of nf_tables the rule's handle."""
    dropped: bool = False
    """The verdict of nf_tables was to drop it."""
    mark: int = 0
    """Which packet it was, while no other has its place in the kernel's memory."""
    packet: bytes = b""
    """From the IP header on; of nf_tables only with the first event of each table."""


Ends = tuple[str, int, str, int]
"""Source and port, target and port; an echo has its identifier as both ports."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that conntrack began to follow: its packets one way, and those that it expects the other way."""

    proto: int
    there: Ends
    back: Ends


def connected(body: bytes) -> Connection:
    """Read the event of a new connection; nfnetlink_conntrack.h."""
    found = attributes(body[GENERIC.size :])
    proto, there = _ends(found[1])
    return Connection(proto, there, _ends(found[2])[1])


def _ends(data: bytes) -> tuple[int, Ends]:
    tuple_ = attributes(data)
    ips, parts = attributes(tuple_[1]), attributes(tuple_[2])
    ident = parts.get(4, b"")
    sport, dport = number(parts.get(2, ident)), number(parts.get(3, ident))
    return number(parts[1]), (socket.inet_ntoa(ips[1]), sport, socket.inet_ntoa(ips[2]), dport)


def traced(body: bytes) -> Met:
    """Read a trace event of nf_tables."""
    found = attributes(body[GENERIC.size :])
    kind, handle = KINDS.get(number(found.get(4, b"")), "rule"), number(found.get(3, b""))
    verdict = found.get(16, b"\1") if kind == "policy" else attributes(found.get(5, b"")).get(1, b"\1")
    packet = found.get(8, b"") + found.get(9, b"")
    return Met(text(found[1]), text(found[2]), kind, 0, handle, number(verdict) == DROP, number(found.get(MARK, b"")), packet)


def logged(body: bytes) -> Met | None:
    """Read a TRACE of the legacy tables; None for what another rule logged."""
    found = attributes(body[GENERIC.size :])
    prefix = text(found.get(10, b""))
    if not prefix.startswith("TRACE: "):
        return None
    table, chain, kind, position = prefix.removeprefix("TRACE: ").strip().split(":")
    return Met(table, chain, kind, int(position), packet=found.get(9, b""))
