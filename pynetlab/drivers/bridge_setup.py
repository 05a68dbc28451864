"""A bridge before it has rules: the device, its address, and the kernel's settings, step by step in Docker's order.

moby docker-v29.7.2 daemon/libnetwork/drivers/bridge/setup_device_linux.go, setup_ipv4_linux.go, setup_ip_forwarding.go,
setup_bridgenetfiltering.go.
"""

from ipaddress import IPv4Interface

from ..engine.network import Host
from ..errors import KernelError
from ..kernel import Passed, Plan, Step
from ..model import mac_address
from ..ops import AddAddress, AddBridge, DeleteAddress, ListAddresses, ReadLink, ReadSysctl, SetMtu, SetSysctl

FORWARDING, NETFILTER = "net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables"


def set_up(host: Host, bridge: str, address: IPv4Interface | None, *, mtu: int, icc: bool) -> Plan[bool]:
    """Make or take a bridge and prepare the host for it; say whether it was made."""
    netns, made = host.netns, False
    try:
        yield Step(ReadLink(netns, bridge), f"Is there a device {bridge} already?", may_fail=True)
    except KernelError:
        yield Step(AddBridge(netns, bridge, mac_address(netns, bridge)), "Containers on this network need a switch.")
        made = True
    if mtu and host.release.sets_bridge_mtu:
        yield Step(SetMtu(netns, bridge, mtu), f"The switch shall show the {mtu} bytes that its cables will take.")
    if address is None:
        yield Passed(f"{bridge} gets no address: the host itself is not on this network.", "")
    else:
        yield from _address(netns, bridge, address)
    if host.ip_forward:
        yield from _forwarding(host)
    if not host.userland_proxy:
        why = f"Published ports on 127.0.0.1 are led to {bridge}, and Linux forwards such packets only where it is told to."
        yield Step(SetSysctl(netns, f"net.ipv4.conf.{bridge}.route_localnet", "1"), why)
    if host.iptables and not (icc and host.userland_proxy):
        yield from _bridge_netfilter(netns, bridge)
    return made


def _address(netns: str, bridge: str, address: IPv4Interface) -> Plan[None]:
    have: tuple[IPv4Interface, ...] = yield Step(ListAddresses(netns, bridge), f"Has {bridge} the address that it shall have?")
    if address in have:
        return
    for other in have[:1]:
        yield Step(DeleteAddress(netns, bridge, other), f"{other} is of an earlier start.")
    why = f"The host is {address.ip} on this network: its containers' router."
    yield Step(AddAddress(netns, bridge, address), why)


def _forwarding(host: Host) -> Plan[None]:
    now = yield Step(ReadSysctl(host.netns, FORWARDING), "Does the host pass packets on from one device to another?")
    if now == "1":
        yield Passed("It is a router already, so what it lets through is left to whoever made it one.", "")
        return
    yield Step(SetSysctl(host.netns, FORWARDING, "1"), "It has to, or containers reach nobody beyond the host.")
    if host.iptables and host.forward_drop:
        yield from host.firewall.drop_forwarded()


def _bridge_netfilter(netns: str, bridge: str) -> Plan[None]:
    now = yield Step(ReadSysctl(netns, NETFILTER), f"Are frames that stay on {bridge} shown to iptables?")
    if now != "1":
        why = "They have to be: rules between containers of one network would never see a packet."
        yield Step(SetSysctl(netns, NETFILTER, "1"), why)
