"""Addresses and routes of a namespace as tables that say why each of them is there."""

from collections.abc import Callable

from ..model import Netns
from .table import Table

Why = Callable[..., str]
"""From the words that name a fact to its reason; empty where there is none."""


def addresses(netns: Netns, why: Why) -> Table:
    """List the IPv4 addresses in the order of ip-address(8)."""
    rows = [(link.name, str(each), why("address", link.name, str(each))) for link in netns.links.values() for each in link.addresses]
    return Table(f"addresses of {netns.name}", ("device", "address", "why it is there"), tuple(rows), ("address",))


def routes(netns: Netns, why: Why) -> Table:
    """List the IPv4 routes of the main table, most of which Linux makes by itself."""
    rows = [(str(route), "Linux" if route.kernel else "a step", why("route", str(route))) for route in netns.routes]
    return Table(f"routes of {netns.name}", ("route", "made by", "why it is there"), tuple(rows), ("route",))
