"""Faults of devices, cables, addresses, routes and settings."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface

from ..errors import SpecError
from ..kernel import Plan, Step
from ..model import Tbf
from ..ops import AddAddress, AddQdisc, AddRoute, DeleteAddress, DeleteRoute, SetDown, SetMaster, SetMtu, SetSysctl
from ..stage import HOST
from .kind import Kind, Told
from .place import Place
from .questions import everybody, inwards, large, near, outwards

FORWARD = "net.ipv4.ip_forward"


def _link_down(at: Place) -> Plan[Told]:
    if not at.link.up:
        raise SpecError(f"{at} is down already")
    yield Step(SetDown(at.netns, at.device), "Somebody switched this device off; the kernel takes the routes over it away.")
    return Told(f"{at} is switched off, and the routes over it are gone.", (*inwards(at), *outwards(at)))


def _cable_pulled(at: Place) -> Plan[Told]:
    end = at.plugged
    yield Step(SetMaster(end.netns, end.device, None), "Somebody pulled this cable out of its switch.")
    cause = f"{end}, the other end of {at}, is plugged into no bridge; it was a port of {end.link.master}."
    return Told(cause, (*inwards(at), *outwards(at)))


def _ip_forward_off(at: Place) -> Plan[Told]:
    if at.host.sysctl.get(FORWARD, "0") == "0":
        raise SpecError(f"{FORWARD} of the host is 0 already")
    yield Step(SetSysctl(HOST, FORWARD, "0"), "Somebody set this back to what a machine has that is no router.")
    return Told(f"{FORWARD} of {HOST} is 0: it is no router.", everybody(at.state))


def _unused(at: Place) -> IPv4Address:
    """Give the highest address of the device's network that nobody in the lab has."""
    taken = {address.ip for netns in at.state.netns.values() for link in netns.links.values() for address in link.addresses}
    network = at.address.network
    free = (network.broadcast_address - n for n in range(1, network.num_addresses - 1))
    found = next((ip for ip in free if ip not in taken), None)
    if found is None:
        raise SpecError(f"every address of {network}, the network of {at}, is taken")
    return found


def _wrong_gateway(at: Place) -> Plan[Told]:
    right, wrong = at.way_out, replace(at.way_out, via=_unused(at))
    yield Step(DeleteRoute(at.netns, right), "Somebody meant to correct this route.")
    yield Step(AddRoute(at.netns, wrong), "This is the router that somebody had in mind.")
    cause = f"The default route of {at.netns} leads to {wrong.via}, and nobody has that address; its router is {right.via}."
    return Told(cause, (*outwards(at), *inwards(at)))


def _narrowed(at: Place) -> IPv4Interface:
    """Give the address with the widest network that its router is not in."""
    router, address = at.way_out.via, at.address
    longer = (IPv4Interface((address.ip, bits)) for bits in range(address.network.prefixlen + 1, 33))
    return next(each for each in longer if router not in each.network)


def _wrong_netmask(at: Place) -> Plan[Told]:
    right, wrong = at.address, _narrowed(at)
    router = at.way_out.via
    yield Step(DeleteAddress(at.netns, at.device, right), "Somebody configures this address by hand; its routes go with it.")
    yield Step(AddAddress(at.netns, at.device, wrong), "The same address again, with the netmask that somebody had in mind.")
    cause = f"{at} has {wrong} in place of {right}: its router {router} is in no network of its own, so there is no default route."
    return Told(cause, (*outwards(at), *inwards(at)))


def _duplicate_address(at: Place) -> Plan[Told]:
    other = next(at.neighbours(), None)
    if other is None:
        raise SpecError(f"nobody else is in the network of {at.netns}, so nobody there can have its address too")
    twice = IPv4Interface((at.address.ip, other.address.network.prefixlen))
    if any(each.ip == twice.ip for each in other.link.addresses):
        raise SpecError(f"{other} has {twice.ip} already")
    yield Step(AddAddress(other.netns, other.device, twice), "Somebody gave this machine an address that was free, or so it seemed.")
    cause = f"{other} has {twice.ip} too, which is the address of {at.netns}."
    return Told(cause, (*near(at, other.netns), *near(other, at.netns), *inwards(at)))


def _mtu_too_small(at: Place, mtu: int) -> Plan[Told]:
    if mtu >= at.link.mtu:
        raise SpecError(f"the MTU of {at} is {at.link.mtu}: {mtu} is not too small")
    yield Step(SetMtu(at.netns, at.device, mtu), "Somebody thought of a tunnel, and its headers, on this way.")
    return Told(f"The MTU of {at} is {mtu}, that of its network {at.link.mtu}.", large(at))


def _rate_limit(at: Place, rate: int, burst: int) -> Plan[Told]:
    end = at.far_end if at.link.peer else at
    if end.link.qdisc:
        raise SpecError(f"{end} is slowed down already: {end.link.qdisc}")
    slow = Tbf(rate, burst, 2 * burst)
    if not slow.possible:
        raise SpecError(f"a rate of {rate} bits in a second and a burst of {burst} bytes cannot be: give numbers above 0, below 34 gbit")
    yield Step(AddQdisc(end.netns, end.device, slow), "Somebody saves bandwidth here.")
    return Told(f"A token bucket filter lets {end} send no more than {rate} bits in a second: {slow}.", (*inwards(at), *outwards(at)))


CUT_OFF = "Nobody reaches {where}, and {where} reaches nobody."
BEYOND = "Beyond its own network {where} reaches nobody, and answers nobody."

KINDS = (
    Kind("link-down", CUT_OFF, _link_down),
    Kind("cable-pulled", CUT_OFF, _cable_pulled),
    Kind(
        "ip-forward-off",
        "Containers reach each other and the host, but nothing beyond, and no published port answers from there.",
        _ip_forward_off,
        of_host=True,
    ),
    Kind("wrong-gateway", BEYOND, _wrong_gateway),
    Kind("wrong-netmask", BEYOND, _wrong_netmask),
    Kind("duplicate-address", "Some who ask for {where} are answered by another machine, or not at all.", _duplicate_address),
    Kind("mtu-too-small", "Small packets pass between {where} and the others, large ones do not.", _mtu_too_small, options={"mtu": 576}),
    Kind(
        "rate-limit",
        "What is sent to {where} arrives, but slowly, and much of it late.",
        _rate_limit,
        by_chance=True,
        options={"rate": 1_000_000, "burst": 10_240},
    ),
)
"""The faults of this file."""
