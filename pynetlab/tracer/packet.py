"""A packet on its way, as a kernel's sk_buff is: numbers, and what this machine has noted on it."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ..model import Packet
from ..model.extensions import TCP_FLAGS

if TYPE_CHECKING:
    from .conntrack import Connection

INVALID, ESTABLISHED, RELATED, NEW, SNAT, DNAT, UNTRACKED = (1 << bit for bit in range(7))
"""The states of ``--ctstate``, as bits."""

BITS = {name: 1 << at for at, name in enumerate(TCP_FLAGS)}
FIN, SYN, RST, PSH, ACK, URG = BITS.values()
ICMP_ERRORS = frozenset({3, 4, 5, 11, 12})
ICMP_REQUESTS = frozenset({8, 13, 15, 17})
"""Types that start something; see icmp_new of nf_conntrack_proto_icmp.c."""


@dataclass(slots=True, eq=False)
class Skb:
    """A packet in flight; addresses are 32-bit numbers. Of an ICMP echo, both ports are its identifier."""

    src: int
    dst: int
    proto: str
    sport: int = 0
    dport: int = 0
    icmp: tuple[int, int] | None = None
    ttl: int = 64
    size: int = 60
    mark: int = 0
    flags: int = 0
    df: bool = False
    token: str = ""
    inner: "Skb | None" = None
    ct: "Connection | None" = None
    reply: bool = False
    """The packet goes the way of the connection's answers."""
    cs: int = INVALID
    """What ``--ctstate`` sees, as bits."""
    mac: str = ""
    """The source of the frame that brought it."""
    physin: str = ""
    physout: str = ""
    """The ports of a bridge between which the frame goes, while br_netfilter shows it to iptables."""
    oif: str = ""
    """The device that its sender insists on."""
    fragment: int = 0
    """The size of its largest fragment; 0 for a packet that is whole."""

    @property
    def frame(self) -> int:
        """How many bytes of IP a frame of it has at most."""
        return self.fragment or self.size

    def cut(self, mtu: int) -> None:
        """Make fragments of it that fit; what was cut stays cut as small, though a machine puts it together to look at it."""
        if self.frame > mtu:
            self.fragment = mtu

    @property
    def is_error(self) -> bool:
        """Say whether it is an ICMP error, which no other error may answer (RFC 1122, section 3.2.2)."""
        return self.icmp is not None and self.icmp[0] in ICMP_ERRORS

    def copy(self) -> "Skb":
        """Give what an ICMP error carries of it: the headers alone."""
        return Skb(self.src, self.dst, self.proto, self.sport, self.dport, self.icmp, self.ttl, self.size, 0, self.flags, self.df)

    def crosses(self, *, elsewhere: bool) -> None:
        """Forget what a machine noted, as skb_scrub_packet does on a cable; the mark stays within one namespace."""
        self.ct, self.cs, self.reply, self.physin, self.physout = None, INVALID, False, "", ""
        if elsewhere:
            self.mark = 0


def skb_of(packet: Packet) -> Skb:
    """Put a record in flight."""
    flags = sum(BITS[name] for name in packet.flags.split(",") if name)
    sport, dport = (packet.ident, packet.ident) if packet.icmp else (packet.sport, packet.dport)
    inner = skb_of(packet.inner) if packet.inner else None
    found = Skb(int(packet.src), int(packet.dst), packet.proto, sport, dport, packet.icmp, packet.ttl, packet.size, packet.mark, flags)
    found.df, found.token, found.inner = packet.dont_fragment, packet.token, inner
    return found


Snapshot = tuple[object, ...]


def snapshot(p: Skb) -> Snapshot:
    """Keep what may change on the way: cheap now, turned into a record when it is displayed."""
    return (p.src, p.dst, p.sport, p.dport, p.ttl, p.mark, p.inner and p.inner.copy())


def record(p: Skb, seen: Snapshot | None = None) -> Packet:
    """Give the record of a packet as it is, or as it was at a snapshot."""
    src, dst, sport, dport, ttl, mark, inner = seen or snapshot(p)
    echo = p.icmp is not None
    return Packet(
        IPv4Address(src),
        IPv4Address(dst),
        p.proto,
        0 if echo else sport,  # type: ignore[arg-type]
        0 if echo else dport,  # type: ignore[arg-type]
        p.icmp,
        sport if echo else 0,  # type: ignore[arg-type]
        ttl,  # type: ignore[arg-type]
        p.size,
        mark,  # type: ignore[arg-type]
        ",".join(name for name, bit in BITS.items() if p.flags & bit),
        p.df,
        p.token,
        record(inner) if isinstance(inner, Skb) else None,
    )
