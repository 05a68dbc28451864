"""``ip route show`` and ``ip route get``: ip-route(8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from ..kernel import Plan
from ..model import Netns, Route
from ..output import Output
from .call import Refused, absent, holds
from .devices import carrier
from .ip_link import Record, Style, link_json
from .ip_says import REFUSED, no_device
from .ip_select import prefix

WHOLE = 32
"""Bits of an address."""
KNOWN = ("dev NAME", "via ADDRESS", "table main|local|all", "proto NAME", "scope NAME", "PREFIX", "root PREFIX", "match PREFIX")
NOWHERE = Refused("RTNETLINK answers: Network is unreachable", REFUSED)


@dataclass(frozen=True, slots=True)
class Entry:
    """One route of a table, as the kernel keeps it: also the local and broadcast ones, which it makes itself."""

    dst: IPv4Network
    dev: str
    via: IPv4Address | None = None
    src: IPv4Address | None = None
    metric: int = 0
    proto: str = "boot"
    scope: str = "global"
    kind: str = "unicast"
    table: str = "main"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``ip route show`` was asked for; what it selects by it does not print again."""

    dev: str = ""
    via: str = ""
    table: str = "main"
    proto: str = ""
    scope: str = ""
    exact: IPv4Network | None = None
    root: IPv4Network | None = None
    match: IPv4Network | None = None

    def fits(self, entry: Entry) -> bool:
        """Say whether a route is asked for."""
        return (
            self.table in ("all", entry.table)
            and self.dev in ("", entry.dev)
            and self.via in ("", str(entry.via))
            and self.proto in ("", entry.proto)
            and self.scope in ("", entry.scope)
            and self.exact in (None, entry.dst)
            and (self.root is None or entry.dst.subnet_of(self.root))
            and (self.match is None or self.match.subnet_of(entry.dst))
        )


def entries(netns: Netns) -> Iterator[Entry]:
    """List the routes of the main table and then of the local one, each sorted as the kernel's trie is."""
    for route in netns.routes:
        scope = "global" if route.via else "link"
        yield Entry(route.dst, route.dev, route.via, route.src, route.metric, "kernel" if route.kernel else "boot", scope)
    yield from sorted(_local(netns), key=lambda entry: (entry.dst.network_address, entry.dst.prefixlen))


def _local(netns: Netns) -> Iterator[Entry]:
    """List what the kernel makes for each address: see fib_add_ifaddr of Linux (net/ipv4/fib_frontend.c)."""
    for link in netns.links.values():
        first: dict[IPv4Network, IPv4Address] = {}
        for address in link.addresses:
            src = first.setdefault(address.network, address.ip)
            own = Entry(IPv4Network(address.ip), link.name, None, src, 0, "kernel", "host", "local", "local")
            yield own
            if src != address.ip or address.network.prefixlen == WHOLE:
                continue
            if link.kind == "loopback":
                yield replace(own, dst=address.network)
            if link.up and address.network.prefixlen < WHOLE - 1:
                yield replace(own, dst=IPv4Network(address.network.broadcast_address), scope="link", kind="broadcast")


def show(netns: str, words: Sequence[str], style: Style) -> Plan[Output]:
    """Print the routes that are asked for."""
    wanted = read(words)
    state = yield from holds(netns)
    here = state[netns]
    if wanted.dev and wanted.dev not in here.links:
        raise no_device(wanted.dev)
    if style.family == "inet6":
        return Output(link_json([]) if style.json else "")
    silent = {link.name for link in here.links.values() if link.up and not carrier(state, here, link)}
    found = [
        record(entry, wanted, style) | {"flags": ["linkdown"] if entry.dev in silent and entry.kind != "local" else []}
        for entry in entries(here)
        if wanted.fits(entry)
    ]
    return Output(link_json(found) if style.json else "".join(f"{line(each)}\n" for each in found))


def read(words: Sequence[str]) -> Wanted:
    """Read what stands behind ``show`` or ``flush``. Raises Refused for what is not modelled."""
    left, wanted = list(words), Wanted()
    while left:
        word = left.pop(0)
        if word in ("dev", "oif", "via", "table", "proto", "protocol", "scope", "root", "match", "exact", "to") and left:
            value = left.pop(0)
            name = {"oif": "dev", "protocol": "proto", "to": "exact"}.get(word, word)
            if name == "table" and value not in ("main", "local", "all", "cache"):
                raise absent(f"the table {value}", ("main", "local", "all"))
            wanted = _with(wanted, name, prefix(value) if name in ("root", "match", "exact") else value)
        elif word == "cache":
            wanted = _with(wanted, "table", "cache")
        elif word[0].isdigit() or word == "default":
            wanted = _with(wanted, "exact", prefix(word))
        else:
            raise absent(f"'ip route show {word}'", KNOWN)
    return wanted


def _with(wanted: Wanted, name: str, value: object) -> Wanted:
    return Wanted(**{each: getattr(wanted, each) for each in Wanted.__slots__} | {name: value})


