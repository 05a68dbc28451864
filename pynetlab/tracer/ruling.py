"""What a chain said about a packet; also the entry of a log, made once for each rule."""

from typing import NamedTuple

from ..model import Rule


class Ruling(NamedTuple):
    """A rule that matched, or a chain's end: TRACE of iptables-extensions(8) tells the same."""

    kind: str
    """``rule``, ``return`` or ``policy``."""
    table: str
    chain: str
    number: int
    verdict: str
    rule: Rule | None = None

    def option(self, name: str) -> str | None:
        """Give an option of the target; None where it was not given."""
        options = self.rule.options if self.rule else ()
        return next((" ".join(each.words) for each in options if each.name == name), None)


TRANSLATING = ("DNAT", "SNAT", "MASQUERADE", "REDIRECT")
GOING_ON = ("", "LOG", "CHECKSUM", "TRACE", "MARK", "NOTRACK")
"""Targets after which the next rule is asked."""
