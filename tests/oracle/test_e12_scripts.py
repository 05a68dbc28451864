"""The recorded cases as the shell scripts that they print: sh(1) on a fresh host leaves what both kernels have."""

import time
from pathlib import Path

import pytest

from pynetlab.errors import KernelError
from pynetlab.kernel import Step, Taken
from pynetlab.live.kernel import LiveKernel
from pynetlab.model import difference
from pynetlab.ops import AddNetns, StopProxy
from pynetlab.replay import Case, replay
from pynetlab.sim import SimKernel
from pynetlab.views.script import script

HERE = Path(__file__).parent
FILES = sorted((HERE / "records" / "e12").glob("*.json")) + sorted((HERE / "cases").glob("*.json"))
PATIENCE = 5
"""Seconds in which a proxy of a script, which runs in the background, has to listen."""

pytestmark = pytest.mark.live


class Recorder:
    """A simulated kernel that keeps what it was told, one operation at a time."""

    def __init__(self):
        self.kernel, self.taken = SimKernel(), []

    def apply(self, ops):
        return tuple(self._one(op) for op in ops)

    def _one(self, op):
        step = Step(op, "a step of the case")
        try:
            (answer,) = self.kernel.apply([op])
        except KernelError as refused:
            self.taken.append(Taken(step, refused=refused))
            raise
        self.taken.append(Taken(step, answer))
        return answer

    def state(self):
        return self.kernel.state()


def recorded(file):
    """Do a case and give its steps; not the end of the last daemon, so that its proxies still run."""
    recorder = Recorder()
    replay(Case.read(file), recorder)
    taken = recorder.taken
    while isinstance(taken[-1].op, StopProxy):
        taken.pop()
    return taken


def expected(taken):
    kernel = SimKernel()
    kernel.apply([each.op for each in taken if each.refused is None])
    return kernel.state()


@pytest.mark.parametrize("dialect", ["nft", "legacy"])
@pytest.mark.parametrize("file", [pytest.param(path, id=path.stem) for path in FILES])
@pytest.mark.usefixtures("live")
def test_its_script_gives_the_same_state(file, dialect):
    taken = recorded(file)
    with LiveKernel(dialect) as real:
        host = AddNetns("host")  # the script runs in it, and cannot make it
        real.apply([host])
        code, _, said = real.sh("host", script([each for each in taken if each.op != host], "host"))
        assert code == 0, said
        wanted, latest = expected(taken), time.monotonic() + PATIENCE
        while (found := real.state()) != wanted and time.monotonic() < latest:
            time.sleep(0.05)
        assert found == wanted, "\n".join(map(str, difference(wanted, found)))
