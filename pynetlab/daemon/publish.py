"""Published ports: in which order they are taken, where they appear, and what serves them.

moby libnetwork/drivers/bridge/port_mapping_linux.go; docker/go-connections nat/sort.go for the releases before 28.
"""

import errno
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv4Address

from ..drivers.bridge import Options, wants
from ..engine import ports
from ..engine.firewall import PublishedPort
from ..engine.network import Endpoint, Network
from ..engine.releases import Release
from ..errors import KernelError
from ..kernel import Plan, Step
from ..ops import StartProxy, StopProxy
from ..spec.publish import PROTOCOLS, PortBinding
from .memory import Container, Daemon

ATTEMPTS = 10
"""So many ports of a range are tried before Docker gives up."""
ORDER = ("icmp", *PROTOCOLS)


def in_order(release: Release, exposed: Iterable[tuple[int, str]], bindings: Sequence[PortBinding]) -> list[tuple[int, str]]:
    """Put the exposed ports into the order in which the release handles them."""
    found = sorted(exposed, key=_numbered)
    if not release.ports_descending:
        return found
    return list(dict.fromkeys(port for port, _ in _entries(found, bindings)))


def _numbered(port: tuple[int, str]) -> tuple[int, int]:
    return port[0], ORDER.index(port[1])


Entry = tuple[tuple[int, str], PortBinding | None]


def _entries(ports: Sequence[tuple[int, str]], bindings: Sequence[PortBinding]) -> list[Entry]:
    """Sort ports with their bindings as go-connections does.

    Its comparison contradicts itself, so the outcome depends on how Go sorts short lists: by insertion.
    """
    found: list[Entry] = []
    for port in ports:
        own: list[PortBinding | None] = [binding for binding in bindings if (binding.container_port, binding.proto) == port]
        for binding in own or [None]:
            found.append((port, binding))
            at = len(found) - 1
            while at and _less(found[at], found[at - 1]):
                found[at - 1], found[at] = found[at], found[at - 1]
                at -= 1
    return found


def _less(a: Entry, b: Entry) -> bool:
    (port, first), (other, second) = a, b
    host, other_host = (binding.host_ports[0] if binding else 0 for binding in (first, second))
    return host > other_host or port[0] > other[0] or (port[0] == other[0] and port[1] == "tcp")


def wanted(daemon: Daemon, container: Container) -> list[PortBinding]:
    """List what a container publishes, in the order in which ports are taken."""
    bindings, exposed = container.spec.publish, container.exposed()
    if daemon.release.ports_descending:
        entries = _entries(sorted(exposed, key=_numbered), bindings)
        return [
            binding or PortBinding(*port)
            for port in dict.fromkeys(port for port, _ in entries)
            for binding in (each for other, each in entries if other == port)
            if binding or container.spec.publish_all
        ]
    bound = {(binding.container_port, binding.proto) for binding in bindings}
    more = [PortBinding(*port) for port in exposed if port not in bound] if container.spec.publish_all else []
    return sorted([*bindings, *more], key=_rank)


def _rank(binding: PortBinding) -> tuple[bool, int, int, int, int, int]:
    """Rank as PortBindingReq.Compare does: exact host ports first, then by container port; moby libnetwork/portmapperapi."""
    first, last = binding.host_ports
    address = int(IPv4Address(binding.host_ip or ports.ANY))
    return first == 0 or first != last, *_numbered((binding.container_port, binding.proto)), first, last, address


def always_open(daemon: Daemon, endpoint: Endpoint) -> bool:
    """Say whether an endpoint's ports are open wherever the container's way out is."""
    network = daemon.networks[endpoint.network]
    routed = network.driver == "bridge" and Options.parse(daemon.release, network.options).mode == "routed"
    return routed and daemon.release.opens_routed_anyway


