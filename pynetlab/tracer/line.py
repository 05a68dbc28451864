"""One program that asks one question after the other: what the first ones left on the way, the later ones meet."""

from collections.abc import Callable

from ..model import Probe, Trace
from ..model.probe import Got
from .ask import ask
from .explain import told
from .packet import record
from .run import Run
from .world import World

Line = Callable[[Probe], Got]


def line(world: World, show: Callable[[Trace], object] | None = None) -> Line:
    """Give the line of a program: connections, counters and what is known of the ways' MTU stay from question to question.

    ``show`` is given the trace of each, where somebody records.
    """
    run = Run()

    def say(probe: Probe) -> Got:
        run.log = [] if show else None
        asked = ask(world, run, probe)
        if show:
            show(told(run, probe, asked))
        heard = asked.heard
        if heard is None:
            return Got(asked.answer)
        back = None if heard.answer is None else record(heard.answer)
        local = "" if heard.errno.startswith("icmp") else heard.errno
        return Got(asked.answer, back, local, heard.after, heard.mtu)

    return say
