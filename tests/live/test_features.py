"""What the machine can do is found by trying, and told with a remedy."""

import subprocess
import sys

import pytest

from pynetlab.live.features import Feature, available, features
from pynetlab.live.kernel import LiveKernel

pytestmark = pytest.mark.live


def test_every_feature_that_is_missing_has_a_reason_and_a_remedy():
    found = features()
    assert [each for each in found if not each.works and not (each.why and each.remedy)] == []
    assert [each for each in found if each.works and (each.why or each.remedy)] == []
    assert len({each.name for each in found}) == len(found)


@pytest.mark.usefixtures("live")
def test_a_lab_starts_where_it_is_said_to():
    assert available() is None
    assert {Feature("isolation", works=True), Feature("bridge", works=True), Feature("veth", works=True)} <= set(features())
    with LiveKernel() as kernel:
        assert kernel.dialect in ("nft", "legacy")


def refused_namespaces(program):
    """Run a Python program as root of a user namespace that may hold no further namespaces, which is as good as forbidden."""
    limits = "for kind in user net mnt pid; do echo 0 > /proc/sys/user/max_${kind}_namespaces; done"
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", f'{limits}; exec "$@"', "sh", sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("live")
def test_where_namespaces_are_refused_one_sentence_says_why_and_what_helps():
    done = refused_namespaces("from pynetlab.live.features import available; print(available())")
    assert done.stderr == ""
    assert done.stdout.startswith("the live kernel cannot run here: root may not make namespaces here (")
    assert done.stdout.endswith("; give the container --privileged\n")


@pytest.mark.usefixtures("live")
def test_a_lab_that_cannot_start_says_the_same():
    done = refused_namespaces("from pynetlab.live.kernel import LiveKernel; LiveKernel()")
    assert done.stderr.splitlines()[-1].startswith("pynetlab.errors.LiveError: root may not make namespaces here (")


WITHOUT = """
import importlib.util, sys
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == {module!r} else find_spec(name, *more)
from pynetlab.live.kernel import LiveKernel
from pynetlab.live.features import available
print(available())
LiveKernel()
"""


def test_without_pyroute2_the_remedy_is_pip():
    done = subprocess.run([sys.executable, "-c", WITHOUT.format(module="pyroute2")], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "the live kernel cannot run here: the package pyroute2 is not installed; pip install 'pynetlab[live]'"
    assert "LiveError: the live kernel needs the package pyroute2; pip install 'pynetlab[live]'" in done.stderr
