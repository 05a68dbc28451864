"""Ports of the host: which are given away, and which is the next; moby libnetwork/portallocator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

DYNAMIC = (32768, 60999)
"""What Linux has in ``net.ipv4.ip_local_port_range``, from which Docker chooses."""
ANY = "0.0.0.0"  # noqa: S104 - the address of a rule, not of a socket of ours

Taken = tuple[str, str, int]
"""An address of the host, a protocol and a port."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What was given away, and the latest port of each range."""

    taken: frozenset[Taken] = frozenset()
    latest: Mapping[tuple[str, str, int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A port that is taken, and the address on which it is."""

    ip: str
    port: int


def request(ports: Ports, ip: str, proto: str, wanted: tuple[int, int], *, wildcard: bool) -> tuple[int, Ports] | Conflict | None:
    """Give a port of a range, ``(0, 0)`` for any, and what is taken then.

    A single port that is taken gives the conflict, a range without a free one gives None. With ``wildcard`` a port on
    0.0.0.0 conflicts with the same port on any address.
    """
    first, last = wanted if any(wanted) else DYNAMIC
    for port in _order(ports.latest.get((ip, proto, first, last), last), first, last):
        conflict = _conflict(ports, ip, proto, port, wildcard=wildcard)
        if conflict is None:
            latest = ports.latest if first == last else {**ports.latest, (ip, proto, first, last): port}
            return port, Ports(ports.taken | {(ip, proto, port)}, latest)
        if first == last:
            return Conflict(conflict, port)
    return None


def give_back(ports: Ports, ip: str, proto: str, port: int) -> Ports:
    """Give the ports of which one is free again."""
    return replace(ports, taken=ports.taken - {(ip, proto, port)})


def _order(latest: int, first: int, last: int) -> Iterator[int]:
    """List a range, from the port after the latest."""
    yield from range(latest + 1, last + 1)
    yield from range(first, min(latest, last) + 1)


def _conflict(ports: Ports, ip: str, proto: str, port: int, *, wildcard: bool) -> str | None:
    """Name the address on which a port is taken."""
    if (ip, proto, port) in ports.taken:
        return ip
    if not wildcard:
        return None
    if ip != ANY:
        return ANY if (ANY, proto, port) in ports.taken else None
    return next((other for other, other_proto, other_port in ports.taken if (other_proto, other_port) == (proto, port)), None)
