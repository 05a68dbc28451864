"""A long chain, indexed: of ten thousand rules only the few that can match are asked, in their order."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..model import Is, Rule
from .node import ALL_ONES, mask_of
from .packet import Skb

LONG = 24
"""So many rules are asked faster one after the other."""

Asked = Callable[[Skb, str, str, Any], Any]


class Index:
    """Where each rule of a chain can be found: by an address, a port or a device that it names, each in one place only."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        """Sort the rules into places."""
        self.by_address: dict[tuple[bool, int], dict[int, list[int]]] = {}
        self.by_port: dict[bool, dict[int, list[int]]] = {}
        self.by_device: dict[bool, dict[str, list[int]]] = {}
        self.rest: list[int] = []
        for at, rule in enumerate(rules):
            self._place(at, rule)
        self.candidates = self._written()
        """Gives the rules that can match a packet, in their order; asked with the packet and the names of its devices."""

    def _place(self, at: int, rule: Rule) -> None:
        for source, wanted in ((False, rule.destination), (True, rule.source)):
            if wanted is not None and not wanted.negated and wanted.value.prefixlen >= 8:  # noqa: PLR2004 - wider ones decide little
                table = self.by_address.setdefault((source, mask_of(wanted.value.prefixlen)), {})
                table.setdefault(int(wanted.value.network_address), []).append(at)
                return
        for source, port in _ports(rule):
            self.by_port.setdefault(source, {}).setdefault(port, []).append(at)
            return
        for incoming, name in ((True, rule.in_interface), (False, rule.out_interface)):
            if _plain(name):
                self.by_device.setdefault(incoming, {}).setdefault(name.value, []).append(at)  # type: ignore[union-attr]
                return
        self.rest.append(at)

    def _written(self) -> Callable[[Skb, str, str], list[int]]:
        """Write the function that looks into these places."""
        asked: list[tuple[str, Mapping[Any, list[int]]]] = []
        for (of_source, mask), addresses in self.by_address.items():
            field = "p.src" if of_source else "p.dst"
            asked.append((field if mask == ALL_ONES else f"{field} & {mask}", addresses))
        asked += (("p.sport" if of_source else "p.dport", ports) for of_source, ports in self.by_port.items())
        asked += (("i" if incoming else "o", names) for incoming, names in self.by_device.items())
        lines = [f"  hit = of_{at}({what})\n  if hit: found = found + hit" for at, (what, _) in enumerate(asked)]
        text = "\n".join(["def candidates(p, i, o):", "  found = rest", *lines, "  return found if found is rest else sorted(found)"])
        scope: dict[str, Any] = {f"of_{at}": table.get for at, (_, table) in enumerate(asked)} | {"rest": self.rest}
        exec(compile(text, "<index>", "exec"), scope)  # noqa: S102 - written here, and nothing of a rule is in it but masks
        return scope["candidates"]  # type: ignore[no-any-return]


def _plain(name: Is[str] | None) -> bool:
    return name is not None and not name.negated and not name.value.endswith("+")


def _ports(rule: Rule) -> Iterator[tuple[bool, int]]:
    options = (option for match in rule.matches if match.name in ("tcp", "udp", "sctp") for option in match.options)
    for option in options:
        if option.name in ("--sport", "--dport") and not option.negated and option.words[0].isdigit():
            yield option.name == "--sport", int(option.words[0])


class LongChain:
    """A chain as a function, whose rules are compiled when they are first asked."""

    def __init__(self, rules: tuple[Rule, ...], build: Callable[[int], Asked]) -> None:
        """Index the rules; ``build`` compiles the one at a place."""
        self.candidates = Index(rules).candidates
        self.build = build
        self.built: dict[int, Asked] = {}

    def __call__(self, p: Skb, i: str, o: str, r: Any, on: object) -> Any:  # noqa: ANN401 - a verdict of several kinds
        """Ask the rules; ``on`` is what one says that does not decide."""
        for at in self.candidates(p, i, o):
            asked = self.built.get(at)
            if asked is None:
                asked = self.built[at] = self.build(at)
            said = asked(p, i, o, r)
            if said is not on:
                return said
        return on
