"""Where a packet goes: the decision for one that comes, one that leaves, and whether its source can be true.

From ip_route_input_slow, ip_route_output_key_hash_rcu and __fib_validate_source of Linux 6.18 (route.c, fib_frontend.c).
"""

from ipaddress import IPv4Network

from ..model import Outcome, Route
from .ended import Ended
from .icmp import NET_UNREACHABLE, error_about
from .node import ALL_ONES, LINK_SCOPE, LONGEST, UNIVERSE, Device, Node, Path, is_loopback, is_multicast
from .packet import Skb

ZERO_NET = 24
"""An address in 0.0.0.0/8 has only zeros above so many bits."""
LOCAL = "local"


def source_for(node: Node, dst: int, oif: str = "") -> int | Ended:
    """Choose the address that a program speaks from when it names none; or say why there is no way.

    ``oif`` is the device that it insists on.
    """
    if node.kind(dst) == "LOCAL":
        return _speaker(node, dst) if dst in node.own else _of_wide(node, dst)
    path = path_over(node, oif, dst) if oif else node.path(dst)
    if path is None or not node.devices:
        return unreachable(node, dst)
    return path.src or node.select(path.device, path.via or 0, path.scope)


def path_over(node: Node, device: str, dst: int) -> Path | None:
    """Look up the route to an address over one device; where it has none, the address is taken for a neighbour's there.

    See ip_route_output_key_hash_rcu of route.c.
    """
    found = node.devices.get(device)
    if found is None or not found.up:
        return None
    routes = sorted(node.netns.routes, key=lambda one: (-one.dst.prefixlen, one.metric))
    fitting = (one for one in routes if one.dev == device and dst & int(one.dst.netmask) == int(one.dst.network_address))
    route = next(fitting, Route(IPv4Network((dst, LONGEST)), device))
    via, src = (None if ip is None else int(ip) for ip in (route.via, route.src))
    return Path(route, found, via, src, LINK_SCOPE if via is None else UNIVERSE)


def _speaker(node: Node, ip: int) -> int:
    """Give the address that speaks to one of the namespace's own: of a secondary one its primary (fib_add_ifaddr)."""
    for device in node.devices.values():
        for each in device.addresses:
            if each.ip == ip:
                return next(a.ip for a in device.addresses if a.primary and (a.net, a.mask) == (each.net, each.mask))
    return ip


def unreachable(node: Node, dst: int) -> Ended:
    """Say that there is no route from here."""
    return Ended(Outcome.NO_ROUTE, node, Skb(0, dst, ""), errno="ENETUNREACH")


def _of_wide(node: Node, dst: int) -> int:
    """Give the address whose whole subnet the loopback device answers for."""
    lo = node.devices["lo"]
    return next((a.ip for a in lo.addresses if dst & a.mask == a.net), dst)


def way_out(node: Node, p: Skb) -> tuple[Device, Path | None] | Ended:
    """Find the device over which a packet of this machine leaves; its own addresses are reached over the loopback device."""
    kind = node.kind(p.dst)
    if kind == "LOCAL":
        lo = node.devices["lo"]
        return (lo, None) if lo.up else Ended(Outcome.DOWN, node, p, lo, errno="ENETUNREACH")
    if kind == "BROADCAST":
        tcp = p.proto == "tcp"  # tcp_v4_connect of tcp_ipv4.c
        why = "no connection is made to a broadcast address" if tcp else "a broadcast needs a socket that asked for it"
        return Ended(Outcome.PROHIBITED, node, p, cause=why, errno="ENETUNREACH" if tcp else "EACCES")
    path = path_over(node, p.oif, p.dst) if p.oif else node.path(p.dst)
    if path is None:
        return Ended(Outcome.NO_ROUTE, node, p, errno="ENETUNREACH")
    if is_loopback(p.src) and not node.setting(path.device.name, "route_localnet"):
        return Ended(Outcome.MARTIAN, node, p, path.device, f"net.ipv4.conf.{path.device.name}.route_localnet = 0", errno="EINVAL")
    return path.device, path


def way_in(node: Node, device: Device, p: Skb) -> str | Path | Ended:
    """Decide about a packet that came: it is for this machine, it goes on, or it ends here."""
    key = device, p.src, p.dst
    known = node.ways_in.get(key)
    if known is not None:
        return known
    found = _way_in(node, device, p)
    if not isinstance(found, Ended):
        node.ways_in[key] = found
    return found


def _way_in(node: Node, device: Device, p: Skb) -> str | Path | Ended:
    wrong = _martian(node, device, p)
    if wrong:
        return wrong
    kind = node.kind(p.dst)
    if kind in ("LOCAL", "BROADCAST", "MULTICAST"):
        return unlikely(node, device, p) or LOCAL
    path = node.path(p.dst)
    if not node.forwards:
        return Ended(Outcome.NOT_FORWARDED, node, p, device, "net.ipv4.ip_forward = 0")
    if path is None:
        return Ended(Outcome.NO_ROUTE, node, p, device, error=error_about(node, p, NET_UNREACHABLE))
    return unlikely(node, device, p) or path


def _martian(node: Node, device: Device, p: Skb) -> Ended | None:
    src, dst = p.src, p.dst
    if is_multicast(src) or src == ALL_ONES or (src >> ZERO_NET == 0 and dst != ALL_ONES and src | dst):
        return Ended(Outcome.MARTIAN, node, p, device, "no machine has such a source address")
    if dst >> ZERO_NET == 0 and dst:
        return Ended(Outcome.MARTIAN, node, p, device, "no machine has such a destination address")
    if (is_loopback(src) or is_loopback(dst)) and not node.setting(device.name, "route_localnet"):
        return Ended(Outcome.MARTIAN, node, p, device, f"net.ipv4.conf.{device.name}.route_localnet = 0")
    return None


def unlikely(node: Node, device: Device, p: Skb) -> Ended | None:
    """Say whether a source address cannot be true for a packet from that device."""
    strict = node.setting(device.name, "rp_filter")
    accepts = node.setting(device.name, "accept_local")
    if not strict:
        ours = not accepts and p.src in node.own
        return Ended(Outcome.MARTIAN, node, p, device, "the source is an address of this very machine") if ours else None
    kind = node.kind(p.src)
    if kind != "UNICAST" and not (kind == "LOCAL" and accepts):
        return Ended(Outcome.MARTIAN, node, p, device, f"the source is {kind.lower()} here")
    path = node.path(p.src)
    if path is None or (strict == 1 and path.device is not device):
        return Ended(Outcome.REVERSE_PATH, node, p, device, f"net.ipv4.conf.{device.name}.rp_filter = {strict}")
    return None
