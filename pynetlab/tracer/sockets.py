"""What a machine's own protocols do with a packet that was delivered: the socket that gets it, and the kernel's own answers."""

from ipaddress import IPv4Address

from ..model import Listener
from .icmp import PORT_UNREACHABLE, PROTOCOL_UNREACHABLE, error_about, reset_for
from .node import Node
from .packet import ACK, INVALID, RST, SYN, Skb

ANY = "0.0.0.0"  # noqa: S104 - the address of a socket
ECHO_REQUEST, ECHO_REPLY = (8, 0), (0, 0)


def listener_of(node: Node, p: Skb) -> Listener | None:
    """Find the socket that a first packet is for: one on its own address before one on any; no connection begins with a broadcast."""
    found = node.listeners.get((p.proto, p.dport))
    if not found or (p.proto == "tcp" and node.kind(p.dst) != "LOCAL"):
        return None
    dst = str(IPv4Address(p.dst))
    return next((each for each in found if each.ip in (dst, ANY)), None)


def reply_to(p: Skb, *, flags: int = 0, icmp: tuple[int, int] | None = None, token: str = "", source: int | None = None) -> Skb:
    """Build what goes back, from the address that was asked; with ``source`` 0 the route decides from which."""
    found = Skb(p.dst if source is None else source, p.src, p.proto, p.dport, p.sport, icmp, size=p.size, flags=flags)
    found.token, found.df = token, p.proto == "tcp"
    return found


def unwanted(node: Node, p: Skb) -> Skb | None:
    """Build what the kernel answers to a packet that no socket wants; None where it stays silent."""
    if node.kind(p.dst) != "LOCAL" or p.is_error:
        return None
    if p.proto == "tcp":
        found = reset_for(p)
        if found is not None:
            found.ct, found.cs = None, INVALID  # it is found again by its addresses
        return found
    if p.icmp is not None:
        return reply_to(p, icmp=ECHO_REPLY, token=p.token) if p.icmp == ECHO_REQUEST else None
    return error_about(node, p, PORT_UNREACHABLE if p.proto in ("udp", "sctp") else PROTOCOL_UNREACHABLE)


def is_accepted(p: Skb) -> bool:
    """Say whether a segment accepts a connection."""
    return p.flags & (SYN | ACK | RST) == SYN | ACK
