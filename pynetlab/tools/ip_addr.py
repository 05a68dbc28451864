"""``ip addr``: ip-address(8)."""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Interface

from ..kernel import Plan, Step
from ..model import Link, Netns, State
from ..ops import AddAddress, DeleteAddress, ListAddresses
from ..output import Output
from .call import TYPED, Refused, absent, change, holds
from .ip_link import Record, Style, brief, brief_json, link_json, record, text
from .ip_says import missing, says
from .ip_select import Selection, scope, selection

FOREVER = 4294967295
"""Seconds that an address lives which nobody limited: all 32 bits set."""
Verb = Callable[[str, Sequence[str], Style], Plan[Output]]


def show(netns: str, words: Sequence[str], style: Style) -> Plan[Output]:
    """Print devices with their addresses."""
    wanted = selection(words)
    state = yield from holds(netns)
    if style.family == "inet6":
        return Output(link_json([]) if style.json else "")
    here = state[netns]
    only_inet = Style(style.json, style.brief, style.oneline, style.detailed, style.family or ("inet" if wanted.to is not None else ""))
    shown = [(link, wanted.addresses(link)) for link in wanted.links(here)]
    limited = only_inet.family or wanted.to is not None or (style.oneline and not style.brief)
    shown = [(link, addresses) for link, addresses in shown if addresses or not limited]
    return Output(_printed(state, here, shown, only_inet))


def _printed(state: State, netns: Netns, shown: list[tuple[Link, list[IPv4Interface]]], style: Style) -> str:
    records = [record(state, netns, link, style, addresses=True) for link, _ in shown]
    if style.json:
        infos = [[_info(link, address, brief=style.brief) for address in addresses] for link, addresses in shown]
        heads = [brief_json(found, addresses=True) if style.brief else found for found in records]
        return link_json([found | {"addr_info": info} for found, info in zip(heads, infos, strict=True)])
    out = ""
    for found, (link, addresses) in zip(records, shown, strict=True):
        if style.brief:
            out += brief(found) + "".join(f"{address} " for address in addresses) + "\n"
        elif style.oneline:
            out += "".join(f"{found['ifindex']}: {link.name}    {_line(link, address)}\\{_lives()}\n" for address in addresses)
        else:
            out += f"{text(found, netns, style)}\n" + "".join(f"    {_line(link, address)}\n{_lives()}\n" for address in addresses)
    return out


def _secondary(link: Link, address: IPv4Interface) -> bool:
    return next(other for other in link.addresses if other.network == address.network) != address


def _line(link: Link, address: IPv4Interface) -> str:
    return f"inet {address} scope {scope(address)} {'secondary ' if _secondary(link, address) else ''}{link.name}"


def _lives() -> str:
    return "       valid_lft forever preferred_lft forever"


def _info(link: Link, address: IPv4Interface, *, brief: bool) -> Record:
    short: Record = {"local": str(address.ip), "prefixlen": address.network.prefixlen}
    if brief:
        return short
    found: Record = {"family": "inet"} | short | {"scope": scope(address)}
    found |= {"secondary": True} if _secondary(link, address) else {}
    return found | {"label": link.name, "valid_life_time": FOREVER, "preferred_life_time": FOREVER}


def _read(words: Sequence[str]) -> tuple[IPv4Interface, str]:
    """Read an address and its device, in either order."""
    left, address, dev = list(words), "", ""
    while left:
        word = left.pop(0)
        if word in ("dev", "local"):
            if not left:
                raise Refused('Command line is not complete. Try option "help"', 255)
            dev, address = (left.pop(0), address) if word == "dev" else (dev, left.pop(0))
        elif word in ("peer", "broadcast", "brd", "label", "scope", "valid_lft", "preferred_lft", "metric", "noprefixroute") or address:
            raise absent(f"'ip addr add ... {word}'", ("ADDRESS/BITS dev NAME",))
        else:
            address = word
    if not dev:
        raise missing("dev")
    if ":" in address:
        raise Refused("Error: ipv6: IPv6 is disabled on this device.", 2)
    try:
        return IPv4Interface(address), dev
    except ValueError:
        raise Refused(f'Error: any valid prefix is expected rather than "{address}".') from None


def add(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Give a device an address."""
    address, dev = _read(words)
    yield from change(AddAddress(netns, dev, address), says)
    return Output()


def replace(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Give a device an address, unless it has it."""
    address, dev = _read(words)
    here = (yield from holds(netns))[netns]
    if dev not in here.links or address not in here.links[dev].addresses:
        yield from change(AddAddress(netns, dev, address), says)
    return Output()


WILDCARD = """Warning: Executing wildcard deletion to stay compatible with old scripts.
         Explicitly specify the prefix length ({}/32) to avoid this warning.
         This special behaviour is likely to disappear in further releases,
         fix your scripts!
"""


def delete(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Take an address from a device; one without a prefix length means the first that is it."""
    address, dev = _read(words)
    err = ""
    if not any("/" in word for word in words):
        here = (yield from holds(netns))[netns]
        same = (each for each in here.links[dev].addresses if each.ip == address.ip) if dev in here.links else iter(())
        address, err = next(same, address), WILDCARD.format(address.ip)
    yield from change(DeleteAddress(netns, dev, address), says)
    return Output(err=err)


def flush(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Take all addresses from a device, or those that are selected."""
    if not words:
        raise Refused("Flush requires arguments.")
    wanted = selection(words)
    here = (yield from holds(netns))[netns]
    for link in wanted.links(here):
        while chosen := (yield from _left(netns, link.name, wanted)):
            yield from change(DeleteAddress(netns, link.name, chosen[0]), says)
    return Output()


def _left(netns: str, name: str, wanted: Selection) -> Plan[list[IPv4Interface]]:
    addresses: tuple[IPv4Interface, ...] = yield Step(ListAddresses(netns, name), TYPED)
    return wanted.addresses(Link(name, "", addresses=addresses))


VERBS: Mapping[str, Verb] = {
    "add": add,
    "change": replace,
    "replace": replace,
    "delete": delete,
    "show": show,
    "list": show,
    "lst": show,
    "flush": flush,
}
