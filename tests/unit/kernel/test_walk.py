"""A walk: step by step and in batches, forwards, backwards, and wherever it fails."""

import errno
from ipaddress import IPv4Interface

import pytest

from pynetlab.errors import DaemonError, KernelError
from pynetlab.kernel import BATCH, Passed, Step, Walk, run
from pynetlab.ops import AddAddress, AddBridge, AddNetns, DeleteLink, ReadLink, SetMtu, SetUp
from pynetlab.sim import SimKernel

MAC = "02:00:00:00:00:01"
BRIDGE = AddBridge("host", "br0", MAC)


class Counting:
    """A simulated kernel that counts how often it is asked."""

    def __init__(self):
        self.kernel = SimKernel()
        self.batches = []

    def apply(self, ops):
        self.batches.append(tuple(ops))
        return self.kernel.apply(ops)

    def state(self):
        return self.kernel.state()


def network():
    """Make a bridge, and look at it in between."""
    yield Step(AddNetns("host"), "a machine")
    yield Passed("is there a bridge?", "bridge?")
    yield Step(BRIDGE, "a switch", "create")
    link = yield Step(ReadLink("host", "br0"), "what did we get?")
    try:
        yield Step(BRIDGE, "again", may_fail=True)
    except KernelError as refused:
        yield Passed(f"there it was: {refused.name}", "there")
    yield Step(SetUp("host", "br0"), "to use it", "up")
    return link.mac


def test_a_plan_hears_answers_and_refusals_and_gives_a_result():
    walk = run(network(), SimKernel())
    assert walk.done() == MAC
    assert [type(taken.event).__name__ for taken in walk.taken] == ["Step", "Passed", "Step", "Step", "Step", "Passed", "Step"]
    assert walk.taken[4].refused.errno == errno.EEXIST
    assert walk.taken[5].event.why == "there it was: EEXIST"
    assert walk.taken[3].answer.name == "br0"


def test_next_back_and_next_again():
    kernel = SimKernel()
    walk, states = Walk(network(), kernel), [kernel.state()]
    while walk.next():
        states.append(kernel.state())
    assert walk.next() is None
    for state in reversed(states[:-1]):
        walk.back()
        assert kernel.state() == state
    assert walk.back() is None
    for state in states[1:]:
        assert walk.next() is not None
        assert kernel.state() == state
    assert walk.done() == MAC


def test_from_the_middle_to_the_end():
    kernel = SimKernel()
    walk = Walk(network(), kernel)
    for _ in range(4):
        walk.next()
    walk.back()
    walk.back()
    assert walk.finish() == MAC
    assert walk.position == len(walk.taken)
    assert kernel.state()["host"].links["br0"].up


def many(count):
    yield Step(AddNetns("host"), "a machine")
    for i in range(count):
        yield Step(AddBridge("host", f"br{i}", MAC), "a switch")
        yield Step(SetMtu("host", f"br{i}", 1400), "smaller")


def test_steps_that_ask_nothing_go_together():
    kernel = Counting()
    run(many(100), kernel)
    assert len(kernel.batches) <= 201 // BATCH + 2
    assert max(map(len, kernel.batches)) <= BATCH


def test_what_goes_with_its_holder_is_not_asked_for_and_not_undone():
    kernel = Counting()
    walk = run(many(3), kernel)
    assert not any(isinstance(op, ReadLink) for batch in kernel.batches for op in batch)
    walk.undo()
    assert len(kernel.batches[-1]) == 1
    assert kernel.state().netns == {}


def test_a_refused_creation_does_not_make_what_was_there_new():
    kernel = SimKernel()
    kernel.apply([AddNetns("host"), BRIDGE])

    def plan():
        with pytest.raises(KernelError):
            yield Step(BRIDGE, "perhaps it is there", may_fail=True)
        yield Step(SetMtu("host", "br0", 1400), "smaller")

    before = kernel.state()
    run(plan(), kernel).undo()
    assert kernel.state() == before


def failing(error):
    yield Step(AddNetns("host"), "a machine")
    yield Step(BRIDGE, "a switch")
    yield Step(SetUp("host", "br0"), "to use it")
    if error:
        raise error
    yield Step(AddAddress("host", "nosuch", IPv4Interface("10.0.0.1/24")), "which cannot be")


@pytest.mark.parametrize("error", [None, DaemonError("no")])
def test_a_plan_that_fails_leaves_nothing_unless_it_shall_stay(error):
    kernel = SimKernel()
    with pytest.raises((KernelError, DaemonError)):
        run(failing(error), kernel)
    assert kernel.state().netns == {}
    with pytest.raises((KernelError, DaemonError)):
        run(failing(error), kernel, keep=True)
    assert kernel.state()["host"].links["br0"].up


def test_a_walk_that_failed_is_at_its_end():
    walk = Walk(failing(DaemonError("no")), SimKernel())
    with pytest.raises(DaemonError):
        walk.finish()
    assert isinstance(walk.error, DaemonError)
    assert walk.position == len(walk.taken) == 3
    with pytest.raises(RuntimeError):
        walk.done()


def test_undo_in_the_middle_ends_the_plan():
    kernel = SimKernel()
    walk = Walk(network(), kernel)
    for _ in range(3):
        walk.next()
    walk.undo()
    assert kernel.state().netns == {}
    assert walk.finished


def test_what_was_removed_is_not_fresh_any_more():
    def plan():
        yield Step(AddNetns("host"), "a machine")
        yield Step(BRIDGE, "a switch")
        yield Step(DeleteLink("host", "br0"), "away")
        yield Step(BRIDGE, "again")

    kernel = SimKernel()
    run(plan(), kernel).undo()
    assert kernel.state().netns == {}
