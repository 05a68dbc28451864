"""Each thing that can decide about a packet, in the simulation: the answer, and the name of the end."""

import pytest
import ways

from pynetlab.sim import SimKernel
from pynetlab.tracer import Run, ask, trace


@pytest.mark.parametrize("name", ways.WAYS)
def test_a_packet_ends_where_and_how_it_does_in_linux(name):
    lines, question, answer, outcome = ways.WAYS[name]
    kernel = SimKernel()
    ways.build(kernel, lines)
    probe = ways.asked(question)
    found = trace(kernel.world(), probe)
    assert " ".join(filter(None, (found.answer.result, found.answer.server, found.answer.saw))) == answer
    assert found.outcome.value == outcome, found.why
    assert ask(kernel.world(), Run(), probe).answer == found.answer
    assert found.why.endswith(".")
