"""Making again what was removed: from the state before an operation to the operations that lead back to it.

What an operation took with it is told here once more, apart from the simulated kernel: this module gives commands, and
works with either kernel.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from ..model import BUILTIN, Link, Netns, Route, State
from ..model.state import SYSCTL_DEFAULTS
from .address import AddAddress, DeleteAddress
from .base import Op
from .dummy import AddDummy
from .file import WriteFile
from .firewall import AppendRule, NewChain, SetPolicy
from .hairpin import SetHairpin
from .link import AddBridge, AddVeth, SetMaster, SetMtu, SetUp
from .macvlan import AddMacvlan
from .netns import AddNetns
from .proxy import StartProxy
from .qdisc import AddQdisc
from .resolver import AddNames, StartResolver
from .route import AddRoute, DeleteRoute, like
from .server import StartServer
from .sysctl import SetSysctl

LOOPBACK = IPv4Interface("127.0.0.1/8")
FARTHEST = 2**32 - 1
"""The metric of a helping route: larger than any that a plan has."""


def netns_again(before: State, name: str) -> Iterator[Op]:
    """Make a namespace as it was: devices, routes, settings, rules, files, names, proxies and servers."""
    netns = before[name]
    yield AddNetns(name)
    yield from _loopback_again(netns)
    yield from _devices_again(before, [(name, link.name) for link in netns.links.values() if link.kind != "loopback"], new=name)
    for key, value in netns.sysctl.items():
        if key in SYSCTL_DEFAULTS or key.split(".")[3] in ("all", "lo"):
            yield SetSysctl(name, key, value)
    yield from _tables_again(netns)
    for path, text in netns.files.items():
        yield WriteFile(name, path, text)
    for network, zone in netns.zones.items():
        yield from (AddNames(name, network, address, names) for address, names in zone.items())
    if netns.resolver is not None:
        yield StartResolver(name, netns.resolver)
    for listener in sorted(netns.listeners):
        ip, _, port = (listener.forwards_to or "").partition(":")
        if port:
            yield StartProxy(name, listener.proto, listener.ip, listener.port, ip, int(port), listener.pktinfo)
        if listener.serves:
            yield StartServer(name, listener.proto, listener.ip, listener.port, listener.serves)


def _tables_again(netns: Netns) -> Iterator[Op]:
    for table in netns.tables.values():
        own = [name for name in table.chains if name not in BUILTIN[table.name]]
        yield from (NewChain(netns.name, table.name, name) for name in own)
        # what a user's chain jumps to is judged when a built-in chain leads there: those come last
        for name in [*own, *BUILTIN[table.name]]:
            chain = table.chains[name]
            if chain.policy == "DROP":
                yield SetPolicy(netns.name, table.name, name, chain.policy)
            yield from (AppendRule(netns.name, table.name, name, rule) for rule in chain.rules)


def _loopback_again(netns: Netns) -> Iterator[Op]:
    link = netns.links["lo"]
    if link.up:
        yield SetUp(netns.name, "lo")
    kept = (LOOPBACK,) if link.up and link.addresses[:1] == (LOOPBACK,) else ()
    if link.up and not kept:
        yield DeleteAddress(netns.name, "lo", LOOPBACK)
    yield from (AddAddress(netns.name, "lo", address) for address in link.addresses[len(kept) :])
    if link.mtu != 65536:  # noqa: PLR2004 - what a new one has
        yield SetMtu(netns.name, "lo", link.mtu)
    if link.qdisc:
        yield AddQdisc(netns.name, "lo", link.qdisc)


def link_again(before: State, netns: str, name: str) -> Iterator[Op]:
    """Make a device as it was, with its ports, addresses and routes; a veth with its far end."""
    yield from _devices_again(before, [(netns, name)])


def _devices_again(before: State, places: list[tuple[str, str]], new: str = "") -> Iterator[Op]:
    """Make devices as they were, and the far ends of cables; all of them first, since one may need another.

    ``new`` is the namespace that was just made, which has no routes yet.
    """
    links: dict[tuple[str, str], Link] = {}
    for netns, name in places:
        link = before[netns].links[name]
        if (netns, name) not in links and link.kind == "bridge":
            yield AddBridge(netns, name, link.mac)
        elif link.kind == "dummy":
            yield AddDummy(netns, name, link.mac)
        elif (netns, name) not in links and link.peer is not None:
            far = before[link.peer[0]].links[link.peer[1]]
            yield AddVeth(netns, name, link.mac, *link.peer, far.mac)
            links[link.peer] = far
        links[netns, name] = link
    yield from _macvlans_again(before, places, links)
    for (netns, _), link in links.items():
        yield from _settings_again(before[netns], link)
    yield from _bridges_again(before, links)
    for netns in sorted({netns for netns, _ in links} | {new} - {""}):
        again = {link.name: link.addresses for (where, _), link in links.items() if where == netns}
        yield from routes_again(before[netns], again, all_of=before[netns].links if netns == new else again)


def _macvlans_again(before: State, places: list[tuple[str, str]], links: dict[tuple[str, str], Link]) -> Iterator[Op]:
    """Make the macvlans among these places, and those that stood on devices made again; these join the links."""
    for where, name in [*links]:
        for netns, link in _macvlans_on(before, where, name):
            yield AddMacvlan(netns, link.name, link.mac, where, name, link.mode)
            links[netns, link.name] = link
    for netns, name in places:
        link = links[netns, name]
        if link.parent is not None and link.parent not in links:
            yield AddMacvlan(netns, name, link.mac, *link.parent, link.mode)


def _macvlans_on(before: State, where: str, name: str) -> Iterator[tuple[str, Link]]:
    for netns in before.netns.values():
        yield from ((netns.name, link) for link in netns.links.values() if link.parent == (where, name))


def _settings_again(netns: Netns, link: Link) -> Iterator[Op]:
    if link.mtu != 1500 and link.kind != "bridge":  # noqa: PLR2004 - what a new one has
        yield SetMtu(netns.name, link.name, link.mtu)
    yield from (AddAddress(netns.name, link.name, address) for address in link.addresses)
    if link.up:
        yield SetUp(netns.name, link.name)
    if link.qdisc:
        yield AddQdisc(netns.name, link.name, link.qdisc)
    for key, value in netns.sysctl.items():
        if key.split(".")[3:4] == [link.name]:
            yield SetSysctl(netns.name, key, value)


def _bridges_again(before: State, links: Iterable[tuple[str, str]]) -> Iterator[Op]:
    """Put ports back on their bridges; a bridge whose MTU is not that of its ports had it set by hand."""
    for netns, name in links:
        here = before[netns].links
        link = here[name]
        if link.master and (netns, link.master) not in links:
            yield SetMaster(netns, name, link.master)
            if link.hairpin:
                yield SetHairpin(netns, name, on=True)
        if link.kind == "bridge":
            ports = [port for port in here.values() if port.master == name]
            yield from (SetMaster(netns, port.name, name) for port in ports)
            yield from (SetHairpin(netns, port.name, on=True) for port in ports if port.hairpin)
            if link.mtu != min((port.mtu for port in ports), default=1500):
                yield SetMtu(netns, name, link.mtu)


def up_again(netns: Netns, name: str) -> Iterator[Op]:
    """Bring a device up that was brought down, and put back the routes over it."""
    link = netns.links[name]
    yield SetUp(netns.name, name)
    if link.kind == "loopback" and link.speaks_ip and LOOPBACK not in link.addresses:
        yield DeleteAddress(netns.name, name, LOOPBACK)
    yield from routes_again(netns, {name: link.addresses}, all_of=(name,), lost=lambda route: route.dev == name)


def addresses_again(netns: Netns, name: str, address: IPv4Interface) -> Iterator[Op]:
    """Put a device's addresses back in their order after one was deleted, and the routes that went with them."""
    addresses = netns.links[name].addresses
    first = addresses.index(address)
    primary = next(other for other in addresses if other.network == address.network) == address
    for other in reversed(addresses[first + 1 :]):
        if not (primary and other.network == address.network):  # those went with it
            yield DeleteAddress(netns.name, name, other)
    yield from (AddAddress(netns.name, name, other) for other in addresses[first:])
    yield from routes_again(netns, {name: addresses[first:]}, all_of=() if first else (name,))


