"""A prediction question: the answer is given before the result is seen, then checked and explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import html


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of an answer. ``right`` is None where none of the options was chosen."""

    given: str
    right: bool | None
    why: str

    def __str__(self) -> str:
        """Say it in a sentence or two."""
        if self.right is None:
            return self.why
        return f"{'Right' if self.right else 'Not so'}: {self.given}. {self.why}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": html.paragraph(str(self))}


class Predict:
    """A question with options, as a widget and in words. Nothing that a learner does raises."""

    def __init__(self, question: str, options: Sequence[str], right: str, why: str) -> None:
        """Ask; ``right`` is one of the options, ``why`` explains it. Raises ValueError where it is none of them."""
        if right not in options:
            raise ValueError(f"the right answer {right!r} is none of the options {', '.join(options)}")
        self.question, self.options, self.right, self.why = question, tuple(options), right, why
        self.answer: str | None = None
        """The latest answer that was checked."""

    def check(self, answer: str | int) -> Verdict:
        """Check an answer, given as the option's text or as its number, from 1."""
        if isinstance(answer, int):
            answer = self.options[answer - 1] if 1 <= answer <= len(self.options) else str(answer)
        if answer not in self.options:
            return Verdict(answer, None, f"Choose one of the options first, by number (1 to {len(self.options)}) or text.")
        self.answer = answer
        return Verdict(answer, answer == self.right, self.why)

    def __str__(self) -> str:
        """Print the question and its numbered options."""
        return "\n".join([self.question, *(f"  {number}. {option}" for number, option in enumerate(self.options, 1))])

    __repr__ = __str__

    def widget(self) -> Any:  # noqa: ANN401 - ipywidgets has no types
        """Build radio buttons, a button Check and a place for the verdict."""
        import ipywidgets as widgets  # noqa: PLC0415 - in words a question needs no widgets

        from .region import Region  # noqa: PLC0415

        choice = widgets.RadioButtons(options=self.options, value=None, layout=widgets.Layout(width="auto"))
        button = widgets.Button(description="Check", tooltip="Check the answer that is chosen")
        verdict = Region()

        def check(_: object) -> None:
            verdict.html = html.paragraph(str(self.check(choice.value or "")))

        button.on_click(check)
        return widgets.VBox([widgets.HTML(html.heading(self.question)), choice, button, verdict])

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.widget()._repr_mimebundle_(**options) or {})
        return bundle | {"text/plain": str(self)}
