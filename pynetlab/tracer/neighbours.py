"""Who has an address on a wire: ARP (RFC 826) as Linux does it; arp_solicit and arp_process of arp.c."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from .ended import Silence
from .node import LINK_SCOPE, Device, is_loopback
from .packet import Skb
from .routing import unlikely
from .world import World

PROBES = 3.0
"""Seconds until a machine gives up: mcast_solicit questions, one each retrans_time; arp(7)."""


def neighbour(world: World, device: Device, ip: int, p: Skb) -> Device | None:
    """Ask on the wire of a device who has an address, on behalf of a packet; None where nobody answers."""
    key = device, ip, p.src
    try:
        return world.neighbours[key]
    except KeyError:
        found = world.neighbours[key] = _asked(world, device, ip, p.src)
        return found


def _asked(world: World, device: Device, ip: int, src: int) -> Device | None:
    candidates = world.reached(device).get(ip)
    if not candidates:
        return None
    asking = src if device.node.kind(src) == "LOCAL" else device.node.select(device, ip, LINK_SCOPE)
    return next((each for each in candidates if _answers(each, ip, asking)), None)


def _answers(device: Device, ip: int, asking: int) -> bool:
    """Say whether a machine answers: for any of its addresses (arp_ignore is 0), to any source that it believes."""
    node = device.node
    local = node.setting(device.name, "route_localnet")
    if is_loopback(ip) and not local:
        return False
    if asking == 0:
        return True
    if is_loopback(asking) and not local:
        return False
    return unlikely(node, device, Skb(asking, ip, "arp")) is None


def silence(world: World, device: Device, ip: int) -> Silence:
    """Say of an address for which nobody answers on the wire of a device who has it and what is wrong there, and what would help."""
    address = str(IPv4Address(ip))
    holder = next(_holders(world, ip), None)
    if holder is None:
        return Silence(address, "nobody in the lab has it", f"Give {address} to a machine there, or lead the route to one that is there.")
    name, netns, end = holder.name, holder.node.name, world.device(holder.link.peer)
    has = f"{name} of {netns} has it, and "
    if not holder.up:
        return Silence(address, f"{has}is down", f"In {netns}: ip link set {name} up")
    if end is not None and not end.up:
        return Silence(address, f"{has}the other end of its cable is down", f"In {end.node.name}: ip link set {end.name} up")
    if end is not None and end is not device and end.link.master is None:
        bridge = device.name if device.kind == "bridge" else "BRIDGE"
        why = f"{has}its cable, {end.name} of {end.node.name}, is plugged into no bridge"
        return Silence(address, why, f"In {end.node.name}: ip link set {end.name} master {bridge}")
    return Silence(address, f"{has}is on another wire, or does not believe who asks", f"Look at the addresses and the cable of {netns}.")


def _holders(world: World, ip: int) -> Iterator[Device]:
    for name, netns in world.state.netns.items():
        for link in netns.links.values():
            if any(int(address.ip) == ip for address in link.addresses):
                yield world.node(name).devices[link.name]
