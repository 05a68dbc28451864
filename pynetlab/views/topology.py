"""What is plugged into what, read from a state: the host's bridges, their ports, its NICs, and who has no cable to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from ..model import Link, Netns, Route, State

FORWARD = "net.ipv4.ip_forward"


@dataclass(frozen=True, slots=True)
class Port:
    """A device of the host and what is at the other end of its cable, both None where that is not known."""

    link: Link
    netns: Netns | None
    peer: Link | None

    @property
    def up(self) -> bool:
        """Say whether both ends are up."""
        return self.link.up and bool(self.peer and self.peer.up)


@dataclass(frozen=True, slots=True)
class Switch:
    """A bridge and its ports, ordered by the address at the other end."""

    link: Link
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Topology:
    """The host, its bridges, its other devices and the namespaces that no cable joins to it."""

    host: Netns
    outside: Netns | None
    switches: tuple[Switch, ...]
    nics: tuple[Port, ...]
    alone: tuple[Netns, ...]


def topology(state: State, host: str, outside: str) -> Topology:
    """Read a state. Raises KeyError where it has no namespace ``host``."""
    links = [link for link in state[host].links.values() if link.kind != "loopback"]
    ports = [_port(state, link) for link in links if link.kind != "bridge"]
    switches = tuple(_switch(link, ports) for link in links if link.kind == "bridge")
    bridges = {switch.link.name for switch in switches}
    nics = tuple(sorted((p for p in ports if p.link.master not in bridges), key=lambda p: p.link.name))
    joined = {port.netns.name for port in ports if port.netns} | {host, outside}
    alone = tuple(state[name] for name in sorted(state.netns) if name not in joined)
    return Topology(state[host], state.netns.get(outside), tuple(sorted(switches, key=lambda s: s.link.name)), nics, alone)


def _port(state: State, link: Link) -> Port:
    netns = state.netns.get(link.peer[0]) if link.peer else None
    return Port(link, netns, netns.links.get(link.peer[1]) if netns and link.peer else None)


def _switch(link: Link, ports: Sequence[Port]) -> Switch:
    own = [port for port in ports if port.link.master == link.name]
    return Switch(link, tuple(sorted(own, key=_order)))


def _order(port: Port) -> tuple[IPv4Address, str]:
    addresses = port.peer.addresses if port.peer else ()
    return (addresses[0].ip if addresses else IPv4Address("255.255.255.255")), port.link.name


def condition(link: Link) -> str:
    """Say whether a device is up."""
    return "up" if link.up else "down"


def addresses(link: Link) -> str:
    """List a device's addresses."""
    return ", ".join(map(str, link.addresses)) or "no address"


def way(route: Route) -> str:
    """Say where a route leads, without the device, for a namespace that has but one."""
    goal = "default" if route.dst.prefixlen == 0 else str(route.dst)
    return f"{goal} via {route.via}" if route.via else f"{goal} on {route.dev}"


def forwarding(netns: Netns) -> str:
    """Give the setting that makes a machine a router, as sysctl(8) prints it."""
    return f"{FORWARD} = {netns.sysctl.get(FORWARD, '0')}"
