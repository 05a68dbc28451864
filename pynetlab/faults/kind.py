"""What a fault is: a name, what one notices of it, and the plan that brings it about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..kernel import Plan
from ..model import Outcome, Probe


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan knows of its fault once it was carried out."""

    cause: str
    """One sentence: what is wrong, and on which object."""
    question: Probe | None = None
    """What shows the symptom when it is asked; None where nothing in the lab could ask."""
    outcome: Outcome | None = None
    """What becomes of that question's packet, or of its answer; None where chance or time decides."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault."""

    name: str
    symptom: str
    """One sentence, with ``{where}`` for the place: what a user would notice."""
    plan: Callable[..., Plan[Told]]
    """Takes a :class:`Place` and the options. It asks nothing of a kernel, and raises SpecError, before its first step, where the
    fault cannot be."""
    of_host: bool = False
    """It strikes the Docker host itself, not a container."""
    options: Mapping[str, float] = field(default_factory=dict)
    """What can be set, and what it is else."""

    def noticed(self, where: str) -> str:
        """Say what one notices at a place."""
        return self.symptom.format(where=where)
