"""A container joins a network and leaves it: its address, its device, its files, its way out, its ports.

moby daemon/container_operations.go (connectToNetwork, disconnectFromNetwork), libnetwork/endpoint.go (sbJoin, sbLeave).
"""

from dataclasses import replace

from ..drivers import DRIVERS
from ..drivers.bridge import Options
from ..drivers.cable import no_way_out, way_out
from ..engine import ipam
from ..engine.names import identity, mac_of
from ..engine.network import Endpoint, Link, Network
from ..errors import DaemonError, SpecError
from ..kernel import Plan, Step
from ..model import mac_address
from ..model.state import DEVICE_SETTINGS
from ..ops import SetSysctl
from ..ops.sysctl import default_of
from ..spec.network import EndpointSpec
from . import addresses, files, names
from .memory import Container, Daemon
from .publish import always_open, close_ports, in_order, open_ports

SYSCTLS = "com.docker.network.endpoint.sysctls"
"""The option with settings of a container's device, in which IFNAME stands for its name."""
SYSCTL_WORDS = 5
IFNAME = "com.docker.network.endpoint.ifname"
"""The option that names a container's device."""


def connect(daemon: Daemon, container: Container, wanted: EndpointSpec, *, first: bool = False) -> Plan[Container]:
    """Give a running container its place in a network, the ``first`` one since it started or one more. Raises DaemonError."""
    network = daemon.network(wanted.network)
    driver = DRIVERS[network.driver]
    endpoint = driver.endpoint(daemon.host, network, _endpoint(daemon, container, wanted))
    yield from driver.join(daemon.host, network, endpoint)
    yield from _settings(daemon, endpoint, wanted)
    before = leads_out(daemon, container)
    endpoints = {**container.endpoints, network.name: endpoint}
    container = daemon.keep(replace(container, endpoints=endpoints, devices=(*container.devices, endpoint.device)))
    host = yield from files.joined(daemon, container, first=first)
    container = yield from names.joined(daemon, container, network, host)
    if always_open(daemon, endpoint):
        container = _with(daemon, container, (yield from open_ports(daemon, container, endpoint)))
    return (yield from _turn(daemon, container, before))


def detach(daemon: Daemon, container: Container, name: str) -> Plan[Container]:
    """Take a container that goes on running out of a network; another one may lead out then."""
    before = leads_out(daemon, container)
    endpoint = container.endpoints[name]
    container = yield from leave(daemon, container, name)
    yield from files.left(daemon, container, endpoint)
    container = yield from names.told(daemon, container)
    return (yield from _turn(daemon, container, before if before and before.network != name else None))


def leave(daemon: Daemon, container: Container, name: str) -> Plan[Container]:
    """Take a container's place in a network away, with its ports."""
    network, endpoint = daemon.networks[name], container.endpoints[name]
    yield from names.left(daemon, container, network)
    endpoint = yield from close_ports(daemon, endpoint)
    yield from DRIVERS[network.driver].leave(daemon.host, network, endpoint)
    if endpoint.address is not None:
        daemon.pools[name] = ipam.give_back(daemon.pools[name], endpoint.address.ip)
    return daemon.keep(replace(container, endpoints={key: each for key, each in container.endpoints.items() if key != name}))


def leads_out(daemon: Daemon, container: Container) -> Endpoint | None:
    """Find the endpoint with the default route and the published ports."""
    return next((each for each in daemon.in_order(container) if each.gateway is not None), None)


def _turn(daemon: Daemon, container: Container, before: Endpoint | None) -> Plan[Container]:
    """Move the way out and the published ports from one endpoint to another, where that has become the first."""
    after = leads_out(daemon, container)
    if before is not None and after is not None and before.network == after.network:
        return container
    if before is not None and before.network in container.endpoints:
        yield from no_way_out(before)
        if not always_open(daemon, before):
            container = _with(daemon, container, (yield from close_ports(daemon, before)))
    if after is not None:
        yield from way_out(after)
        if not after.ports:
            container = _with(daemon, container, (yield from open_ports(daemon, container, after)))
    return container


