"""Who has an address on a wire: ARP (RFC 826) as Linux does it; arp_solicit and arp_process of arp.c."""

from .node import LINK_SCOPE, Device, is_loopback
from .packet import Skb
from .routing import unlikely
from .world import World

PROBES = 3.0
"""Seconds until a machine gives up: mcast_solicit questions, one each retrans_time; arp(7)."""


def neighbour(world: World, device: Device, ip: int, p: Skb) -> Device | None:
    """Ask on the wire of a device who has an address, on behalf of a packet; None where nobody answers."""
    candidates = world.reached(device).get(ip)
    if not candidates:
        return None
    asking = p.src if device.node.kind(p.src) == "LOCAL" else device.node.select(device, ip, LINK_SCOPE)
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
