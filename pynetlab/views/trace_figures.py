"""A trace as drawings: the whole way in one, or one for each scene; what is seen and what is told come from the same record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..model import State, Trace
from . import metrics, svg
from .column import Column
from .figure import Figure, Figures
from .rails import Rails, rails
from .scenes import Scene, scenes
from .trace_frame import Followed
from .trace_svg import drawing
from .trace_way import Stop, stops
from .trace_words import WIDTH, card, legend, listing, twin
from .way_plan import MARGIN, TOP, plan

NAMED = 8
"""So many of those that are not drawn are named."""


@dataclass(frozen=True, slots=True)
class Reel:
    """A trace with its scenes and where they are in the drawing of its lab."""

    asked: str
    trace: Trace
    scenes: tuple[Scene, ...]
    rails: Rails
    stops: tuple[Stop, ...]

    @property
    def title(self) -> str:
        """Give the question and what became of it."""
        return f"{self.asked}: {self.trace.outcome}"

    def whole(self, name: str = "trace") -> Figure:
        """Draw the whole way, with a numbered list beside it."""
        column = self._column()
        legend(column, self.trace, self.scenes)
        return self._figure(name, self.title, listing(self.trace, self.scenes), None, column)

    def each(self) -> tuple[Figure, ...]:
        """Draw every scene, and beside it what there is to say of it; all of one size, so that nothing jumps."""
        columns = [self._column() for _ in self.scenes]
        for number, column in enumerate(columns, 1):
            card(column, self.trace, self.scenes, number)
        tall = max((column.y for column in columns), default=0)
        return tuple(self._scene(f"trace-{number:02}", number, column, tall) for number, column in enumerate(columns, 1))

    def scene(self, number: int, name: str) -> Figure:
        """Draw the way up to a scene alone; number 0 is before the packet is sent."""
        return self._scene(name, number, None)

    def _scene(self, name: str, number: int, column: Column | None, tall: float = 0) -> Figure:
        title = f"{self.asked}, step {number} of {len(self.scenes)}"
        return self._figure(name, title, twin(self.trace, self.scenes, number), number, column, tall)

    def _column(self) -> Column:
        return Column(self.rails.plan.width + 8, TOP - 12, WIDTH)

    def _figure(self, name: str, title: str, words: str, upto: int | None, column: Column | None, tall: float = 0) -> Figure:
        place = self.rails.plan
        foot = Column(MARGIN, place.height, place.width - 2 * MARGIN)
        if place.hidden:
            foot.skip(6)
            foot.say(_left_out(place.hidden), size=10, fill=svg.SOFT)
        right = column.x + column.width if column else place.width - MARGIN
        width = max(right, metrics.width(title, 16, bold=True) + MARGIN) + MARGIN
        height = max(foot.y, tall, column.y if column else 0) + MARGIN
        head = svg.text((MARGIN, 24), title, size=16, bold=True)
        body = [head, *drawing(self.rails, self.stops, upto), *(column.body if column else []), *foot.body]
        return Figure(name, title, svg.document(name, title, words, width, height, *body), words)


def _left_out(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"not drawn, since nothing passes there: {', '.join(names[:NAMED])}{more}"


def reel(asked: str, trace: Trace, state: State, host: str = "host", outside: str = "outside") -> Reel:
    """Place a trace in the drawing of the lab that it is of. Raises KeyError where the state has no namespace ``host``."""
    told = scenes(trace)
    devices = {step.where.device for _, step in trace.steps() if step.where.netns == host}
    made = rails(plan(state, host, outside, {hop.netns for hop in trace.hops}, devices))
    return Reel(asked, trace, told, made, tuple(stops(made, told)))


class Placed(Followed, Protocol):
    """What has to be known of a trace that is to be drawn."""

    @property
    def state(self) -> State:
        """The lab that it is of."""


def figure(view: Placed, name: str = "trace") -> Figure:
    """Draw the whole way through the lab, each step with a number, and list the steps beside it."""
    return reel(view.asked, view.trace, view.state).whole(name)


def diagrams(view: Placed) -> Figures:
    """Draw the way step by step: where the packet is now, its header before and after, and what decided.

    They are as many as there is something to see: ends of chains, and policies that let the packet pass, have none.
    """
    return Figures(reel(view.asked, view.trace, view.state).each())
