"""One namespace, ready for packets: its devices, addresses and routes as numbers and dictionaries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ..model import Link, Listener, Netns, Route
from ..model.state import SYSCTL_DEFAULTS

if TYPE_CHECKING:
    from .netfilter import Hooks

ALL_ONES = 0xFFFFFFFF
UNIVERSE, LINK_SCOPE, HOST_SCOPE = 0, 253, 254
"""Scopes of addresses and routes, rtnetlink(7): the wider is the smaller number."""
LONGEST = 32
POINT_TO_POINT = 31
"""A subnet of so many bits has no broadcast address (RFC 3021)."""


def mask_of(bits: int) -> int:
    """Give the mask of a prefix length."""
    return ALL_ONES << (LONGEST - bits) & ALL_ONES


def is_loopback(ip: int) -> bool:
    """Say whether an address is in 127.0.0.0/8."""
    return ip >> 24 == 127  # noqa: PLR2004 - RFC 1122


def is_multicast(ip: int) -> bool:
    """Say whether an address is in 224.0.0.0/4."""
    return ip >> 28 == 14  # noqa: PLR2004 - RFC 1112


@dataclass(frozen=True, slots=True)
class Address:
    """An address of a device: the number, its subnet, its scope."""

    ip: int
    net: int
    mask: int
    scope: int
    primary: bool


@dataclass(slots=True, eq=False)
class Device:
    """A device, with its namespace at hand."""

    node: "Node" = field(repr=False)
    link: Link
    name: str
    kind: str
    mac: str
    mtu: int
    up: bool
    addresses: tuple[Address, ...]
    sent: tuple[str, "Device"] = field(init=False, repr=False)
    received: tuple[str, "Device"] = field(init=False, repr=False)
    """The entries of a log for a packet that leaves or comes, made once."""

    def __post_init__(self) -> None:
        """Make the entries."""
        self.sent, self.received = ("sent", self), ("received", self)


@dataclass(frozen=True, slots=True)
class Path:
    """A route that packets can take."""

    route: Route
    device: Device
    via: int | None
    src: int | None
    scope: int


class Node:
    """A namespace, compiled once; it belongs to one :class:`Netns` record and never changes."""

    def __init__(self, netns: Netns) -> None:
        """Turn devices and addresses into numbers; all else waits until it is needed."""
        self.netns = netns
        self.name = netns.name
        self.devices = {link.name: Device(self, link, *_numbers(link)) for link in netns.links.values()}
        self.own = {address.ip for device in self.devices.values() for address in device.addresses}
        self._kinds: dict[int, str] = {}
        self._settings: dict[tuple[str, str], int] = {}
        self._paths: dict[int, Path | None] = {}
        self.ways_in: dict[tuple[Device, int, int], str | Path] = {}
        """What was decided about packets that came and did not end: by device, source and destination."""
        self.forwards = self.sysctl("net.ipv4.ip_forward") != "0"
        self.shows_bridged = self.sysctl("net.bridge.bridge-nf-call-iptables") != "0"

    def sysctl(self, key: str) -> str:
        """Look up a setting, or what a new namespace has."""
        return self.netns.sysctl.get(key, SYSCTL_DEFAULTS.get(key, "0"))

    def setting(self, device: str, name: str) -> int:
        """Give the larger of a device's own setting and that of all: IN_DEV_MAXCONF, and IN_DEV_ORCONF for a switch."""
        try:
            return self._settings[device, name]
        except KeyError:
            found = max(int(self.sysctl(f"net.ipv4.conf.{each}.{name}")) for each in (device, "all"))
            self._settings[device, name] = found
            return found

    @cached_property
    def wide(self) -> tuple[tuple[int, int], ...]:
        """The networks that the loopback device answers for as a whole."""
        lo = self.netns.links.get("lo")
        networks = lo.answers or {a.network for a in lo.addresses if lo.up} if lo else ()
        return tuple((int(network.network_address), int(network.netmask)) for network in networks if network.prefixlen < LONGEST)

    @cached_property
    def broadcasts(self) -> frozenset[int]:
        """The broadcast addresses of the subnets."""
        return frozenset(
            a.net | ~a.mask & ALL_ONES
            for device in self.devices.values()
            if device.up
            for a in device.addresses
            if a.primary and a.mask < mask_of(POINT_TO_POINT) and a.net >> 24
        )

    @cached_property
    def hooks(self) -> "Hooks":
        """The rules, compiled."""
        from .netfilter import Hooks  # noqa: PLC0415 - rules ask about addresses, and so know this module

        return Hooks(self)

    @cached_property
    def listeners(self) -> dict[tuple[str, int], list[Listener]]:
        """The sockets that wait, by protocol and port; those with an address of their own come first, as the kernel prefers them."""
        found: dict[tuple[str, int], list[Listener]] = {}
        for each in sorted(self.netns.listeners, key=lambda one: (one.ip == "0.0.0.0", one)):  # noqa: S104
            found.setdefault((each.proto, each.port), []).append(each)
        return found

    @cached_property
    def prefixes(self) -> tuple[tuple[int, dict[int, Path]], ...]:
        """The main table: by mask, the longest first, then by network; of several routes the one with the smallest metric."""
        tables: dict[int, dict[int, Path]] = {}
        for route in sorted(self.netns.routes, key=lambda one: one.metric):
            device = self.devices.get(route.dev)
            if device is None or not device.up:
                continue
            via, src = (None if ip is None else int(ip) for ip in (route.via, route.src))
            path = Path(route, device, via, src, LINK_SCOPE if via is None else UNIVERSE)
            tables.setdefault(int(route.dst.netmask), {}).setdefault(int(route.dst.network_address), path)
        return tuple(sorted(tables.items(), reverse=True))

    def path(self, dst: int) -> Path | None:
        """Look up the route to an address that is not the namespace's own."""
        try:
            return self._paths[dst]
        except KeyError:
            found = next((table[dst & mask] for mask, table in self.prefixes if dst & mask in table), None)
            self._paths[dst] = found
            return found

    def kind(self, ip: int) -> str:
        """Give the type of an address, as ``addrtype`` calls it."""
        try:
            return self._kinds[ip]
        except KeyError:
            self._kinds[ip] = found = self._kind(ip)
            return found

    def _kind(self, ip: int) -> str:
        if ip in (0, ALL_ONES) or ip in self.broadcasts:
            return "BROADCAST"
        if is_multicast(ip):
            return "MULTICAST"
        return "LOCAL" if self.is_local(ip) else "UNICAST"

    def is_local(self, ip: int) -> bool:
        """Say whether an address is the namespace's own."""
        return ip in self.own or any(ip & mask == net for net, mask in self.wide)

    def kind_on(self, device: str, ip: int) -> str:
        """Give the type of an address on one device alone, as ``--limit-iface-in`` has it."""
        kind = self.kind(ip)
        found = self.devices.get(device)
        if kind == "LOCAL" and found is not None and found.kind != "loopback" and all(ip != a.ip for a in found.addresses):
            return "UNICAST"
        return kind

    def select(self, device: Device, towards: int, scope: int) -> int:
        """Choose the address that a device speaks with; 0 where there is none. See inet_select_addr of devinet.c."""
        narrowest = LINK_SCOPE if self.setting(device.name, "route_localnet") else HOST_SCOPE
        fitting = [a for a in device.addresses if a.primary and min(a.scope, narrowest) <= scope]
        found = next((a.ip for a in fitting if towards & a.mask == a.net), None) if towards else None
        if found is not None:
            return found
        if fitting:
            return fitting[0].ip
        return next(self._anywhere(scope), 0)

    def _anywhere(self, scope: int) -> Iterator[int]:
        for device in self.devices.values():
            yield from (a.ip for a in device.addresses if a.primary and a.scope <= scope and a.scope != LINK_SCOPE)


def _numbers(link: Link) -> tuple[str, str, str, int, bool, tuple[Address, ...]]:
    seen: set[object] = set()
    addresses = []
    for each in link.addresses:
        scope = HOST_SCOPE if each.ip.is_loopback else UNIVERSE
        net, mask = int(each.network.network_address), int(each.network.netmask)
        addresses.append(Address(int(each.ip), net, mask, scope, each.network not in seen))
        seen.add(each.network)
    return link.name, link.kind, link.mac, link.mtu, link.up, tuple(addresses)
