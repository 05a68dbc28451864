"""Which question shows a fault: of those that are near at hand the first that was answered well, and is no longer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address

from ..model import Answer, Listener, Outcome, Probe, Rule, State
from ..model.resolution import server_of
from ..stage import HOST, HOST_ADDRESS, OUTSIDE, OUTSIDE_ADDRESS
from ..tracer import Run, World, ask, trace
from .place import Place

ANYWHERE = IPv4Address("0.0.0.0")  # noqa: S104 - a stand-in: who asks for a name asks where resolv.conf says
HEADERS = 28
"""Bytes of an IP header and of an ICMP header."""


def shown(before: State, after: State, candidates: Iterable[Probe], *, by_chance: bool = False) -> tuple[Probe, Outcome | None] | None:
    """Choose the question that shows what changed, and give what becomes of it; None where none does.

    Where chance or time decides any question will do that was answered well, and nothing is said of what becomes of it.
    """
    was, now = World(before), World(after)
    for probe in candidates:
        first, second = _asked(was, probe), _asked(now, probe)
        well = _answer(was, first)
        if well.result != "ok" or (probe.proto == "dns" and not well.answers):
            continue
        if by_chance:
            return second, None
        if _answer(now, second) != well:
            return second, trace(now, second).outcome
    return None


def _asked(world: World, probe: Probe) -> Probe:
    """Ask for a name where resolv.conf says, which may be what was changed."""
    if probe.proto != "dns":
        return probe
    try:
        return replace(probe, ip=IPv4Address(server_of(world.state[probe.source])))
    except AddressValueError:
        return probe


def _answer(world: World, probe: Probe) -> Answer:
    return ask(world, Run(), probe).answer


def translations(at: Place) -> Iterator[Rule]:
    """Give the DNAT rules of the host that lead to a container."""
    table = at.host.tables.get("nat")
    for chain in table.chains.values() if table else ():
        for rule in chain.rules:
            words = [word for option in rule.options if option.name == "--to-destination" for word in option.words]
            if any(word.partition(":")[0] == str(at.address.ip) for word in words):
                yield rule


def proxies(at: Place) -> list[Listener]:
    """Give the userland proxies of the host that serve a container."""
    return [each for each in sorted(at.host.listeners) if (each.forwards_to or "").partition(":")[0] == str(at.address.ip)]


def published(at: Place) -> Iterator[Probe]:
    """Ask a container from where a user sits: at its published ports."""
    for rule in translations(at):
        match = rule.match(rule.protocol.value) if rule.protocol else None
        port = match.option("--dport") if match else None
        if rule.protocol and port:
            ip = rule.destination.value.network_address if rule.destination else HOST_ADDRESS.ip
            yield Probe(OUTSIDE, rule.protocol.value, ip, int(port.words[0]))
    for each in proxies(at):
        yield Probe(OUTSIDE, each.proto, HOST_ADDRESS.ip if int(IPv4Address(each.ip)) == 0 else IPv4Address(each.ip), each.port)


def on_the_host(at: Place) -> Iterator[Probe]:
    """Ask a container from the host, at its published ports: where no rule leads there, a userland proxy does."""
    for each in proxies(at):
        ip = IPv4Address(each.ip)
        yield Probe(HOST, each.proto, IPv4Address("127.0.0.1") if int(ip) == 0 else ip, each.port)


def near(at: Place, asking: str) -> Iterator[Probe]:
    """Ask a container by its own address: its servers, and for an echo."""
    wanted = ("0.0.0.0", str(at.address.ip))  # noqa: S104 - the address of a socket in the lab
    for each in sorted(at.state[at.netns].listeners):
        if each.serves and each.ip in wanted:
            yield Probe(asking, each.proto, at.address.ip, each.port)
    yield Probe(asking, "icmp", at.address.ip)


def inwards(at: Place) -> Iterator[Probe]:
    """Ask a container, from as far away as anybody may."""
    yield from published(at)
    for place in at.neighbours():
        yield from near(at, place.netns)
    yield from near(at, HOST)
    yield from near(at, OUTSIDE)


def outwards(at: Place) -> Iterator[Probe]:
    """Ask from a container: the machine outside, then its neighbours."""
    yield Probe(at.netns, "icmp", OUTSIDE_ADDRESS.ip)
    for place in at.neighbours():
        yield from near(place, at.netns)


def large(at: Place) -> Iterator[Probe]:
    """Ask a container for the echo of as much as its device takes."""
    for place in at.neighbours():
        yield Probe(place.netns, "icmp", at.address.ip, size=at.link.mtu - HEADERS)
    yield Probe(HOST, "icmp", at.address.ip, size=at.link.mtu - HEADERS)
    yield Probe(at.netns, "icmp", OUTSIDE_ADDRESS.ip, size=at.link.mtu - HEADERS)


def everybody(state: State) -> Iterator[Probe]:
    """Ask from and to every container that has a device: a fault of the host shows at one of them."""
    for name in sorted(set(state.netns) - {HOST, OUTSIDE}):
        for link in state[name].links.values():
            if link.kind != "loopback" and link.addresses:
                at = Place(state, name, link.name)
                yield from outwards(at)
                yield from published(at)


def all_around(state: State) -> Iterator[Probe]:
    """Ask whatever may be asked from and to every container: by address, by name, with small packets and large ones."""
    for name in sorted(set(state.netns) - {HOST, OUTSIDE}):
        for link in state[name].links.values():
            if link.kind != "loopback" and link.addresses:
                at = Place(state, name, link.name)
                yield from (*inwards(at), *outwards(at), *on_the_host(at), *large(at))
                yield from (Probe(name, "dns", ANYWHERE, name=other.netns) for other in (*at.neighbours(), at))
