"""bridge(8) for ports and forwarding tables, and brctl(8) show."""

from collections.abc import Iterator, Sequence

from ..kernel import Plan
from ..model import Link, Netns, State
from ..ops import SetHairpin
from ..output import Output
from .call import Call, Refused, absent, change, holds
from .devices import flags, in_order, index_of, link_index, ports
from .ip_link import Record, link_json
from .ip_says import says
from .link_details import port

WRONG = 255
SWITCHES = (
    "hairpin", "guard", "root_block", "fastleave", "learning", "flood", "mcast_flood", "bcast_flood", "mcast_router",
    "mcast_to_unicast", "neigh_suppress", "vlan_tunnel", "isolated", "locked",
)  # fmt: skip
ALL_NODES, ALL_SNOOPERS, ALL_HOSTS, SNOOPERS = "33:33:00:00:00:01", "33:33:00:00:00:6a", "01:00:5e:00:00:01", "01:00:5e:00:00:6a"
"""The groups that a device listens to unasked: RFC 4291 and RFC 4286 for IPv6, RFC 1112 and RFC 4286 for IPv4."""


def bridge(call: Call) -> Plan[Output]:
    """What a command line says is done: ``link``, ``link set dev NAME hairpin on|off`` and ``fdb``."""
    words = [word for word in call.arguments if not word.startswith("-")]
    options = {letter for word in call.arguments if word.startswith("-") for letter in word[1:]}
    if options - set("djc"):
        raise absent(f"bridge -{min(options - set('djc'))}", ("-d", "-j"))
    name, *rest = words or [""]
    state = yield from holds(call.netns)
    verb = rest[0] if rest else "show"
    if name and "link".startswith(name):
        if verb == "set":
            return (yield from _set(call.netns, rest[1:]))
        return Output(_links(state, state[call.netns], _dev(verb, rest[1:], "link"), options))
    if name and "fdb".startswith(name):
        return Output(_fdb(state, state[call.netns], _dev(verb, rest[1:], "fdb"), options))
    raise absent(f"'bridge {name}'".rstrip("' ") + "'", ("bridge link", "bridge fdb"))


def _dev(verb: str, words: Sequence[str], name: str) -> dict[str, str]:
    if not any(known.startswith(verb) for known in ("show", "list", "lst")):
        raise Refused(f'Command "{verb}" is unknown, try "bridge {name} help".', WRONG)
    found = dict(zip(words[::2], words[1::2], strict=False)) if len(words) > 1 else {"dev": words[0]} if words else {}
    if set(found) - {"dev", "br", "brport"}:
        raise absent(f"'bridge {name} show {' '.join(words)}'", ("dev NAME", "br NAME"))
    return {"dev" if key == "brport" else key: value for key, value in found.items()}


def _set(netns: str, words: Sequence[str]) -> Plan[Output]:
    match words:
        case ["dev", name, "hairpin", ("on" | "off") as switch]:
            yield from change(SetHairpin(netns, name, on=switch == "on"), says)
            return Output()
    raise absent(f"'bridge link set {' '.join(words)}'", ("bridge link set dev NAME hairpin on|off",))


def _found(netns: Netns, wanted: dict[str, str]) -> None:
    for key, name in wanted.items():
        if name not in netns.links:
            raise Refused(f'Cannot find {"bridge " if key == "br" else ""}device "{name}"', WRONG)


def _links(state: State, netns: Netns, wanted: dict[str, str], options: set[str]) -> str:
    _found(netns, wanted)
    shown = [link for link in in_order(netns) if link.master and wanted.get("dev", link.name) == link.name]
    records = [_link(state, netns, link, detailed="d" in options) for link in shown]
    if "j" in options:
        return link_json(records)
    out = ""
    for found in records:
        behind = f"@{found['link']}" if "link" in found else ""
        out += f"{found['ifindex']}: {found['ifname']}{behind}: <{','.join(found['flags'])}> mtu {found['mtu']} "
        out += f"master {found['master']} state {found['state']} priority {found['priority']} cost {found['cost']} \n"
        words = [f"{key} {('off', 'on')[found[key]] if isinstance(found[key], bool) else found[key]} " for key in SWITCHES if key in found]
        out += f"    {''.join(words)}\n" if words else ""
    return out


def _link(state: State, netns: Netns, link: Link, *, detailed: bool) -> Record:
    """Give a port as ``bridge -j link`` does. It looks for the other end by its index in this namespace, wherever that one is."""
    number, own = link_index(state, link), index_of(netns, link)
    here = next((other for other in netns.links.values() if index_of(netns, other) == number and other is not link), None)
    found: Record = {"ifindex": own} | ({"link": here.name if here else f"if{number}"} if number not in (None, own) else {})
    down = ["M-DOWN"] if here is not None and not here.up else []
    found |= {"ifname": link.name, "flags": flags(state, netns, link) + down, "mtu": link.mtu, "master": link.master}
    values = port(state, netns, link)
    values["mcast_router"] = values["multicast_router"]
    return (
        found | {key: values[key] for key in ("state", "priority", "cost")} | ({key: values[key] for key in SWITCHES} if detailed else {})
    )


def _fdb(state: State, netns: Netns, wanted: dict[str, str], options: set[str]) -> str:
    _found(netns, wanted)
    lines = [(link, mac, master) for link in in_order(netns) for mac, master in _entries(state, netns, link)]
    br, dev = wanted.get("br"), wanted.get("dev")
    lines = [each for each in lines if br in (None, each[0].name, each[0].master) and dev in (None, each[0].name)]
    if "j" in options:
        found = [
            {"mac": mac} | ({} if dev else {"ifname": link.name}) | _place(master) | {"state": "permanent"} for link, mac, master in lines
        ]
        return link_json(found)
    words = [(mac, "" if dev else f"dev {link.name} ", f"master {master}" if master else "self") for link, mac, master in lines]
    return "".join(f"{mac} {where}{owner} permanent\n" for mac, where, owner in words)


def _place(master: str) -> Record:
    return {"flags": [], "master": master} if master else {"flags": ["self"]}


def _entries(state: State, netns: Netns, link: Link) -> Iterator[tuple[str, str]]:
    """List what a device is known to hear: its own address, macvlans' on it, and groups. Nothing was learned: no packet went by."""
    if link.kind == "loopback":
        return
    if link.master:
        yield link.mac, link.master
    for there in state.netns.values():
        yield from ((other.mac, "") for other in there.links.values() if other.parent == (netns.name, link.name) and other.up)
    yield ALL_NODES, ""
    if link.kind == "bridge" and link.up:
        yield from ((SNOOPERS, ""), (ALL_SNOOPERS, ""))
    if link.up:
        yield ALL_HOSTS, ""
    if link.kind == "bridge":
        yield link.mac, link.name


def brctl(call: Call) -> Plan[Output]:
    """Print the bridges and their ports, sorted by name, as ``brctl show`` does."""
    if call.arguments[:1] != ("show",):
        raise absent(f"'brctl {' '.join(call.arguments)}'", ("brctl show", "ip link", "bridge"))
    here = (yield from holds(call.netns))[call.netns]
    out = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n"
    for link in sorted((link for link in here.links.values() if link.kind == "bridge"), key=lambda link: link.name):
        names = [port.name for port in ports(here, link.name)]
        out += f"{link.name}\t\t8000.{link.mac.replace(':', '')}\tno\t\t{names[0] if names else ''}\n"
        out += "".join(f"\t\t\t\t\t\t\t{name}\n" for name in names[1:])
    return Output(out)
