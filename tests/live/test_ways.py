"""Each thing that can decide about a packet, in the real kernel: it answers what the tracer says."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import ways

from pynetlab.live import LiveKernel

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]


def answered(name):
    lines, question, _, _ = ways.WAYS[name]
    with LiveKernel() as kernel:
        ways.build(kernel, lines)
        found = kernel.ask([ways.asked(question)])[0]
    return " ".join(filter(None, (found.result, found.server, found.saw)))


def test_the_real_kernel_answers_so_too():
    with ThreadPoolExecutor(6) as pool:
        answers = dict(zip(ways.WAYS, pool.map(answered, ways.WAYS), strict=True))
    wrong = {name: answer for name, answer in answers.items() if answer != ways.WAYS[name][2]}
    wrong = {name: answer for name in wrong if (answer := answered(name)) != ways.WAYS[name][2]}  # a busy machine may be late
    assert wrong == {}
