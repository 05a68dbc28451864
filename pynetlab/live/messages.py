"""Netlink messages by pyroute2's classes, rtnetlink(7): used to encode and to decode, nothing else.

Every encoder gives the bytes of one message that asks to be acknowledged; its number is put in when it is sent.
Encoding would take as long as all that the kernel does, so each kind of message is encoded once, as a form with holes,
and filled in after that.
"""

import struct
import sys
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg
from pyroute2.netlink.rtnl.nsidmsg import nsidmsg
from pyroute2.netlink.rtnl.rtmsg import rtmsg

from ..model import Route

NEWLINK, DELLINK, GETLINK = 16, 17, 18
NEWADDR, DELADDR, GETADDR = 20, 21, 22
NEWROUTE, DELROUTE, GETROUTE = 24, 25, 26
NEWNSID, GETNSID = 88, 90

REQUEST, ACK, DUMP, EXCL, CREATE, APPEND = 0x1, 0x4, 0x300, 0x200, 0x400, 0x800
ANEW = CREATE | EXCL

AF_INET = 2
IFF_UP = 0x1
IFF_LOWER_UP = 0x10000
OPERATIONAL_STATE, IF_OPER_UP = 16, 6
SKIP_STATISTICS = 8
MAIN_TABLE, UNICAST, SCOPE_UNIVERSE, SCOPE_LINK, SCOPE_HOST, SCOPE_NOWHERE = 254, 1, 0, 253, 254, 255
BY_KERNEL, BY_BOOT = 2, 3

NOTHING: Mapping[str, IPv4Address] = {}
ANY = IPv4Address(0)

HEADER = struct.Struct("=IHHII")
ATTRIBUTE = struct.Struct("=HH")


def _encoded(message: Any, kind: int, flags: int, fields: Mapping[str, Any], attributes: list[tuple[str, Any]]) -> bytes:  # noqa: ANN401 - pyroute2 has no types
    message["header"] = {"type": kind, "flags": REQUEST | flags, "sequence_number": 0, "pid": 0}
    for name, value in fields.items():
        message[name] = value
    message["attrs"] = attributes
    message.encode()
    return bytes(message.data)


class Hole:
    """Values that stand in a form where a real one goes: none of them can be a real one, and pyroute2 encodes them all."""

    INDEX, FAR_INDEX, VALUE, FD = (int.from_bytes(bytes((n, 0xA1, 0xB2, 0x7E)), sys.byteorder) for n in (1, 2, 3, 4))
    NAME, FAR_NAME = "?" * 15, "!" * 15
    MAC, FAR_MAC = "a1:ff:ff:ff:ff:a1", "b3:ff:ff:ff:ff:b3"
    IP, VIA, SRC = "255.1.1.255", "255.2.2.255", "255.3.3.255"


def _number(value: int) -> bytes:
    return value.to_bytes(4, sys.byteorder)


def _filled(form: bytes, *, numbers: Mapping[int, int], ips: Mapping[str, IPv4Address] = NOTHING) -> bytes:
    for hole, value in numbers.items():
        form = form.replace(_number(hole), _number(value))
    for place, ip in ips.items():
        form = form.replace(IPv4Address(place).packed, ip.packed)
    return form


def _named(form: bytes, names: Mapping[str, str], macs: Mapping[str, str]) -> bytes:
    for hole, mac in macs.items():
        form = form.replace(bytes.fromhex(hole.replace(":", "")), bytes.fromhex(mac.replace(":", "")))
    for hole, name in names.items():
        form = form.replace(hole.encode(), name.encode().ljust(len(hole), b"\0"))
    return form


@lru_cache
def _bridge_form() -> bytes:
    info = {"attrs": [("IFLA_INFO_KIND", "bridge")]}
    attributes = [("IFLA_IFNAME", Hole.NAME), ("IFLA_ADDRESS", Hole.MAC), ("IFLA_LINKINFO", info)]
    return _encoded(ifinfmsg(), NEWLINK, ACK | ANEW, {"index": Hole.INDEX}, attributes)


def add_bridge(index: int, name: str, mac: str) -> bytes:
    """Make a bridge with an index that we choose."""
    return _named(_filled(_bridge_form(), numbers={Hole.INDEX: index}), {Hole.NAME: name}, {Hole.MAC: mac})


