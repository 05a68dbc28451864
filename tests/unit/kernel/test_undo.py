"""Whatever a plan did, taking it back leads to the state from before: step by step, and all at once."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import as_plan, plans, undoable

from pynetlab.errors import KernelError
from pynetlab.kernel import Walk
from pynetlab.model import difference
from pynetlab.sim import SimKernel

EXAMPLES = settings(max_examples=200, deadline=None)
ABOUT = st.sampled_from(("network", "routing", "firewall", "all")).flatmap(lambda about: plans(about=about))


def assert_same(before, after):
    assert before == after, "\n".join(map(str, difference(before, after)))


@EXAMPLES
@given(ABOUT, st.integers(0, 12))
def test_going_back_gives_each_earlier_state(operations, kept):
    assume(undoable(operations))
    kernel = SimKernel()
    kernel.apply(operations[:2])
    walk = Walk(as_plan(operations[2:]), kernel)
    states = [kernel.state()]
    while walk.next():
        states.append(kernel.state())
    while walk.position > min(kept, len(states) - 1):
        walk.back()
        assert_same(states[walk.position], kernel.state())
    while walk.position < len(walk.taken):
        walk.next()
        assert_same(states[walk.position], kernel.state())


@EXAMPLES
@given(ABOUT, st.booleans())
def test_undo_gives_the_state_from_before_wherever_the_plan_ended(operations, may_fail):
    assume(undoable(operations))
    kernel = SimKernel()
    kernel.apply(operations[:2])
    before = kernel.state()
    walk = Walk(as_plan(operations[2:], may_fail=may_fail), kernel)
    try:
        walk.finish()
    except KernelError:
        assert not may_fail
    walk.undo()
    assert_same(before, kernel.state())


@EXAMPLES
@given(plans(about="network", longest=15), st.integers(0, 15))
def test_batches_and_single_steps_lead_to_the_same(operations, single):
    batched, stepped = SimKernel(), SimKernel()
    for kernel, steps in ((batched, single), (stepped, 100)):
        walk = Walk(as_plan(operations), kernel)
        for _ in range(steps):
            walk.next()
        walk.finish()
    assert_same(batched.state(), stepped.state())
