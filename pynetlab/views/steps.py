"""A walk as a table: each step with its place in the chart, its reason, its command and what it changed."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..kernel import Taken, Walk
from ..model import Chain, Change, Link, State, difference
from ..ops import Question
from .table import Table


@dataclass(frozen=True, slots=True)
class Moment:
    """One event of a walk, numbered from 1, and what it changed in the kernel's state."""

    number: int
    taken: Taken
    changes: tuple[Change, ...] = ()

    @property
    def node(self) -> str:
        """Name the place in the chart; empty where the event has none."""
        return self.taken.event.node

    def command(self, here: str) -> str:
        """Give the shell command, for a shell in the namespace ``here``; empty for a place that was only passed."""
        return self.taken.op.shell(here) if self.taken.op else ""

    def changed(self) -> str:
        """List what it changed in the kernel's state, a line each; empty for nothing."""
        return "\n".join(map(str, self.changes))

    def answer(self) -> str:
        """Give the answer to a question, or the refusal; empty for a step that was carried out."""
        if self.taken.refused is not None:
            return f"refused: {os.strerror(self.taken.refused.errno)} ({self.taken.refused.name})"
        return f"answer: {_words(self.taken.answer)}" if isinstance(self.taken.op, Question) else ""

    def outcome(self) -> str:
        """Say what came of it: changes, answer or refusal."""
        return "\n".join(filter(None, [self.changed(), self.answer()])) or ("nothing" if self.taken.op else "")


def watch(walk: Walk[Any]) -> Iterator[Moment]:
    """Take every step that is left, one at a time, and look at the state after each.

    Raises what ends the plan; the steps until then have been given, and ``walk.error`` keeps the error.
    """
    before = walk.kernel.state()
    while (taken := walk.next()) is not None:
        after = walk.kernel.state()
        yield Moment(walk.position, taken, difference(before, after))
        before = after


def steps(moments: Iterable[Moment], here: str = "host", *, caption: str = "Steps") -> Table:
    """List moments; commands are those for a shell in the namespace ``here``."""
    rows = tuple((str(m.number), m.node, m.taken.event.why, m.command(here), m.outcome()) for m in moments)
    return Table(caption, ("step", "place", "why", "command", "what it changed"), rows, ("command", "what it changed"))


def changes(before: State, after: State, *, caption: str = "What changed") -> Table:
    """List the facts that differ between two states: ``+`` came, ``-`` went, ``~`` became another."""
    rows = tuple((_sign(c), c.netns, c.kind, _fact(c)) for c in difference(before, after))
    return Table(caption, ("", "namespace", "kind", "fact"), rows, ("fact",))


def _sign(change: Change) -> str:
    return "+" if change.before is None else "-" if change.after is None else "~"


def _fact(change: Change) -> str:
    return " → ".join(fact for fact in (change.before, change.after) if fact is not None)


def _words(answer: object) -> str:
    """Say an answer in a few words: long ones by their size, since the table is about what happens next."""
    match answer:
        case bool():
            words = "yes" if answer else "no"
        case Link():
            words = " ".join([answer.name, "up" if answer.up else "down", *map(str, answer.addresses)])
        case Chain():
            words = f"{len(answer.rules)} rules"
        case State():
            words = f"{len(answer.netns)} namespaces"
        case tuple() | list() | dict():
            words = ", ".join(map(str, answer))
        case _:
            words = "; ".join(str(answer or "").split("\n")).strip("; ")
    return words or "none"
