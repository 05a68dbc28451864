"""The match u32: bytes of the packet, counted and compared; libxt_u32 in iptables-extensions(8), xt_u32.c."""

import re
import struct
from functools import lru_cache

from ..model.extensions import PROTOCOLS
from .packet import Skb

_OPERATION = re.compile(r"(<<|>>|&|@)(0x[0-9a-f]+)")
Location = tuple[int, tuple[tuple[str, int], ...]]
Test = tuple[Location, tuple[tuple[int, int], ...]]


def u32(p: Skb, text: str) -> bool:
    """Say whether all tests are true of the packet; bytes beyond its headers are zero."""
    data = _bytes(p)
    for (start, operations), ranges in _tests(text):
        value = _word(data, 0, start)
        at = 0
        for operation, number in operations:
            match operation:
                case "&":
                    value &= number
                case "<<":
                    value = value << number & 0xFFFFFFFF
                case ">>":
                    value >>= number
                case _:
                    at += value
                    if at + number + 4 > p.size:
                        return False
                    value = _word(data, at, number)
        if not any(low <= value <= high for low, high in ranges):
            return False
    return True


@lru_cache(maxsize=256)
def _tests(text: str) -> tuple[Test, ...]:
    found = []
    for test in text.split("&&"):
        where, _, values = test.partition("=")
        start = re.match(r"0x[0-9a-f]+", where)
        first = int(start[0], 16) if start else 0
        operations = tuple((operation, int(number, 16)) for operation, number in _OPERATION.findall(where))
        ranges = [value.split(":") for value in values.split(",")]
        found.append(((first, operations), tuple((int(each[0], 16), int(each[-1], 16)) for each in ranges)))
    return tuple(found)


def _word(data: bytes, base: int, offset: int) -> int:
    piece = data[base + offset : base + offset + 4].ljust(4, b"\0")
    return int(struct.unpack("!I", piece)[0])


def _bytes(p: Skb) -> bytes:
    """Build the headers: IP (RFC 791), then the first words of what it carries."""
    number = PROTOCOLS.get(p.proto, int(p.proto) if p.proto.isdigit() else 0)
    ip = struct.pack("!BBHHHBBHII", 0x45, 0, p.size, 0, 0x4000 if p.df else 0, p.ttl, number, 0, p.src, p.dst)
    if p.icmp is not None:
        return ip + struct.pack("!BBHHH", *p.icmp, 0, p.sport, 0)
    if p.proto == "udp":
        return ip + struct.pack("!HHHH", p.sport, p.dport, p.size - 20, 0)
    return ip + struct.pack("!HHIIBBHHH", p.sport, p.dport, 0, 0, 0x50, p.flags, 0, 0, 0)
