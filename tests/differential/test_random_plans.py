"""The simulated kernel against the real one: random plans, the same refusals, the same state after every step."""

import errno
import os

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from strategies import as_plan, plans, tried, undoable

from pynetlab.errors import KernelError
from pynetlab.kernel import Walk
from pynetlab.live.kernel import LiveKernel
from pynetlab.model import difference
from pynetlab.ops import (
    AddNames,
    AddNetns,
    DeleteNetns,
    ProxyOp,
    RemoveNames,
    ServerOp,
    SetMaster,
    StartResolver,
    StopResolver,
    TellResolver,
)
from pynetlab.sim import SimKernel
from pynetlab.views.script import script

# by a thread, since Hypothesis takes the exception of a signal for one more example and goes on
pytestmark = [pytest.mark.live, pytest.mark.timeout(600, method="thread")]

# a plan takes the real kernel a few hundredths of a second; one live kernel serves all of a test's plans
EXAMPLES = settings(
    max_examples=int(os.environ.get("PYNETLAB_PLANS", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a plan takes minutes, and to read one as it is does not
)


def named(number):
    return errno.errorcode.get(number, "carried out")


def assert_same(simulated, real, when):
    assert simulated == real, f"{when}, simulated against real:\n" + "\n".join(map(str, difference(simulated, real)))


def emptied(kernel):
    kernel.apply([DeleteNetns(name) for name in kernel.state().netns])


@pytest.mark.parametrize("about", ["network", "routing", "firewall", "all"])
def test_the_same_refusals_and_the_same_state_after_every_step(live_kernel, about):
    @EXAMPLES
    @given(plans(about=about, dialect=live_kernel.dialect))
    def compare(operations):
        emptied(live_kernel)
        simulated = SimKernel(dialect=live_kernel.dialect)
        for op in operations:
            assert (op, named(tried(simulated, op))) == (op, named(tried(live_kernel, op)))
            assert_same(simulated.state(), live_kernel.state(), f"after {op}")

    compare()


def test_undo_gives_the_state_from_before_wherever_the_plan_ended(live_kernel):
    @EXAMPLES
    @given(plans(dialect=live_kernel.dialect) | plans(about="routing", dialect=live_kernel.dialect), st.booleans())
    def compare(operations, may_fail):
        assume(undoable(operations, live_kernel.dialect))
        emptied(live_kernel)
        live_kernel.apply(operations[:2])
        before = live_kernel.state()
        walk = Walk(as_plan(operations[2:], may_fail=may_fail), live_kernel)
        try:
            walk.finish()
        except KernelError:
            assert not may_fail
        walk.undo()
        assert_same(before, live_kernel.state(), "before against after undo")

    compare()


UNSCRIPTED = (DeleteNetns, ProxyOp, ServerOp, StartResolver, StopResolver, TellResolver, AddNames, RemoveNames)


def scripted(operations):
    """Leave out what a script cannot have or say.

    ip-netns(8) removes a namespace's cables a little later, and its files never; a proxy in the background is ready when
    it is ready; names are dnsmasq's business there; and ip-link(8) frees a port before it finds that the new master is no bridge.
    """
    kept = [op for op in operations if not isinstance(op, UNSCRIPTED) and op != AddNetns("host")]
    kernel = SimKernel(dialect="nft")
    kernel.apply([AddNetns("host")])
    return [op for op in kept if not tried(kernel, op) or not isinstance(op, SetMaster)]


@settings(EXAMPLES, max_examples=20)
@given(plans(longest=20))
def test_the_printed_script_gives_the_same_state(live, operations):  # noqa: ARG001 - it skips where there is no live kernel
    kernel = SimKernel(dialect="nft")
    kernel.apply([AddNetns("host")])
    walk = Walk(as_plan(scripted(operations)), kernel)
    walk.finish()
    with LiveKernel("nft") as real:
        real.apply([AddNetns("host")])
        code, _, said = real.sh("host", script(walk.taken, "host"))
        assert code == 0, said
        assert_same(kernel.state(), real.state(), "after the script")