def wrong(daemon: Daemon, network: Network, wanted: EndpointSpec) -> DaemonError | None:
    """Say what is wrong with a container's wishes for its place in a network; moby daemon/container_operations.go."""
    texts = list(addresses.wrong(daemon, network, wanted.address))
    if wanted.aliases and not daemon.user_defined(network):
        texts.append(daemon.release.words["alias-predefined"])
    for text in _sysctls(daemon, wanted):
        words = text.split(".", 4)
        if len(words) != SYSCTL_WORDS or words[1] not in ("ipv4", "ipv6", "mpls") or words[3] not in ("IFNAME", "ifname"):
            shape = "represent 'net.X.Y.ethN.Z=V' as 'net.X.Y.IFNAME.Z=V', 'X' must be 'ipv4', 'ipv6' or 'mpls'"
            texts.append(f"unrecognised network interface sysctl '{text}'; {shape}")
    if not texts:
        return None
    return daemon.release.error("endpoint", error=texts[0] if len(texts) == 1 else "\n".join(f"* {text}" for text in texts))


def _with(daemon: Daemon, container: Container, endpoint: Endpoint) -> Container:
    return daemon.keep(replace(container, endpoints={**container.endpoints, endpoint.network: endpoint}))


def _endpoint(daemon: Daemon, container: Container, wanted: EndpointSpec) -> Endpoint:
    """Decide what is the same for every driver: id, address, MAC address, device."""
    network = daemon.network(wanted.network)
    endpoint = Endpoint(identity("endpoint", container.netns, network.name), network.name, container.name, container.netns)
    if network.subnet is None:
        return endpoint
    refused = wrong(daemon, network, wanted)
    if refused:
        raise refused
    ip = addresses.take(daemon, network, wanted.address)
    mac = wanted.mac or (mac_of(ip) if daemon.release.mac_from_address else mac_address(endpoint.id))
    prefix = Options.parse(daemon.release, network.options).prefix if network.driver == "bridge" else "eth"
    named = wanted.options.get(IFNAME, "") if daemon.release.names_devices else ""
    device = named or _free_name(daemon, container, prefix)
    address = ipam.interface(daemon.pools[network.name], ip)
    return replace(endpoint, device=device, address=address, mac=mac, links=_links(daemon, container, network.name))


def _free_name(daemon: Daemon, container: Container, prefix: str) -> str:
    """Number a device; moby v26.1.5 libnetwork/osl/interface_linux.go (nextIfIndex), v28.5.2 (generateIfaceName)."""
    now = [each.device for each in container.endpoints.values()]
    used = set(now if daemon.release.reuses_devices else container.devices)
    return next(name for name in (f"{prefix}{number}" for number in range(len(used) + 1)) if name not in used)


def _settings(daemon: Daemon, endpoint: Endpoint, wanted: EndpointSpec) -> Plan[None]:
    """Write the kernel settings of a container's device; moby v28.5.2 libnetwork/osl/interface_linux.go (setSysctls)."""
    for text in _sysctls(daemon, wanted):
        key, equals, value = text.partition("=")
        if not equals:
            raise DaemonError(f"expected sysctl '{text}' to have format name=value")
        words = key.split(".")
        key = ".".join([*words[:3], endpoint.device, *words[4:]])
        if default_of(key, {endpoint.device}) is None:
            known = ", ".join(f"net.ipv4.conf.IFNAME.{each}" for each in DEVICE_SETTINGS)
            raise SpecError(f"the setting {text.partition('=')[0]} is not modelled; a lab knows {known}")
        yield Step(SetSysctl(endpoint.netns, key, value), f"{endpoint.container} asked for this setting of {endpoint.device}.")


def _sysctls(daemon: Daemon, wanted: EndpointSpec) -> list[str]:
    return [text for text in wanted.options.get(SYSCTLS, "").split(",") if text] if daemon.release.names_devices else []


def _links(daemon: Daemon, container: Container, network: str) -> tuple[Link, ...]:
    """Give what the container's links open on the default bridge, the only network where they open anything."""
    if network != "bridge":
        return ()
    found = []
    for name, _alias in container.spec.links:
        child = daemon.container(name)
        there = child.endpoints.get(network)
        if there is not None and there.address is not None:
            ports = tuple((proto, port) for port, proto in in_order(daemon.release, child.exposed(), child.spec.publish))
            found.append(Link(there.address.ip, ports))
    return tuple(found)
