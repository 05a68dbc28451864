"""Routes, simulated: what fib_create_info, fib_table_insert and fib_table_delete of Linux do, in their order."""

import errno
from dataclasses import replace
from ipaddress import IPv4Address

from ..model import Link, Netns, Route, State
from ..ops import AddRoute, DeleteRoute
from ..ops.route import like
from .change import change, device, existing, refuse
from .effects import is_local, sorted_routes


def _beside(netns: Netns, via: IPv4Address, link: Link) -> bool:
    """Say whether a gateway is on the link of a device: a route without a gateway leads to it there, or it is the device's own."""
    own = {address.ip for address in link.addresses}
    own_networks = link.answers if link.kind == "loopback" else frozenset()
    networks = {route.dst for route in netns.routes if route.dev == link.name and route.via is None}
    return via in own or any(via in network for network in networks | own_networks)


def _next_hop_refused(netns: Netns, route: Route, link: Link) -> int:
    """Give the errno with which the kernel refuses the way that a route takes, 0 where it does not; see fib_check_nh."""
    if route.via is not None and not _beside(netns, route.via, link):
        return errno.ENETUNREACH
    if not link.speaks_ip:
        return errno.ENODEV
    return 0 if link.up else errno.ENETDOWN


@change.register
def _(op: AddRoute, state: State) -> State:
    link, netns, route = device(state, op, op.route.dev), existing(state, op), op.route
    refused = _next_hop_refused(netns, route, link)
    if refused:
        raise refuse(refused, op)
    if route.src is not None and not is_local(netns, route.src):
        raise refuse(errno.EINVAL, op)
    # the kernel's own routes are appended to those that lead to the same place; those of a user must be the first
    rivals = [other for other in netns.routes if (other.dst, other.metric) == (route.dst, route.metric)]
    if route in rivals or (rivals and not route.kernel):
        raise refuse(errno.EEXIST, op)
    return state.with_netns(replace(netns, routes=sorted_routes((*netns.routes, route))))


@change.register
def _(op: DeleteRoute, state: State) -> State:
    device(state, op, op.route.dev)
    netns = existing(state, op)
    found = next((route for route in netns.routes if like(op.route, route)), None)
    if found is None:
        raise refuse(errno.ESRCH, op)
    at = netns.routes.index(found)
    return state.with_netns(replace(netns, routes=(*netns.routes[:at], *netns.routes[at + 1 :])))
