"""Where a fault strikes, and who is around: all of it looked up in the state, so that it holds for every release."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Self

from ..errors import SpecError
from ..model import Link, Netns, Probe, Route, Rule, State
from ..stage import HOST, HOST_ADDRESS, OUTSIDE, OUTSIDE_ADDRESS


@dataclass(frozen=True, slots=True)
class Place:
    """A device of a namespace; for a fault of the host there is no device."""

    state: State
    netns: str
    device: str = ""

    @classmethod
    def find(cls, state: State, netns: str, device: str = "") -> Self:
        """Look a container's device up; without a name the first that has an address. Raises SpecError."""
        links = state[netns].links
        names = [name for name, link in links.items() if link.kind != "loopback"]
        if device and device not in names:
            raise SpecError(f"{netns} has no device {device!r}; there are {', '.join(names) or 'none'}")
        addressed = [name for name in names if links[name].addresses]
        if not device and not addressed:
            raise SpecError(f"{netns} has no device with an address")
        return cls(state, netns, device or addressed[0])

    def __str__(self) -> str:
        """Print it as a person would say it."""
        return f"{self.device} of {self.netns}" if self.device else self.netns

    @property
    def host(self) -> Netns:
        """Give the Docker host."""
        return self.state[HOST]

    @property
    def link(self) -> Link:
        """Give the device."""
        return self.state[self.netns].links[self.device]

    @property
    def address(self) -> IPv4Interface:
        """Give the device's first address. Raises SpecError where it has none."""
        if not self.link.addresses:
            raise SpecError(f"{self} has no address")
        return self.link.addresses[0]

    @property
    def way_out(self) -> Route:
        """Give the default route over the device, which names the router. Raises SpecError where there is none."""
        found = [route for route in self.state[self.netns].routes if route.dst.prefixlen == 0 and route.dev == self.device and route.via]
        if not found:
            raise SpecError(f"{self} leads to no router: {self.netns} has no default route over it")
        return found[0]

    @property
    def far_end(self) -> Self:
        """Give the other end of the device's cable, on the host. Raises SpecError for a device without a cable."""
        if self.link.peer is None:
            raise SpecError(f"{self} has no cable: it is a {self.link.kind} device")
        return type(self)(self.state, *self.link.peer)

    @property
    def plugged(self) -> Self:
        """Give the other end of the cable, which is plugged into a bridge. Raises SpecError where it is not."""
        end = self.far_end
        if end.link.master is None:
            raise SpecError(f"the cable of {self.netns} is plugged into no bridge")
        return end

    def neighbours(self) -> Iterator[Self]:
        """Give the devices at the same bridge that have an address, by the names of their namespaces."""
        bridge = self.far_end.link.master if self.link.peer else None
        ends = sorted(port.peer for port in self.host.links.values() if bridge and port.master == bridge and port.peer)
        places = (type(self)(self.state, *end) for end in ends if end[0] in self.state.netns)
        yield from (place for place in places if place.netns != self.netns and place.link.addresses)


def translations(at: Place) -> Iterator[tuple[str, Rule]]:
    """Give the DNAT rules of the host that lead to a container, each with its chain."""
    table = at.host.tables.get("nat")
    for name, chain in table.chains.items() if table else ():
        for rule in chain.rules:
            words = [word for option in rule.options if option.name == "--to-destination" for word in option.words]
            if any(word.partition(":")[0] == str(at.address.ip) for word in words):
                yield name, rule


def published(at: Place) -> Iterator[tuple[str, IPv4Address, int]]:
    """Give where a container's ports are published: protocol, address of the host and port, those that a rule leads on first."""
    for _, rule in translations(at):
        match = rule.match(rule.protocol.value) if rule.protocol else None
        port = match.option("--dport") if match else None
        if rule.protocol and port:
            ip = rule.destination.value.network_address if rule.destination else HOST_ADDRESS.ip
            yield rule.protocol.value, ip, int(port.words[0])
    for listener in sorted(at.host.listeners):
        if (listener.forwards_to or "").partition(":")[0] == str(at.address.ip):
            ip = IPv4Address(listener.ip)
            yield listener.proto, HOST_ADDRESS.ip if int(ip) == 0 else ip, listener.port


def served(at: Place) -> Iterator[tuple[str, int]]:
    """Give the ports on which a container's own servers answer, protocol and number."""
    wanted = ("0.0.0.0", str(at.address.ip))  # noqa: S104 - the address of a socket in the lab
    yield from ((each.proto, each.port) for each in sorted(at.state[at.netns].listeners) if each.serves and each.ip in wanted)


def from_neighbour(at: Place, asking: str) -> Probe:
    """Ask a container from its own network: for a server of its own, or by an echo request where it has none."""
    for proto, port in served(at):
        return Probe(asking, proto, at.address.ip, port)
    return Probe(asking, "icmp", at.address.ip)


def from_outside(at: Place) -> Probe:
    """Ask a container from where a user sits: at a published port; where it has none, from the host."""
    for proto, ip, port in published(at):
        return Probe(OUTSIDE, proto, ip, port)
    return from_neighbour(at, HOST)


def to_outside(at: Place) -> Probe:
    """Ask the other machine from within a container."""
    return Probe(at.netns, "icmp", OUTSIDE_ADDRESS.ip)


def first_container(state: State) -> Place | None:
    """Give the first container, by name, that has a way out; a fault of the host shows there."""
    for name in sorted(set(state.netns) - {HOST, OUTSIDE}):
        for route in state[name].routes:
            if route.dst.prefixlen == 0 and route.via:
                return Place(state, name, route.dev)
    return None