def _destination(entry: Entry) -> str:
    if entry.dst.prefixlen == 0:
        return "default"
    return str(entry.dst.network_address) if entry.dst.prefixlen == WHOLE else str(entry.dst)


def record(entry: Entry, wanted: Wanted, style: Style) -> Record:
    """Give a route as ``ip -j route`` does, without what was selected by; ``-d`` says what goes without saying, too."""
    all_of_it = style.detailed
    found: Record = {"type": entry.kind} if all_of_it or entry.kind != "unicast" else {}
    found |= {"dst": _destination(entry)}
    found |= {"gateway": str(entry.via)} if entry.via and not wanted.via else {}
    found |= {"dev": entry.dev} if not wanted.dev else {}
    found |= {"table": entry.table} if wanted.table == "all" and entry.table != "main" else {}
    found |= {"protocol": entry.proto} if (all_of_it or entry.proto != "boot") and not wanted.proto else {}
    found |= {"scope": entry.scope} if (all_of_it or entry.scope != "global") and not wanted.scope else {}
    found |= {"prefsrc": str(entry.src)} if entry.src else {}
    return found | ({"metric": entry.metric} if entry.metric else {})


WORDS = {
    "gateway": "via",
    "dev": "dev",
    "table": "table",
    "protocol": "proto",
    "scope": "scope",
    "prefsrc": "src",
    "metric": "metric",
    "uid": "uid",
}


def line(found: Record) -> str:
    """Print a record of a route as a line; a blank stands at its end, as ip(8) prints it."""
    words = [found["type"]] if "type" in found else []
    words += [found["dst"], *(["from", found["from"]] if "from" in found else [])]
    words += [f"{word} {found[key]}" for key, word in WORDS.items() if key in found]
    words += found.get("flags", [])
    return "".join(f"{word} " for word in words)


def get(netns: str, words: Sequence[str], style: Style) -> Plan[Output]:
    """Print which way a packet would go that this machine sends, and with which source address."""
    if not words:
        raise Refused("need at least a destination address")
    left = [word for word in words if word != "to"]
    dst, options = _address(left[0]), dict(zip(left[1::2], left[2::2], strict=False))
    if set(options) - {"from", "oif", "dev"} or len(left) % 2 == 0:
        raise absent(f"'ip route get {' '.join(words)}'", ("ADDRESS", "from ADDRESS", "oif NAME"))
    here = (yield from holds(netns))[netns]
    source = _address(options["from"]) if "from" in options else None
    if source is not None and all(source not in entry.dst for entry in entries(here) if entry.kind == "local"):
        raise NOWHERE
    entry = lookup(here, dst, options.get("oif", options.get("dev", "")))
    if entry is None:
        raise NOWHERE
    marks = {"local": ["local"], "broadcast": ["local", "brd"]}.get(entry.kind, [])
    found: Record = {"type": entry.kind} if marks else {}
    found |= {"dst": str(dst)} | ({"from": str(source)} if source else {})
    found |= {"gateway": str(entry.via)} if entry.via else {}
    found |= {"dev": "lo" if entry.kind == "local" else entry.dev}
    src = source_for(here, entry, dst)
    found |= {"prefsrc": str(src)} if src and not source else {}
    if style.json:
        return Output(link_json([found | {"flags": [], "uid": 0, "cache": marks}]))
    return Output(f"{line(found | {'uid': 0})}\n    cache {'<' + ','.join(marks) + '> ' if marks else ''}\n")


def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except ValueError:
        raise Refused(f'Error: any valid prefix is expected rather than "{text}".') from None


def lookup(netns: Netns, dst: IPv4Address, dev: str = "") -> Entry | None:
    """Find the route that the kernel takes: in the local table first, then the longest prefix, then the smallest metric."""
    fitting = [entry for entry in entries(netns) if dst in entry.dst and (dev in ("", entry.dev) or entry.kind == "local")]
    local = [entry for entry in fitting if entry.table == "local"]
    return min(local or fitting, key=lambda entry: (-entry.dst.prefixlen, entry.metric), default=None)


def source_for(netns: Netns, entry: Entry, dst: IPv4Address) -> IPv4Address | None:
    """Choose the source address: the route's, or the device's first one beside the next hop; see inet_select_addr."""
    if entry.kind == "local":
        return dst if any(dst == address.ip for link in netns.links.values() for address in link.addresses) else entry.src
    addresses = netns.links[entry.dev].addresses
    beside = [address.ip for address in addresses if (entry.via or dst) in address.network]
    others = [address.ip for link in netns.links.values() for address in link.addresses if not address.ip.is_loopback]
    return next(iter([*([entry.src] if entry.src else []), *beside, *(address.ip for address in addresses), *others]), None)


def as_route(entry: Entry) -> Route:
    """Give the record of the model for a route of the main table."""
    return Route(entry.dst, entry.dev, entry.via, entry.src, entry.metric, entry.proto == "kernel")
