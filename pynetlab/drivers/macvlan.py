"""The macvlan driver: containers on the host's own wire, each with a MAC address of its own.

moby libnetwork/drivers/macvlan/macvlan_network.go, macvlan_setup.go, macvlan_joinleave.go (daemon/libnetwork in 29).
"""

from collections.abc import Sequence
from dataclasses import replace

from ..engine.gosyscall import error_text
from ..engine.names import SHORT
from ..engine.network import Endpoint, Host, Network
from ..errors import DaemonError, KernelError, SpecError
from ..kernel import Passed, Plan, Step
from ..model import mac_address
from ..ops import AddDummy, AddMacvlan, DeleteLink, ReadLink, SetUp
from .cable import configure

MODES = ("", "bridge", "private", "vepa", "passthru")
PARENT, MODE = "parent", "macvlan_mode"


class Macvlan:
    """The driver of macvlans; see :class:`pynetlab.drivers.driver.Driver`."""

    name = "macvlan"
    addressed = True
    single = False

    def check(self, host: Host, network: Network, others: Sequence[Network]) -> None:
        """Refuse a mode that there is not, the loopback device, and a parent that serves another network."""
        mode = network.options.get(MODE, "")
        if mode not in MODES:
            raise host.release.error("macvlan-mode", mode=mode)
        if _parent(network) == "lo":
            raise host.release.error("parent-loopback")
        for other in others:
            if _parent(other) == _parent(network) and not host.release.shares_parent:
                raise host.release.error("macvlan-parent", other=_dummy(other), parent=_parent(network))

    def gateway(self, host: Host, network: Network) -> bool:
        """Say yes: the wire's router has an address in the subnet, which no container may have."""
        return True

    def create_network(self, host: Host, network: Network) -> Plan[bool]:
        """Look for the parent; without one, make a device that leads nowhere."""
        parent = _parent(network)
        try:
            yield Step(ReadLink(host.netns, parent), f"The containers will be on the wire of {parent}. Is it there?", may_fail=True)
        except KernelError:
            yield from _make_parent(host, network)
            return True
        return False

    def delete_network(self, host: Host, network: Network) -> Plan[None]:
        """Remove the device that was made for it."""
        if _parent(network) == _dummy(network):
            yield Step(DeleteLink(host.netns, _dummy(network)), "Only this network used the device that leads nowhere.")
        else:
            yield Passed(f"{_parent(network)} was there before the network, and stays.", "")

    def endpoint(self, host: Host, network: Network, endpoint: Endpoint) -> Endpoint:
        """Offer the wire's router as the way out, where there is a wire."""
        closed = network.internal or _parent(network) == _dummy(network)
        return replace(endpoint, gateway=None if closed else network.gateway)

    def join(self, host: Host, network: Network, endpoint: Endpoint) -> Plan[None]:
        """Make the container's device."""
        parent, mode = _parent(network), network.options.get(MODE) or "bridge"
        made = AddMacvlan(endpoint.netns, endpoint.device, endpoint.mac, host.netns, parent, mode)
        why = f"{endpoint.device} of {endpoint.container} is on the wire of {parent} itself: no bridge, no translation, no published ports."
        yield Step(made, why)
        yield from configure(endpoint, 0)

    def leave(self, host: Host, network: Network, endpoint: Endpoint) -> Plan[None]:
        """Remove it."""
        yield Step(DeleteLink(endpoint.netns, endpoint.device), f"{endpoint.container} leaves the wire of {_parent(network)}.")


def _dummy(network: Network) -> str:
    return f"dm-{network.id[:SHORT]}"


def _parent(network: Network) -> str:
    return network.options.get(PARENT) or _dummy(network)


def _make_parent(host: Host, network: Network) -> Plan[None]:
    parent = _parent(network)
    if parent != _dummy(network):
        master, dot, vlan = parent.rpartition(".")
        if not dot or not vlan.isdigit():
            raise host.release.error("macvlan-missing", parent=parent)
        try:
            yield Step(ReadLink(host.netns, master), f"{parent} would be VLAN {vlan} of {master}.", may_fail=True)
        except KernelError:
            raise host.release.error("macvlan-vlan", parent=master) from None
        raise SpecError(f"the parent {parent} would be a VLAN device, type 802.1q, which is not modelled; name a device that exists")
    try:
        why = "No parent was named, so the network is a wire of its own: a device that leads nowhere."
        yield Step(AddDummy(host.netns, parent, mac_address(network.id)), why, may_fail=True)
    except KernelError as error:
        raise DaemonError(error_text(error)) from None
    yield Step(SetUp(host.netns, parent), "It has to be on to carry what its containers say to each other.")
