"""``ip link``: ip-link(8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..kernel import Plan
from ..model import Link, mac_address
from ..ops import AddBridge, AddDummy, AddMacvlan, AddVeth, DeleteLink, MoveLink, Op, SetDown, SetHairpin, SetMaster, SetMtu, SetUp
from ..output import Output
from .call import Refused, absent, change, holds
from .ip_link import Style, brief, brief_json, link_json, record, text
from .ip_says import MISUSED, missing, no_device, says, wrong
from .ip_select import selection

LONGEST_NAME = 15
KINDS = ("bridge", "veth", "macvlan", "dummy")
MODES = ("private", "vepa", "bridge", "passthru", "source")
SETTINGS = ("up", "down", "master NAME", "nomaster", "mtu BYTES", "netns NAME", "type bridge_slave hairpin on|off")
OTHERS = ("name", "address", "arp", "multicast", "promisc", "txqueuelen", "alias", "group", "vf", "broadcast", "allmulticast")
"""What Linux can set besides, and a lab cannot."""


def show(netns: str, words: Sequence[str], style: Style) -> Plan[Output]:
    """Print devices."""
    wanted = selection(words)
    state = yield from holds(netns)
    here = state[netns]
    records = [record(state, here, link, style, addresses=False) for link in wanted.links(here)]
    if style.json:
        return Output(link_json([brief_json(found, addresses=False) if style.brief else found for found in records]))
    if style.brief:
        return Output("".join(f"{brief(found)}{found['address']} <{','.join(found['flags'])}> \n" for found in records))
    return Output("".join(f"{text(found, here, style)}\n" for found in records))


def add(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Make a device: a bridge, a cable, a macvlan or a dummy."""
    given, kind, behind = _read_add(words)
    name, mac = given.get("name", ""), given.get("address", "")
    links = (yield from holds(netns))[netns].links
    if not name:
        name = next(f"{kind}{number}" for number in range(len(links) + 1) if f"{kind}{number}" not in links)
    if len(name) > LONGEST_NAME:
        raise Refused("Error: Attribute failed policy validation.", 2)
    where = given.get("netns", netns)
    mac = mac or mac_address(where, name)
    if kind == "bridge":
        op: Op = AddBridge(where, name, mac)
    elif kind == "dummy":
        op = AddDummy(where, name, mac)
    elif kind == "veth":
        op = _veth(where, name, mac, behind, netns)
    else:
        if given.get("link", "lo") not in links:
            raise no_device(given["link"])
        op = AddMacvlan(where, name, mac, netns, given.get("link", "lo"), _mode(behind))
    yield from change(op, says)
    return Output()


def _read_add(words: Sequence[str]) -> tuple[dict[str, str], str, list[str]]:
    """Read what stands before ``type``, the type, and what stands behind it."""
    if "type" not in words or words[-1] == "type":
        raise missing("type")
    at = list(words).index("type")
    left, kind, behind = list(words[:at]), words[at + 1], list(words[at + 2 :])
    given: dict[str, str] = {}
    while left:
        word = left.pop(0)
        if word in ("name", "dev", "link", "address", "netns") and left:
            given["name" if word == "dev" else word] = left.pop(0)
        elif "name" not in given:
            given["name"] = word
        else:
            raise absent(f"'ip link add ... {word}'", ("NAME", "link NAME", "address MAC", "netns NAME", "type KIND"))
    if kind not in KINDS:
        raise absent(f"the type {kind}", KINDS)
    if behind and kind in ("bridge", "dummy"):
        raise absent(f"'type {kind} {behind[0]}'", (f"type {kind}",))
    return given, kind, behind


def _veth(netns: str, name: str, mac: str, behind: list[str], here: str) -> Op:
    """Read the far end of a cable; one that is not named gets the kernel's next name."""
    peer, far, far_mac = "veth0" if name != "veth0" else "veth1", netns, ""
    left = behind[1:] if behind[:1] == ["peer"] else behind
    while left:
        word, *left = left
        if word in ("name", "netns", "address") and left:
            value, *left = left
            peer, far, far_mac = (value if word == key else old for key, old in (("name", peer), ("netns", far), ("address", far_mac)))
        else:
            peer = word
    if far == netns != here and "netns" not in behind:
        far = here
    return AddVeth(netns, name, mac, far, peer, far_mac or mac_address(far, peer))


def _mode(behind: list[str]) -> str:
    mode = behind[1] if behind[:1] == ["mode"] and len(behind) > 1 else "vepa"
    if mode not in MODES:
        raise Refused(f'Error: argument of "mode" must be "private", "vepa", "bridge", "passthru" or "source", not "{mode}"')
    if mode == "source" or behind[2:]:
        raise absent(f"'type macvlan {' '.join(behind)}'", [f"mode {each}" for each in MODES[:4]])
    return mode


def set_(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Change a device. What one line says is done in the kernel's order: its MTU, its bridge, then up or down."""
    left = list(words[1:]) if words[:1] == ("dev",) else list(words)
    if not left:
        raise missing("dev", MISUSED)
    name = left.pop(0)
    links = (yield from holds(netns))[netns].links
    ops = list(_settings(netns, name, left))
    if name not in links and not ops:
        raise no_device(name)
    for op in sorted(ops, key=lambda op: ORDER.index(type(op))):
        if name in links and isinstance(op, SetMaster) and op.master is not None:
            yield from _freed(op, links)
        yield from change(op, says)
    return Output()


def _freed(op: SetMaster, links: Mapping[str, Link]) -> Plan[None]:
    """Free a port before it gets another bridge, as do_set_master does even where that one then refuses."""
    if op.master not in links:
        raise wrong(str(op.master), "Device does not exist")
    if links[op.name].master not in (None, op.master):
        yield from change(SetMaster(op.netns, op.name, None), says)


ORDER: tuple[type[Op], ...] = (MoveLink, SetMtu, SetMaster, SetUp, SetDown, SetHairpin)
"""The order in which do_setlink of Linux (net/core/rtnetlink.c) does what one message says."""


def _settings(netns: str, name: str, left: list[str]) -> Iterator[Op]:
    while left:
        word, *left = left
        if word in ("up", "down"):
            yield SetUp(netns, name) if word == "up" else SetDown(netns, name)
        elif word == "nomaster":
            yield SetMaster(netns, name, None)
        elif word == "netns" and left:
            to, *left = left
            yield MoveLink(netns, name, to)
            netns = to  # what follows is done there
        elif word in ("master", "mtu") and left:
            value, *left = left
            if word == "mtu" and not value.isdigit():
                raise wrong(value, 'Invalid "mtu" value')
            yield SetMaster(netns, name, value) if word == "master" else SetMtu(netns, name, int(value))
        elif [word, *left][:3] == ["type", "bridge_slave", "hairpin"] and left[2:] in (["on"], ["off"]):
            yield SetHairpin(netns, name, on=left.pop() == "on")
            left = []
        elif word in OTHERS or word == "type":
            raise absent(f"'ip link set {name} {word}'", SETTINGS)
        else:
            raise Refused(f'Error: either "dev" is duplicate, or "{word}" is a garbage.', MISUSED)


def delete(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Remove a device; a cable goes with its other end."""
    names = [word for word in words if word != "dev"]
    if not names:
        raise missing("dev", MISUSED)
    yield from change(DeleteLink(netns, names[0]), says)
    return Output()


Verb = Callable[[str, Sequence[str], Style], Plan[Output]]
VERBS: Mapping[str, Verb] = {"add": add, "set": set_, "change": set_, "delete": delete, "show": show, "list": show, "lst": show}
