"""What ``ip -d`` adds about a device: most of it is the same for every device, since nothing in a lab sets it."""

from typing import Any

from ..model import Link, Netns, State
from .devices import carrier, ports

Record = dict[str, Any]

BRIDGE: Record = {
    "forward_delay": 1500, "hello_time": 200, "max_age": 2000, "ageing_time": 30000, "stp_state": 0, "priority": 32768, "vlan_filtering": 0,
    "bridge_id": "", "root_id": "", "root_port": 0, "root_path_cost": 0, "topology_change": 0, "topology_change_detected": 0,
    "hello_timer": 0.0, "tcn_timer": 0.0, "topology_change_timer": 0.0, "gc_timer": 0.0, "group_fwd_mask": "0",
    "group_addr": "01:80:c2:00:00:00", "mcast_snooping": 1, "no_linklocal_learn": 0, "mcast_vlan_snooping": 0, "mcast_router": 1,
    "mcast_query_use_ifaddr": 0, "mcast_querier": 0, "mcast_hash_elasticity": 16, "mcast_hash_max": 4096, "mcast_last_member_cnt": 2,
    "mcast_startup_query_cnt": 2, "mcast_last_member_intvl": 100, "mcast_membership_intvl": 26000, "mcast_querier_intvl": 25500,
    "mcast_query_intvl": 12500, "mcast_query_response_intvl": 1000, "mcast_startup_query_intvl": 3124, "mcast_stats_enabled": 0,
    "mcast_igmp_version": 2, "mcast_mld_version": 1, "nf_call_iptables": 0, "nf_call_ip6tables": 0, "nf_call_arptables": 0,
}  # fmt: skip
"""A bridge's own settings, in hundredths of a second where they are times."""

SPELLED = {
    "root_id": "designated_root", "group_addr": "group_address", "mcast_last_member_cnt": "mcast_last_member_count",
    "mcast_startup_query_cnt": "mcast_startup_query_count", "mcast_last_member_intvl": "mcast_last_member_interval",
    "mcast_membership_intvl": "mcast_membership_interval", "mcast_querier_intvl": "mcast_querier_interval",
    "mcast_query_intvl": "mcast_query_interval", "mcast_query_response_intvl": "mcast_query_response_interval",
    "mcast_startup_query_intvl": "mcast_startup_query_interval", "id": "port_id", "no": "port_no", "bridge_id": "designated_bridge",
    "multicast_router": "mcast_router",
}  # fmt: skip
"""Key of the JSON → word of the text, where they differ."""

PORT_STARTS: Record = {"state": "forwarding", "priority": 32, "cost": 2}
SWITCHES: Record = {"hairpin": False, "guard": False, "root_block": False, "fastleave": False, "learning": True, "flood": True}
PORT_ENDS: Record = {
    "hold_timer": 0.0, "message_age_timer": 0.0, "forward_delay_timer": 0.0, "topology_change_ack": 0, "config_pending": 0,
    "proxy_arp": False, "proxy_arp_wifi": False, "multicast_router": 1, "mcast_flood": True, "bcast_flood": True,
    "mcast_to_unicast": False, "neigh_suppress": False, "group_fwd_mask": "0", "group_fwd_mask_str": "0x0", "vlan_tunnel": False,
    "isolated": False, "locked": False,
}  # fmt: skip

QUEUES: Record = {
    "num_tx_queues": 1, "num_rx_queues": 1, "gso_max_size": 65536, "gso_max_segs": 65535, "tso_max_size": 524280, "tso_max_segs": 65535,
    "gro_max_size": 65536,
}  # fmt: skip
LARGEST = {"loopback": (0, 0), "dummy": (0, 0)}
MTU_RANGE = (68, 65535)


def details(state: State, netns: Netns, link: Link, *, addresses: bool) -> Record:
    """Give what ``ip -d -j`` adds to a device's record."""
    low, high = LARGEST.get(link.kind, MTU_RANGE)
    shared = any(other.parent == (netns.name, link.name) for each in state.netns.values() for other in each.links.values() if other.up)
    found: Record = {
        "promiscuity": int(bool(link.master)) + int(shared),
        "allmulti": int(bool(link.master)),
        "min_mtu": low,
        "max_mtu": high,
    }
    info: Record = {} if link.kind == "loopback" else {"info_kind": link.kind}
    if link.kind == "bridge":
        info["info_data"] = BRIDGE | {"bridge_id": bridge_id(link), "root_id": bridge_id(link)}
    elif link.kind == "macvlan":
        info["info_data"] = {"mode": link.mode, "bcqueuelen": 1000, "usedbcqueuelen": 1000}
    if link.master:
        info |= {"info_slave_kind": "bridge", "info_slave_data": port(state, netns, link)}
    found |= {"linkinfo": info} if info else {}
    return found | ({} if addresses else {"inet6_addr_gen_mode": "eui64"}) | QUEUES


def port(state: State, netns: Netns, link: Link) -> Record:
    """Give what ``ip -d -j`` says of a bridge's port. Ports are numbered in the order of their indexes."""
    bridge = netns.links[link.master or ""]
    number = [each.name for each in ports(netns, bridge.name)].index(link.name) + 1
    own = {"id": f"0x{0x8000 + number:x}", "no": f"0x{number:x}", "designated_port": 0x8000 + number, "designated_cost": 0}
    own |= {"bridge_id": bridge_id(bridge), "root_id": bridge_id(bridge)}
    return PORT_STARTS | {"state": port_state(state, netns, link)} | SWITCHES | {"hairpin": link.hairpin} | own | PORT_ENDS


def port_state(state: State, netns: Netns, link: Link) -> str:
    """Give the state of a port, bridge(8); without the spanning tree there are two."""
    return "forwarding" if netns.links[link.master or ""].up and link.up and carrier(state, netns, link) else "disabled"


def bridge_id(link: Link) -> str:
    """Give a bridge's id as ip(8) spells it: its priority, and its MAC address with no leading zeros."""
    return "8000." + ":".join(f"{int(octet, 16):x}" for octet in link.mac.split(":"))


def details_text(found: Record, newline: str) -> str:
    """Print what ``ip -d`` adds behind a device's head."""
    line = f" promiscuity {found['promiscuity']}  allmulti {found['allmulti']} minmtu {found['min_mtu']} maxmtu {found['max_mtu']} "
    info: Record = found.get("linkinfo", {})
    if info:
        line += f"{newline}    {info['info_kind']} " + _words(info.get("info_data", {}), of_port=False)
    if "info_slave_kind" in info:
        extra = info["info_slave_data"]
        line += f"{newline}    bridge_slave " + _words(extra, of_port=True).replace("mcast_flood", "mcast_fast_leave off mcast_flood")
    line += f"addrgenmode {found['inet6_addr_gen_mode']} " if "inet6_addr_gen_mode" in found else ""
    return line + "".join(f"{key.replace('num_tx_', 'numtx').replace('num_rx_', 'numrx')} {found[key]} " for key in QUEUES)


def _words(values: Record, *, of_port: bool) -> str:
    spelled = SPELLED if of_port else {key: word for key, word in SPELLED.items() if key != "bridge_id"}
    return "".join(f"{spelled.get(key, key)} {_word(value)} " for key, value in values.items())


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:7.2f}" if isinstance(value, float) else str(value)
