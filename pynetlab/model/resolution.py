"""What a question to a name server comes to in a state: the same answer that a program in that namespace would get.

How a question gets to a server is told by whoever knows the ways of packets: the tracer.
"""

from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from .dns import DnsQuery, DnsReply, Resolution
from .resolver import UPSTREAM_PATIENCE, Forward, Resolver, Silence, Upstream, decide, forward
from .state import Netns, State

PORT = 53
PATIENCE = 5.0
"""Seconds for which a client waits, as resolver(3) and dig(1) do."""
RESOLV = "/etc/resolv.conf"
HOSTS = "/etc/hosts"
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


def in_hosts(netns: Netns, name: str) -> IPv4Address | None:
    """Look a name up in /etc/hosts, which a resolver reads before it asks anybody: hosts(5), nsswitch.conf(5)."""
    for line in netns.files.get(HOSTS, "").splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        if name in names:
            with suppress(AddressValueError):
                return IPv4Address(address)
    return None


def resolve(state: State, netns: str, query: DnsQuery, carry: Carry, *, server: str = "", patience: float = PATIENCE) -> Resolution:
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
