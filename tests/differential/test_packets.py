"""Random labs and random packets: the tracer against the real kernel, in answers, devices passed and rules matched."""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from packets import built, patient, probes, remade, setups

from pynetlab.model import difference
from pynetlab.tracer import Run, World, ask, trace
from pynetlab.views.side_by_side import SideBySide

pytestmark = [pytest.mark.live, pytest.mark.timeout(0 if os.environ.get("PYNETLAB_NIGHTLY") else 600)]

# the figures of both are told at the end of a run; a nightly one draws other labs each time
LABS = int(os.environ.get("PYNETLAB_LABS", "12"))
NIGHTLY = bool(os.environ.get("PYNETLAB_NIGHTLY"))
# so many of a lab's packets are also watched; not yet where the answer alone is asked for: a bridge without a carrier sends
# no ARP request, and what the instruments then call silent is predicted as an unresolved neighbour
WATCHED = int(os.environ.get("PYNETLAB_WATCHED", "3" if NIGHTLY else "0"))
PATIENCE = 0.35
EXAMPLES = settings(
    max_examples=LABS,
    deadline=None,
    derandomize=not NIGHTLY,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a lab found to differ is read as it is; to shrink it takes minutes
)


def apart(kernel, state, asked, done):
    """Give the questions that the two answer differently, asked all at once, and again alone in a lab made anew, in their own time."""
    world = World(state)
    wrong = []
    for probe, real in zip(asked, kernel.ask(asked), strict=True):
        if real != ask(world, Run(), probe).answer:
            alone = patient(probe)
            remade(kernel, done)
            said, seen = ask(world, Run(), alone).answer, kernel.ask([alone])[0]
            wrong += [f"{alone}: predicted {said}, answered {seen}"] if said != seen else []
    return wrong


def parted(kernel, state, asked, done):
    """Give where the ways of questions differ, packet by packet; those that do are watched again as :func:`apart` asks again."""
    wrong = []
    for probe in asked:
        if compared(kernel, state, probe):
            remade(kernel, done)  # what an earlier question left, such as a neighbour that did not answer, would be in the way
            wrong += [f"{probe}: {each}" for each in compared(kernel, state, patient(probe))]
    return wrong


def compared(kernel, state, probe):
    return SideBySide(str(probe), trace(World(state), probe), kernel.observe([probe], state)[0]).differences()


def test_the_real_kernel_and_the_tracer_part_in_no_lab(live_kernel, record_property):
    figures = {"labs": 0, "packets": 0, "answered": 0, "watched": 0, "differences": 0}
    told, begin = [], time.monotonic()

    @EXAMPLES
    @given(setups())
    def compare(setup):
        state, done = built(setup, live_kernel.dialect)
        remade(live_kernel, done)
        assert live_kernel.state() == state, difference(state, live_kernel.state())
        asked = probes(setup, state, PATIENCE)
        wrong = parted(live_kernel, state, asked[:WATCHED], done) + apart(live_kernel, state, asked, done)
        figures["labs"] += 1
        figures["packets"] += len(asked)
        figures["answered"] += sum(ask(World(state), Run(), probe).answer.result == "ok" for probe in asked)
        figures["watched"] += len(asked[:WATCHED])
        figures["differences"] += len(wrong)
        told.extend([f"{setup}:\n  " + "\n  ".join(wrong)] if wrong else [])

    compare()
    for name, number in figures.items():
        record_property(name, number)
    print(f"\n{live_kernel.dialect}: {figures}, {time.monotonic() - begin:.0f} s")
    assert told == [], "\n".join(told)
