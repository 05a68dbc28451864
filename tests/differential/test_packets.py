"""Random labs and random packets: the tracer against the real kernel, in outcome, answer, devices passed and rules matched.

All packets of a lab are sent at once, and watched. Where the two part, the packet is sent again, alone in a lab made anew:
what others left behind, such as a neighbour that did not answer, is then no reason.
"""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest
from conftest import missing, need
from hypothesis import HealthCheck, Phase, given, settings
from packets import built, patient, probes, remade, setups

from pynetlab.live.kernel import LiveKernel
from pynetlab.model import difference
from pynetlab.tracer import World, trace
from pynetlab.views.side_by_side import SideBySide

NIGHTLY = bool(os.environ.get("PYNETLAB_NIGHTLY"))
LABS = int(os.environ.get("PYNETLAB_LABS", "250"))
"""So many, each in both dialects of iptables. The figures are told at the end of a run; a nightly one draws other labs each time."""
PATIENCE = 0.2
"""Seconds; who is answered is answered within a few milliseconds, and who waited for too short a time is asked again."""
DIALECTS = ("nft", "legacy")

# by a thread, since Hypothesis takes the exception of a signal for one more example and goes on
pytestmark = [pytest.mark.live, pytest.mark.timeout(0 if NIGHTLY else 1500, method="thread")]
EXAMPLES = settings(
    max_examples=LABS * 2,  # some of them twice the same
    deadline=None,
    derandomize=not NIGHTLY,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate] if NIGHTLY else [Phase.generate, Phase.shrink],  # a nightly run goes on, and tells of all
)


def parted(kernel, setup, figures):
    """Make a lab and ask its questions; give where the two part, packet by packet."""
    state, done = built(setup, kernel.dialect)
    remade(kernel, done)
    assert kernel.state() == state, f"{setup}\n{difference(state, kernel.state())}"
    asked, world, wrong = probes(setup, state, PATIENCE), World(state), []
    for probe, seen in zip(asked, kernel.observe(asked, state), strict=True):
        told = trace(world, probe)
        figures.update(packets=1, answered=told.answer.result == "ok", steps=len(list(seen.steps())))
        if not SideBySide(str(probe), told, seen):
            alone = patient(probe)
            remade(kernel, done)
            apart = SideBySide(str(alone), trace(world, alone), *kernel.observe([alone], state)).differences()
            figures.update(again=1, differences=bool(apart))
            wrong += ["\n  ".join((f"{alone} ({kernel.dialect})", *apart))] if apart else []
    figures.update(labs=1)
    return wrong


def test_the_real_kernel_and_the_tracer_part_in_no_lab(record_property):
    for dialect in DIALECTS:
        need(missing(dialect))
    figures, told, passed, begin = Counter(), [], set(), time.monotonic()
    with ExitStack() as stack, ThreadPoolExecutor(len(DIALECTS)) as both:
        kernels = [stack.enter_context(LiveKernel(dialect)) for dialect in DIALECTS]

        @EXAMPLES
        @given(setups())
        def compare(setup):
            lab = replace(setup, questions=())
            if lab in passed or len(passed) == LABS:
                return
            wrong = [line for lines in both.map(lambda kernel: parted(kernel, setup, figures), kernels) for line in lines]
            told.extend([f"{setup}\n" + "\n".join(wrong)] if wrong and NIGHTLY else [])
            assert NIGHTLY or not wrong, f"{setup}\n" + "\n".join(wrong)
            passed.add(lab)

        compare()
    figures["seconds"] = round(time.monotonic() - begin)
    for name, number in figures.items():
        record_property(name, number)
    print(f"\n{', '.join(f'{number} {name}' for name, number in figures.items())}")
    assert told == [], "\n\n".join(told)
    assert len(passed) == LABS
