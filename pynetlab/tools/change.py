"""What an administrator types on the Docker host: ip(8) for links, addresses and routes, and iptables(8)."""

import shlex
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from ..errors import SpecError
from ..kernel import Plan, Step
from ..model import Route, mac_address
from ..ops import (
    AddAddress,
    AddBridge,
    AddRoute,
    AddVeth,
    DeleteAddress,
    DeleteLink,
    DeleteRoute,
    ListRoutes,
    Op,
    SetDown,
    SetMaster,
    SetMtu,
    SetSysctl,
    SetUp,
)
from ..ops.command import iptables

WHY = "The administrator of the host did this before the daemon started."


def host_command(netns: str, line: str) -> Plan[None]:
    """Do what a command line does. Raises SpecError, which names the line, for one that is not modelled."""
    try:
        words = shlex.split(line)
        if words[:1] == ["iptables"]:
            op = iptables(netns, words[1:])
        elif words[:1] == ["sysctl"] and len(words) > 1 and "=" in words[-1] and set(words[1:-1]) <= {"-w", "-q", "-qw"}:
            key, _, value = words[-1].partition("=")
            op = SetSysctl(netns, key.replace("/", "."), value)
        elif words[:2] == ["ip", "route"]:
            op = yield from _route(netns, words[2:])
        elif words[:1] == ["ip"] and tuple(words[1:3]) in COMMANDS:
            op = COMMANDS[words[1], words[2]](netns, words[3:])
        else:
            raise SpecError("not a command of the host that is modelled")
    except (ValueError, IndexError) as error:  # a SpecError is a ValueError
        raise SpecError(f"host command {line!r}: {error}") from None
    yield Step(op, WHY)


def _link_add(netns: str, words: list[str]) -> Op:
    name = words[1] if words[0] == "name" else words[0]
    rest = words[words.index(name) + 1 :]
    if rest == ["type", "bridge"]:
        return AddBridge(netns, name, mac_address(netns, name))
    if rest[:4] == ["type", "veth", "peer", "name"] and len(rest) == 5:  # noqa: PLR2004 - those four and the name
        return AddVeth(netns, name, mac_address(netns, name), netns, rest[4], mac_address(netns, rest[4]))
    raise SpecError("give 'NAME type bridge' or 'NAME type veth peer name NAME'")


def _link_set(netns: str, words: list[str]) -> Op:
    name, *rest = words[1:] if words[0] == "dev" else words
    switches: Mapping[str, Op] = {
        "up": SetUp(netns, name),
        "down": SetDown(netns, name),
        "nomaster": SetMaster(netns, name, None),
    }
    if len(rest) == 1 and rest[0] in switches:
        return switches[rest[0]]
    if rest[0] == "master":
        return SetMaster(netns, name, rest[1])
    if rest[0] == "mtu":
        return SetMtu(netns, name, int(rest[1]))
    raise SpecError(f"nothing is known of 'ip link set {' '.join(rest)}'")


def _link_del(netns: str, words: list[str]) -> Op:
    return DeleteLink(netns, words[-1])


def _address(op: type[AddAddress] | type[DeleteAddress]) -> Callable[[str, list[str]], Op]:
    def build(netns: str, words: list[str]) -> Op:
        if words[1] != "dev" or words[3:]:
            raise SpecError("give 'ADDRESS/BITS dev NAME'")
        return op(netns, words[2], IPv4Interface(words[0]))

    return build


COMMANDS: Mapping[tuple[str, str], Callable[[str, list[str]], Op]] = {
    ("link", "add"): _link_add,
    ("link", "set"): _link_set,
    ("link", "del"): _link_del,
    ("addr", "add"): _address(AddAddress),
    ("addr", "del"): _address(DeleteAddress),
    ("address", "add"): _address(AddAddress),
    ("address", "del"): _address(DeleteAddress),
}


def _route(netns: str, words: list[str]) -> Plan[Op]:
    action, dst, *rest = words
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    if action not in ("add", "del") or not set(options) <= {"via", "dev", "src", "metric"}:
        raise SpecError("give 'add' or 'del', a destination, and of 'via', 'dev', 'src', 'metric' what it takes")
    network = IPv4Network("0.0.0.0/0" if dst == "default" else dst)
    via, src = (IPv4Address(options[key]) if key in options else None for key in ("via", "src"))
    dev = options.get("dev") or (yield from _device_to(netns, via))
    route = Route(network, dev, via, src, int(options.get("metric", 0)))
    return AddRoute(netns, route) if action == "add" else DeleteRoute(netns, route)


def _device_to(netns: str, via: IPv4Address | None) -> Plan[str]:
    """Ask over which device a gateway is reached, as the kernel does where none is named."""
    why = "The command names a gateway and no device, so the kernel looks where the gateway is."
    routes: tuple[Route, ...] = yield Step(ListRoutes(netns), why)
    fitting = [route for route in routes if via is not None and via in route.dst and route.via is None]
    if not fitting:
        raise SpecError("Network is unreachable")
    return max(fitting, key=lambda route: route.dst.prefixlen).dev
