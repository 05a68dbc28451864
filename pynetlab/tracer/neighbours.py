"""Who has an address on a wire: ARP (RFC 826) as Linux does it; arp_solicit and arp_process of arp.c."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from .ended import Silence
from .node import LINK_SCOPE, Device, is_loopback
from .packet import Skb
from .routing import unlikely
from .run import Run
from .world import World

NEVER = 8
"""The level of arp_ignore on which nothing is answered."""
PROBES = 3.0
"""Seconds until a machine gives up: mcast_solicit questions, one each retrans_time; arp(7)."""


def neighbour(world: World, run: Run, device: Device, ip: int, p: Skb) -> Device | None:
    """Ask on the wire of a device who has an address, on behalf of a packet; None where nobody answers.

    Whoever answers knows the one who asked from then on, and need not ask who has his address (arp_process).
    """
    known = run.learned.get((device, ip))
    if known is not None:
        return known
    key = device, ip, p.src
    try:
        found, asking = world.neighbours[key]
    except KeyError:
        found, asking = world.neighbours[key] = _asked(world, device, ip, p.src)
    if found is not None and asking:
        run.learned.setdefault((found, asking), device)
    return found


def _asked(world: World, device: Device, ip: int, src: int) -> tuple[Device | None, int]:
    asking = _asking(device, ip, src)
    return next((each for each in world.hearers(device, ip) or () if _answers(each, ip, asking)), None), asking


def _asking(device: Device, ip: int, src: int) -> int:
    """Give the address that a machine asks from: the packet's own where it has that, arp_announce being 0."""
    return src if device.node.kind(src) == "LOCAL" else device.node.select(device, ip, LINK_SCOPE)


def _answers(device: Device, ip: int, asking: int) -> bool:
    """Say whether a machine answers: for any of its addresses that arp_ignore leaves, to any source that it believes."""
    node = device.node
    if _ignores(device, ip, asking):
        return False
    local = node.setting(device.name, "route_localnet")
    if is_loopback(ip) and not local:
        return False
    if asking == 0:
        return True
    if is_loopback(asking) and not local:
        return False
    return unlikely(node, device, Skb(asking, ip, "arp")) is None


def _ignores(device: Device, ip: int, asking: int) -> bool:
    """Say whether arp_ignore keeps a machine from answering on a device; arp_ignore of arp.c, inet_confirm_addr of devinet.c."""
    level = device.node.setting(device.name, "arp_ignore")
    here = [each for each in device.addresses if each.ip == ip]
    match level:
        case 1:
            return not here
        case 2:
            return not here or (
                asking != 0 and all(ip & each.mask != each.net or asking & each.mask != each.net for each in device.addresses)
            )
        case 3:
            return not any(each.ip == ip and each.scope <= LINK_SCOPE for one in device.node.devices.values() for each in one.addresses)
    return level == NEVER


def _says_nothing(device: Device, ip: int, asking: int) -> tuple[str, str] | None:
    """Say why a machine that hears the question does not answer, and what would help."""
    if _ignores(device, ip, asking):
        setting = f"net.ipv4.conf.{device.name}.arp_ignore"
        level = device.node.setting(device.name, "arp_ignore")
        return f"does not say so on {device.name} ({setting} = {level})", f"sysctl -w {setting}=0, and the same of all"
    wrong = unlikely(device.node, device, Skb(asking, ip, "arp")) if asking else None
    if wrong is None:
        return None
    source = IPv4Address(asking)
    return f"does not believe on {device.name} that {source} asks ({wrong.cause})", f"look at the addresses, and at the route to {source}"


def silence(world: World, device: Device, ip: int, src: int) -> Silence:
    """Say of an address for which nobody answers on the wire of a device who has it and what is wrong there, and what would help.

    ``src`` is the source of the packet that waits.
    """
    address, asking = str(IPv4Address(ip)), _asking(device, ip, src)
    holder = next(_holders(world, ip), None)
    if holder is None:
        return Silence(address, "nobody in the lab has it", f"Give {address} to a machine there, or lead the route to one that is there.")
    mute = next((said for each in world.hearers(device, ip) if (said := _says_nothing(each, ip, asking))), None)
    if mute is not None:
        why, remedy = mute[0], f"In {holder.node.name}: {mute[1]}"
    else:
        why, remedy = _cut_off(world, holder, device)
    return Silence(address, f"{holder.name} of {holder.node.name} has it, and {why}", remedy)


def _cut_off(world: World, holder: Device, device: Device) -> tuple[str, str]:
    """Say why a device does not hear what is asked on another one's wire, and what would help."""
    end, below = world.device(holder.link.peer), world.device(holder.link.parent)
    if not holder.up:
        return "is down", f"In {holder.node.name}: ip link set {holder.name} up"
    if below is not None and not below.up:
        return f"{below.name} of {below.node.name}, which carries it, is down", f"In {below.node.name}: ip link set {below.name} up"
    if end is not None and not end.up:
        return "the other end of its cable is down", f"In {end.node.name}: ip link set {end.name} up"
    if end is not None and end is not device and end.link.master is None:
        bridge = device.name if device.kind == "bridge" else "BRIDGE"
        why = f"its cable, {end.name} of {end.node.name}, is plugged into no bridge"
        return why, f"In {end.node.name}: ip link set {end.name} master {bridge}"
    return "is on another wire, or does not believe who asks", f"Look at the addresses and the cable of {holder.node.name}."


def _holders(world: World, ip: int) -> Iterator[Device]:
    for name, netns in world.state.netns.items():
        for link in netns.links.values():
            if any(int(address.ip) == ip for address in link.addresses):
                yield world.node(name).devices[link.name]
