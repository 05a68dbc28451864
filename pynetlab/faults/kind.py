"""What a fault is: a name, what one notices of it, and the plan that brings it about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..kernel import Plan
from ..model import Probe


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan knows of its fault once it was carried out."""

    cause: str
    """One sentence: what is wrong, and on which object."""
    questions: Iterable[Probe] = ()
    """What may show the symptom when it is asked, the best first."""


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
    by_chance: bool = False
    """Chance or time decides what becomes of a question."""
    options: Mapping[str, float] = field(default_factory=dict)
    """What can be set, and what it is else."""

    def noticed(self, where: str) -> str:
        """Say what one notices at a place."""
        return self.symptom.format(where=where)