def without_address(netns: Netns, name: str, address: IPv4Interface) -> Iterator[Op]:
    """Take an address away that was added, and put back the routes that go with it."""
    yield DeleteAddress(netns.name, name, address)
    link = netns.links[name]
    gone = [] if link.addresses else [name]
    yield from routes_again(netns, {}, all_of=gone, lost=lambda route: route.dev in gone)


def ip_again(netns: Netns, name: str) -> Iterator[Op]:
    """Give a device its MTU back after one so small that IPv4 left it, and then what it had."""
    link = netns.links[name]
    yield SetMtu(netns.name, name, link.mtu)
    yield from _settings_again(netns, replace(link, mtu=1500, up=False))
    yield from routes_again(netns, {name: link.addresses}, all_of=(name,))


def routes_again(
    netns: Netns,
    again: dict[str, tuple[IPv4Interface, ...]],
    *,
    all_of: Iterable[str],
    lost: Callable[[Route], bool] | None = None,
) -> Iterator[Op]:
    """Lead the routes back to what they were, after addresses were taken from devices and given again.

    ``again`` holds those addresses by device; ``all_of`` names the devices that lost all of their routes. ``lost`` says
    instead which routes went. The order of routes to the same destination is part of it.
    """
    gone = _gone(netns, again)
    lost = lost or (lambda route: route.dev in all_of or _by_kernel(route, again) or route.src in gone)
    now = [route for route in netns.routes if not lost(route)]
    now += [route for name, addresses in again.items() for route in _routes_of(netns.links[name], addresses)]
    for rivals in _groups([*netns.routes, *now]):
        have, want = [route for route in now if route in rivals], [route for route in netns.routes if route in rivals]
        same = next((i for i, (a, b) in enumerate(zip(have, want, strict=False)) if a != b), min(len(have), len(want)))
        yield from (DeleteRoute(netns.name, route) for route in reversed(have[same:]))
        for route in want[same:]:
            yield from _route_again(netns, route)


