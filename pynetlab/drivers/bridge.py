"""The bridge driver: a switch on the host, a cable for each container.

moby docker-v29.7.2 daemon/libnetwork/drivers/bridge/bridge_linux.go and setup_*.go (libnetwork/drivers/bridge before 29).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from ..engine.firewall import BridgeNetwork
from ..engine.names import bridge_name, veth_name
from ..engine.network import Endpoint, Host, Network
from ..engine.releases import Release
from ..kernel import Plan, Step
from ..model import mac_address
from ..ops import AddVeth, DeleteLink, SetHairpin, SetMaster, SetMtu, SetUp
from . import options
from .bridge_setup import set_up
from .cable import configure

PREFIX = "com.docker.network."
DEFAULT_BRIDGE = "docker0"
LONGEST_NAME = 15
"""In characters: IFNAMSIZ of netdevice(7) without its end; the kernel's answer to more is ERANGE."""


@dataclass(frozen=True, slots=True)
class Options:
    """What ``-o`` says to the bridge driver; moby libnetwork/drivers/bridge/labels.go."""

    bridge: str = ""
    icc: bool = True
    masquerade: bool = True
    mode: str = "nat"
    inhibit: bool = False
    """The bridge gets no address."""
    binding_ip: IPv4Address | None = None
    mtu: int = 0
    """In bytes; 0: as the kernel has it."""
    snat: IPv4Address | None = None
    prefix: str = "eth"
    trusted: tuple[str, ...] = ()

    @classmethod
    def parse(cls, release: Release, pairs: Mapping[str, str]) -> "Options":
        """Read the pairs; what the driver does not know it ignores. Raises DaemonError in the release's words."""
        known = READERS if release.gateway_modes else {label: READERS[label] for label in READERS if label not in NEWER}
        given = {known[label][0]: known[label][1](release, label, text) for label, text in pairs.items() if label in known}
        return cls(**given)


def _text(_release: Release, _label: str, text: str) -> str:
    return text


def _mode(release: Release, label: str, text: str) -> str:
    return options.one_of(release, label, text, release.gateway_modes)


def _devices(_release: Release, _label: str, text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(":")))


READERS: Mapping[str, tuple[str, Callable[[Release, str, str], Any]]] = {
    PREFIX + "bridge.name": ("bridge", _text),
    PREFIX + "bridge.enable_icc": ("icc", options.boolean),
    PREFIX + "bridge.enable_ip_masquerade": ("masquerade", options.boolean),
    PREFIX + "bridge.inhibit_ipv4": ("inhibit", options.boolean),
    PREFIX + "bridge.host_binding_ipv4": ("binding_ip", options.address),
    PREFIX + "bridge.gateway_mode_ipv4": ("mode", _mode),
    PREFIX + "bridge.trusted_host_interfaces": ("trusted", _devices),
    PREFIX + "driver.mtu": ("mtu", options.number),
    PREFIX + "host_ipv4": ("snat", options.address),
    PREFIX + "container_iface_prefix": ("prefix", _text),
}
"""Label → the option that it sets, and how its text is read."""
NEWER = (PREFIX + "bridge.gateway_mode_ipv4", PREFIX + "bridge.trusted_host_interfaces")
"""Labels that releases without gateway modes ignore."""


