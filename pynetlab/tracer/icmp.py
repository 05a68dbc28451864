"""ICMP errors: when a machine sends one, from which address, and what a program makes of it; RFC 792, RFC 1122, icmp.c."""

from typing import TYPE_CHECKING

from .node import is_multicast
from .packet import ACK, RELATED, RST, Skb

if TYPE_CHECKING:
    from .node import Node

NET_UNREACHABLE, HOST_UNREACHABLE, PROTOCOL_UNREACHABLE, PORT_UNREACHABLE, FRAGMENTATION_NEEDED = ((3, code) for code in range(5))
TIME_EXCEEDED = (11, 0)
REDIRECT = (5, 1)
REJECTIONS = {
    "icmp-net-unreachable": (3, 0),
    "icmp-host-unreachable": (3, 1),
    "icmp-proto-unreachable": (3, 2),
    "icmp-port-unreachable": (3, 3),
    "icmp-net-prohibited": (3, 9),
    "icmp-host-prohibited": (3, 10),
    "icmp-admin-prohibited": (3, 13),
}
"""``--reject-with`` → type and code."""

HEADERS = 28
"""Bytes of the IP and ICMP headers around what an error carries."""
MOST = 576
"""An error is no larger (RFC 1812, section 4.3.2.3)."""


def error_about(node: "Node", p: Skb, kind: tuple[int, int]) -> Skb | None:
    """Build an ICMP error about a packet; None where there must be none. Its source 0 is chosen by the route."""
    if p.is_error or is_multicast(p.dst) or node.kind(p.dst) == "BROADCAST" or node.kind(p.src) in ("BROADCAST", "MULTICAST"):
        return None
    source = p.dst if node.kind(p.dst) == "LOCAL" else 0
    found = Skb(source, p.src, "icmp", icmp=kind, size=min(MOST, p.size + HEADERS), inner=p.copy())
    _of_the_same(found, p)
    return found


def reset_for(p: Skb) -> Skb | None:
    """Build the RST that answers a TCP segment; none answers another (RFC 9293, section 3.10.7)."""
    if p.flags & RST:
        return None
    found = Skb(p.dst, p.src, "tcp", p.dport, p.sport, size=40, flags=RST if p.flags & ACK else RST | ACK)
    _of_the_same(found, p)
    return found


def _of_the_same(answer: Skb, p: Skb) -> None:
    """Let an answer belong to the connection of the packet, known or not; see nf_conntrack_attach."""
    if p.ct is not None:
        answer.ct, answer.reply, answer.cs = p.ct, not p.reply, RELATED | p.ct.translated


def rejection(node: "Node", p: Skb, how: str) -> Skb | None:
    """Build what REJECT answers."""
    return reset_for(p) if how == "tcp-reset" else error_about(node, p, REJECTIONS[how])