@lru_cache
def _veth_form(*, far_netns: bool) -> bytes:
    place = [("IFLA_NET_NS_FD", Hole.FD)] if far_netns else []
    one_queue = [("IFLA_NUM_TX_QUEUES", 1), ("IFLA_NUM_RX_QUEUES", 1)]  # not one a processor: that would only cost memory
    peer = {"index": Hole.FAR_INDEX, "attrs": [("IFLA_IFNAME", Hole.FAR_NAME), ("IFLA_ADDRESS", Hole.FAR_MAC), *one_queue, *place]}
    info = {"attrs": [("IFLA_INFO_KIND", "veth"), ("IFLA_INFO_DATA", {"attrs": [("VETH_INFO_PEER", peer)]})]}
    attributes = [("IFLA_IFNAME", Hole.NAME), ("IFLA_ADDRESS", Hole.MAC), *one_queue, ("IFLA_LINKINFO", info)]
    return _encoded(ifinfmsg(), NEWLINK, ACK | ANEW, {"index": Hole.INDEX}, attributes)


def add_veth(near: tuple[int, str, str], far: tuple[int, str, str], far_netns: int | None) -> bytes:
    """Make both ends of a cable, each an index, a name and a MAC; ``far_netns`` is a descriptor, None for here."""
    numbers = {Hole.INDEX: near[0], Hole.FAR_INDEX: far[0], Hole.FD: far_netns or 0}
    form = _filled(_veth_form(far_netns=far_netns is not None), numbers=numbers)
    return _named(form, {Hole.NAME: near[1], Hole.FAR_NAME: far[1]}, {Hole.MAC: near[2], Hole.FAR_MAC: far[2]})


def _made(index: int, name: str, mac: str, info: list[tuple[str, Any]], rest: list[tuple[str, Any]]) -> bytes:
    attributes = [("IFLA_IFNAME", name), ("IFLA_ADDRESS", mac), ("IFLA_LINKINFO", {"attrs": info}), *rest]
    return _encoded(ifinfmsg(), NEWLINK, ACK | ANEW, {"index": index}, attributes)


def add_macvlan(index: int, name: str, mac: str, parent: int, mode: str, netns: int | None) -> bytes:
    """Make a macvlan on a parent; ``netns`` is the descriptor of the namespace that it goes to, None for the parent's."""
    info = [("IFLA_INFO_KIND", "macvlan"), ("IFLA_INFO_DATA", {"attrs": [("IFLA_MACVLAN_MODE", mode)]})]
    place = [("IFLA_NET_NS_FD", netns)] if netns is not None else []
    return _made(index, name, mac, info, [("IFLA_LINK", parent), *place])


def add_dummy(index: int, name: str, mac: str) -> bytes:
    """Make a device that leads nowhere."""
    return _made(index, name, mac, [("IFLA_INFO_KIND", "dummy")], [])


def set_hairpin(index: int, *, on: bool) -> bytes:
    """Let a bridge port send a frame back the way it came, or no longer."""
    info = [("IFLA_INFO_SLAVE_KIND", "bridge"), ("IFLA_INFO_SLAVE_DATA", {"attrs": [("IFLA_BRPORT_MODE", int(on))]})]
    return _encoded(ifinfmsg(), NEWLINK, ACK, {"index": index}, [("IFLA_LINKINFO", {"attrs": info})])


@lru_cache
def _link_form(kind: int, attribute: str | None, flags: int, change: int) -> bytes:
    attributes = [(attribute, Hole.VALUE)] if attribute else []
    return _encoded(ifinfmsg(), kind, ACK, {"index": Hole.INDEX, "flags": flags, "change": change}, attributes)


def set_up(index: int, *, up: bool) -> bytes:
    """Bring a device up or down."""
    return _filled(_link_form(NEWLINK, None, IFF_UP if up else 0, IFF_UP), numbers={Hole.INDEX: index})


def set_number(index: int, attribute: str, value: int) -> bytes:
    """Set a number of a device, such as ``IFLA_MASTER`` or ``IFLA_MTU``, or the namespace of a descriptor, ``IFLA_NET_NS_FD``."""
    return _filled(_link_form(NEWLINK, attribute, 0, 0), numbers={Hole.INDEX: index, Hole.VALUE: value})


def delete_link(index: int) -> bytes:
    """Remove a device."""
    return _filled(_link_form(DELLINK, None, 0, 0), numbers={Hole.INDEX: index})


def delete_group(group: int) -> bytes:
    """Remove all devices of a group, in the time that one takes."""
    return _filled(_link_form(DELLINK, "IFLA_GROUP", 0, 0), numbers={Hole.INDEX: 0, Hole.VALUE: group})


@lru_cache
def _address_form(kind: int, prefixlen: int, scope: int) -> bytes:
    fields = {"family": AF_INET, "prefixlen": prefixlen, "index": Hole.INDEX, "scope": scope}
    attributes = [("IFA_LOCAL", Hole.IP), ("IFA_ADDRESS", Hole.IP)]
    return _encoded(ifaddrmsg(), kind, ACK | (ANEW if kind == NEWADDR else 0), fields, attributes)


