"""Connections, as nf_conntrack follows them in each namespace: which packet belongs to which, and in which state it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .packet import ACK, DNAT, ESTABLISHED, FIN, ICMP_ERRORS, ICMP_REQUESTS, INVALID, NEW, RELATED, RST, SNAT, SYN, UNTRACKED, Skb

if TYPE_CHECKING:
    from .node import Node
    from .run import Run

Tuple = tuple[str, int, int, int, int]
"""Protocol, source, destination, and both ports; of an ICMP echo its identifier twice."""


@dataclass(slots=True, eq=False)
class Connection:
    """One connection; ``orig`` is its first packet as it came, ``back`` what answers to it as it goes must look like."""

    orig: Tuple
    back: Tuple
    snat: bool = False
    dnat: bool = False
    asked: int = 0
    """Which of the two translations were decided, as bits: 1 for the destination's, 2 for the source's."""
    answered: bool = False
    confirmed: bool = False
    opened: bool = True
    """Its beginning was seen; else it was picked up in its middle (nf_conntrack_tcp_loose)."""

    @property
    def translated(self) -> int:
        """The bits of ``--ctstate SNAT`` and ``DNAT``."""
        return (SNAT if self.snat else 0) | (DNAT if self.dnat else 0)


Table = dict[Tuple, tuple[Connection, bool]]
"""Both ways of every connection; the flag says that a packet goes the way of the answers."""


def tuple_of(p: Skb) -> Tuple:
    """Give what tells a packet's connection from others."""
    return p.proto, p.src, p.dst, p.sport, p.dport


def inverse(key: Tuple) -> Tuple:
    """Give the tuple of what goes the other way."""
    proto, src, dst, sport, dport = key
    return proto, dst, src, dport, sport


def tracking(node: "Node") -> Callable[[Skb, str, str, "Run"], bool]:
    """Give the call at PREROUTING and OUTPUT that finds a packet's connection or begins one; see nf_conntrack_in."""
    name = node.name

    def track(p: Skb, _i: str, _o: str, r: "Run") -> bool:
        # a packet on the loopback device was seen when it left, and an error carries the connection that it tells of
        if p.ct is None and p.cs != UNTRACKED:
            table = r.tables.get(name) or r.connections(name)
            if p.inner is not None and p.is_error:
                _relate(p, p.inner, table)
            else:
                _follow(p, table)
        return True

    return track


def _relate(p: Skb, inner: Skb, table: Table) -> None:
    found = table.get(inverse(tuple_of(inner)))
    if found is None:
        p.cs = INVALID
    else:
        p.ct, p.reply = found
        p.cs = RELATED | p.ct.translated


def _follow(p: Skb, table: Table) -> None:
    key = p.proto, p.src, p.dst, p.sport, p.dport
    found = table.get(key)
    if found is None:
        if _begins(p):
            opened = p.proto != "tcp" or bool(p.flags & SYN)
            p.ct, p.reply, p.cs = Connection(key, inverse(key), opened=opened), False, NEW
        else:
            p.cs = INVALID
        return
    connection, reply = found
    if reply:
        connection.answered = True
    elif p.proto == "tcp" and connection.opened and not connection.answered and p.flags & ACK and not p.flags & (SYN | RST):
        # tcp_conntracks: an ACK where only the SYN was seen
        p.cs = INVALID
        return
    p.ct, p.reply = connection, reply
    p.cs = ESTABLISHED if connection.answered else NEW
    if connection.snat or connection.dnat:
        p.cs |= connection.translated


def _begins(p: Skb) -> bool:
    """Say whether a packet can be the first of a connection; the middle of one can be too (nf_conntrack_tcp_loose)."""
    if p.icmp is not None:
        return p.icmp[0] in ICMP_REQUESTS or (p.icmp[0] in ICMP_ERRORS and p.inner is None)
    if p.proto == "tcp":
        return p.flags & (SYN | ACK) != SYN | ACK and not p.flags & RST and bool(p.flags & (SYN | ACK | FIN))
    return True


def confirm(node: "Node") -> Callable[[Skb, str, str, "Run"], bool]:
    """Give the call at the end of INPUT and POSTROUTING that keeps a connection whose first packet got so far."""
    name = node.name

    def keep(p: Skb, _i: str, _o: str, r: "Run") -> bool:
        ct = p.ct
        if ct is not None and not ct.confirmed and p.cs & NEW:
            ct.confirmed = True
            table = r.connections(name)
            table[ct.orig], table[ct.back] = (ct, False), (ct, True)
        return True

    return keep
