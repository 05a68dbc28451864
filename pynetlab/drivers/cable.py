"""What containers on a bridge and on a macvlan have in common: their device gets its address and its routes."""

from contextlib import suppress
from ipaddress import IPv4Network

from ..engine.network import Endpoint
from ..errors import KernelError
from ..kernel import Plan, Step
from ..model import Route
from ..ops import AddAddress, AddRoute, DeleteRoute, SetMtu, SetUp

EVERYWHERE = IPv4Network("0.0.0.0/0")


def configure(endpoint: Endpoint, mtu: int) -> Plan[None]:
    """Give a container's device its MTU and its address, and switch it on."""
    netns, device, address = endpoint.netns, endpoint.device, endpoint.address
    if mtu:
        yield Step(SetMtu(netns, device, mtu), f"The network takes packets of {mtu} bytes, and no larger ones.")
    if address is not None:
        why = f"{endpoint.container} answers to {address.ip}, and knows that {address.network} is on its wire."
        yield Step(AddAddress(netns, device, address), why)
    yield Step(SetUp(netns, device), "With the device on, the kernel adds the subnet's route.")


def default_route(endpoint: Endpoint) -> Route:
    """Give the route to everywhere else that an endpoint offers."""
    return Route(EVERYWHERE, endpoint.device, via=endpoint.gateway)


def way_out(endpoint: Endpoint) -> Plan[None]:
    """Lead all else over this endpoint."""
    why = f"All else goes to {endpoint.gateway}: that is {endpoint.container}'s router in {endpoint.network}."
    yield Step(AddRoute(endpoint.netns, default_route(endpoint)), why)


def no_way_out(endpoint: Endpoint) -> Plan[None]:
    """Lead nothing over this endpoint any more. A route that is not there is no error; moby libnetwork's updateGateway."""
    why = f"Another network of {endpoint.container} leads out from now on."
    with suppress(KernelError):
        yield Step(DeleteRoute(endpoint.netns, default_route(endpoint)), why, may_fail=True)
