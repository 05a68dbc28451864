"""A long chain, indexed: of ten thousand rules only the few that can match are asked, in their order."""

from collections.abc import Callable, Iterator
from typing import Any

from ..model import Is, Rule
from .node import mask_of
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

    def candidates(self, p: Skb, i: str, o: str) -> list[int]:
        """Give the rules that can match, in their order."""
        found = [self.rest]
        for (source, mask), addresses in self.by_address.items():
            hit = addresses.get((p.src if source else p.dst) & mask)
            if hit:
                found.append(hit)
        for source, ports in self.by_port.items():
            hit = ports.get(p.sport if source else p.dport)
            if hit:
                found.append(hit)
        for incoming, names in self.by_device.items():
            hit = names.get(i if incoming else o)
            if hit:
                found.append(hit)
        return found[0] if len(found) == 1 else sorted(at for each in found for at in each)


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
        self.index = Index(rules)
        self.build = build
        self.built: dict[int, Asked] = {}

    def __call__(self, p: Skb, i: str, o: str, r: Any, on: object) -> Any:  # noqa: ANN401 - a verdict of several kinds
        """Ask the rules; ``on`` is what one says that does not decide."""
        for at in self.index.candidates(p, i, o):
            asked = self.built.get(at)
            if asked is None:
                asked = self.built[at] = self.build(at)
            said = asked(p, i, o, r)
            if said is not on:
                return said
        return on