def address(kind: int, index: int, value: IPv4Interface) -> bytes:
    """Add (NEWADDR) or delete (DELADDR) an address, with the scope that ip-address(8) gives it."""
    form = _address_form(kind, value.network.prefixlen, SCOPE_HOST if value.ip.is_loopback else SCOPE_UNIVERSE)
    return _filled(form, numbers={Hole.INDEX: index}, ips={Hole.IP: value.ip})


@lru_cache
def _route_form(kind: int, prefixlen: int, parts: frozenset[str], scope: int, proto: int, flags: int) -> bytes:
    fields = {
        "family": AF_INET,
        "dst_len": prefixlen,
        "table": MAIN_TABLE,
        "proto": proto,
        "type": 0 if kind == DELROUTE else UNICAST,
        "scope": scope,
    }
    attributes = [
        ("RTA_DST", Hole.IP),
        ("RTA_OIF", Hole.INDEX),
        ("RTA_GATEWAY", Hole.VIA),
        ("RTA_PREFSRC", Hole.SRC),
        ("RTA_PRIORITY", Hole.VALUE),
    ]
    return _encoded(rtmsg(), kind, ACK | flags, fields, [(name, hole) for name, hole in attributes if name in parts])


def route(kind: int, index: int, value: Route) -> bytes:
    """Add (NEWROUTE) or delete (DELROUTE) a route of the main table, as ip-route(8) would."""
    given = {
        "RTA_DST": value.dst.prefixlen,
        "RTA_OIF": index,
        "RTA_GATEWAY": value.via,
        "RTA_PREFSRC": value.src,
        "RTA_PRIORITY": value.metric,
    }
    parts = frozenset(name for name, word in given.items() if word)
    if kind == DELROUTE:
        form = _route_form(kind, value.dst.prefixlen, parts, SCOPE_NOWHERE, 0, 0)
    elif value.kernel:
        form = _route_form(kind, value.dst.prefixlen, parts, SCOPE_LINK, BY_KERNEL, CREATE | APPEND)
    else:
        form = _route_form(kind, value.dst.prefixlen, parts, SCOPE_UNIVERSE if value.via else SCOPE_LINK, BY_BOOT, ANEW)
    ips = {Hole.IP: value.dst.network_address, Hole.VIA: value.via or ANY, Hole.SRC: value.src or ANY}
    return _filled(form, numbers={Hole.INDEX: index, Hole.VALUE: value.metric}, ips=ips)


@lru_cache(8)
def all_links() -> bytes:
    """Ask for every device, without its counters."""
    return _encoded(ifinfmsg(), GETLINK, DUMP, {}, [("IFLA_EXT_MASK", SKIP_STATISTICS)])


@lru_cache(4096)
def one_link(index: int) -> bytes:
    """Ask for one device."""
    return _encoded(ifinfmsg(), GETLINK, 0, {"index": index}, [("IFLA_EXT_MASK", SKIP_STATISTICS)])


@lru_cache(8)
def all_addresses() -> bytes:
    """Ask for every IPv4 address."""
    return _encoded(ifaddrmsg(), GETADDR, DUMP, {"family": AF_INET}, [])


@lru_cache(8)
def all_routes() -> bytes:
    """Ask for every IPv4 route."""
    return _encoded(rtmsg(), GETROUTE, DUMP, {"family": AF_INET, "table": MAIN_TABLE}, [])


def netns_id(fd: int) -> bytes:
    """Ask by which number this namespace knows that of a descriptor."""
    return _encoded(nsidmsg(), GETNSID, 0, {}, [("NETNSA_FD", fd)])


def add_plain(index: int, name: str, kind: str, under: int | None) -> bytes:
    """Make a device of any kind with the least that it takes: to try whether the kernel has it."""
    data = {
        "vxlan": [("IFLA_VXLAN_ID", 42)],
        "macvlan": [("IFLA_MACVLAN_MODE", "bridge")],
        "vlan": [("IFLA_VLAN_ID", 7)],
    }.get(kind, [])
    info: list[tuple[str, Any]] = [("IFLA_INFO_KIND", kind)]
    info += [("IFLA_INFO_DATA", {"attrs": data})] if data else []
    attributes: list[tuple[str, Any]] = [("IFLA_IFNAME", name), ("IFLA_LINKINFO", {"attrs": info})]
    attributes += [("IFLA_LINK", under)] if under is not None else []
    return _encoded(ifinfmsg(), NEWLINK, ACK | ANEW, {"index": index}, attributes)
