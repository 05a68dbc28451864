"""Making docker0: choose an address that nobody uses, make the device, bind the address, bring it up.

moby v1.2.0 daemon/networkdriver/bridge/driver.go (addrs, createBridge, createBridgeIface), vendored libcontainer netlink.
"""

import contextlib
from ipaddress import IPv4Interface

from ....errors import DaemonError, KernelError
from ....kernel import Passed, Plan, Step
from ....model import mac_address
from ....ops import AddAddress, AddBridge, ListRoutes, ReadFile, SetUp
from ...gosyscall import error_text
from ..engine import Engine, leave
from ..gonet import CIDR, parse_cidr, to4
from .utils import name_server_conflict, name_servers, route_conflict

CANDIDATES = (
    "172.17.42.1/16",
    "10.0.42.1/16",
    "10.1.42.1/16",
    "10.42.42.1/16",
    "172.16.42.1/24",
    "172.16.43.1/24",
    "172.16.44.1/24",
    "10.0.42.1/24",
    "10.0.43.1/24",
    "192.168.42.1/24",
    "192.168.43.1/24",
    "192.168.44.1/24",
)
"""The addresses that Docker tries, in this order. 172.16.0.0/16 is left out: EC2's resolver is 172.16.0.23."""

LONGEST_NAME = 15


def create_bridge(engine: Engine, bridge_ip: str) -> Plan[None]:
    """Make the bridge with an address of its own; without ``bridge_ip`` with the first candidate that is free.

    Raises DaemonError; a device that is made by then stays.
    """
    name = engine.driver.bridge_iface
    servers = yield from _name_servers(engine)
    yield Passed("An administrator who knows the site's networks can say which address the bridge gets.", "bip-given")
    if bridge_ip:
        yield Passed("Docker takes a given address as it is. It only tests the spelling, not whether the network is free.", "bip-valid")
        try:
            parse_cidr(bridge_ip)
        except DaemonError as error:
            raise (yield from leave("exit-bip-valid", str(error))) from None
    address = bridge_ip or (yield from _free_address(engine, servers))
    engine.debug.append(f"Creating bridge {name} with network {address}")
    yield from _device(engine, name)
    yield from _bind(engine, name, parse_cidr(address))
    try:
        why = "A bridge forwards frames and owns its subnet's route only while it is up."
        yield Step(SetUp(engine.netns, name), why, "link-up", may_fail=True)
    except KernelError as error:
        text = f"Unable to start network bridge: {error_text(error)}"
        raise (yield from leave("exit-link-up", text)) from None


def _name_servers(engine: Engine) -> Plan[list[str]]:
    why = "Containers will ask the host's name servers, and a bridge network that hides one would cut them off. Who are they?"
    try:
        text = yield Step(ReadFile(engine.netns, "/etc/resolv.conf"), why, "name-servers", may_fail=True)
    except KernelError:
        return []  # a resolv.conf that cannot be read is no reason to stop
    return name_servers(text)


def _free_address(engine: Engine, servers: list[str]) -> Plan[str]:
    for text in CANDIDATES:
        network = IPv4Interface(text).network
        yield Passed(f"Next on Docker's list is {text}.", "candidate")
        yield Passed(
            f"Would {network} hide a name server? The host's servers are {', '.join(servers) or 'none with IPv4'}.", "check-name-servers"
        )
        if name_server_conflict(network, servers):
            continue
        why = f"Does the host already reach something in {network}? Its routes tell; the default route does not count."
        conflict = route_conflict(network, (yield Step(ListRoutes(engine.netns), why, "check-routes")))
        if not conflict:
            return text
        engine.debug.append(f"{text} {conflict}")
    name = engine.driver.bridge_iface
    yield Passed("All twelve candidates are tried, and each is in somebody's way.", "candidate")
    text = (
        f"Could not find a free IP address range for interface '{name}'. Please configure its address manually and run 'docker -b {name}'"
    )
    raise (yield from leave("exit-no-candidate", text))


def _device(engine: Engine, name: str) -> Plan[None]:
    engine.debug.append("setting bridge mac address = true")
    if len(name) > LONGEST_NAME:
        raise (yield from leave("exit-create-device", f"Interface name {name} too long"))
    try:
        why = f"The host gets a switch of its own, {name}, that every container's cable will be plugged into."
        yield Step(AddBridge(engine.netns, name, mac_address(engine.netns, name)), why, "create-device", may_fail=True)
    except KernelError as error:
        raise (yield from leave("exit-create-device", error_text(error))) from None
    why = (
        "A bridge without a MAC address of its own takes the lowest one of its ports, which changes as containers come and go. "
        "From kernel 3.3 on Docker therefore sets one: multicast bit off, local bit on. It is random there, and derived from the name here."
    )
    yield Passed(why, "mac")


def _bind(engine: Engine, name: str, address: CIDR) -> Plan[None]:
    ip = to4(address.ip)
    if ip is None or address.prefixlen > ip.max_prefixlen:
        why = (
            f"Docker binds {address.ip}/{address.prefixlen}, which is no IPv4 address. This model holds IPv4 only, so nothing changes here."
        )
        yield Passed(why, "bind-address")
        return
    why = "The bridge's address is the containers' default gateway. Docker tests the wrong variable here, so a failure is lost."
    with contextlib.suppress(KernelError):
        yield Step(AddAddress(engine.netns, name, IPv4Interface((ip, address.prefixlen))), why, "bind-address", may_fail=True)
