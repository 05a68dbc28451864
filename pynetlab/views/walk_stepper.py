"""A plan in a stepper: its flags and its kernel as controls, its reasons, commands and changes as words, its chart as the picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from ..kernel import Walk
from . import html
from .flow_chart import flow_chart
from .session import Begin, Flags, Session, nothing
from .stepper import Stepper

if TYPE_CHECKING:
    import networkx as nx

MODES = (("Simulation", "sim"), ("Live", "live"))
TOOLTIPS = ("in plain Python: nothing outside the notebook changes", "in the real Linux kernel, in namespaces of the lab's own")
WINDOW = 620.0
"""So much of a chart's height is shown at once, in pixels."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag of the daemon as a control: a tick box for ``"bool"``, a line to write in for ``"text"``."""

    name: str
    """The key in what ``begin`` is given."""
    label: str
    kind: str
    default: bool | str


@dataclass(frozen=True, slots=True)
class Walking:
    """A session as a story, begun with what its controls say."""

    session: Session
    mode: widgets.ToggleButtons
    controls: Mapping[str, widgets.DOMWidget]
    whole: widgets.Checkbox
    chart: "nx.DiGraph[str] | None"
    here: str
    mono: tuple[str, ...] = ("Command", "What it changed", "What came back")

    @property
    def flags(self) -> Flags:
        """The values of the flags, by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def position(self) -> int:
        """How many steps are in force."""
        return self.session.position

    @property
    def ended(self) -> bool:
        """Say whether the plan has ended."""
        return self.session.ended

    @property
    def heading(self) -> str:
        """Name the step."""
        return f"Step {self.position}"

    @property
    def aside(self) -> str:
        """Name the kernel."""
        return str(self.mode.label).lower()

    @property
    def notice(self) -> str:
        """Say what the session has to say."""
        return self.session.notice

    @property
    def error(self) -> str:
        """Say what ended the plan."""
        return self.session.error

    def facts(self) -> dict[str, str]:
        """Give what is to be known of the latest step."""
        moment = self.session.moment
        if moment is None:
            return {}
        op = moment.taken.op
        facts = {
            "Place": moment.node,
            "Why": moment.taken.event.why,
            "Operation": type(op).__name__ if op else "none: a decision or a note",
        }
        changed = {"What it changed": moment.changed() or "nothing", "What came back": moment.answer()}
        return facts | ({"Command": moment.command(self.here)} | changed if op else {})

    def picture(self) -> str:
        """Draw the chart with the path so far: all of it, or the part around the latest place."""
        if self.chart is None:
            return ""
        window = None if self.whole.value else WINDOW
        drawn = flow_chart(self.chart, self.session.path, name="stepper-chart", title="Where the plan is", window=window)
        return html.block(drawn.svg, cut=window is not None)

    def next(self) -> None:
        """Take the next step."""
        self.session.next()

    def back(self) -> None:
        """Take the latest step back."""
        self.session.back()

    def finish(self) -> None:
        """Take all steps that are left."""
        self.session.finish()

    def reset(self) -> None:
        """Begin again, with the mode and the flags that are chosen."""
        self.session.reset(self.mode.value, self.flags)

    def give_up(self) -> None:
        """Give the walk up, with all that it made."""
        self.session.give_up()


def walk_stepper(
    begin: Begin,
    flags: Sequence[Flag] = (),
    *,
    chart: "nx.DiGraph[str] | None" = None,
    close: Callable[[Walk[Any]], None] = nothing,
    mode: str = "sim",
    no_live: str = "",
    here: str = "host",
) -> Stepper:
    """Begin a walk and build its controls; ``no_live`` says why live cannot be chosen, empty where it can."""
    toggle = widgets.ToggleButtons(
        options=MODES,
        value=mode,
        description="Kernel",
        tooltips=TOOLTIPS,
        disabled=bool(no_live),
        style={"description_width": "initial"},
        layout=widgets.Layout(width="max-content"),
    )
    whole = widgets.Checkbox(value=False, description="Show the whole chart", indent=False)
    story = Walking(Session(begin, close), toggle, {flag.name: _control(flag) for flag in flags}, whole, chart, here)
    reason = [widgets.HTML(html.paragraph(f"Live is not possible here: {no_live}"))] if no_live else []
    row = widgets.Layout(flex_flow="row wrap", align_items="center", margin="0.3em 0")
    chosen = [widgets.HBox(list(story.controls.values()), layout=row)] if story.controls else []
    made = Stepper(story, above=[toggle, *reason, *chosen], below=[whole] if chart is not None else [])
    for control in (toggle, *story.controls.values()):
        control.observe(lambda _: made.reset(), "value")
    whole.observe(lambda _: made.show(), "value")
    return made


def _control(flag: Flag) -> widgets.DOMWidget:
    if flag.kind == "bool":
        return widgets.Checkbox(
            value=bool(flag.default), description=flag.label, indent=False, layout=widgets.Layout(width="auto", margin="0 1em 0 0")
        )
    wide = widgets.Layout(width="13em", margin="0 1em 0 0")
    return widgets.Text(
        value=str(flag.default), description=flag.label, continuous_update=False, layout=wide, style={"description_width": "initial"}
    )
