"""What the kernel holds: from netlink, /proc and iptables-save to a State."""

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

from ..model import Link, Listener, Netns, Route, State
from ..ops import (
    CheckRule,
    ListAddresses,
    ListFiles,
    ListRoutes,
    Question,
    ReadChain,
    ReadFile,
    ReadLink,
    ReadNames,
    ReadNetns,
    ReadResolver,
    ReadState,
    ReadSysctl,
)
from . import firewall
from .decoding import decoded
from .lab import MOST, Lab, Place, Space
from .messages import (
    BY_KERNEL,
    IFF_UP,
    MAIN_TABLE,
    UNICAST,
    all_addresses,
    all_links,
    all_routes,
    netns_id,
)
from .qdisc import qdiscs
from .sysctl import settings
from .waiting import waiting

EVERYTHING = frozenset({"links", "routes", "sysctl", "tables", "listeners", "files", "names"})
NEEDS: dict[type[Question], frozenset[str]] = {
    ReadLink: frozenset({"links"}),
    ListAddresses: frozenset({"links"}),
    ListRoutes: frozenset({"links", "routes"}),
    ReadSysctl: frozenset({"links", "sysctl"}),
    ReadChain: frozenset({"tables"}),
    CheckRule: frozenset({"tables"}),
    ReadFile: frozenset({"files"}),
    ListFiles: frozenset({"files"}),
    ReadResolver: frozenset({"names"}),
    ReadNames: frozenset({"names"}),
    ReadNetns: EVERYTHING,
}
"""What has to be read of a namespace to answer a question about it."""

IN_NAMESPACE = frozenset({"sysctl", "tables", "listeners"})
"""What can be read only by being there."""

UNKNOWN = -1
"""The number of a namespace to which no device leads."""


def state(lab: Lab) -> State:
    """Read all namespaces."""
    return State({name: netns(lab, space, EVERYTHING) for name, space in lab.spaces.items()})


def answer(lab: Lab, question: Question) -> Any:  # noqa: ANN401 - answers are of many types
    """Answer a question from as little as it needs."""
    space = lab.space(question)
    if isinstance(question, ReadState):
        return state(lab)
    parts = NEEDS[type(question)]
    return question.answer(State({space.name: netns(lab, space, parts)}))


def netns(lab: Lab, space: Space, parts: frozenset[str]) -> Netns:
    """Read the wanted parts of one namespace."""
    links, conf = _links(lab, space) if "links" in parts else ({}, {})
    names = {index: link.name for index, link in links.items()}
    found: dict[str, Any] = {"links": {link.name: link for link in links.values()}}
    if "routes" in parts:
        found["routes"] = _routes(space, names)
    if "files" in parts:
        found["files"] = dict(space.files)
    if "names" in parts:
        found["resolver"] = space.resolver.told if space.resolver else None
        found["zones"] = {network: dict(zone) for network, zone in space.zones.items()}
    if not parts & IN_NAMESPACE:
        return Netns(space.name, **found)
    with lab.inside(space):
        if "sysctl" in parts:
            found["sysctl"] = settings(conf)
        if "tables" in parts:
            found["tables"] = firewall.tables(lab.dialect, space.kept)
        if "listeners" in parts:
            found["listeners"] = frozenset(_listeners(space))
    return Netns(space.name, **found)


def _links(lab: Lab, space: Space) -> tuple[dict[int, Link], dict[str, Any]]:
    """Read devices by index, and by name the settings of those that speak IPv4."""
    addresses: dict[int, list[IPv4Interface]] = {}
    for kind, data in space.wire.dump(all_addresses()):
        message, attributes = decoded(kind, data)
        text = attributes.get("IFA_LOCAL") or attributes["IFA_ADDRESS"]
        addresses.setdefault(message["index"], []).append(IPv4Interface((text, message["prefixlen"])))
    raw = [decoded(kind, data) for kind, data in space.wire.dump(all_links())]
    names = {message["index"]: attributes["IFLA_IFNAME"] for message, attributes in raw}
    links = {}
    for message, attributes in raw:
        index = message["index"]
        if attributes["IFLA_IFNAME"] not in lab.unasked:
            links[index] = _link(lab, space, message, attributes, names, tuple(addresses.get(index, ())))
    if any(attributes.get("IFLA_QDISC") == "tbf" for _, attributes in raw):
        links |= {index: replace(links[index], qdisc=qdisc) for index, qdisc in qdiscs(space) if index in links}
    specifics = {links[message["index"]].name: attributes.get("IFLA_AF_SPEC") for message, attributes in raw if message["index"] in links}
    return links, {name: conf for name, each in specifics.items() if each and (conf := each.get_attr("AF_INET"))}


