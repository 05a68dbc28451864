"""What tools show of a device beyond what a state says: flags, carrier, who is at the other end.

From Linux 6.18: net/core/dev.c (dev_get_flags), net/core/link_watch.c (default_operstate), drivers/net/veth.c.
"""

from collections.abc import Iterator

from ..model import Link, Netns, State

ALWAYS_HEARD = ("loopback", "dummy")
"""Kinds of devices that have no wire, and so always a carrier."""


def index_of(netns: Netns, link: Link) -> int:
    """Give the index of a device, rtnetlink(7); where the kernel did not say, its place."""
    return link.index or list(netns.links).index(link.name) + 1


def in_order(netns: Netns) -> list[Link]:
    """List the devices in the order of their indexes."""
    return sorted(netns.links.values(), key=lambda link: index_of(netns, link))


def below(link: Link) -> tuple[str, str] | None:
    """Give what ``@`` names behind a device: the other end of a cable, or a macvlan's parent."""
    return link.peer or link.parent


def carrier(state: State, netns: Netns, link: Link) -> bool:
    """Say whether a device hears its wire."""
    if link.kind == "bridge":
        return link.up and any(port.up and carrier(state, netns, port) for port in netns.links.values() if port.master == link.name)
    place = below(link)
    if place is None:
        return link.kind in ALWAYS_HEARD
    there = state[place[0]]
    far = there.links[place[1]]
    return link.up and far.up and (link.peer is not None or carrier(state, there, far))


def operstate(state: State, netns: Netns, link: Link) -> str:
    """Give the operational state of RFC 2863 as ip-link(8) spells it."""
    if not link.up:
        return "DOWN"
    if link.kind in ALWAYS_HEARD:
        return "UNKNOWN"
    if carrier(state, netns, link):
        return "UP"
    # the kernel looks for the device below by its index in this namespace, wherever that one is
    number = link_index(state, link)
    here = next((other for other in netns.links.values() if index_of(netns, other) == number and other is not link), None)
    return "LOWERLAYERDOWN" if here is not None and not carrier(state, netns, here) else "DOWN"


def link_index(state: State, link: Link) -> int | None:
    """Give the index of the device below one, in that one's namespace."""
    place = below(link)
    return index_of(state[place[0]], state[place[0]].links[place[1]]) if place else None


def flags(state: State, netns: Netns, link: Link) -> list[str]:
    """List the flags of netdevice(7) in the order of ip-link(8)."""
    heard = carrier(state, netns, link)
    found = ["NO-CARRIER"] if link.up and not heard else []
    found += {"loopback": ["LOOPBACK"], "dummy": ["BROADCAST", "NOARP"]}.get(link.kind, ["BROADCAST", "MULTICAST"])
    found += ["UP"] if link.up else []
    return found + (["LOWER_UP"] if link.up and heard else [])


def names_below(state: State, netns: Netns, link: Link) -> tuple[str, bool]:
    """Give what stands behind ``@``, and whether that device is here and down, M-DOWN."""
    place = below(link)
    if place is None:
        return "", False
    if place[0] == netns.name:
        return place[1], not netns.links[place[1]].up
    return f"if{link_index(state, link)}", False


def netns_ids(netns: Netns) -> dict[str, int]:
    """Number the namespaces that devices lead to, in the order of the devices: the kernel does it when each is made."""
    places = [place[0] for link in in_order(netns) if (place := below(link)) is not None]
    return {name: number for number, name in enumerate(dict.fromkeys(name for name in places if name != netns.name))}


def ports(netns: Netns, bridge: str) -> Iterator[Link]:
    """List the ports of a bridge in the order of their indexes."""
    return (link for link in in_order(netns) if link.master == bridge)
