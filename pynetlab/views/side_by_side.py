"""A prediction and an observation of the same packets, side by side, and where they part."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ..model import Trace
from . import html
from .table import Table

HEADS = ("packet", "what", "predicted", "observed", "")
PARTS = "≠"


@dataclass(frozen=True, slots=True, repr=False)
class SideBySide:
    """Two traces of one question: outcome, answer, devices passed and rules matched, packet by packet. True where they agree."""

    question: str
    predicted: Trace
    observed: Trace

    @property
    def agrees(self) -> bool:
        """Say whether nothing differs."""
        return not any(row[-1] for row in self._rows())

    def __bool__(self) -> bool:
        """Say the same."""
        return self.agrees

    def differences(self) -> tuple[str, ...]:
        """List where they part, a line each."""
        apart = (row for row in self._rows() if row[-1])
        return tuple(
            f"{leg} {what}: predicted {said or 'nothing'}, observed {seen or 'nothing'}".strip() for leg, what, said, seen, _ in apart
        )

    def _rows(self) -> Iterator[tuple[str, ...]]:
        pair = self.predicted, self.observed
        yield self._row("", "outcome", *(each.outcome.value for each in pair))
        yield self._row("", "answer", *(str(each.answer or "") for each in pair))
        for leg in dict.fromkeys(hop.leg for each in pair for hop in each.hops):
            devices = (tuple(f"{netns} {device}" for netns, device in each.devices(leg)) for each in pair)
            rules = (tuple(f"{netns} {table} {chain} {number}" for netns, table, chain, number in each.matched(leg)) for each in pair)
            yield from (self._row(leg, "device", *both) for both in zip_longest(*devices, fillvalue=""))
            yield from (self._row(leg, "rule", *both) for both in zip_longest(*rules, fillvalue=""))

    @staticmethod
    def _row(leg: str, what: str, said: str, seen: str) -> tuple[str, ...]:
        return leg, what, said, seen, "" if said == seen else PARTS

    def table(self) -> Table:
        """List all that is compared, a row each; the last column marks where the two part."""
        verdict = "prediction and observation agree" if self.agrees else "prediction and observation part"
        return Table(f"{self.question}: {verdict}", HEADS, tuple(self._rows()))

    def __str__(self) -> str:
        """Print the table."""
        return str(self.table())

    def __repr__(self) -> str:
        """Give the same, as a notebook or a prompt shows it."""
        return str(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        why = "" if self.agrees else html.paragraph(self.observed.why)
        return {"text/plain": str(self), "text/html": self.table().html() + why}
