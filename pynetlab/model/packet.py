"""A packet as the tracer and the live instruments tell of it: the header fields that decide about its way, and no more."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from .extensions import ICMP_TYPES

DEFAULT_TTL = 64
"""Of what Linux sends itself: net.ipv4.ip_default_ttl."""

NAMED_ICMP = {number: name for name, number in ICMP_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Packet:
    """One IPv4 packet (RFC 791) with what it carries: ports of TCP, UDP and SCTP, or type and code of ICMP (RFC 792)."""

    src: IPv4Address
    dst: IPv4Address
    proto: str = "tcp"
    """``tcp``, ``udp``, ``icmp``, or another name or number of an IP protocol."""
    sport: int = 0
    dport: int = 0
    icmp: tuple[int, int] | None = None
    """Type and code."""
    ident: int = 0
    """The identifier of an ICMP echo."""
    ttl: int = DEFAULT_TTL
    size: int = 60
    """In bytes, with the IP header."""
    mark: int = 0
    """The mark that MARK sets; it is of one machine alone, and never on a wire."""
    flags: str = ""
    """TCP's, as iptables names them, such as ``SYN`` or ``SYN,ACK``."""
    dont_fragment: bool = False
    token: str = ""
    """What it carries, as far as that tells one packet from another; in an answer the name of the server."""
    inner: "Packet | None" = None
    """The packet that an ICMP error tells of."""

    def __str__(self) -> str:
        """Print it on one line: protocol, both ends, and what is special about it."""
        if self.icmp is not None:
            kind, code = self.icmp
            name = NAMED_ICMP.get(f"{kind}/{code}") or NAMED_ICMP.get(str(kind), f"type {kind}") + (f" code {code}" if code else "")
            ends, proto = f"{self.src} → {self.dst}", f"icmp {name}"
        elif self.sport or self.dport:
            ends, proto = f"{self.src}:{self.sport} → {self.dst}:{self.dport}", self.proto
        else:
            ends, proto = f"{self.src} → {self.dst}", self.proto
        words = [proto, *([self.flags] if self.flags else []), ends, f"ttl {self.ttl}"]
        words += [f"mark {self.mark:#x}"] if self.mark else []
        words += [f"about ({self.inner})"] if self.inner else []
        return " ".join(words)
