"""``ip route add``, ``del``, ``replace``, ``change``, ``append`` and ``flush``: ip-route(8)."""

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from ..kernel import Plan
from ..model import Netns, Route
from ..ops import AddRoute, DeleteRoute
from ..output import Output
from .call import Refused, absent, change, holds
from .ip_link import Style
from .ip_route import as_route, entries, get, lookup, read, show
from .ip_says import REFUSED, no_device, says
from .ip_select import prefix

KNOWN = ("PREFIX", "via ADDRESS", "dev NAME", "src ADDRESS", "metric NUMBER")


@dataclass(frozen=True, slots=True)
class Asked:
    """A route as a command line names it."""

    dst: IPv4Network
    dev: str = ""
    via: IPv4Address | None = None
    src: IPv4Address | None = None
    metric: int = 0

    def means(self, route: Route) -> bool:
        """Say whether a command to delete means this route: what it leaves out fits anything; see fib_table_delete."""
        return (
            route.dst == self.dst
            and self.dev in ("", route.dev)
            and self.via in (None, route.via)
            and self.src in (None, route.src)
            and self.metric in (0, route.metric)
        )


def _asked(words: Sequence[str]) -> Asked:
    options: dict[str, str] = {}
    dst, left = "", list(words)
    while left:
        word = left.pop(0)
        if word in ("via", "dev", "oif", "src", "metric", "preference", "priority", "to", "proto", "scope", "table") and left:
            options[{"oif": "dev", "preference": "metric", "priority": "metric", "to": "dst"}.get(word, word)] = left.pop(0)
        elif not dst and (word[0].isdigit() or word == "default"):
            dst = word
        elif word != "unicast":
            raise absent(f"'ip route ... {word}'", KNOWN)
    for key, only in (("table", ("main",)), ("proto", ("boot",)), ("scope", ("global",) if "via" in options else ("link",))):
        if options.get(key, only[0]) not in only:
            raise absent(f"'{key} {options[key]}' of a route", KNOWN)
    network = prefix(options.get("dst", dst or "default"))
    via, src = (_address(options[key]) if key in options else None for key in ("via", "src"))
    return Asked(network, options.get("dev", ""), via, src, int(options.get("metric", "0")))


def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except ValueError:
        raise Refused(f'Error: inet address is expected rather than "{text}".') from None


def _route(netns: Netns, asked: Asked) -> Route:
    """Give the route to add; where no device is named the kernel looks where the gateway is. Raises Refused."""
    dev = asked.dev
    if not dev:
        found = lookup(netns, asked.via) if asked.via else None
        if asked.via is None:
            raise Refused(f"RTNETLINK answers: {os.strerror(errno.ENODEV)}", REFUSED)
        if found is None or found.via is not None or found.kind != "unicast":
            raise Refused("Error: Nexthop has invalid gateway.", REFUSED)
        dev = found.dev
    if dev not in netns.links:
        raise no_device(dev)
    return Route(asked.dst, dev, asked.via, asked.src, asked.metric)


def add(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Add a route."""
    asked = _asked(words)
    here = (yield from holds(netns))[netns]
    yield from change(AddRoute(netns, _route(here, asked)), says)
    return Output()


def append(netns: str, words: Sequence[str], style: Style) -> Plan[Output]:
    """Add a route behind those to the same destination, where there are none yet."""
    asked = _asked(words)
    here = (yield from holds(netns))[netns]
    if any((route.dst, route.metric) == (asked.dst, asked.metric) for route in here.routes):
        raise absent("a second route to one destination with one metric", ("ip route add", "ip route replace", "ip route del"))
    return (yield from add(netns, words, style))


def replace(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Put a route in the place of one to the same destination, or add it."""
    return (yield from _instead(netns, _asked(words), must=False))


def change_(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Put a route in the place of one to the same destination, which must be there."""
    return (yield from _instead(netns, _asked(words), must=True))


def _instead(netns: str, asked: Asked, *, must: bool) -> Plan[Output]:
    here = (yield from holds(netns))[netns]
    new = _route(here, asked)
    rivals = [route for route in here.routes if (route.dst, route.metric) == (asked.dst, asked.metric)]
    if must and not rivals:
        raise Refused(f"RTNETLINK answers: {os.strerror(errno.ENOENT)}", REFUSED)
    if new in rivals:
        return Output()
    for route in rivals:
        yield from change(DeleteRoute(netns, route), says)
    try:
        yield from change(AddRoute(netns, new), says)
    except Refused:
        for route in rivals:
            yield from change(AddRoute(netns, route), says)
        raise
    return Output()


def delete(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Delete the first route that is meant."""
    if not words:
        raise absent("'ip route del' without a destination", ("ip route del PREFIX [via ADDRESS] [dev NAME]",))
    asked = _asked(words)
    here = (yield from holds(netns))[netns]
    if asked.dev and asked.dev not in here.links:
        raise no_device(asked.dev)
    found = next((route for route in here.routes if asked.means(route)), None)
    if found is None:
        raise Refused(f"RTNETLINK answers: {os.strerror(errno.ESRCH)}", REFUSED)
    yield from change(DeleteRoute(netns, found), says)
    return Output()


def flush(netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Delete all routes that are selected."""
    if not words:
        raise Refused('"ip route flush" requires arguments.')
    wanted = read(words)
    here = (yield from holds(netns))[netns]
    for entry in entries(here):
        if entry.table == "main" and wanted.fits(entry):
            yield from change(DeleteRoute(netns, as_route(entry)), says)
    return Output()


Verb = Callable[[str, Sequence[str], Style], Plan[Output]]
VERBS: Mapping[str, Verb] = {
    "add": add,
    "append": append,
    "change": change_,
    "chg": change_,
    "delete": delete,
    "get": get,
    "list": show,
    "show": show,
    "lst": show,
    "ls": show,
    "replace": replace,
    "flush": flush,
}
