"""Where does it go, and does it get there: traces, and the answers that programs see."""

from collections.abc import Sequence
from typing import Any, Protocol

from ..errors import SpecError
from ..kernel import Kernel, Observer, Walk
from ..model import Answer, Probe, State
from ..provenance import with_origins
from ..tracer import World
from ..tracer import trace as follow
from ..views.side_by_side import SideBySide
from ..views.trace import TraceView
from .asking import Asked, parse


class Traced(Asked, Protocol):
    """What has to be known of a lab."""

    kernel: Kernel

    @property
    def walks(self) -> Sequence[Walk[Any]]:
        """All that was carried out, the oldest first."""


def trace(lab: Traced, question: str | Probe, *, origins: bool = False) -> TraceView:
    """Follow a packet and what answers it, hop by hop, with what decided each: ``lab.trace("web -> db:5432/tcp")``.

    It is told from what the kernel holds now. In a live lab the packet is sent for real, and watched in every namespace:
    where what was seen agrees with what is told, the telling stands, since it has the reasons too; where the two part, what
    was seen alone is given. With ``origins`` each rule and route also says for which step, and which command line, it
    is there; the lab's history is done again for that. Raises SpecError for what cannot be asked, LiveError where the
    instruments missed something.
    """
    found, state = _compared(lab, question)
    told = found.predicted if found.agrees else found.observed
    return TraceView(with_origins(told, state, lab.walks) if origins else told, state, found.question)


def check(lab: Traced, question: str | Probe) -> SideBySide:
    """Put the prediction beside what is seen in the real kernel: ``print(lab.check("web -> db:5432"))``; true where they agree.

    Raises SpecError in a simulation, where there is nothing to see, LiveError where the instruments missed something.
    """
    return _checked(lab, question)[0]


def observe(lab: Traced, question: str | Probe) -> TraceView:
    """Send a packet in the real kernel and give what was seen alone: devices, rules, translations. Raises as :func:`check`."""
    found, state = _checked(lab, question)
    return TraceView(found.observed, state, found.question)


def _checked(lab: Traced, question: str | Probe) -> tuple[SideBySide, State]:
    if not isinstance(lab.kernel, Observer):
        raise SpecError("a simulation has nothing to observe; make the lab with mode='live' to check its predictions")
    return _compared(lab, question)


def _compared(lab: Traced, question: str | Probe) -> tuple[SideBySide, State]:
    """Predict, and observe where there is a real kernel; else the prediction stands for both. Give what the kernel held, too."""
    state = lab.state()
    probe = parse(lab, question, state=state)
    predicted = follow(World(state), probe)
    if isinstance(lab.kernel, Observer):
        (seen,) = lab.kernel.observe([probe], state)
    else:
        seen, _ = predicted, lab.kernel.ask([probe])  # whoever records a device there sees it pass
    return SideBySide(" ".join(str(question).split()), predicted, seen), state


def ask(lab: Traced, question: str | Probe) -> Answer:
    """Ask in the kernel of the lab, and give what the program that asks sees: ``lab.ask("web -> db:5432/udp")``."""
    return _asked(lab, question)


def ping(lab: Traced, question: str | Probe) -> Answer:
    """Send one echo request: ``lab.ping("web -> db")``. The result is ``ok``, ``timeout`` or ping's own words."""
    return _asked(lab, question, "icmp")


def curl(lab: Traced, question: str | Probe) -> Answer:
    """Connect and read what the server says: ``lab.curl("outside -> host:8080")``; who answered, and whom it saw."""
    return _asked(lab, question, "tcp")


def _asked(lab: Traced, question: str | Probe, proto: str = "") -> Answer:
    probe = parse(lab, question, proto)
    return lab.kernel.ask([probe])[0]
