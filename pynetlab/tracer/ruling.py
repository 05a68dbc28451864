"""What a chain said about a packet; also the entry of a log, made once for each rule."""

from dataclasses import dataclass, field
from functools import cached_property

from ..model import Cause, Place, Rule


@dataclass
class Ruling:
    """A rule that matched, or a chain's end: TRACE of iptables-extensions(8) tells the same."""

    kind: str
    """``rule``, ``return`` or ``policy``."""
    table: str
    chain: str
    number: int
    verdict: str
    rule: Rule | None = None
    _places: dict[tuple[str, str], Place] = field(default_factory=dict, repr=False, compare=False)

    def option(self, name: str) -> str | None:
        """Give an option of the target; None where it was not given."""
        options = self.rule.options if self.rule else ()
        return next((" ".join(each.words) for each in options if each.name == name), None)

    @cached_property
    def cause(self) -> Cause:
        """What a trace says of it, put into words when it is first told."""
        return Cause(self.kind, self.verdict if self.rule is None else str(self.rule), self.number)

    def place(self, netns: str, hook: str) -> Place:
        """Give where it is asked."""
        found = self._places.get((netns, hook))
        if found is None:
            found = self._places[netns, hook] = Place(netns, "", hook, self.table, self.chain)
        return found


TRANSLATING = ("DNAT", "SNAT", "MASQUERADE", "REDIRECT")
GOING_ON = ("", "LOG", "CHECKSUM", "TRACE", "MARK", "NOTRACK")
"""Targets after which the next rule is asked."""
