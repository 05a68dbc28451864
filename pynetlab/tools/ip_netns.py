"""``ip netns``, ``ip neigh`` and ``ip rule``: ip-netns(8), ip-neighbour(8), ip-rule(8)."""

from collections.abc import Sequence

from ..kernel import Plan
from ..ops import AddNetns, DeleteNetns
from ..output import Output
from .call import Refused, absent, change, holds
from .devices import netns_ids
from .ip_link import Style, link_json
from .ip_says import says

RULES = ((0, "local"), (32766, "main"), (32767, "default"))


def list_(netns: str, _words: Sequence[str], style: Style) -> Plan[Output]:
    """List the namespaces of the lab, the newest first, with the numbers that this one knows them by."""
    state = yield from holds(netns)
    known = netns_ids(state[netns])
    names = list(state.netns)[::-1]
    if style.json:
        return Output(link_json([{"name": name} | ({"id": known[name]} if name in known else {}) for name in names]))
    return Output("".join(f"{name} (id: {known[name]})\n" if name in known else f"{name}\n" for name in names))


def add(_netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Make a namespace."""
    yield from change(AddNetns(_name(words)), says)
    return Output()


def delete(_netns: str, words: Sequence[str], _style: Style) -> Plan[Output]:
    """Remove a namespace with all that is in it."""
    yield from change(DeleteNetns(_name(words)), says)
    return Output()


def _name(words: Sequence[str]) -> str:
    if not words:
        raise Refused("No netns name specified")
    return words[0]


def neighbours(netns: str, words: Sequence[str], style: Style) -> Plan[Output]:
    """Print the table of neighbours: it is empty, since nobody in the simulation has asked for an address yet."""
    here = (yield from holds(netns))[netns]
    verb = words[0] if words else "show"
    if not any(known.startswith(verb) for known in ("show", "list", "lst", "flush")):
        raise absent(f"'ip neigh {verb}'", ("ip neigh show", "ip neigh flush"))
    if "flush".startswith(verb):
        if not words[1:]:
            raise Refused("Flush requires arguments.")
        return Output()
    names = [word for word in words[1:] if word != "dev"]
    if names and names[0] not in here.links:
        raise Refused(f'Cannot find device "{names[0]}"')
    return Output(link_json([]) if style.json else "")


def rules(_netns: str, words: Sequence[str], style: Style) -> Plan[Output]:
    """Print which tables of routes are looked at: those that every machine begins with."""
    yield from ()
    if words and not any(known.startswith(words[0]) for known in ("show", "list", "lst")):
        raise absent(f"'ip rule {words[0]}'", ("ip rule show",))
    if style.json:
        return Output(link_json([{"priority": number, "src": "all", "table": table} for number, table in RULES]))
    return Output("".join(f"{number}:\tfrom all lookup {table}\n" for number, table in RULES))


VERBS = {"list": list_, "show": list_, "lst": list_, "add": add, "delete": delete}
