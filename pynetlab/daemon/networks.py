"""The verbs of ``docker network``: moby daemon/network.go, libnetwork/controller.go."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address

from ..drivers import DRIVERS
from ..engine import ipam
from ..engine.names import SHORT, identity
from ..engine.network import PREDEFINED, Network
from ..errors import DaemonError
from ..kernel import Plan
from ..spec.network import EndpointSpec, NetworkSpec
from . import addresses
from .attach import connect as attach
from .attach import detach, wrong
from .memory import Container, Daemon


def create(daemon: Daemon, spec: NetworkSpec) -> Plan[Network]:
    """Make a network. Raises DaemonError in the release's words."""
    release = daemon.release
    if spec.name in PREDEFINED:
        raise release.error("network-predefined-name", name=spec.name)
    if spec.name in daemon.networks:
        raise release.error("network-exists", name=spec.name)
    driver = DRIVERS.get(spec.driver)
    if driver is None:
        raise release.error("driver-missing", driver=spec.driver)
    network = Network(
        identity("network", spec.name),
        spec.name,
        spec.driver,
        {**spec.options},
        internal=spec.internal,
        labels=spec.labels,
        ipam_options={**spec.ipam_options},
        attachable=spec.attachable,
    )
    if driver.addressed:
        network = yield from _addressed(daemon, spec, network)
    yield from make(daemon, network)
    return network


def _addressed(daemon: Daemon, spec: NetworkSpec, network: Network) -> Plan[Network]:
    """Give a network its subnet and its gateway."""
    if len(spec.subnets) > 1:
        raise DaemonError("bridge driver doesn't support multiple subnets")
    subnet = addresses.requested(daemon, spec) if spec.subnets else (yield from addresses.chosen(daemon))
    within = addresses.restricted(daemon, spec, subnet)
    addresses.check_overlap(daemon, subnet, within)
    asked = {"subnet": spec.subnets[0]} if spec.subnets else {}
    asked |= {"iprange": str(within)} if within else {}
    room = within if within and within.subnet_of(subnet) else None
    asked |= {"gateway": spec.gateways[0]} if spec.gateways else {}
    pool, gateway = ipam.new_pool(subnet, room), None
    if spec.gateways or DRIVERS[spec.driver].gateway(daemon.host, network):
        gateway, pool = addresses.gateway(daemon, pool, spec.gateways[0] if spec.gateways else "")
    auxiliary = {name: IPv4Address(text) for name, text in spec.auxiliary.items()}
    daemon.pools[network.name] = addresses.set_apart(daemon, pool, auxiliary)
    return replace(network, subnet=subnet, within=within, gateway=gateway, auxiliary=auxiliary, asked=asked)


def make(daemon: Daemon, network: Network) -> Plan[None]:
    """Let the driver make a network that has its addresses, and remember it."""
    driver = DRIVERS[network.driver]
    driver.check(daemon.host, network, [other for other in daemon.networks.values() if other.driver == network.driver])
    made = yield from driver.create_network(daemon.host, network)
    daemon.networks[network.name] = replace(network, foreign=not made)


def remove(daemon: Daemon, name: str) -> Plan[None]:
    """Remove a network that nobody is on."""
    network = daemon.network(name)
    if network.own:
        raise daemon.release.error("network-predefined", name=network.name)
    on = daemon.on(network.name)
    if on:
        endpoints = ", ".join(f'name:"{container.name}" id:"{endpoint.id[:SHORT]}"' for container, endpoint in on)
        raise daemon.release.error("network-in-use", name=network.name, id=network.id, endpoints=endpoints)
    yield from DRIVERS[network.driver].delete_network(daemon.host, network)
    del daemon.networks[network.name]
    daemon.pools.pop(network.name, None)


def prune(daemon: Daemon, chosen: Callable[[Network], bool] = bool) -> Plan[list[str]]:
    """Remove all networks that somebody made, no container uses and ``chosen`` does not spare; give their names."""
    used = {name for container in daemon.containers.values() for name in container.networks}
    unused = [network.name for network in daemon.networks.values() if not network.own and network.name not in used and chosen(network)]
    for name in unused:
        yield from remove(daemon, name)
    return unused


def connect(daemon: Daemon, name: str, spec: EndpointSpec) -> Plan[None]:
    """Put a container into one more network; one that does not run joins it when it starts."""
    container, network = daemon.container(name), daemon.network(spec.network)
    refused = wrong(daemon, network, spec) or _unconnectable(daemon, container, network)
    if refused:
        raise refused
    wanted = replace(spec, network=network.name)
    container = daemon.keep(replace(container, networks={**container.networks, network.name: wanted}))
    if container.running:
        yield from attach(daemon, container, wanted)


def _unconnectable(daemon: Daemon, container: Container, network: Network) -> DaemonError | None:
    if container.mode == "host" or container.mode.startswith("container:"):
        return daemon.release.error("private-connect")
    if network.driver == "host":
        return daemon.release.error("host-connect")
    if "none" in container.networks or (network.driver == "null" and container.networks):
        return daemon.release.error("private-none")
    if network.name in container.endpoints:
        return daemon.release.error("attached", container=container.name, network=network.name)
    return None


def disconnect(daemon: Daemon, name: str, network_name: str) -> Plan[None]:
    """Take a container out of a network."""
    container, network = daemon.container(name), daemon.network(network_name)
    if network.driver == "host" and container.mode == "host":
        raise daemon.release.error("host-disconnect")
    if network.name not in container.networks:
        raise daemon.release.error("not-attached", id=container.id, network=network.name)
    if network.name in container.endpoints:
        container = yield from detach(daemon, container, network.name)
    daemon.keep(replace(container, networks={key: spec for key, spec in container.networks.items() if key != network.name}))
