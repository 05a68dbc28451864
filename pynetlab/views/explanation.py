"""Why something is there: the step that made it, its reason, its command, and the command line that it belonged to."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import html

BY_HAND = "No step of this lab made it: it was there from the start, or somebody typed it."


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a lab's history."""

    step: int
    """Its place in the history, from 1."""
    why: str
    command: str
    """For a shell on the Docker host."""
    line: str
    """The command line that it belonged to; empty for the stage, and for a plan of somebody's own."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that a kernel holds, and the steps behind it."""

    what: str
    """Where it is and how it was asked for, such as ``host: nat DOCKER 2``."""
    text: str
    """The thing itself, in the words of ip(8) or iptables-save(8)."""
    made: Reason | None = None
    """None where no step made it."""
    changed: tuple[Reason, ...] = ()
    """Later steps that made it what it is now."""
    steps: int = 0
    """The length of the history."""
    unasked: bool = False
    """Linux made it by itself at that step, which did something else."""

    def __str__(self) -> str:
        """Say it in lines."""
        head = f"{self.what}\n  {self.text}"
        if self.made is None:
            return f"{head}\n  {BY_HAND}"
        parts = ["\n".join(f"  {name:8} {value}" for name, value in facts.items() if value) for facts in self._facts()]
        return "\n".join([head, *parts])

    def _facts(self) -> Iterator[dict[str, str]]:
        for number, each in enumerate(filter(None, (self.made, *self.changed))):
            when = f"step {each.step} of {self.steps}"
            if self.unasked and number == 0:
                when += "; Linux did it by itself"
            yield {"changed" if number else "made": when, "why": each.why, "command": each.command, "for": each.line}

    def html(self) -> str:
        """Give a list of definitions for each step."""
        head = f"{html.heading(self.what)}<p>{html.code(self.text)}</p>"
        if self.made is None:
            return head + html.paragraph(BY_HAND)
        return head + "".join(html.definitions(facts, ("command", "for")) for facts in self._facts())

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}