def open_ports(daemon: Daemon, container: Container, endpoint: Endpoint) -> Plan[Endpoint]:
    """Publish a container's ports where its way out is. Raises DaemonError."""
    network = daemon.networks[endpoint.network]
    if network.driver != "bridge" or network.internal or endpoint.address is None:
        return endpoint
    opened: list[PublishedPort] = []
    before: PortBinding | None = None
    for binding in wanted(daemon, container):
        if before and _same_port(daemon, before, binding):
            binding = replace(binding, host_ports=(opened[-1].host_port,) * 2)  # noqa: PLW2901 - the same port on another address
        before = binding if before is None or not _same_port(daemon, before, binding) else before
        port = yield from _open(daemon, network, endpoint, binding)
        yield from daemon.host.firewall.port_up(wants(daemon.host, network), port)
        opened.append(port)
    return replace(endpoint, ports=tuple(opened))


def _same_port(daemon: Daemon, one: PortBinding, other: PortBinding) -> bool:
    """Say whether two bindings differ only in the host's address, so that they get the same port there."""
    return not daemon.release.ports_descending and replace(one, host_ip=other.host_ip) == other


def _open(daemon: Daemon, network: Network, endpoint: Endpoint, binding: PortBinding) -> Plan[PublishedPort]:
    """Take a port of the host and let a userland proxy wait on it."""
    own = Options.parse(daemon.release, network.options)
    container_ip = str(endpoint.address.ip) if endpoint.address else ""
    if own.mode == "routed":
        return PublishedPort(binding.proto, ports.ANY, 0, container_ip, binding.container_port)
    ip = binding.host_ip or str(own.binding_ip or ports.ANY)
    first, last = binding.host_ports
    for attempt in range(ATTEMPTS):
        number = _take(daemon, endpoint, ip, binding)
        if not daemon.flags.userland_proxy or binding.proto == "sctp":
            return PublishedPort(binding.proto, ip, number, container_ip, binding.container_port)
        pktinfo = daemon.release.proxy_pktinfo and binding.proto == "udp"
        proxy = StartProxy(daemon.netns, binding.proto, ip, number, container_ip, binding.container_port, pktinfo)
        why = f"What no rule translates is served by a userland proxy on port {number} of the host."
        try:
            yield Step(proxy, why, may_fail=True)
        except KernelError as error:
            retry = error.errno == errno.EADDRINUSE and (first, last) == (0, 0) and attempt < ATTEMPTS - 1
            if not retry:
                key = "port-bound" if error.errno == errno.EADDRINUSE else "port-address"
                raise daemon.release.error(key, proto=binding.proto, ip=ip, port=number, **_of(endpoint)) from None
            continue
        return PublishedPort(binding.proto, ip, number, container_ip, binding.container_port, proxied=True)
    raise daemon.release.error("no-port", **_of(endpoint))


def _of(endpoint: Endpoint) -> dict[str, str]:
    return {"endpoint": endpoint.container, "id": endpoint.id}


def _take(daemon: Daemon, endpoint: Endpoint, ip: str, binding: PortBinding) -> int:
    found = ports.request(daemon.ports, ip, binding.proto, binding.host_ports, wildcard=daemon.release.wildcard_conflicts)
    if found is None:
        raise daemon.release.error("no-port", **_of(endpoint))
    if isinstance(found, ports.Conflict):
        raise daemon.release.error("port-taken", ip=found.ip, port=found.port, **_of(endpoint))
    number, daemon.ports = found
    return number


def close_ports(daemon: Daemon, endpoint: Endpoint) -> Plan[Endpoint]:
    """Take a container's published ports away."""
    network = daemon.networks[endpoint.network]
    for port in endpoint.ports:
        if port.proxied:
            pktinfo = daemon.release.proxy_pktinfo and port.proto == "udp"
            target = port.container_ip, port.container_port
            proxy = StopProxy(daemon.netns, port.proto, port.host_ip, port.host_port, *target, pktinfo)
            with suppress(KernelError):  # a proxy that died by itself is as good
                yield Step(proxy, f"Nobody has to wait on port {port.host_port} any more.", may_fail=True)
        yield from daemon.host.firewall.port_down(wants(daemon.host, network), port)
        daemon.ports = ports.give_back(daemon.ports, port.host_ip, port.proto, port.host_port)
    return replace(endpoint, ports=())