def _link(
    lab: Lab,
    space: Space,
    message: Any,  # noqa: ANN401 - pyroute2 has no types
    attributes: dict[str, Any],
    names: dict[int, str],
    addresses: tuple[IPv4Interface, ...],
) -> Link:
    info = attributes.get("IFLA_LINKINFO")
    kind = info.get_attr("IFLA_INFO_KIND") if info else "loopback"
    return Link(
        attributes["IFLA_IFNAME"],
        kind,
        attributes["IFLA_ADDRESS"],
        attributes["IFLA_MTU"],
        up=bool(message["flags"] & IFF_UP),
        master=names.get(attributes.get("IFLA_MASTER", 0)),
        peer=_peer(lab, space, message["index"], attributes) if kind == "veth" else None,
        parent=_parent(lab, space, message["index"], attributes) if kind == "macvlan" else None,
        mode=_macvlan_mode(info) if kind == "macvlan" else "",
        hairpin=_hairpin(info),
        addresses=addresses,
    )


def _macvlan_mode(info: Any) -> str:  # noqa: ANN401 - pyroute2 has no types
    return str(info.get_attr("IFLA_INFO_DATA").get_attr("IFLA_MACVLAN_MODE"))


def _hairpin(info: Any) -> bool:  # noqa: ANN401
    """Say whether a device is a bridge's port in hairpin mode; see br_port_fill_attrs."""
    if not info or info.get_attr("IFLA_INFO_SLAVE_KIND") != "bridge":
        return False
    return bool(info.get_attr("IFLA_INFO_SLAVE_DATA").get_attr("IFLA_BRPORT_MODE"))


def _peer(lab: Lab, space: Space, index: int, attributes: dict[str, Any]) -> tuple[str, str] | None:
    """Find the other end of a cable; None where it is not in the lab."""
    found = lab.peers.get((space, index)) or _place(lab, space, attributes)
    if found is None:
        return None
    lab.peers[space, index], lab.peers[found] = found, (space, index)
    return _named(found)


def _parent(lab: Lab, space: Space, index: int, attributes: dict[str, Any]) -> tuple[str, str] | None:
    """Find what a macvlan is on; None where it is not in the lab."""
    found = lab.parents.get((space, index)) or _place(lab, space, attributes)
    if found is None:
        return None
    lab.parents[space, index] = found
    return _named(found)


def _place(lab: Lab, space: Space, attributes: dict[str, Any]) -> Place | None:
    number, index = attributes.get("IFLA_LINK_NETNSID"), attributes.get("IFLA_LINK", 0)
    there = space if number is None else _numbered(lab, space).get(number)
    return None if there is None else (there, index)


def _named(place: Place) -> tuple[str, str] | None:
    name = place[0].name_of(place[1])
    return (place[0].name, name) if name else None


def _numbered(lab: Lab, space: Space) -> dict[int, Space]:
    """Ask by which numbers this namespace knows the others; see rtnl_net_getid in the kernel's net_namespace.c."""
    if space not in lab.numbers:
        found = lab.numbers[space] = {}
        others = list(lab.spaces.values())
        for start in range(0, len(others), MOST):
            asked = others[start : start + MOST]
            for other, reply in zip(asked, space.wire.ask([netns_id(other.fd) for other in asked]), strict=True):
                if isinstance(reply, tuple):
                    found[decoded(*reply)[1].get("NETNSA_NSID", UNKNOWN)] = other
        found.pop(UNKNOWN, None)
    return lab.numbers[space]


def _routes(space: Space, names: dict[int, str]) -> tuple[Route, ...]:
    routes = []
    for kind, data in space.wire.dump(all_routes()):
        message, attributes = decoded(kind, data)
        table = attributes.get("RTA_TABLE", message["table"])
        if table == MAIN_TABLE and message["type"] == UNICAST and attributes.get("RTA_OIF") in names:
            routes.append(_route(message, attributes, names))
    return tuple(sorted(routes, key=lambda route: (route.dst, route.metric)))


def _route(message: Any, attributes: dict[str, Any], names: dict[int, str]) -> Route:  # noqa: ANN401
    via, src = attributes.get("RTA_GATEWAY"), attributes.get("RTA_PREFSRC")
    return Route(
        IPv4Network((attributes.get("RTA_DST", "0.0.0.0"), message["dst_len"])),  # noqa: S104 - the default route
        names[attributes["RTA_OIF"]],
        via=IPv4Address(via) if via else None,
        src=IPv4Address(src) if src else None,
        metric=attributes.get("RTA_PRIORITY", 0),
        kernel=message["proto"] == BY_KERNEL,
    )


def _listeners(space: Space) -> Iterable[Listener]:
    own = {listener: listener for listener in space.relays}
    for found in (Listener(*each) for each in waiting()):
        yield own.get(found, found)
