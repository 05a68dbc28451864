"""What ``ip link`` and ``ip addr`` show, as records in the order of ``ip -j`` and as the text that is made of them: ip-link(8)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..model import Link, Netns, State
from .devices import flags, index_of, link_index, names_below, netns_ids, operstate
from .link_details import details, details_text

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Style:
    """How ip(8) prints: the options before its object."""

    json: bool = False
    brief: bool = False
    oneline: bool = False
    detailed: bool = False
    family: str = ""
    """``inet`` or ``inet6`` where only that was asked for."""


def record(state: State, netns: Netns, link: Link, style: Style, *, addresses: bool) -> Record:
    """Give a device as ``ip -j link`` does, or without its mode as ``ip -j addr`` does."""
    below, down = names_below(state, netns, link)
    loopback = link.kind == "loopback"
    place = link.peer or link.parent
    found: Record = {"ifindex": index_of(netns, link)}
    if place is not None:
        found |= {"link": below} if place[0] == netns.name else {"link_index": link_index(state, link)}
    found |= {"ifname": link.name, "flags": flags(state, netns, link) + (["M-DOWN"] if down else [])}
    found |= {"mtu": link.mtu, "qdisc": "tbf" if link.qdisc else "noqueue" if link.was_up or link.up else "noop"}
    found |= {"master": link.master} if link.master else {}
    found |= {"operstate": operstate(state, netns, link)} | ({} if addresses else {"linkmode": "DEFAULT"})
    found |= {"group": "default", "txqlen": 1000}
    if not (addresses and style.family):
        found |= {"link_type": "loopback" if loopback else "ether", "address": link.mac}
        found["broadcast"] = link.mac if loopback else "ff:ff:ff:ff:ff:ff"
    if place is not None and place[0] != netns.name:
        found["link_netnsid"] = netns_ids(netns)[place[0]]
    return found | (details(state, netns, link, addresses=addresses) if style.detailed else {})


def link_json(records: Sequence[Record]) -> str:
    """Print records as ``ip -j`` does."""
    return json.dumps(records, separators=(",", ":")) + "\n"


def name_of(found: Mapping[str, Any]) -> str:
    """Give the name of a device and what is below it."""
    behind = found.get("link") or (f"if{found['link_index']}" if "link_index" in found else "")
    return f"{found['ifname']}@{behind}" if behind else str(found["ifname"])


def brief(found: Record) -> str:
    """Print the beginning of a line of ``ip -br``."""
    return f"{name_of(found):<16} {found['operstate']:<14} "


def text(found: Record, netns: Netns, style: Style) -> str:
    """Print the head of a device, without the last line's end; ``-o`` puts a backslash where a line would end."""
    names = {number: name for name, number in netns_ids(netns).items()}
    words = [f"{found['ifindex']}: {name_of(found)}: <{','.join(found['flags'])}> mtu {found['mtu']} qdisc {found['qdisc']}"]
    words += [f"master {found['master']}"] if "master" in found else []
    words += [f"state {found['operstate']}"]
    words += [f"mode {found['linkmode']}"] if "linkmode" in found else []
    line = " ".join([*words, f"group {found['group']} qlen {found['txqlen']}"])
    newline = "\\" if style.oneline else "\n"
    if "link_type" in found:
        line += f"{newline}    link/{found['link_type']} {found['address']} brd {found['broadcast']}"
    if "link_netnsid" in found:
        line += f" link-netns {names[found['link_netnsid']]}"
    return line + (details_text(found, newline) if style.detailed else "")


def brief_json(found: Record, *, addresses: bool) -> Record:
    """Give the part of a record that ``ip -j -br`` prints."""
    keys = ("link", "link_index", "ifname", "operstate") + (() if addresses else ("address", "flags"))
    return {key: found[key] for key in keys if key in found}
