"""A trace as rows, one for each step, for programs that sort, filter and count: a pandas frame, or CSV."""

import io
from collections.abc import Iterator
from csv import writer
from typing import TYPE_CHECKING, Protocol

from ..model import Step, Trace
from .frame import pandas

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "question": "what was asked, so that frames of several traces can be put together",
    "outcome": "what became of it all",
    "flow": "the number of the connection: 1, and for each that a userland proxy makes of it one more",
    "leg": "which packet of the flow: request, reply or error",
    "hop": "the number of the stay in a namespace, from 1",
    "step": "the number of the step in its hop, from 1",
    "netns": "the namespace",
    "device": "the device; empty where the step has none, as in the next three",
    "hook": "the hook of netfilter",
    "table": "the table",
    "chain": "the chain",
    "what": "what happened: sent, received, matched, translated, routed, dropped ...",
    "verdict": "what a rule or a policy said",
    "before": "the packet as it came",
    "after": "the packet as it went on; the same text where the step left it as it was",
    "cause": "the kind of thing that decided: rule, policy, route, neighbour, socket ...; empty where nothing had to",
    "rule": "the rule's number in its chain, from 1; 0 where no rule decided",
    "because": "that thing in the words of the tool that shows it",
    "origin": "the step that made it and its command line, where the trace was asked for them",
}
"""The columns, and what each tells."""

Row = tuple[str | int, ...]


class Followed(Protocol):
    """What has to be known of a trace that somebody asked for."""

    @property
    def asked(self) -> str:
        """The question."""

    @property
    def trace(self) -> Trace:
        """The record."""


def rows(asked: str, trace: Trace) -> Iterator[Row]:
    """Give a row for each step, in the order of :data:`COLUMNS`."""
    flow, last = 0, ""
    for at, hop in enumerate(trace.hops, 1):
        flow += flow == 0 or (hop.leg != last and hop.leg.endswith("request"))
        last = hop.leg
        for number, step in enumerate(hop.steps, 1):
            yield asked, trace.outcome.value, flow, hop.leg, at, number, *_where(step), *_what(step), *_why(step)


def _where(step: Step) -> Row:
    place = step.where
    return place.netns, place.device, place.hook, place.table, place.chain


def _what(step: Step) -> Row:
    return step.what, step.verdict, str(step.packet), str(step.after or step.packet)


def _why(step: Step) -> Row:
    cause = step.cause
    if cause is None:
        return "", 0, "", ""
    number = cause.number if cause.kind == "rule" else None
    return cause.kind, number or 0, cause.text, cause.origin


def frame(view: Followed) -> "pd.DataFrame":
    """Give a pandas frame: a row for each step, every one of them; :data:`COLUMNS` names its columns.

    Raises PynetlabError without pandas, which is in the extra ``frame``.
    """
    return pandas().DataFrame(list(rows(view.asked, view.trace)), columns=list(COLUMNS))


def csv(view: Followed) -> str:
    """Give the same rows as CSV (RFC 4180), the columns' names first; it needs no pandas."""
    text = io.StringIO()
    writer(text).writerows([tuple(COLUMNS), *rows(view.asked, view.trace)])
    return text.getvalue()
