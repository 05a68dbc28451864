"""What the driver asks about addresses and networks.

moby v1.2.0 daemon/networkdriver/utils.go and network.go, pkg/networkfs/resolvconf/resolvconf.go.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Interface, IPv4Network

from ....errors import DaemonError, KernelError
from ....kernel import Plan, Step
from ....model import Route
from ....ops import ListAddresses
from ..engine import Engine
from ..gonet import parse_cidr, to4

NAME_SERVER = re.compile(r"[\t\n\f\r ]*nameserver[\t\n\f\r ]*(([0-9]+\.){3}[0-9]+)[\t\n\f\r ]*")


def get_iface_addr(engine: Engine, name: str, why: str, node: str) -> Plan[IPv4Interface]:
    """Give a device's IPv4 address, the first where it has several. Raises DaemonError where it has none or is missing."""
    try:
        addresses: tuple[IPv4Interface, ...] = yield Step(ListAddresses(engine.netns, name), why, node, may_fail=True)
    except KernelError:
        raise DaemonError("route ip+net: no such network interface") from None
    if not addresses:
        raise DaemonError(f"Interface {name} has no IP addresses")
    if len(addresses) > 1:
        engine.stdout.append(f"Interface {name} has more than 1 IPv4 address. Defaulting to using {addresses[0].ip}")
    return addresses[0]


def name_servers(resolv_conf: str) -> list[str]:
    """List the IPv4 name servers of a resolv.conf(5) as ``A.B.C.D/32``; what follows a ``#`` does not count."""
    lines = (line.partition("#")[0] for line in resolv_conf.split("\n"))
    return [f"{match[1]}/32" for line in lines if (match := NAME_SERVER.fullmatch(line))]


def name_server_conflict(network: IPv4Network, servers: Iterable[str]) -> str:
    """Say what speaks against a network because of the name servers; empty for nothing.

    A server such as 300.1.1.1 speaks against every network, since it cannot be read.
    """
    for server in servers:
        try:
            ip = to4(parse_cidr(server).ip)
        except DaemonError as error:
            return str(error)
        if ip is not None and ip in network:
            return "requested network overlaps with nameserver"
    return ""


def route_conflict(network: IPv4Network, routes: Iterable[Route]) -> str:
    """Say what speaks against a network because of the routes; empty for nothing. A default route stands for no network."""
    if any(overlaps(network, route.dst) for route in routes if route.dst.prefixlen):
        return "requested network overlaps with existing network"
    return ""


def overlaps(one: IPv4Network, other: IPv4Network) -> bool:
    """Say whether the first address of either lies in the other."""
    return one.network_address in other or other.network_address in one
