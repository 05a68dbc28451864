"""Address translation: decided once for each connection, then done to every packet of it, in both directions.

From nf_nat_inet_fn, nf_nat_setup_info and nf_nat_icmp_reply_translation of nf_nat_core.c and nf_nat_proto.c, Linux 6.18.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from .conntrack import Connection, Table, Tuple, inverse
from .ended import Ended
from .icmp import REDIRECT
from .node import UNIVERSE
from .packet import NEW, RELATED, Skb, snapshot
from .routing import way_out
from .ruling import Ruling

if TYPE_CHECKING:
    from .node import Node
    from .run import Run

LOOPBACK = int(IPv4Address("127.0.0.1"))
DESTINATION, SOURCE = 1, 2
SIDE = {"PREROUTING": DESTINATION, "OUTPUT": DESTINATION, "POSTROUTING": SOURCE, "INPUT": SOURCE}
"""Which end of a packet each hook translates."""
PORTED = ("tcp", "udp", "sctp")
LAST_PORT, FIRST_FREE = 65535, 1024


@dataclass(frozen=True, slots=True)
class _Range:
    """Where a translation may lead: addresses, and ports where they are given."""

    low: int
    high: int
    ports: tuple[int, int] | None = None
    shifted: bool = False


def translating(node: "Node", hook: str, chain: Callable[..., "Ruling | bool | None"]) -> Callable[..., "Ruling | Ended | bool"]:
    """Give the call of the table nat at a hook; ``chain`` is asked for the first packet of a connection only."""
    side = SIDE[hook]

    def translate(p: Skb, i: str, o: str, r: "Run") -> Ruling | Ended | bool:
        ct = p.ct
        if ct is None:
            return True
        error = p.cs & RELATED and p.icmp is not None
        if error and p.icmp == REDIRECT and (ct.asked != DESTINATION | SOURCE or ct.translated):  # nf_nat_icmp_reply_translation
            return Ruling("connection", "nat", hook, 0, "DROP")
        if not ct.asked & side and p.cs & (NEW | RELATED) and not error:
            said = chain(p, i, o, r)
            if isinstance(said, Ruling):
                if said.verdict == "DROP":
                    return said
                wanted = _wanted(said, node, hook, p, (i, o))
                if wanted is None:  # a device without an address: nf_nat_masquerade_ipv4 and nf_nat_redirect drop
                    return said
                _set_up(ct, side, wanted, r.connections(node.name))
            ct.asked |= side
        if not (ct.snat or ct.dnat):
            return True
        dst = p.dst
        if _apply(p, ct, side) and r.log is not None:
            r.log.append(("nat", node, hook, snapshot(p)))
        return _lost(node, p) if hook == "OUTPUT" and p.dst != dst else True

    return translate


def _lost(node: "Node", p: Skb) -> Ended | bool:
    """Look for another way out, at once (nf_nat_ipv4_local_fn): where there is none, no later rule sees the packet."""
    found = way_out(node, p)
    if not isinstance(found, Ended):
        return True
    found.sent = True
    return found


def _wanted(said: Ruling, node: "Node", hook: str, p: Skb, devices: tuple[str, str]) -> _Range | None:
    ports = said.option("--to-ports")
    span = _span(ports) if ports else None
    if said.verdict == "REDIRECT":
        if hook == "OUTPUT":
            return _Range(LOOPBACK, LOOPBACK, span)
        incoming = node.devices.get(devices[0])
        return _Range(incoming.addresses[0].ip, incoming.addresses[0].ip, span) if incoming and incoming.addresses else None
    if said.verdict == "MASQUERADE":
        path = None if node.kind(p.dst) == "LOCAL" else node.path(p.dst)
        nexthop = path.via if path is not None and path.via is not None else p.dst
        source = node.select(node.devices[devices[1]], nexthop, UNIVERSE)
        return _Range(source, source, span) if source else None
    return _to(said.option("--to-destination") or said.option("--to-source") or "")


@lru_cache(maxsize=4096)
def _to(words: str) -> _Range:
    addresses, _, ports = words.partition(":")
    if not addresses:
        return _Range(0, 0, _span(ports))
    low, _, high = addresses.partition("-")
    return _Range(int(IPv4Address(low)), int(IPv4Address(high or low)), _span(ports.partition("/")[0]) if ports else None)


def _span(words: str) -> tuple[int, int]:
    low, _, high = words.partition("-")
    return int(low), int(high or low)


def _set_up(ct: Connection, side: int, wanted: _Range, table: Table) -> None:
    """Decide what the connection looks like behind this machine: a tuple that no other connection has."""
    proto, src, dst, sport, dport = inverse(ct.back)
    end, port = (dst, dport) if side == DESTINATION else (src, sport)
    if wanted.high:
        # find_best_ips_proto spreads clients over a range by a hash of both ends; here their sum takes its place
        span = wanted.high - wanted.low + 1
        end = wanted.low + (src + (0 if side == DESTINATION else dst)) % span if not wanted.low <= end <= wanted.high else end
    for candidate in _ports(port, wanted.ports, ported=proto in PORTED):
        now: Tuple = (proto, src, end, sport, candidate) if side == DESTINATION else (proto, end, dst, candidate, dport)
        if inverse(now) not in table:
            break
    ct.back = inverse(now)
    ct.dnat |= side == DESTINATION and (end, candidate) != (dst, dport)
    ct.snat |= side == SOURCE and (end, candidate) != (src, sport)


def _ports(port: int, wanted: tuple[int, int] | None, *, ported: bool) -> list[int]:
    """List the ports to try, the packet's own first where it may stay."""
    if not ported:
        return [port]
    if wanted is None:
        return [port, *range(FIRST_FREE, FIRST_FREE + 64)]
    low, high = wanted
    return [port, *range(low, high + 1)] if low <= port <= high else [*range(low, high + 1)]


def _apply(p: Skb, ct: Connection, side: int) -> bool:
    """Translate a packet as its connection says, at this hook's end of it; say whether that changed it."""
    p.cs |= ct.translated
    done = ct.dnat if (side == DESTINATION) != p.reply else ct.snat
    if not done:
        return False
    target = inverse(ct.orig if p.reply else ct.back)
    if p.cs & RELATED and p.icmp is not None and p.inner is not None:
        p.inner = _turned(p.inner, ct.orig if p.reply else ct.back, side)
        return _place(p, target, side, ports=False)
    return _place(p, target, side, ports=True)


def _turned(inner: Skb, key: Tuple, side: int) -> Skb:
    """Translate the packet that an error tells of, at its other end: it went the other way."""
    found = replace(inner)
    _place(found, key, SOURCE if side == DESTINATION else DESTINATION, ports=True)
    return found


def _place(p: Skb, key: Tuple, side: int, *, ports: bool) -> bool:
    _, src, dst, sport, dport = key
    if side == DESTINATION:
        changed = (p.dst, p.dport) != (dst, dport if ports else p.dport)
        p.dst = dst
        p.dport = dport if ports else p.dport
        if p.icmp is not None and ports:
            p.sport = dport
        return changed
    changed = (p.src, p.sport) != (src, sport if ports else p.sport)
    p.src = src
    p.sport = sport if ports else p.sport
    if p.icmp is not None and ports:
        p.dport = sport
    return changed
