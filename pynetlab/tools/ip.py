"""ip(8): its options, its objects, and their verbs, which may be shortened as iproute2 allows."""

from collections.abc import Callable, Mapping, Sequence

from ..kernel import Plan
from ..output import Output
from . import ip_addr, ip_netns, ip_route_set, ip_set
from .call import Call, Refused, absent, holds
from .ip_link import Style

Verb = Callable[[str, Sequence[str], Style], Plan[Output]]

OPTIONS: Mapping[str, Mapping[str, object]] = {
    "-j": {"json": True},
    "-json": {"json": True},
    "-br": {"brief": True},
    "-brief": {"brief": True},
    "-o": {"oneline": True},
    "-oneline": {"oneline": True},
    "-d": {"detailed": True},
    "-details": {"detailed": True},
    "-4": {"family": "inet"},
    "-6": {"family": "inet6"},
    "-c": {},
    "-color": {},
    "-N": {},
}
"""What each option sets. Colours are left out: the output is no terminal."""

VERBS: Mapping[str, Mapping[str, Verb]] = {
    "address": ip_addr.VERBS,
    "route": ip_route_set.VERBS,
    "rule": {"": ip_netns.rules},
    "neighbor": {"": ip_netns.neighbours},
    "neighbour": {"": ip_netns.neighbours},
    "link": ip_set.VERBS,
    "netns": ip_netns.VERBS,
}
"""Object → verb → what does it. A shortened word means the first that begins so; ``""`` reads its verb itself."""

SHOWN = "show"


def ip(call: Call) -> Plan[Output]:
    """What a command line says is done. Raises Refused, in ip's words where it has some."""
    netns, style, words = yield from _options(call)
    if not words:
        raise absent("'ip' alone", tuple(VERBS))
    name = next((name for name in VERBS if name.startswith(words[0])), "")
    if not name:
        raise Refused(f'Object "{words[0]}" is unknown, try "ip help".')
    if name == "netns" and words[1:2] and "exec".startswith(words[1]):
        return (yield from _exec(call, words[2:]))
    verbs = VERBS[name]
    if "" in verbs:
        return (yield from verbs[""](netns, words[1:], style))
    verb = _verb(verbs, words[1:2])
    if verb is None:
        raise Refused(f'Command "{words[1]}" is unknown, try "ip {name} help".', 255)
    return (yield from verb(netns, words[2:], style))


def _verb(verbs: Mapping[str, Verb], words: Sequence[str]) -> Verb | None:
    word = words[0] if words else SHOWN
    return next((verb for name, verb in verbs.items() if name.startswith(word)), verbs[SHOWN] if word == "ls" else None)


def _options(call: Call) -> Plan[tuple[str, Style, tuple[str, ...]]]:
    """Take the options off: where to do it, how to print, and the words that are left."""
    netns, style, words = call.netns, dict[str, object](), list(call.arguments)
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word in ("-n", "-netns") and words:
            netns = words.pop(0)
            yield from _existing(call, netns)
        elif word in OPTIONS:
            style |= OPTIONS[word]
        else:
            raise absent(f"ip {word}", ("-4", "-6", "-br", "-d", "-j", "-o", "-n NETNS"))
    return netns, Style(**style), tuple(words)  # type: ignore[arg-type] # each option sets what Style has


def _existing(call: Call, netns: str) -> Plan[None]:
    if netns not in (yield from holds(call.netns)).netns:
        raise Refused(f'Cannot open network namespace "{netns}": No such file or directory', 255)


def _exec(call: Call, words: Sequence[str]) -> Plan[Output]:
    """Run a tool in another namespace."""
    if len(words) < len(("NETNS", "PROGRAM")):
        raise Refused("No netns name specified" if not words else "No command specified", 255)
    yield from _existing(call, words[0])
    tool = call.tools.get(words[1])
    if tool is None:
        raise Refused(f'exec of "{words[1]}" failed: No such file or directory', 255)
    return (yield from tool(call.other(words[1:], words[0])))
