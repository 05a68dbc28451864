"""The stepper: something that goes step by step in a notebook, forwards and back, with its words and its picture (ipywidgets)."""

from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from typing import Any, Protocol

import ipywidgets as widgets

from . import html
from .region import Region


class Story(Protocol):
    """What a stepper goes through: a plan as it is carried out, or the way of a packet."""

    @property
    def mono(self) -> tuple[str, ...]:
        """Name the facts that are commands, rules or packets."""

    @property
    def position(self) -> int:
        """How many steps are taken."""

    @property
    def ended(self) -> bool:
        """Say whether there is nothing left to take."""

    @property
    def heading(self) -> str:
        """Say at which step it is."""

    @property
    def aside(self) -> str:
        """Say what is worth knowing beside that, and is no part of the words; empty for nothing."""

    @property
    def notice(self) -> str:
        """Say what else there is to say; empty for nothing."""

    @property
    def error(self) -> str:
        """Say what went wrong; empty where nothing did."""

    def facts(self) -> Mapping[str, str]:
        """Give what is to be known of the latest step, by name."""

    def picture(self) -> str:
        """Give its picture as HTML; empty for none."""

    def next(self) -> object:
        """Take the next step."""

    def back(self) -> object:
        """Take the latest step back."""

    def finish(self) -> object:
        """Take all steps that are left."""

    def reset(self) -> object:
        """Begin again."""

    def give_up(self) -> object:
        """Give up what it holds."""


class Stepper:
    """Buttons around a story. Shown by a notebook as the value of a cell; also driven by its methods."""

    def __init__(
        self, story: Story, *, above: Sequence[widgets.Widget] = (), below: Sequence[widgets.Widget] = (), beside: bool = False
    ) -> None:
        """Begin a story and build the buttons; controls of its own stand above them, or between words and picture.

        ``beside`` puts the picture at the side of the words, where the page is wide enough.
        """
        self.story = story
        # JupyterLab lets a kernel that knows subshells handle two clicks at once, in two threads
        self._turn = RLock()
        self._reset = _button("Reset", "Begin again", self.reset)
        self._back = _button("Back", "Take the latest step back", self.back)
        self._next = _button("Next", "Take the next step", self.next)
        self._finish = _button("Run to end", "Take all steps that are left", self.finish)
        self._words, self._picture = Region(layout=widgets.Layout(min_height="13em")), widgets.HTML()
        buttons = widgets.HBox([self._reset, self._back, self._next, self._finish], layout=widgets.Layout(flex_flow="row wrap"))
        shown = [self._words, *below, self._picture]
        if beside:
            self._words.layout.flex, self._picture.layout.flex = "1 1 17em", "3 1 36em"
            shown = [widgets.Box(shown, layout=widgets.Layout(flex_flow="row wrap"))]
        self.widget = widgets.VBox([*above, buttons, *shown])
        self.reset()

    def next(self) -> None:
        """Take the next step and show it."""
        self._do(self.story.next)

    def back(self) -> None:
        """Take the latest step back."""
        self._do(self.story.back)

    def finish(self) -> None:
        """Take all steps that are left."""
        self._do(self.story.finish)

    def reset(self) -> None:
        """Begin again."""
        self._do(self.story.reset)

    def close(self) -> None:
        """Give the story up, with all that it holds."""
        self._do(self.story.give_up)

    def show(self) -> None:
        """Show it as it is now, such as after one of its own controls was turned."""
        self._do(lambda: None)

    def __str__(self) -> str:
        """Tell in words what is to be seen, but for the picture."""
        story = self.story
        facts = [f"{name}: {value}".replace("\n", "\n  ") for name, value in story.facts().items() if value]
        return "\n".join([story.heading, *facts, *filter(None, [story.notice, _wrong(story)])])

    def __repr__(self) -> str:
        """Say what this is, in the same words in both modes."""
        return f"<Stepper at step {self.story.position}>"

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_(**options) or {})
        return bundle | {"text/plain": repr(self)}

    def _do(self, action: Callable[[], object]) -> None:
        """Act and show what came of it, one action after the other."""
        with self._turn:
            action()
            story = self.story
            self._back.disabled = story.position == 0
            self._next.disabled = self._finish.disabled = story.ended
            self._words.html, self._picture.value = _panel(story), story.picture()


def _button(label: str, tooltip: str, action: Callable[[], None]) -> widgets.Button:
    button = widgets.Button(description=label, tooltip=tooltip, layout=widgets.Layout(width="9em"))
    button.on_click(lambda _: action())
    return button


def _wrong(story: Story) -> str:
    return f"Error: {story.error}" if story.error else ""


def _panel(story: Story) -> str:
    return (
        html.heading(f"{story.heading} ({story.aside})" if story.aside else story.heading)
        + html.definitions(story.facts(), mono=story.mono)
        + (html.paragraph(story.notice) if story.notice else "")
        + (html.paragraph(_wrong(story), role="alert") if story.error else "")
    )
