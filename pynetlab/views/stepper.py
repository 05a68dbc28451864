"""The stepper: a plan in a notebook, step by step, with its reasons, its commands and its chart (ipywidgets)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from ..kernel import Walk
from . import html
from .flow_chart import flow_chart
from .region import Region
from .session import Begin, Flags, Session, nothing
from .steps import Moment

if TYPE_CHECKING:
    import networkx as nx

MODES = (("Simulation", "sim"), ("Live", "live"))
TOOLTIPS = ("in plain Python: nothing outside the notebook changes", "in the real Linux kernel, in namespaces of the lab's own")
WINDOW = 620.0
"""So much of a chart's height is shown at once, in pixels."""
FRAME = "1px solid #9a9a9a"
"""Around a part of a chart: what is cut off there goes on."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag of the daemon as a control: a tick box for ``"bool"``, a line to write in for ``"text"``."""

    name: str
    """The key in what ``begin`` is given."""
    label: str
    kind: str
    default: bool | str


class Stepper:
    """Buttons and flags around a session. Shown by a notebook as the value of a cell; also driven by its methods."""

    def __init__(
        self,
        begin: Begin,
        flags: Sequence[Flag] = (),
        *,
        chart: "nx.DiGraph[str] | None" = None,
        close: Callable[[Walk[Any]], None] = nothing,
        mode: str = "sim",
        no_live: str = "",
        here: str = "host",
    ) -> None:
        """Begin a walk and build the controls; ``no_live`` says why live cannot be chosen, empty where it can."""
        self.session, self.chart, self.here = Session(begin, close), chart, here
        # JupyterLab lets a kernel that knows subshells handle two clicks at once, in two threads
        self._turn = RLock()
        self._flags = {flag.name: _control(flag) for flag in flags}
        self._mode = widgets.ToggleButtons(
            options=MODES,
            value=mode,
            description="Kernel",
            tooltips=TOOLTIPS,
            disabled=bool(no_live),
            style={"description_width": "initial"},
            layout=widgets.Layout(width="max-content"),
        )
        self._reset = _button("Reset", "Begin again, with the flags as they are now", self.reset)
        self._back = _button("Back", "Take the latest step back", self.back)
        self._next = _button("Next", "Take the next step", self.next)
        self._finish = _button("Run to end", "Take all steps that are left", self.finish)
        self._whole = widgets.Checkbox(value=False, description="Show the whole chart", indent=False)
        self._step, self._picture = Region(layout=widgets.Layout(min_height="13em")), widgets.HTML()
        self.widget = self._arrange(no_live)
        for control in (self._mode, *self._flags.values()):
            control.observe(lambda _: self.reset(), "value")
        self._whole.observe(lambda _: self._do(lambda: None), "value")
        self.reset()

    def next(self) -> None:
        """Take the next step and show it."""
        self._do(self.session.next)

    def back(self) -> None:
        """Take the latest step back."""
        self._do(self.session.back)

    def finish(self) -> None:
        """Take all steps that are left."""
        self._do(self.session.finish)

    def reset(self) -> None:
        """Begin again, with the mode and the flags that are chosen."""
        self._do(lambda: self.session.reset(self._mode.value, self.flags))

    def close(self) -> None:
        """Give the walk up, with all that it made."""
        self._do(self.session.give_up)

    @property
    def flags(self) -> Flags:
        """The values of the flags, by name."""
        return {name: control.value for name, control in self._flags.items()}

    def __str__(self) -> str:
        """Tell in words what is to be seen, but for the chart."""
        return "\n".join(_text(self.session, self.here))

    def __repr__(self) -> str:
        """Say what this is, in the same words in both modes."""
        return f"<Stepper at step {self.session.position}>"

    def _repr_mimebundle_(self, **options: object) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_(**options) or {})
        return bundle | {"text/plain": repr(self)}

    def _arrange(self, no_live: str) -> widgets.VBox:
        reason = [widgets.HTML(html.paragraph(f"Live is not possible here: {no_live}"))] if no_live else []
        row = widgets.Layout(flex_flow="row wrap", align_items="center", margin="0.3em 0")
        flags = [widgets.HBox(list(self._flags.values()), layout=row)] if self._flags else []
        buttons = widgets.HBox([self._reset, self._back, self._next, self._finish], layout=widgets.Layout(flex_flow="row wrap"))
        picture = [self._whole, self._picture] if self.chart is not None else []
        return widgets.VBox([self._mode, *reason, *flags, buttons, self._step, *picture])

    def _do(self, action: Callable[[], object]) -> None:
        """Act and show what came of it, one action after the other."""
        with self._turn:
            action()
            self._show()

    def _show(self) -> None:
        session = self.session
        self._back.disabled = session.position == 0
        self._next.disabled = self._finish.disabled = session.ended
        self._step.html = _panel(session, self.here, self._mode.label)
        if self.chart is not None:
            window = None if self._whole.value else WINDOW
            self._picture.layout.border = None if self._whole.value else FRAME
            drawn = flow_chart(self.chart, session.path, name="stepper-chart", title="Where the plan is", window=window)
            self._picture.value = html.block(drawn.svg)


def _control(flag: Flag) -> widgets.DOMWidget:
    if flag.kind == "bool":
        return widgets.Checkbox(
            value=bool(flag.default), description=flag.label, indent=False, layout=widgets.Layout(width="auto", margin="0 1em 0 0")
        )
    wide = widgets.Layout(width="13em", margin="0 1em 0 0")
    return widgets.Text(
        value=str(flag.default), description=flag.label, continuous_update=False, layout=wide, style={"description_width": "initial"}
    )


def _button(label: str, tooltip: str, action: Callable[[], None]) -> widgets.Button:
    button = widgets.Button(description=label, tooltip=tooltip, layout=widgets.Layout(width="9em"))
    button.on_click(lambda _: action())
    return button


def _facts(moment: Moment, here: str) -> dict[str, str]:
    """Give what is to be known of a step, by its name."""
    op = moment.taken.op
    facts = {"Place": moment.node, "Why": moment.taken.event.why, "Operation": type(op).__name__ if op else "none: a decision or a note"}
    changed = {"What it changed": moment.changed() or "nothing", "What came back": moment.answer()}
    return facts | ({"Command": moment.command(here)} | changed if op else {})


def _text(session: Session, here: str) -> list[str]:
    lines = [f"Step {session.position}"]
    if session.moment is not None:
        lines += [f"{name}: {value}".replace("\n", "\n  ") for name, value in _facts(session.moment, here).items() if value]
    return [*lines, *([session.notice] if session.notice else []), *([f"Error: {session.error}"] if session.error else [])]


def _panel(session: Session, here: str, mode: str) -> str:
    facts = _facts(session.moment, here) if session.moment is not None else {}
    return (
        html.heading(f"Step {session.position} ({mode.lower()})")
        + html.definitions(facts, mono=("Command", "What it changed", "What came back"))
        + (html.paragraph(session.notice) if session.notice else "")
        + (html.paragraph(f"Error: {session.error}", role="alert") if session.error else "")
    )
