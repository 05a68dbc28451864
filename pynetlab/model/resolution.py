"""What a question to a name server comes to in a state: the same answer that a program in that namespace would get.

The way of the datagrams is told in short here: who has the address, and whether a route leads there. Whoever knows
better, as a tracer does, gives a ``carry`` of its own.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from .dns import DnsQuery, DnsReply, Resolution
from .resolver import UPSTREAM_PATIENCE, Forward, Resolver, Silence, Upstream, decide, forward
from .rule import Rule
from .state import Netns, Route, State

PORT = 53
PATIENCE = 5.0
"""Seconds for which a client waits, as resolver(3) and dig(1) do."""
NEIGHBOUR = 3.0
"""Seconds after which Linux gives up to find a neighbour; ``mcast_solicit`` of arp(7) times ``retrans_time_ms``."""
RESOLV = "/etc/resolv.conf"
NOWHERE = "127.0.0.1"
"""Whom resolver(3) asks where resolv.conf names nobody."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A question that reached no name server."""

    result: str
    after: float = 0.0
    """Seconds until the asker hears of it; of a ``timeout`` it never does."""


Carry = Callable[[State, str, str, DnsQuery], Resolver | Lost]
"""Finds the name server that a question from a namespace to port 53 of an address reaches."""


def server_of(netns: Netns) -> str:
    """Give the first name server that resolv.conf of a namespace names; resolv.conf(5)."""
    lines = [line.split() for line in netns.files.get(RESOLV, "").splitlines()]
    return next((words[1] for words in lines if words[:1] == ["nameserver"] and len(words) > 1), NOWHERE)


def carried(state: State, netns: str, server: str, query: DnsQuery) -> Resolver | Lost:
    """Find who gets a question, by addresses and routes alone; filters on the way are not looked at."""
    here = state[netns]
    try:
        address = IPv4Address(server)
    except AddressValueError:
        return Lost("network-unreachable")  # IPv6 is off
    if address.is_loopback or any(address == own.ip for link in here.links.values() for own in link.addresses):
        return _at(here, server, query)
    route = _route(here, address)
    if route is None:
        return Lost("network-unreachable")
    for there in state.netns.values():
        if any(address == own.ip for link in there.links.values() if link.up for own in link.addresses):
            return _at(there, server, query)
    return Lost("no-route-to-host", NEIGHBOUR) if route.via is None else Lost("timeout")


def _at(netns: Netns, server: str, query: DnsQuery) -> Resolver | Lost:
    found, port = netns.resolver, _translated(netns, server, query)
    if found is None or server != found.ip or port != (found.tcp if query.proto == "tcp" else found.udp):
        return Lost("refused")
    return found


def _translated(netns: Netns, server: str, query: DnsQuery) -> int:
    """Give the port to which Docker's rules in the namespace lead a question."""
    jump, wanted = netns.chain("nat", "OUTPUT"), netns.chain("nat", "DOCKER_OUTPUT")
    if jump is None or wanted is None or Rule.parse(f"-d {server} -j DOCKER_OUTPUT") not in jump.rules:
        return PORT
    begin = f"-d {server}/32 -p {query.proto} -m {query.proto} --dport {PORT} -j DNAT --to-destination {server}:"
    return next((int(text.removeprefix(begin)) for text in map(str, wanted.rules) if text.startswith(begin)), PORT)


def _route(netns: Netns, address: IPv4Address) -> Route | None:
    found = [route for route in netns.routes if address in route.dst]
    return max(found, key=lambda route: (route.dst.prefixlen, -route.metric), default=None)


def resolve(
    state: State, netns: str, query: DnsQuery, *, server: str = "", patience: float = PATIENCE, carry: Carry = carried
) -> Resolution:
    """Put a question to a name server from a namespace, and give what comes of it.

    Without ``server`` the first one of the namespace's resolv.conf is asked, once. ``patience`` is in seconds. Raises
    KeyError for a namespace that is not there.
    """
    server = server or server_of(state[netns])
    reached = carry(state, netns, server, query)
    if isinstance(reached, Lost):
        return Resolution(query, server, reached.result if reached.after <= patience else "timeout")
    said, waited = _answered(state, netns, reached, query, carry)
    if isinstance(said, Silence) or waited > patience:
        return Resolution(query, server, "timeout")
    return Resolution(query, server, "ok", said)


def _answered(state: State, netns: str, resolver: Resolver, query: DnsQuery, carry: Carry) -> tuple[DnsReply | Silence, float]:
    """Give a name server's reply, and after how many seconds it comes; what it does not know it asks others."""
    zones = state[resolver.zones_in].zones if resolver.zones_in in state.netns else {}
    decided = decide(resolver, zones, query)
    if not isinstance(decided, Forward):
        return decided, 0.0
    asking: Generator[Upstream, DnsReply | None, DnsReply | Silence] = forward(resolver.manners, decided.servers)
    waited = 0.0
    try:
        upstream = next(asking)
        while True:
            place = resolver.zones_in if upstream.from_host else netns
            said, after = _asked(state, place, upstream.address, query, carry)
            waited += after
            upstream = asking.send(said)
    except StopIteration as end:
        return end.value, waited


def _asked(state: State, netns: str, server: str, query: DnsQuery, carry: Carry) -> tuple[DnsReply | None, float]:
    reached = carry(state, netns, server, query)
    if isinstance(reached, Lost):
        return None, UPSTREAM_PATIENCE if reached.result == "timeout" else reached.after
    said, after = _answered(state, netns, reached, query, carry)
    return (None, UPSTREAM_PATIENCE) if isinstance(said, Silence) or after > UPSTREAM_PATIENCE else (said, after)
