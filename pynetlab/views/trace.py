"""A trace to read: as a tree of text, a table, JSON, or HTML, all from the same record."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any

from ..model import Answer, Hop, Outcome, State, Step, Trace
from . import html, trace_figures, trace_frame
from .predict import Predict
from .scenes import passes_on
from .table import Table

if TYPE_CHECKING:
    from .stepper import Stepper

HEADS = ("machine", "packet", "where", "what", "because of", "the packet after it", "why that is there")


@dataclass(frozen=True, slots=True, repr=False)
class TraceView:
    """A trace. Printed it is a tree; a notebook shows a table.

    ``figure()`` is a drawing of the whole way, ``diagrams()`` one for each step, and ``stepper()`` goes through them; ``json()``,
    ``csv()`` and ``frame()`` are for programs.
    """

    trace: Trace
    state: State
    """What the kernel held when it was followed: the lab that its drawings show."""
    question: str = ""
    """As it was asked; else the names of the record stand for it."""
    everything: bool = False
    """Also show the ends of chains and the policies that let the packet pass."""

    @property
    def asked(self) -> str:
        """Give the question, in the words of the record where nobody asked it in others."""
        trace = self.trace
        return self.question or (str(trace.probe) if trace.probe else f"{trace.netns}: {trace.packet}")

    @property
    def outcome(self) -> Outcome:
        """Name what became of it."""
        return self.trace.outcome

    @property
    def why(self) -> str:
        """Say why, in one sentence."""
        return self.trace.why

    @property
    def remedy(self) -> str:
        """Say what would help; empty where nothing is wrong."""
        return self.trace.remedy

    @property
    def answer(self) -> Answer | None:
        """Give what the one who asked saw."""
        return self.trace.answer

    def whole(self) -> "TraceView":
        """Give the same with every step."""
        return replace(self, everything=True)

    def __str__(self) -> str:
        """Print it as a tree."""
        return "\n".join([*self._head(), *_tree(self)])

    def __repr__(self) -> str:
        """Give the same, as a notebook or a prompt shows it."""
        return str(self)

    def table(self) -> Table:
        """List the steps, a row each."""
        rows = []
        for hop in self.trace.hops:
            for step in _shown(self, hop):
                cause, origin = (str(step.cause), step.cause.origin) if step.cause else ("", "")
                rows.append((hop.netns, hop.leg, _where(step), _what(step), cause, str(step.after) if step.after else "", origin))
        if not any(row[-1] for row in rows):
            return Table(self._head()[0], HEADS[:-1], tuple(row[:-1] for row in rows), ("because of",))
        return Table(self._head()[0], HEADS, tuple(rows), ("because of",))

    def html(self) -> str:
        """Give the sentences and the table."""
        return "".join([*map(html.paragraph, self._head()[1:]), self.table().html()])

    def json(self, indent: int | None = 1) -> str:
        """Give the whole record as JSON; empty fields are left out."""
        return json.dumps(plain(self.trace), indent=indent, ensure_ascii=False)

    frame = trace_frame.frame
    csv = trace_frame.csv
    figure = trace_figures.figure
    diagrams = trace_figures.diagrams

    def stepper(self, ask: Predict | None = None) -> "Stepper":
        """Give it as a widget to go through step by step; a question, to be answered before, may stand above it."""
        from .trace_stepper import stepper  # noqa: PLC0415 - a trace needs no widgets

        return stepper(self, ask)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}

    def _head(self) -> list[str]:
        trace = self.trace
        answer = f", the answer is {trace.answer}" if trace.answer else ""
        return [f"{self.asked}: {trace.outcome}{answer}", trace.why, *([trace.remedy] if trace.remedy else [])]


def _shown(view: TraceView, hop: Hop) -> list[Step]:
    return [step for step in hop.steps if view.everything or not passes_on(step)]


def _tree(view: TraceView) -> Iterator[str]:
    leg = ""
    hops = view.trace.hops
    for at, hop in enumerate(hops):
        if hop.leg != leg or at == 0:
            leg = hop.leg
            yield f"{leg}: {hop.steps[0].packet}"
        following = hops[at + 1 : at + 2]
        last = not following or following[0].leg != leg
        yield f"{'└' if last else '├'}─ {hop.netns}"
        steps = _shown(view, hop)
        for number, step in enumerate(steps, 1):
            yield f"{' ' if last else '│'}  {'└' if number == len(steps) else '├'}─ {_line(step)}"


def _where(step: Step) -> str:
    place = step.where
    chain = f"{place.table} {place.chain or place.hook}".strip()
    return " ".join(filter(None, (place.device, chain)))


def _what(step: Step) -> str:
    return f"{step.what}: {step.verdict}" if step.verdict and step.what == "dropped" else f"{step.what} {step.verdict}".strip()


def _line(step: Step) -> str:
    cause = f" ({step.cause})" if step.cause else ""
    after = f" → {step.after}" if step.after else ""
    return f"{_where(step)}: {_what(step)}{cause}{after}".removeprefix(": ")


def plain(value: Any) -> Any:  # noqa: ANN401 - any record
    """Turn a record into what JSON knows; fields that are empty are left out."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        found = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        return {name: each for name, each in found.items() if each not in (None, "", (), [])}
    if isinstance(value, IPv4Address):
        return str(value)
    return [plain(each) for each in value] if isinstance(value, Iterable) and not isinstance(value, str) else value
