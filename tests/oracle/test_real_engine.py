"""The engine that this machine's distribution has, and the lab of the same release on the real kernel, side by side.

So the records can be trusted on another machine, and an engine that was never recorded is compared too.
"""

import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import need
from oracle import engine
from oracle.facts import SECTIONS, differences, facts

from pynetlab.engine.releases import RELEASES
from pynetlab.live.kernel import LiveKernel
from pynetlab.replay import Scenario, play
from pynetlab.stage import HOSTS_FILE

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]

HERE = Path(__file__).parent
NAMES = (
    "bip-fixed-cidr",
    "bridge-default-icc-false-link",
    "bridge-internal",
    "bridge-options",
    "bridge-two-networks-isolated",
    "docker-user-rule",
    "errors",
    "life-cycle",
    "static-ip-and-subnet",
    "userland-proxy-false",
)
"""Ten that between them use every kind of network with a bridge, ports, links, files, removals and refusals."""


SLOW = ("docker network create -d nosuch x",)
"""The engine waits a quarter of a minute for a plugin of that name."""


def modelled(version):
    """Find the release of ours that an engine is compared with: that of its own numbers, else the last of its year; None for others."""
    same = [release for release in RELEASES if version.startswith(f"{release}.")]
    same = same or [release for release in RELEASES if release.split(".")[0] == version.split(".")[0]]
    return same[-1] if same else None


def run_on_both(scenario):
    """Run a scenario on the real engine, and on the real kernel as the same release of the lab; give both records."""
    need(engine.lacking())
    with engine.Host.started(scenario.daemon, HOSTS_FILE) as host:
        version = engine.version(host)
        release = modelled(version)
        need(None if release else f"this machine's Docker is {version}, and only {', '.join(RELEASES)} are modelled")
        theirs = engine.play(scenario, host)
    with closing(LiveKernel()) as kernel:
        return theirs, play(scenario, release, kernel, ask=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_real_engine_and_the_lab_leave_the_same(name):
    scenario = Scenario.read(HERE / "scenarios" / f"{name}.yaml")
    theirs, ours = run_on_both(replace(scenario, commands=tuple(line for line in scenario.commands if line not in SLOW)))
    assert {section for section, _ in facts(theirs)} == set(SECTIONS), "an empty record would agree with an empty one"
    assert differences(theirs, ours) == {section: [] for section in SECTIONS}


@pytest.mark.parametrize(
    ("version", "release"), [("20.10.24", "20.10"), ("26.1.5", "26.1"), ("28.3.0", "28.5"), ("29.0.1", "29.7"), ("27.5.1", None)]
)
def test_the_engine_says_which_release_it_is_compared_with(version, release):
    assert modelled(version) == release


KILLED = """
import os, signal
from oracle import engine
with engine.Host.started() as host:
    host.said("docker", "run", "-d", "--name", "ann", "lab", "sleep", "infinity")
    print(host.process.pid, host.said("readlink", "/proc/self/ns/pid"), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_kill_9_of_a_test_leaves_nothing_of_the_engine():
    need(engine.lacking())
    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, cwd=HERE.parent, check=False)
    assert killed.returncode == -signal.SIGKILL
    host, namespace = killed.stdout.split()
    deadline = time.monotonic() + 20
    while (left := processes(namespace) or groups(host)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def processes(namespace):
    """List the processes in a namespace of processes."""
    return [path for path in Path("/proc").glob("[0-9]*/ns/pid") if _leads_to(path) == namespace]


def _leads_to(path):
    try:
        return str(path.readlink())
    except OSError:  # it ended meanwhile
        return None


def groups(host):
    return list(Path("/sys/fs/cgroup").glob(f"**/pynetlab-{host}"))
