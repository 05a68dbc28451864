"""Bytes of packets, read: Ethernet (IEEE 802.3), IPv4 (RFC 791), TCP (RFC 9293), UDP (RFC 768), ICMP (RFC 792)."""

import struct
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address

from ..model import Packet
from ..model.extensions import TCP_FLAGS

ETHERNET, IP, PORTS = struct.Struct("!6s6sH"), struct.Struct("!BBHHHBBH4s4s"), struct.Struct("!HH")
TCP = struct.Struct("!HHIIBB")
ETH_IP = 0x0800
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 132: "sctp"}
ECHOES = (0, 8)
ERRORS = (3, 4, 5, 11, 12)
DONT_FRAGMENT = 0x4000
IDENTIFICATION = 16
"""Bits of it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One packet as it was seen, and what tells it from others."""

    packet: Packet
    seq: int = 0
    ack: int = 0
    """Of TCP: the sequence number, and the number that it acknowledges."""
    payload: bytes = b""
    number: int = 0
    """The identification of the IP header, which no translation changes; where Linux gives none, the header's checksum above that."""
    about: int = 0
    """Of an ICMP error: that of the packet that it tells of."""


def ip_of(frame: bytes) -> bytes | None:
    """Give the IPv4 packet in an Ethernet frame; None where there is none."""
    if len(frame) < ETHERNET.size + IP.size or ETHERNET.unpack_from(frame)[2] != ETH_IP:
        return None
    return frame[ETHERNET.size :]


@lru_cache(1 << 14)
def read(data: bytes, *, depth: int = 0) -> Seen | None:
    """Read an IPv4 packet, of which the end may be missing; None for bytes that are none."""
    if len(data) < IP.size or data[0] >> 4 != 4:  # noqa: PLR2004 - the version
        return None
    first, _, size, _, fragment, ttl, proto, _, src, dst = IP.unpack_from(data)
    number = _number(data)
    body = data[(first & 0xF) * 4 : max(size, IP.size)]
    name = PROTOCOLS.get(proto, str(proto))
    whole = fragment & DONT_FRAGMENT > 0
    packet = Packet(IPv4Address(src), IPv4Address(dst), name, ttl=ttl, size=size, dont_fragment=whole)
    if len(body) < PORTS.size:
        return Seen(packet, number=number)
    if name == "icmp":
        return replace(_icmp(packet, body, depth), number=number)
    sport, dport = PORTS.unpack_from(body)
    packet = replace(packet, sport=sport, dport=dport)
    if name != "tcp" or len(body) < TCP.size:
        return Seen(packet, payload=body[8:], number=number)
    _, _, seq, ack, offset, bits = TCP.unpack_from(body)
    flags = ",".join(flag for at, flag in enumerate(TCP_FLAGS) if bits & 1 << at)
    return Seen(replace(packet, flags=flags), seq, ack, body[(offset >> 4) * 4 :], number)


def _number(header: bytes) -> int:
    """Give what tells a packet from others, of the first twelve bytes of its header."""
    return int.from_bytes(header[4:6], "big") or int.from_bytes(header[10:12], "big") << IDENTIFICATION


def _icmp(packet: Packet, body: bytes, depth: int) -> Seen:
    kind, code = body[0], body[1]
    ident = int.from_bytes(body[4:6], "big") if kind in ECHOES else 0
    inner = body[8:] if kind in ERRORS and not depth else b""
    about = read(inner, depth=depth + 1)
    packet = replace(packet, icmp=(kind, code), ident=ident, inner=about.packet if about else None)
    return Seen(packet, payload=body[8:], about=_number(inner))
