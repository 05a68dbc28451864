"""What came of an exercise."""

from dataclasses import dataclass

from . import html


@dataclass(frozen=True, slots=True)
class Checked:
    """An exercise and what is still missing, a sentence each with a hint; done when nothing is."""

    exercise: str
    missing: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether it is done."""
        return not self.missing

    def __str__(self) -> str:
        """Say it in words, a line for each thing that is missing."""
        if self:
            return f"Done: {self.exercise}. The kernel holds what was asked for."
        return "\n- ".join([f"Not yet: {self.exercise}.", *self.missing])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": "".join(map(html.paragraph, str(self).split("\n")))}
