"""A packet's way in a stepper: for each scene where it is, the packet, what decided and why that is there, and the drawing."""

import re
from dataclasses import dataclass

from . import html
from .predict import Predict
from .stepper import Stepper
from .trace_figures import Placed, Reel, reel
from .trace_words import facts


@dataclass(slots=True)
class Following:
    """A trace as a story. It is known from the start; nothing is sent when somebody steps."""

    reel: Reel
    position: int = 0
    mono: tuple[str, ...] = ("Packet", "Now", "Because of")

    @property
    def ended(self) -> bool:
        """Say whether the packet has gone all of its way."""
        return self.position == len(self.reel.scenes)

    @property
    def heading(self) -> str:
        """Name the step."""
        return f"Step {self.position} of {len(self.reel.scenes)}"

    @property
    def aside(self) -> str:
        """Say nothing: the picture has the question for its title."""
        return ""

    @property
    def notice(self) -> str:
        """Say what to do at the start."""
        return "" if self.position else "The packet is about to be sent. Next takes the first step."

    @property
    def error(self) -> str:
        """Say nothing: a trace is there, or there is no stepper."""
        return ""

    def facts(self) -> dict[str, str]:
        """Give what is to be known of the scene."""
        return facts(self.reel.trace, self.reel.scenes, self.position)

    def picture(self) -> str:
        """Draw the way so far."""
        name = "trace-" + "-".join(re.findall(r"\w+", self.reel.asked))  # a page may hold several, each with titles of its own
        return html.block(self.reel.scene(self.position, name).svg)

    def next(self) -> None:
        """Go on to the next scene."""
        self.position = min(self.position + 1, len(self.reel.scenes))

    def back(self) -> None:
        """Go back to the scene before."""
        self.position = max(self.position - 1, 0)

    def finish(self) -> None:
        """Go to the last scene."""
        self.position = len(self.reel.scenes)

    def reset(self) -> None:
        """Go back to before the first scene."""
        self.position = 0

    def give_up(self) -> None:
        """Hold nothing, so that there is nothing to give up."""


def stepper(view: Placed, ask: Predict | None = None) -> Stepper:
    """Give a trace as a widget; a question, to be answered before the first step, may stand above it."""
    return Stepper(Following(reel(view.asked, view.trace, view.state)), above=[ask.widget()] if ask else [], beside=True)