class Bridge:
    """The driver of bridges; see :class:`pynetlab.drivers.driver.Driver`."""

    name = "bridge"
    addressed = True
    single = False

    def check(self, host: Host, network: Network, others: Sequence[Network]) -> None:
        """Refuse options that make no sense, and networks that get in each other's way."""
        own = Options.parse(host.release, network.options)
        if own.mode == "isolated" and not network.internal:
            raise host.release.error("isolated-external")
        if own.mtu < 0:
            raise host.release.error("bad-mtu", mtu=own.mtu)
        for other in others:
            what = _conflict(device(host, network), network, device(host, other), other)
            if what:
                holes = {"id": network.id, "bridge": device(host, network), "other_id": other.id, "other_bridge": device(host, other)}
                raise host.release.error("bridge-conflict", what=what, **holes)
        if len(device(host, network)) > LONGEST_NAME:
            raise host.release.error("bridge-name")

    def gateway(self, host: Host, network: Network) -> bool:
        """Say yes, unless nothing would ever use it."""
        own = Options.parse(host.release, network.options)
        return not (own.mode == "isolated" or (own.inhibit and network.internal and bool(host.release.gateway_modes)))

    def create_network(self, host: Host, network: Network) -> Plan[bool]:
        """Make the bridge, give it its address, make the host a router, write the rules."""
        own = Options.parse(host.release, network.options)
        bridge = device(host, network)
        address = None
        if network.gateway is not None and network.subnet is not None and not own.inhibit:
            address = IPv4Interface(f"{network.gateway}/{network.subnet.prefixlen}")
        made = yield from set_up(host, bridge, address, mtu=own.mtu, icc=own.icc)
        yield from host.firewall.network_up(wants(host, network))
        yield Step(SetUp(host.netns, bridge), f"The switch {bridge} is turned on; the kernel adds the route to its subnet.")
        return made

    def delete_network(self, host: Host, network: Network) -> Plan[None]:
        """Remove the bridge, then its rules; docker0 stays, and so does a bridge that somebody else made."""
        if not network.default_bridge and not network.foreign:
            why = f"Nobody is on {network.name} any more, so its switch goes, with its address and its route."
            yield Step(DeleteLink(host.netns, device(host, network)), why)
        yield from host.firewall.network_down(wants(host, network))

    def endpoint(self, host: Host, network: Network, endpoint: Endpoint) -> Endpoint:
        """Name both ends of the cable, and the bridge's address as the way out."""
        offers = not network.internal or host.release.internal_gateway
        gateway = network.auxiliary.get("DefaultGatewayIPv4", network.gateway) if offers else None
        return replace(endpoint, host_device=veth_name(endpoint.id), gateway=gateway)

    def join(self, host: Host, network: Network, endpoint: Endpoint) -> Plan[None]:
        """Lay the cable, plug it in, write the container's rules."""
        own, netns, near = Options.parse(host.release, network.options), host.netns, endpoint.host_device
        cable = AddVeth(netns, near, mac_address(endpoint.id, "host"), endpoint.netns, endpoint.device, endpoint.mac)
        yield Step(cable, f"A cable with two ends: {near} stays on the host, the other end is {endpoint.device} of {endpoint.container}.")
        if own.mtu:
            yield Step(SetMtu(netns, near, own.mtu), f"The network takes packets of {own.mtu} bytes, and no larger ones.")
        yield Step(SetMaster(netns, near, device(host, network)), f"The host's end is plugged into the switch {device(host, network)}.")
        if not host.userland_proxy:
            why = "Without a userland proxy a container that calls its own published port gets its packet back by the way it came."
            yield Step(SetHairpin(netns, near, on=True), why)
        if endpoint.address is not None:
            yield from host.firewall.endpoint_up(wants(host, network), endpoint.address.ip)
        yield Step(SetUp(netns, near), "The host's end is switched on.")
        yield from configure(endpoint, own.mtu)
        yield from self.link(host, network, endpoint, up=True)

    def leave(self, host: Host, network: Network, endpoint: Endpoint) -> Plan[None]:
        """Take the container's rules away, and its cable."""
        yield from self.link(host, network, endpoint, up=False)
        if endpoint.address is not None:
            yield from host.firewall.endpoint_down(wants(host, network), endpoint.address.ip)
        why = f"{endpoint.container} is unplugged: with one end of its cable goes the other."
        yield Step(DeleteLink(host.netns, endpoint.host_device), why)

    def link(self, host: Host, network: Network, endpoint: Endpoint, *, up: bool) -> Plan[None]:
        """Open what ``--link`` opens, where containers may not talk to each other anyway."""
        if Options.parse(host.release, network.options).icc or endpoint.address is None:
            return
        change = host.firewall.link_up if up else host.firewall.link_down
        for link in endpoint.links:
            yield from change(wants(host, network), endpoint.address.ip, link.child, link.ports)


def device(host: Host, network: Network) -> str:
    """Name the bridge of a network."""
    return Options.parse(host.release, network.options).bridge or bridge_name(network.id)


def wants(host: Host, network: Network) -> BridgeNetwork:
    """Say what a network wants of the firewall."""
    own = Options.parse(host.release, network.options)
    if network.subnet is None:
        raise ValueError(f"the bridge network {network.name} has no subnet")
    return BridgeNetwork(device(host, network), network.subnet, network.internal, own.icc, own.masquerade, own.mode, own.snat, own.trusted)


def _conflict(bridge: str, network: Network, other_bridge: str, other: Network) -> str:
    if bridge == other_bridge:
        return "same bridge name"
    if network.subnet is not None and other.subnet is not None and network.subnet.overlaps(other.subnet):
        return "overlapping IPv4"
    return ""
