"""What Linux does unasked: routes that come and go with addresses and devices, cables that go with one end.

From net/ipv4/devinet.c, fib_frontend.c and fib_semantics.c of Linux 6.18 (inet_insert_ifa, inet_del_ifa, fib_add_ifaddr,
fib_del_ifaddr, fib_disable_ip) and net/bridge/br_if.c (br_mtu_auto_adjust).
"""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from ..model import Link, Netns, Route, State

LOOPBACK = IPv4Interface("127.0.0.1/8")
ZERO = IPv4Network("0.0.0.0/8")
GLOBAL, HOST = 0, 254
"""Scopes of addresses, rtnetlink(7): the wider is the smaller number."""


def sorted_routes(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """Sort by destination; equal destinations by metric, then in the order in which they came."""
    return tuple(sorted(routes, key=lambda route: (route.dst, route.metric)))


def scope(address: IPv4Interface) -> int:
    """Give the scope that ip-address(8) chooses for an address."""
    return HOST if address.ip.is_loopback else GLOBAL


def is_primary(address: IPv4Interface, link: Link) -> bool:
    """Say whether an address is the first of its subnet on its device; the others are secondary and go with it."""
    return next(other for other in link.addresses if other.network == address.network) == address


def has_network(address: IPv4Interface) -> bool:
    """Say whether an address has a subnet to route to: not with 32 bits, and never in 0.0.0.0/8, where "/0" puts all."""
    return address.network.prefixlen < 32 and address.network.network_address not in ZERO  # noqa: PLR2004 - the whole address


def inserted(addresses: tuple[IPv4Interface, ...], new: IPv4Interface) -> tuple[IPv4Interface, ...]:
    """Put an address where the kernel keeps it: secondary ones last, primary ones before them, narrow scopes first."""
    at, networks = 0, set()
    for place, old in enumerate(addresses):
        if old.network not in networks and scope(new) <= scope(old):
            at = place + 1
        networks.add(old.network)
    if new.network in networks:
        return (*addresses, new)
    return (*addresses[:at], new, *addresses[at:])


def is_local(netns: Netns, ip: IPv4Address) -> bool:
    """Say whether an address is the namespace's own: on any device, up or not, or in a network of the loopback device."""
    on_a_device = any(ip == address.ip for link in netns.links.values() for address in link.addresses)
    return on_a_device or any(ip in network for network in netns.links["lo"].answers)


def _routed(netns: Netns, name: str, addresses: tuple[IPv4Interface, ...]) -> Netns:
    """Add what the kernel routes for primary addresses of a device that is up."""
    link = netns.links[name]
    primary = [address for address in addresses if is_primary(address, link) and has_network(address)]
    if link.kind == "loopback":
        return netns.with_link(replace(link, answers=link.answers | {address.network for address in primary}))
    routes = [Route(address.network, name, src=address.ip, kernel=True) for address in primary]
    return replace(netns, routes=sorted_routes((*netns.routes, *(route for route in routes if route not in netns.routes))))


def link_up(netns: Netns, name: str) -> Netns:
    """Bring a device up, with the subnet routes of its addresses; the loopback device gets 127.0.0.1/8."""
    link = netns.links[name]
    if link.up:
        return netns
    addresses = link.addresses
    if link.kind == "loopback" and link.speaks_ip and LOOPBACK not in addresses:
        addresses = inserted(addresses, LOOPBACK)
        netns = replace(netns, had_address=True)
    return _routed(netns.with_link(replace(link, up=True, was_up=True, addresses=addresses)), name, addresses)


def link_down(netns: Netns, name: str) -> Netns:
    """Bring a device down: every route over it goes."""
    return _unrouted(netns.with_link(replace(netns.links[name], up=False)), name)


def _unrouted(netns: Netns, name: str) -> Netns:
    return replace(netns, routes=tuple(route for route in netns.routes if route.dev != name))


def with_address(netns: Netns, name: str, address: IPv4Interface) -> Netns:
    """Give a device an address, with its subnet's route where the device is up."""
    link = netns.links[name]
    netns = replace(netns.with_link(replace(link, addresses=inserted(link.addresses, address))), had_address=True)
    return _routed(netns, name, (address,)) if link.up else netns


def without_address(netns: Netns, name: str, address: IPv4Interface) -> Netns:
    """Take an address away; with a primary one go the others of its subnet, and with the last one all of the device's routes."""
    link = netns.links[name]
    if is_primary(address, link):
        for other in link.addresses:
            if other.network == address.network and other != address:
                netns = _without_one(netns, name, other)
    return _without_one(netns, name, address)


def _without_one(netns: Netns, name: str, address: IPv4Interface) -> Netns:
    link, routes = netns.links[name], netns.routes
    answers = link.answers
    if is_primary(address, link):
        answers -= {address.network}
        routes = tuple(route for route in routes if route != Route(address.network, name, src=address.ip, kernel=True))
    left = tuple(other for other in link.addresses if other != address)
    netns = netns.with_link(replace(link, addresses=left, answers=answers if left else frozenset()))
    if not is_local(netns, address.ip):
        routes = tuple(route for route in routes if route.src != address.ip)
    netns = replace(netns, routes=routes)
    return netns if left else _unrouted(netns, name)


def without_ip(netns: Netns, name: str) -> Netns:
    """Take IPv4 off a device: its addresses, the routes over it and its settings."""
    netns = _unrouted(netns, name)
    while netns.links[name].addresses:
        netns = without_address(netns, name, netns.links[name].addresses[0])
    settings = {key: value for key, value in netns.sysctl.items() if key.split(".")[3:4] != [name]}
    return replace(netns, sysctl=settings)


def macvlans_on(state: State, where: str, name: str) -> Iterator[tuple[str, str]]:
    """Name the devices on the wire of a device; they go with it."""
    for netns in state.netns.values():
        yield from ((netns.name, link.name) for link in netns.links.values() if link.parent == (where, name))


def without_link(state: State, where: str, name: str) -> State:
    """Remove one device, without its far end: all of its IPv4 goes, the ports of a bridge become free, macvlans go with it."""
    for place in [*macvlans_on(state, where, name)]:
        state = without_link(state, *place)
    netns = without_ip(state[where], name)
    gone = netns.links[name]
    links = {other.name: replace(other, master=None, hairpin=False) if other.master == name else other for other in netns.links.values()}
    del links[name]
    return fitted(state.with_netns(replace(netns, links=links)), where, gone.master)


def fitted(state: State, where: str, bridge: str | None) -> State:
    """Give a bridge the smallest MTU of its ports, 1500 without any, unless somebody set it by hand."""
    netns = state[where]
    if bridge is None or netns.links[bridge].mtu_by_hand:
        return state
    smallest = min((link.mtu for link in netns.links.values() if link.master == bridge), default=1500)
    return state if smallest == netns.links[bridge].mtu else with_mtu(state, where, replace(netns.links[bridge], mtu=smallest))


def with_mtu(state: State, where: str, link: Link) -> State:
    """Put a device with another MTU in the place of what it was: its bridge follows, and what shares its wire has no larger one."""
    netns = state[where].with_link(link)
    state = state.with_netns(netns if link.speaks_ip else without_ip(netns, link.name))
    if link.speaks_ip:
        state = fitted(state, where, link.master)
    for netns_of, name in [*macvlans_on(state, where, link.name)]:
        macvlan = state[netns_of].links[name]
        if macvlan.mtu > link.mtu:
            state = with_mtu(state, netns_of, replace(macvlan, mtu=link.mtu))
    return state
