"""The daemon starts: chains, the three networks that there always are, docker0. moby daemon/daemon_unix.go (initNetworkController)."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface

from ..engine import ipam
from ..engine.names import identity
from ..engine.network import Network
from ..errors import DaemonError, KernelError
from ..kernel import Passed, Plan, Step
from ..ops import ListAddresses
from . import addresses, networks
from .memory import DEFAULT, Daemon

DOCKER0, NO_BRIDGE = "docker0", "none"


def start(daemon: Daemon) -> Plan[None]:
    """Start a daemon that remembers nothing. Raises DaemonError."""
    flags = daemon.flags
    if flags.bridge and flags.bip:
        raise daemon.release.error("bip-and-bridge")
    if not flags.iptables and not flags.icc:
        raise daemon.release.error("icc-needs-iptables")
    firewall = daemon.host.firewall
    yield from firewall.start()
    yield from firewall.users_chain()
    for name, driver in (("none", "null"), ("host", "host")):
        yield from networks.make(daemon, Network(identity("network", name), name, driver))
    if flags.bridge == NO_BRIDGE:
        yield Passed("The daemon runs with --bridge=none: there is no default network.", "")
        return
    yield from networks.make(daemon, (yield from _default(daemon)))


def _default(daemon: Daemon) -> Plan[Network]:
    """Describe the network of containers that name none."""
    flags, bridge = daemon.flags, daemon.flags.bridge or DOCKER0
    have = yield from _address_of(daemon, bridge)
    if flags.bip:
        have = flags.bip
    subnet = have.network if have else (yield from addresses.chosen(daemon))
    if have and any(subnet.overlaps(pool.subnet) for pool in daemon.pools.values()):
        raise daemon.release.error("pool-overlap")
    pool = ipam.new_pool(subnet, flags.fixed_cidr)
    gateway = have.ip if have else subnet[1]
    auxiliary: dict[str, IPv4Address] = {}
    if flags.default_gateway and flags.default_gateway not in subnet:
        raise daemon.release.error("default-gateway")
    if flags.default_gateway:
        auxiliary["DefaultGatewayIPv4"] = flags.default_gateway
    pool = ipam.take(pool, gateway)
    daemon.pools[DEFAULT] = addresses.set_apart(daemon, pool, auxiliary)
    network = Network(identity("network", DEFAULT), DEFAULT, "bridge", _options(daemon, bridge), subnet, gateway, default_bridge=True)
    return replace(network, auxiliary=auxiliary, within=flags.fixed_cidr)


def _address_of(daemon: Daemon, bridge: str) -> Plan[IPv4Interface | None]:
    """Look whether the bridge is there from an earlier start, or made by hand, and has an address."""
    try:
        have: tuple[IPv4Interface, ...] = yield Step(
            ListAddresses(daemon.netns, bridge), f"Is {bridge} there already? Then its address stays.", may_fail=True
        )
    except KernelError:
        if bridge != DOCKER0:
            raise daemon.release.error("bridge-by-hand", name=bridge) from None
        return None
    if not have and bridge != DOCKER0:
        raise DaemonError(f"bridge device with non default name {bridge} must have a valid IP address")
    return have[0] if have else None


def _options(daemon: Daemon, bridge: str) -> dict[str, str]:
    """Say to the bridge driver what the daemon's flags say, in its own words."""
    flags, prefix = daemon.flags, "com.docker.network."
    return {
        prefix + "bridge.default_bridge": "true",
        prefix + "bridge.enable_icc": str(flags.icc).lower(),
        prefix + "bridge.enable_ip_masquerade": str(flags.ip_masq).lower(),
        prefix + "bridge.host_binding_ipv4": str(flags.ip),
        prefix + "bridge.name": bridge,
        prefix + "driver.mtu": str(flags.mtu),
    }
