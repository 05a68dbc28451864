"""The recorded cases in the real kernel: the same records, and after every operation the state that the simulation foretold."""

import json
from pathlib import Path

import pytest

from pynetlab.errors import KernelError
from pynetlab.model import difference
from pynetlab.replay import Case, replay
from pynetlab.sim import SimKernel

HERE = Path(__file__).parent
RECORDS = sorted((HERE / "records" / "e12").glob("*.json"))
CASES = sorted((HERE / "cases").glob("*.json"))

pytestmark = pytest.mark.live


class Both:
    """Two kernels that are told the same, one operation at a time, and have to agree each time."""

    def __init__(self, simulated, real):
        self.simulated, self.real = simulated, real

    def apply(self, ops):
        return tuple(self._one(op) for op in ops)

    def _one(self, op):
        (said, answer), (really_said, real_answer) = (self._told(kernel, op) for kernel in (self.simulated, self.real))
        assert (said and said.name) == (really_said and really_said.name), op
        assert answer == real_answer, op
        before, after = self.simulated.state(), self.real.state()
        assert after == before, "\n".join(map(str, (op, *difference(before, after))))
        if said is not None:
            raise said
        return answer

    @staticmethod
    def _told(kernel, op):
        try:
            return None, kernel.apply([op])[0]
        except KernelError as error:
            return error, None

    def state(self):
        return self.real.state()


def named(paths):
    return [pytest.param(path, id=path.stem) for path in paths]


@pytest.mark.parametrize("file", named(RECORDS))
def test_the_record_of_the_real_engine_comes_out(file, live_kernel):
    assert replay(Case.read(file), live_kernel) == json.loads(file.read_text())


@pytest.mark.parametrize("file", named(RECORDS + CASES))
def test_both_kernels_agree_after_every_operation(file, live_kernel):
    case = Case.read(file)
    record = replay(case, Both(SimKernel(dialect=live_kernel.dialect), live_kernel))
    assert record == replay(case, SimKernel(dialect=live_kernel.dialect))
