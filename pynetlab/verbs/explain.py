"""Why is this here? Which step made a rule, an address, a route or a device, and for which command line."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from ..errors import SpecError
from ..kernel import Walk
from ..model import BUILTIN, Netns, State
from ..model.diff import link_words
from ..model.state import SYSCTL_DEFAULTS
from ..provenance import Cause, Origins, origins, unasked
from ..stage import HOST
from ..views.explanation import Explanation, Reason

Entry = tuple[tuple[str, ...], tuple[str, ...], str]
"""The names by which a thing can be asked for, the first is shown; its fact without the namespace; its text."""
SHOWN = 12
"""So many names at most are offered in place of one that is not there."""
HOW = (
    "give 'link NAME', 'address IP', 'route DESTINATION', 'TABLE CHAIN NUMBER' for a rule, 'TABLE CHAIN', 'sysctl KEY',"
    " 'listener [PROTO IP:]PORT' or 'file PATH', and before it 'NAME: ' for a container or another machine"
)


class Explained(Protocol):
    """What has to be known of a lab."""

    @property
    def walks(self) -> Sequence[Walk[Any]]:
        """All that was carried out, the oldest first."""

    @property
    def containers(self) -> Mapping[str, Any]:
        """Its containers, by name; each with the namespace that it is in."""

    def state(self) -> State:
        """All that the kernel holds now."""


def explain(lab: Explained, what: str) -> Explanation:
    """Say which step made something and why: ``"nat DOCKER 2"``, ``"route default"``, ``"web: address 172.17.0.2"``.

    Of the host, unless a container or a machine is named first. Raises SpecError, which names what there is.
    """
    state = lab.state()
    where, words = _asked(lab, state, what)
    kind, wanted = (words[0], " ".join(words[1:])) if words and words[0] not in BUILTIN else _firewall(words)
    if kind == "rule":
        return _rule(where, state[where], wanted.split(), origins(lab.walks))
    if kind not in KINDS or not wanted:
        raise SpecError(f"explain {what!r}: {HOW}")
    entries = list(KINDS[kind](state[where]))
    entry = next((entry for entry in entries if wanted in entry[0]), None)
    if entry is None:
        raise SpecError(f"{where} has no {kind} {wanted}; it has {_some(_names(entries, words[0] if words[0] in BUILTIN else ''))}")
    found = origins(lab.walks)
    shown = wanted if kind == "chain" else f"{kind} {wanted}"
    return _explanation(f"{where}: {shown}", entry[2], (where, *entry[1]), found.of(where, *entry[1]), found.steps)


def _asked(lab: Explained, state: State, what: str) -> tuple[str, list[str]]:
    """Split what was asked into a namespace and the words."""
    place, colon, rest = what.partition(": ")
    if not colon:
        return HOST, what.split()
    container = lab.containers.get(place)
    netns = place if container is None else container.netns
    if netns not in state.netns:
        known = f"the lab has {', '.join(sorted({*state.netns, *lab.containers}))}"
        raise SpecError(f"{place} does not run; {known}" if container is not None else f"there is nothing called {place}; {known}")
    return netns, rest.split()


def _firewall(words: Sequence[str]) -> tuple[str, str]:
    return ("rule" if len(words) == 3 else "chain"), " ".join(words)  # noqa: PLR2004 - table, chain, number


def _rule(where: str, netns: Netns, words: Sequence[str], found: Origins) -> Explanation:
    table, name, number = words
    chain = netns.chain(table, name)
    if chain is None:
        raise SpecError(f"{where} has no chain {table} {name}; it has {_some(_names(_chains(netns), table))}")
    if not number.isdigit() or not 0 < int(number) <= len(chain.rules):
        raise SpecError(
            f"{where} has no rule {' '.join(words)}; the rules of that chain are {f'1 to {len(chain.rules)}' if chain.rules else 'none'}"
        )
    at = int(number) - 1
    cause = found.of_rules(where, table, name, chain.rules)[at]
    text = f"-A {name} {chain.rules[at]}".rstrip()
    return _explanation(f"{where}: {' '.join(words)}", text, (where, "rule"), (cause,) if cause else (), found.steps)


def _explanation(what: str, text: str, fact: tuple[str, ...], causes: Sequence[Cause], steps: int) -> Explanation:
    reasons = [Reason(each.number, each.why, each.command, each.line) for each in causes]
    alone = bool(causes) and unasked(fact, causes[0].taken.op)
    return Explanation(what, text, next(iter(reasons), None), tuple(reasons[1:]), steps, alone)


def _names(entries: Iterable[Entry], beginning: str = "") -> list[str]:
    return [names[0] for names, _, _ in entries if names[0].startswith(beginning)]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (", ".join(names[:SHOWN]) + more) or "none"


def _links(netns: Netns) -> Iterator[Entry]:
    yield from (((link.name,), ("link", link.name), link_words(link)) for link in netns.links.values())


def _addresses(netns: Netns) -> Iterator[Entry]:
    for link in netns.links.values():
        yield from (((str(each.ip), str(each)), ("address", link.name, str(each)), f"{each} dev {link.name}") for each in link.addresses)


def _routes(netns: Netns) -> Iterator[Entry]:
    yield from (((str(route).split()[0], str(route)), ("route", str(route)), str(route)) for route in netns.routes)


def _chains(netns: Netns) -> Iterator[Entry]:
    for table in BUILTIN:
        for name in netns.tables[table].chains if table in netns.tables else BUILTIN[table]:
            chain = netns.chain(table, name)
            policy = chain.policy if chain else None
            yield (f"{table} {name}",), ("chain", table, name), f"policy {policy}" if policy else f"iptables -t {table} -N {name}"


def _sysctls(netns: Netns) -> Iterator[Entry]:
    for key, value in {**SYSCTL_DEFAULTS, **netns.sysctl}.items():
        yield (key,), ("sysctl", key), f"{key} = {value}"


def _listeners(netns: Netns) -> Iterator[Entry]:
    for each in sorted(netns.listeners):
        text = f"{each.proto} {each.ip}:{each.port}"
        to = f", to {each.forwards_to}" if each.forwards_to else ""
        yield (text, f"{each.ip}:{each.port}", str(each.port)), ("listener", text), text + to


def _files(netns: Netns) -> Iterator[Entry]:
    yield from (((path,), ("file", path), f"{len(text.splitlines())} lines") for path, text in netns.files.items())


KINDS: Mapping[str, Callable[[Netns], Iterator[Entry]]] = {
    "link": _links,
    "address": _addresses,
    "route": _routes,
    "chain": _chains,
    "sysctl": _sysctls,
    "listener": _listeners,
    "file": _files,
}
