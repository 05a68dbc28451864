"""Two states side by side: what only one of them holds, and what is otherwise in the other, in the order of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .firewall import BUILTIN
from .state import SYSCTL_DEFAULTS, Link, Listener, Netns, State

SAME, LEFT, RIGHT, OTHER = "=", "<", ">", "≠"
"""The marks of a row: in both; on the left alone; on the right alone; another value of the same thing."""

KINDS = ("links", "MAC addresses", "addresses", "routes", "sysctl", "listeners", "chains")

Item = tuple[str, str]
"""What a thing is called, by which it is found on the other side, and its text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing on the left, on the right, or on both."""

    mark: str
    left: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind in one place, such as the rules of a chain."""

    netns: str
    kind: str
    """One of :data:`KINDS`, a file's path, or a table and a chain of iptables."""
    rows: tuple[Row, ...]

    @property
    def same(self) -> bool:
        """Say whether both sides have the same."""
        return all(row.mark == SAME for row in self.rows)


def compare(left: State, right: State) -> tuple[Section, ...]:
    """Set two states side by side, section by section; a section that both leave empty is left out."""
    names = list(dict.fromkeys([*left.netns, *right.netns]))
    sections = (
        section(name, kind, *items) for name in names for kind, items in _kinds(left.netns.get(name), right.netns.get(name)).items()
    )
    return tuple(each for each in sections if each.rows)


def section(netns: str, kind: str, left: Sequence[Item], right: Sequence[Item]) -> Section:
    """Set two lists side by side; the order counts, and what has the same name stands in the same row."""
    matcher = SequenceMatcher(None, [name for name, _ in left], [name for name, _ in right], autojunk=False)
    return Section(netns, kind, tuple(row for block in matcher.get_opcodes() for row in _rows(block, left, right)))


def _rows(block: tuple[str, int, int, int, int], left: Sequence[Item], right: Sequence[Item]) -> Iterator[Row]:
    kind, begin, end, start, stop = block
    if kind == "equal":
        for (_, mine), (_, yours) in zip(left[begin:end], right[start:stop], strict=True):
            yield Row(SAME if mine == yours else OTHER, mine, yours)
    else:
        yield from (Row(LEFT, left=text) for _, text in left[begin:end])
        yield from (Row(RIGHT, right=text) for _, text in right[start:stop])


def _kinds(left: Netns | None, right: Netns | None) -> Mapping[str, tuple[list[Item], list[Item]]]:
    """Give the things of both sides by kind."""
    sides = [_items(netns) if netns else {} for netns in (left, right)]
    kinds = sorted({kind for side in sides for kind in side}, key=_place)
    return {kind: (sides[0].get(kind, []), sides[1].get(kind, [])) for kind in kinds}


def _place(kind: str) -> tuple[int, int, int, str]:
    """Sort kinds: devices first, rules last, each chain in the order of iptables-save(8)."""
    if kind in KINDS:
        return KINDS.index(kind), 0, 0, ""
    table, _, chain = kind.partition(" ")
    if table not in BUILTIN:
        return len(KINDS), 0, 0, kind
    built_in = BUILTIN[table]
    return len(KINDS) + 1, list(BUILTIN).index(table), built_in.index(chain) if chain in built_in else len(built_in), chain


def _items(netns: Netns) -> dict[str, list[Item]]:
    links = sorted(netns.links.values(), key=lambda link: link.name)
    found = {
        "links": [(link.name, _link(link)) for link in links],
        "MAC addresses": [(link.name, f"{link.name} {link.mac}") for link in links if link.kind != "loopback"],
        "addresses": _plain(f"{link.name} {each}" for link in links for each in link.addresses),
        "routes": _plain(map(str, netns.routes)),
        "sysctl": [(key, f"{key} = {value}") for key, value in sorted({**SYSCTL_DEFAULTS, **netns.sysctl}.items())],
        "listeners": [(f"{each.proto} {each.ip}:{each.port}", _listener(each)) for each in sorted(netns.listeners)],
    }
    found |= {path: _plain(text.splitlines()) for path, text in netns.files.items()}
    return found | _rules(netns)


def _plain(texts: Iterable[str]) -> list[Item]:
    return [(text, text) for text in texts]


def _link(link: Link) -> str:
    words = [link.name, link.kind, "up" if link.up else "down", f"mtu {link.mtu}"]
    return " ".join([*words, *([f"master {link.master}"] if link.master else []), *(["hairpin on"] if link.hairpin else [])])


def _listener(each: Listener) -> str:
    return f"{each.proto} {each.ip}:{each.port}" + (f", to {each.forwards_to}" if each.forwards_to else "")


def _rules(netns: Netns) -> dict[str, list[Item]]:
    chains: list[Item] = []
    rules: dict[str, list[Item]] = {}
    for table in (netns.tables[name] for name in BUILTIN if name in netns.tables):
        for name in [*BUILTIN[table.name], *sorted(set(table.chains) - set(BUILTIN[table.name]))]:
            chain, place = table.chains[name], f"{table.name} {name}"
            chains.append((place, f"{place} (policy {chain.policy})" if chain.policy else place))
            rules[place] = _plain(map(str, chain.rules))
    return {"chains": chains, **rules}