def _gone(netns: Netns, again: dict[str, tuple[IPv4Interface, ...]]) -> set[IPv4Address]:
    """Give the addresses that were the namespace's own no longer when those were taken: no other device has or covers them."""
    left = {name: [a for a in link.addresses if a not in again.get(name, ())] for name, link in netns.links.items()}
    covers = [address.network for address in left["lo"] if netns.links["lo"].up]
    still = {address.ip for addresses in left.values() for address in addresses}
    ips = {address.ip for addresses in again.values() for address in addresses} - still
    return {ip for ip in ips if not any(ip in network for network in covers)}


def _by_kernel(route: Route, again: dict[str, tuple[IPv4Interface, ...]]) -> bool:
    return route.kernel and any(route.dst == address.network and route.src == address.ip for address in again.get(route.dev, ()))


def _routes_of(link: Link, addresses: tuple[IPv4Interface, ...]) -> Iterator[Route]:
    """Give the routes that the kernel makes for the primary ones of these addresses; see fib_add_ifaddr."""
    networks = set()
    for address in link.addresses:
        network = address.network
        routed = network.prefixlen < 32 and network.network_address.packed[0] != 0  # noqa: PLR2004 - the whole address
        if network not in networks and address in addresses and routed and link.up and link.kind != "loopback":
            yield Route(network, link.name, src=address.ip, kernel=True)
        networks.add(network)


def _groups(routes: list[Route]) -> list[list[Route]]:
    """Put routes together that lead to the same place; those without a gateway first, since gateways need them."""
    groups: dict[object, list[Route]] = {}
    for route in sorted(dict.fromkeys(routes), key=lambda route: route.via is not None):
        groups.setdefault((route.dst, route.metric), []).append(route)
    return list(groups.values())


def _route_again(netns: Netns, route: Route) -> Iterator[Op]:
    """Add a route; where nothing leads to its gateway any more, with a helping route that then goes."""
    leads = [other for other in netns.routes if other.dev == route.dev and other.via is None]
    own = netns.links[route.dev].addresses
    if route.via is None or any(route.via in other.dst for other in leads) or any(route.via == address.ip for address in own):
        yield AddRoute(netns.name, route)
        return
    helper = Route(IPv4Network(route.via), route.dev, metric=FARTHEST)
    yield AddRoute(netns.name, helper)
    yield AddRoute(netns.name, route)
    yield DeleteRoute(netns.name, helper)


def route_again(netns: Netns, deleted: Route) -> Iterator[Op]:
    """Add one route again as it was, in its place among those to the same destination."""
    found = next(route for route in netns.routes if like(deleted, route))
    yield from routes_again(netns, {}, all_of=(), lost=lambda route: route == found)
