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


@pytest.mark.parametrize(("patience", "legs"), [(1, {"request", "reply"}), (5, {"request", "reply", "error"})])
def test_the_error_about_a_lost_answer_is_told_only_to_who_still_waits(patience, legs):
    lines, question, _, _ = ways.WAYS["rp_filter is off, and the answer goes astray"]
    kernel = SimKernel()
    ways.build(kernel, lines)
    told = trace(kernel.world(), ways.asked(f"{question} for {patience}"))
    assert {hop.leg for hop in told.hops} == legs
