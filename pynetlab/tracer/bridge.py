"""Bridges: where a frame goes, and br_netfilter, which shows it to iptables on the way.

From br_handle_frame_finish, br_dev_xmit and should_deliver of net/bridge, and br_netfilter_hooks.c, Linux 6.18.
"""

from typing import TYPE_CHECKING

from ..model import Outcome
from .ended import Ended
from .neighbours import neighbour, silence
from .node import Device
from .packet import Skb
from .routing import LOCAL, way_in

if TYPE_CHECKING:
    from .walk import Arrival, Walk


def out_of_bridge(walk: "Walk", bridge: Device, p: Skb, mac: str) -> Device | Ended:
    """Choose the port for a frame of the bridge's own machine."""
    port = walk.world.forwarding(bridge).get(mac)
    if port is None or port is bridge:
        return Ended(Outcome.OTHER_HOST, bridge.node, p, bridge, f"no port of {bridge.name} leads to {mac}")
    walk.run.note("bridged", bridge, None, port)
    return port


def bridged(walk: "Walk", bridge: Device, port: Device, p: Skb, mac: str) -> "Arrival | Ended":
    """Take a frame that came to a port: up to the bridge's own machine, or on to another port."""
    if not bridge.up:
        return Ended(Outcome.DOWN, bridge.node, p, bridge, f"{bridge.name} is down")
    seen = bridge.node.shows_bridged
    if seen:
        p.physin, p.physout = port.name, ""
        dst = p.dst
        stopped = walk.show_to_iptables(bridge, "PREROUTING", p)
        if stopped:
            return stopped
        if p.dst != dst:
            return _redirected(walk, bridge, port, p)
    return _onwards(walk, bridge, port, p, mac, seen=seen)


def _redirected(walk: "Walk", bridge: Device, port: Device, p: Skb) -> "Arrival | Ended":
    """Send on a frame whose destination was translated: within the bridge if it leads there, else up to be routed."""
    found = way_in(bridge.node, bridge, p)
    if isinstance(found, Ended):
        if found.outcome in (Outcome.NOT_FORWARDED, Outcome.NO_ROUTE):  # ip_route_input gives a route that says so, and leads up
            return _onwards(walk, bridge, port, p, bridge.mac, seen=True)
        return found
    if found != LOCAL and not isinstance(found, str) and found.device is bridge:
        station = neighbour(walk.world, walk.run, bridge, p.dst if found.via is None else found.via, p)
        if station is None:
            why = silence(walk.world, bridge, p.dst if found.via is None else found.via, p.src) if walk.run.log is not None else None
            return Ended(Outcome.UNRESOLVED, bridge.node, p, bridge, str(found.route), silence=why)
        walk.run.note("neighbour", bridge.node, bridge, p.dst, station)
        return _onwards(walk, bridge, port, p, station.mac, seen=True)
    return _onwards(walk, bridge, port, p, bridge.mac, seen=True)


def _onwards(walk: "Walk", bridge: Device, port: Device, p: Skb, mac: str, *, seen: bool) -> "Arrival | Ended":
    leads = walk.world.forwarding(bridge).get(mac)
    if leads is bridge:
        walk.run.note("received", bridge)
        return walk.input(bridge, p, seen=seen)
    if leads is None:
        return Ended(Outcome.OTHER_HOST, bridge.node, p, bridge, f"no port of {bridge.name} leads to {mac}")
    if leads is port and not port.link.hairpin:
        return Ended(Outcome.NOT_BRIDGED, bridge.node, p, port, f"{port.name} hairpin off")
    walk.run.note("bridged", bridge, port, leads)
    if seen:
        p.physout = leads.name
        stopped = walk.show_to_iptables(bridge, "FORWARD", p) or walk.show_to_iptables(bridge, "POSTROUTING", p)
        if stopped:
            return stopped
    if p.frame > leads.mtu:
        return Ended(Outcome.MTU, bridge.node, p, leads, f"mtu {leads.mtu}")
    return walk.transmit(leads, p, mac)
