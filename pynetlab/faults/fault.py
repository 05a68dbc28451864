"""A fault that is in a lab: what one notices, and on request what it is; and its way out again."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol, Self

from ..errors import SpecError
from ..kernel import Kernel, Plan, Walk, run
from ..model import Outcome, Probe, State
from .back import back, changed
from .kind import Told


class Host(Protocol):
    """What of a lab is needed."""

    @property
    def kernel(self) -> Kernel:
        """Its kernel."""

    @property
    def walks(self) -> list[Walk[Any]]:
        """All that was carried out, the oldest first."""

    def carry_out(self, plan: Plan[Told]) -> Walk[Told]:
        """Carry out a plan; one that fails is undone."""

    def state(self) -> State:
        """Give all that the kernel holds now."""


@dataclass(slots=True, repr=False)
class Fault:
    """A fault in force. Printed, it tells what one notices; the cause only after :meth:`reveal`.

    As a context manager it is undone at the end of the block.
    """

    name: str
    where: str
    symptom: str
    cause: str
    """What is wrong, in one sentence; it is not printed before :meth:`reveal`."""
    question: Probe | None
    """What shows the symptom when it is asked; None where nothing in the lab asks what would."""
    outcome: Outcome | None
    """What becomes of that question's packet, or of its answer; None where chance or time decides."""
    lab: Host
    walk: Walk[Told]
    before: State
    after: State
    hidden: bool = False
    """Not even its name and its place are printed."""
    revealed: bool = False
    undone: bool = field(default=False, init=False)

    def reveal(self) -> Self:
        """Tell its name and its cause from now on."""
        self.revealed = True
        return self

    def undo(self) -> str:
        """Put back what it changed, and say what was not put back, because it is gone or was changed since.

        Several faults can be undone in any order, but of two that changed the same thing the later one goes first; else
        SpecError, and nothing changes.
        """
        if self.undone:
            return "Undone already: nothing changes."
        place = self.lab.walks.index(self.walk)
        later = [walk for walk in self.lab.walks[place + 1 :] if walk.position]
        own = changed(_ops(self.walk))
        for walk in reversed(later):
            both = sorted(own & changed(_ops(walk))) if isinstance(walk.result, Told) else []
            if both:
                raise SpecError(f"a later fault changed {both[0]} too: undo that one first")
        since = [taken for walk in later for taken in walk.taken[: walk.position]]
        plan = back(self.walk.taken[: self.walk.position], self.before, self.after, self.lab.state(), since)
        left = run(plan, self.lab.kernel).done()
        self.lab.walks.remove(self.walk)
        self.undone = True
        return f"Undone, as far as it can be: {'; '.join(left)}." if left else "Undone: what the fault changed is as it was."

    def __enter__(self) -> Self:
        """Give the fault itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Undo it."""
        self.undo()

    def __str__(self) -> str:
        """Say what may be said of it."""
        name = "A fault" if self.hidden and not self.revealed else f"{self.name} at {self.where}"
        told = f" The cause: {self.cause}" if self.revealed else " Its cause is told by reveal()."
        return f"{name}{' (undone)' if self.undone else ''}. What one notices: {self.symptom}{told}"

    def __repr__(self) -> str:
        """Say the same, as a notebook shows it."""
        return str(self)


def _ops(walk: Walk[Any]) -> list[Any]:
    return [taken.op for taken in walk.taken[: walk.position] if taken.op is not None]
