"""A name server as a process that a kernel runs: where it waits, what it was told, and what it answers to a question.

Docker's own at 127.0.0.11 above all: moby docker-v29.7.2 daemon/libnetwork/{resolver,sandbox,network}.go. What it
answers from what it knows is decided here, once, for the simulation and for the real sockets; what becomes of a
question that it passes on is the business of whoever carries it.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from typing import Protocol, TypeVar

from .dns import NOERROR, NXDOMAIN, REFUSED, SERVFAIL, DnsQuery, DnsRecord, DnsReply, asked_address, fitting

MOST_UPSTREAM = 3
"""So many servers outside are asked at most."""
UPSTREAM_PATIENCE = 4.0
"""Seconds for which a server outside is waited for."""
TTL = 600

Zone = Mapping[IPv4Address, tuple[str, ...]]
"""The names in one network: of each address all that it answers to. The first is the one that a PTR record gives."""
Zones = Mapping[str, Zone]
"""By the name of the network."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A server outside that is asked for what is not known here."""

    address: str
    from_host: bool = False
    """It is asked from the namespace in which the zones are, the host's; else from the resolver's own."""

    def __str__(self) -> str:
        """Print it as Docker does in resolv.conf."""
        return f"host({self.address})" if self.from_host else self.address


@dataclass(frozen=True, slots=True)
class Scope:
    """A network whose names are known, and names that mean another one of it to this asker alone."""

    network: str
    links: tuple[tuple[str, str], ...] = ()
    """Alias → name; ``docker run --link NAME:ALIAS``."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What one release's resolver does otherwise than another's."""

    silent: bool = False
    """Where no server outside answers it says nothing at all, nor to a PTR question outside of the reverse domains; of
    what servers say, any error but an NXDOMAIN with authority leads to the next. Else it says SERVFAIL, passes such a
    question on, and only SERVFAIL and REFUSED lead to the next."""
    compresses: bool = True
    authority: bool = False
    """It answers with authority, NXDOMAIN where it knows nothing: a server of the world outside, not Docker's."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """A name server that waits on two sockets, with what it was told."""

    tcp: int
    udp: int
    """Its ports."""
    ip: str = "127.0.0.11"
    zones_in: str = "host"
    """The namespace that holds the zones, where the daemon is."""
    scopes: tuple[Scope, ...] = ()
    """The networks whose names it knows, in the order in which they are searched."""
    upstream: tuple[Upstream, ...] = ()
    forwards: bool = True
    """It asks servers from the host's namespace. Without it, it asks none from there; from its own it still does."""
    ndots: bool = False
    """resolv.conf had ndots of its own, so a name without a dot is not passed on: the client will add a domain."""
    manners: Manners = field(default_factory=Manners)

    @property
    def asks(self) -> tuple[Upstream, ...]:
        """Give the servers outside that are asked, in order."""
        return tuple(each for each in self.upstream[:MOST_UPSTREAM] if self.forwards or not each.from_host)


@dataclass(frozen=True, slots=True)
class Silence:
    """A question that gets no reply."""


@dataclass(frozen=True, slots=True)
class Forward:
    """A question that is passed on to others, in order."""

    servers: tuple[Upstream, ...]


def decide(resolver: Resolver, zones: Zones, query: DnsQuery) -> DnsReply | Forward | Silence:
    """Decide what becomes of a question: a reply from what is known, or who is asked instead."""
    if query.kind in ("A", "AAAA", "MX"):
        found = addresses(resolver, zones, query.name)
        if found:
            records = tuple(DnsRecord(query.name, "A", str(address), TTL) for address in found if query.kind == "A")
            return _said(resolver, fitting(DnsReply(NOERROR, records), query, compress=resolver.manners.compresses))
    elif query.kind == "PTR":
        address = asked_address(query.name)
        if not address and resolver.manners.silent and not query.name.endswith(".ip6.arpa"):
            return Silence()
        host = _host_of(resolver, zones, address)
        if host:
            return _said(resolver, DnsReply(NOERROR, (DnsRecord(query.name, "PTR", f"{host}.", TTL),)))
    # SRV: the resolver looks for services, but nothing in moby ever tells it of one, so the question goes on
    if resolver.manners.authority:
        return DnsReply(NXDOMAIN, authoritative=True, recursion=False)
    if query.kind in ("A", "AAAA") and resolver.ndots and "." not in query.name:
        return DnsReply(NOERROR)
    return Forward(resolver.asks)


def _said(resolver: Resolver, reply: DnsReply) -> DnsReply:
    return replace(reply, authoritative=True, recursion=False) if resolver.manners.authority else reply


def addresses(resolver: Resolver, zones: Zones, name: str) -> list[IPv4Address]:
    """Find a name's addresses in the first network that knows it; none where none does.

    The asker's own links come first, and hide names. ``a.b`` is looked for as a name, then as ``a`` in the network
    ``b``. Docker shuffles several addresses; here they stand in their own order, so that a lab is the same every time.
    """
    for wanted, network in _readings(name):
        for by_link in (True, False):
            for scope in resolver.scopes:
                if network in ("", scope.network):
                    meant = dict(scope.links).get(wanted)
                    # a name that is a link's alias is not looked for as a name
                    real = meant if by_link else wanted if meant is None else None
                    found = [] if real is None else named(zones.get(scope.network, {}), real)
                    if found:
                        return found
    return []


def _readings(name: str) -> Iterator[tuple[str, str]]:
    yield name, ""
    parts = name.split(".")
    for at in range(len(parts) - 1, 0, -1):
        yield ".".join(parts[:at]), ".".join(parts[at:])


def named(zone: Zone, name: str) -> list[IPv4Address]:
    """List the addresses that answer to a name, whichever case it is in, in order."""
    low = name.lower()
    return sorted(address for address, names in zone.items() if any(low == each.lower() for each in names))


def _host_of(resolver: Resolver, zones: Zones, address: str) -> str:
    """Give the name that goes with an address, at Docker's with its network; empty where none does."""
    for scope in resolver.scopes:
        for other, names in zones.get(scope.network, {}).items():
            if str(other) == address and names:
                return names[0] if resolver.manners.authority else f"{names[0]}.{scope.network}"
    return ""


class Said(Protocol):
    """What a server outside said."""

    @property
    def rcode(self) -> int:
        """The response code."""

    @property
    def authoritative(self) -> bool:
        """Whether it said so with authority."""


S = TypeVar("S", bound=Said)


def forward(manners: Manners, servers: Iterable[Upstream]) -> Generator[Upstream, S | None, S | DnsReply | Silence]:
    """Ask servers outside in order until one gives a reply that is passed back; each is yielded, its reply or None sent back."""
    said: S | None = None
    for server in servers:
        said = yield server
        if said is not None and _passes(manners, said):
            return said
    if not manners.silent:
        return DnsReply(SERVFAIL, recursion=False)
    return Silence() if said is None else said  # the latest is still at hand there, whatever it was


def _passes(manners: Manners, said: Said) -> bool:
    if manners.silent:
        return said.rcode == NOERROR or (said.rcode == NXDOMAIN and said.authoritative)
    return said.rcode not in (SERVFAIL, REFUSED)
