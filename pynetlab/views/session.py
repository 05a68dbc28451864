"""Going through a plan by hand: forwards, backwards, from the start again, with other flags or in another kernel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import PynetlabError
from ..kernel import Walk
from ..model import difference
from .steps import Moment

Flags = Mapping[str, bool | str]
Begin = Callable[[str, Flags], Walk[Any]]
"""Begins a walk in a kernel of the mode ``"sim"`` or ``"live"``; raises PynetlabError where that cannot be."""


def nothing(walk: Walk[Any]) -> None:
    """Close nothing: a simulated kernel leaves nothing behind."""


@dataclass(slots=True)
class Session:
    """A walk and what is known of it. Errors are kept as text: they are part of what is to be seen."""

    begin: Begin
    close: Callable[[Walk[Any]], None] = nothing
    """Called with a walk that is given up."""
    walk: Walk[Any] | None = None
    moments: list[Moment] = field(default_factory=list)
    """All steps that were taken at least once."""
    notice: str = ""
    error: str = ""
    ended: bool = False
    """There is nothing left to take, at the end of the plan or after an error."""

    def reset(self, mode: str, flags: Flags) -> None:
        """Give the walk up and begin another one."""
        self.give_up()
        try:
            self.walk, self.ended = self.begin(mode, flags), False
            self.notice = "At the start. Next takes the first step."
        except PynetlabError as error:
            self._stop(error)

    def give_up(self) -> None:
        """Close the walk, if there is one, and forget it."""
        if self.walk is not None:
            self.close(self.walk)
        self.walk, self.moments, self.error, self.ended, self.notice = None, [], "", True, "Closed."

    def next(self) -> bool:
        """Take a step, and say whether there was one."""
        if self.walk is None:
            return False
        try:
            before = self.walk.kernel.state()
            taken = self.walk.next()
        except PynetlabError as error:
            self._remember()
            self._stop(error)
            return False
        if taken is None:
            self.ended, self.notice = True, "The plan has ended."
            return False
        if self.walk.position > len(self.moments):
            self.moments.append(Moment(self.walk.position, taken, difference(before, self.walk.kernel.state())))
        self.notice = ""
        return True

    def back(self) -> None:
        """Take the latest step back."""
        if self.walk is None:
            return
        try:
            taken = self.walk.back()
        except PynetlabError as error:
            self._stop(error)
            return
        self.error, self.ended = "", False
        self.notice = f"Taken back: step {self.walk.position + 1}." if taken else "At the start: nothing to take back."

    def finish(self) -> None:
        """Take all steps that are left."""
        while self.next():
            pass

    @property
    def moment(self) -> Moment | None:
        """The latest step in force; None at the start."""
        return self.moments[self.position - 1] if self.position else None

    @property
    def position(self) -> int:
        """How many steps are in force."""
        return self.walk.position if self.walk else 0

    @property
    def path(self) -> list[str]:
        """The places passed, in order."""
        return [moment.node for moment in self.moments[: self.position] if moment.node]

    def _remember(self) -> None:
        """Note steps that a plan took on its way to an error."""
        known = self.walk.taken if self.walk else []
        self.moments += [Moment(number, known[number - 1]) for number in range(len(self.moments) + 1, len(known) + 1)]

    def _stop(self, error: PynetlabError) -> None:
        self.error, self.ended, self.notice = str(error), True, ""
