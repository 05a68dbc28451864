"""Where does it go, and does it get there: traces, and the answers that programs see."""

from collections.abc import Sequence
from typing import Any, Protocol

from ..kernel import Asker, Kernel, Walk
from ..model import Answer, Probe
from ..tracer import World
from ..tracer import trace as follow
from ..views.trace import TraceView
from .asking import Asked, parse


class Traced(Asked, Protocol):
    """What has to be known of a lab."""

    kernel: Kernel

    @property
    def walks(self) -> Sequence[Walk[Any]]:
        """All that was carried out, the oldest first."""


def trace(lab: Traced, question: str | Probe) -> TraceView:
    """Follow a packet and what answers it, hop by hop, with what decided each: ``lab.trace("web -> db:5432/tcp")``.

    It is told from what the kernel holds now, simulated or real. Raises SpecError for what cannot be asked.
    """
    probe = parse(lab, question)
    return TraceView(follow(World(lab.state()), probe), " ".join(str(question).split()))


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
    if not isinstance(lab.kernel, Asker):
        raise TypeError("a kernel that no question can be asked of")
    return lab.kernel.ask([probe])[0]
