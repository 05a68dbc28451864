"""Who is asked what at the end of a scenario, as at the records of real engines: everybody asks everybody and everything.

The stage of the records: every container with a namespace of its own has servers on tcp and udp 80 and 81, the host on
9000, the machine outside on 80, and that machine has routes to the networks of the host.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from ..daemon import Container, Daemon
from ..errors import KernelError
from ..kernel import Plan, Step
from ..model import Answer, Probe, Route
from ..ops import AddRoute, StartServer
from ..stage import HOST, HOST_ADDRESS, OUTSIDE, OUTSIDE_ADDRESS
from .record import networks_record

ANY = "0.0.0.0"  # noqa: S104 - the address of a socket in the lab
PROTOCOLS = ("tcp", "udp")
CONTAINER_PORTS, HOST_PORT, OUTSIDE_PORT = (80, 81), 9000, 80
RESOLVER = IPv4Address("127.0.0.11")
SPOKEN = {HOST: "HOST", OUTSIDE: "OUTSIDE"}
"""How records call the two machines."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the name of whom it is about."""

    probe: Probe
    to: str

    def record(self, answer: Answer) -> dict[str, Any]:
        """Write question and answer down as the records do."""
        probe = self.probe
        found: dict[str, Any] = {"from": SPOKEN.get(probe.source, probe.source), "to": self.to, "proto": probe.proto, "ip": str(probe.ip)}
        found |= {"name": probe.name} if probe.name else {}
        found |= {"port": probe.port} if probe.port else {}
        found |= {"result": answer.result}
        found |= {"server": answer.server, "saw": answer.saw} if answer.server else {}
        return found | ({"rcode": answer.rcode, "answers": list(answer.answers)} if answer.rcode is not None else {})


def _newest_first(daemon: Daemon) -> list[Container]:
    """List the running containers that are not on the host's own network, as ``docker ps`` does."""
    return [each for each in reversed(daemon.containers.values()) if each.running and each.netns != daemon.netns]


def _own(daemon: Daemon) -> list[Container]:
    return [each for each in _newest_first(daemon) if each.netns == each.name]


def ready(daemon: Daemon) -> Plan[None]:
    """Start the servers of the stage, and give the machine outside its routes."""
    places = [(each.netns, each.name, port) for each in _newest_first(daemon) for port in CONTAINER_PORTS]
    for netns, name, port in [*places, (HOST, SPOKEN[HOST], HOST_PORT), (OUTSIDE, SPOKEN[OUTSIDE], OUTSIDE_PORT)]:
        for proto in PROTOCOLS:
            try:
                yield Step(StartServer(netns, proto, ANY, port, name), f"{name} answers who asks it.", may_fail=True)
            except KernelError:
                continue  # of two containers in one namespace the newer one came first
    lived_in = {name for each in daemon.containers.values() for name in each.endpoints}
    for network in daemon.networks.values():
        if (network.default_bridge or network.name in lived_in) and network.subnet and not network.subnet.overlaps(OUTSIDE_ADDRESS.network):
            route = Route(network.subnet, "eth0", HOST_ADDRESS.ip)
            yield Step(AddRoute(OUTSIDE, route), f"The machine outside knows that {network.name} is behind the host.")


def questions(daemon: Daemon) -> Iterator[Asked]:
    """List everything that is asked."""
    for source in (OUTSIDE, daemon.netns, *(each.netns for each in _own(daemon))):
        for container in _own(daemon):
            yield from _of_container(source, container)
        for address in _addresses(daemon):
            yield Asked(Probe(source, "icmp", address), SPOKEN[HOST])
            yield Asked(Probe(source, "tcp", address, HOST_PORT), SPOKEN[HOST])
        yield Asked(Probe(source, "icmp", OUTSIDE_ADDRESS.ip), SPOKEN[OUTSIDE])
        yield from (Asked(Probe(source, proto, OUTSIDE_ADDRESS.ip, OUTSIDE_PORT), SPOKEN[OUTSIDE]) for proto in PROTOCOLS)
        yield from (Asked(Probe(source, "dns", RESOLVER, name=name), name) for name in _names(daemon, source))


def _of_container(source: str, container: Container) -> Iterator[Asked]:
    for _, endpoint in sorted(container.endpoints.items()):
        if endpoint.address is None:
            continue
        yield Asked(Probe(source, "icmp", endpoint.address.ip), container.name)
        for proto in PROTOCOLS:
            yield from (Asked(Probe(source, proto, endpoint.address.ip, port), container.name) for port in CONTAINER_PORTS)
    for proto, ip, port in _published(container):
        yield Asked(Probe(source, proto, ip, port), container.name)


def _published(container: Container) -> Iterator[tuple[str, IPv4Address, int]]:
    """List where its ports are on the host: one on every address is asked at the host's card and at its loopback."""
    ports = [port for endpoint in container.endpoints.values() for port in endpoint.ports if port.host_port]
    for port in sorted(ports, key=lambda port: (f"{port.container_port}/{port.proto}", port.host_port)):
        ips: Iterable[IPv4Address] = [IPv4Address(port.host_ip)]
        if port.host_ip == ANY:
            ips = (HOST_ADDRESS.ip, IPv4Address("127.0.0.1"))
        yield from ((port.proto, ip, port.host_port) for ip in ips)


def _addresses(daemon: Daemon) -> list[IPv4Address]:
    """List where the host is asked: at its card, and at the gateway of each network that ``docker network inspect`` shows."""
    shown = networks_record(daemon)
    found = [str(each.gateway) for each in daemon.networks.values() if each.default_bridge and each.gateway]
    found += [entry["gateway"] for network in shown.values() for entry in network["ipam"] if "gateway" in entry]
    return [IPv4Address(ip) for ip in dict.fromkeys([*sorted(found), str(HOST_ADDRESS.ip)])]


def _names(daemon: Daemon, source: str) -> list[str]:
    """List the names that a container may ask its name service for, where it has one."""
    asking = daemon.containers.get(source)
    if asking is None or not any(daemon.user_defined(daemon.networks[name]) for name in asking.endpoints):
        return []
    aliases = (alias for each in _own(daemon) for wanted in each.networks.values() for alias in wanted.aliases)
    return sorted({*(each.name for each in _own(daemon)), *aliases})
