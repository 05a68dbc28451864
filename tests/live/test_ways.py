"""Each thing that can decide about a packet, in the real kernel: it answers what the tracer says."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import ways

from pynetlab.live.kernel import LiveKernel
from pynetlab.ops import DeleteNetns

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]
WORKERS = 8


def answered(names):
    found = {}
    with LiveKernel() as kernel:
        for name in names:
            lines, question, _, _ = ways.WAYS[name]
            ways.build(kernel, lines)
            answer = kernel.ask([ways.asked(question)])[0]
            found[name] = " ".join(filter(None, (answer.result, answer.server, answer.saw)))
            kernel.apply([DeleteNetns(each) for each in kernel.state().netns])
    return found


def wrong(names):
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = pool.map(answered, [names[at::WORKERS] for at in range(WORKERS)])
    return {name: answer for part in parts for name, answer in part.items() if answer != ways.WAYS[name][2]}


def test_the_real_kernel_answers_so_too():
    late = wrong(list(ways.WAYS))  # a busy machine may be late: what is really wrong is so again
    assert late == {} or wrong(list(late)) == {}
