"""Who reaches whom, on what: a matrix as a record; printed it is text, a notebook shows a heat map."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Answer
from .figure import Figure
from .frame import pandas
from .reachability_svg import draw
from .table import Table

if TYPE_CHECKING:
    import pandas as pd

REACHED, REFUSED, LOST, OTHER, NONE = "+", "x", "-", "!", " "
"""The marks of a cell."""
MARKS = {"ok": REACHED, "refused": REFUSED, "timeout": LOST}
LEGEND = f"{REACHED} reached, {REFUSED} refused, {LOST} no answer in time, {OTHER} another error, empty: no address to ask"
TITLE = "Who reaches whom"


@dataclass(frozen=True, slots=True, order=True)
class Service:
    """What is asked: a port of a container or a machine, or with port 0 an echo."""

    name: str
    proto: str
    port: int = 0

    def __str__(self) -> str:
        """Print it as a question's target is written."""
        return f"{self.name}:{self.port}/{self.proto}" if self.port else f"{self.name}/{self.proto}"


@dataclass(frozen=True, slots=True, repr=False)
class Reachability:
    """The answers of all questions: a row for each who asks, a column for each service; None where nobody could be asked."""

    sources: tuple[str, ...]
    services: tuple[Service, ...]
    answers: tuple[tuple[Answer | None, ...], ...]
    """By row, as many in each as there are services."""

    def __iter__(self) -> Iterator[tuple[str, Service, Answer]]:
        """Give who asked what, and the answer, row by row."""
        for source, row in zip(self.sources, self.answers, strict=True):
            for service, answer in zip(self.services, row, strict=True):
                if answer is not None:
                    yield source, service, answer

    def asked(self) -> dict[str, Answer]:
        """Give the answers by question, such as ``web -> db:5432/tcp``."""
        return {f"{source} -> {service}": answer for source, service, answer in self}

    def marks(self) -> Iterator[tuple[str, ...]]:
        """Give the mark of each cell, row by row."""
        for row in self.answers:
            yield tuple(NONE if each is None else MARKS.get(each.result, OTHER) for each in row)

    def __str__(self) -> str:
        """Print the matrix with numbered columns, as wide as it is, and below it what each number stands for."""
        numbers = [str(at) for at in range(1, len(self.services) + 1)]
        side, wide = max([4, *map(len, self.sources)]), max([1, *map(len, numbers)])
        rows = [("from", numbers), *zip(self.sources, self.marks(), strict=True)]
        lines = [f"{name:<{side}}  {' '.join(f'{cell:>{wide}}' for cell in cells)}".rstrip() for name, cells in rows]
        keys = [f"{number:>{wide}}  {service}" for number, service in zip(numbers, self.services, strict=True)]
        return "\n".join([TITLE, LEGEND, "", *lines, "", *keys])

    def __repr__(self) -> str:
        """Give the same, as a prompt shows it."""
        return str(self)

    def table(self) -> Table:
        """List every question with its answer, a row each."""
        rows = tuple((source, str(service), str(answer)) for source, service, answer in self)
        return Table(TITLE, ("from", "to", "answer"), rows)

    def json(self) -> str:
        """Give the answers by question as a JSON object, the columns and rows in order."""
        return json.dumps({question: str(answer) for question, answer in self.asked().items()}, indent=1)

    def frame(self) -> "pd.DataFrame":
        """Give a pandas frame: a row for each who asks, a column for each service, the results as text, ``""`` for none.

        Raises PynetlabError without pandas, which is in the extra ``frame``.
        """
        pd = pandas()
        rows = [["" if each is None else each.result for each in row] for row in self.answers]
        return pd.DataFrame(rows, index=pd.Index(self.sources, name="from"), columns=pd.Index(map(str, self.services), name="to"))

    def figure(self) -> Figure:
        """Draw the heat map; its text twin is the printed matrix."""
        return draw(TITLE, self.sources, tuple(map(str, self.services)), tuple(self.marks()), str(self).partition("\n")[2])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Show the heat map in a notebook, trusted or not."""
        return {"text/plain": str(self), "text/html": self.figure().html()}
