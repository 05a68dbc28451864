"""However a lab ends, nothing of it is left: no process, no namespace, no device, no mount."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from ordinary import run_as_nobody

from pynetlab import ops
from pynetlab.errors import LiveError
from pynetlab.live import forkserver
from pynetlab.live.kernel import LiveKernel
from pynetlab.model import Resolver, Rule, Scope, mac_address

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]

PATIENCE = 10
PATHS = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
"""Where the programs below find this file and its helpers."""


def plan():
    yield ops.AddNetns("host")
    yield ops.SetUp("host", "lo")
    yield ops.AddBridge("host", "docker0", mac_address("docker0"))
    yield ops.SetUp("host", "docker0")
    for name in ("a", "b", "c"):
        yield ops.AddNetns(name)
        yield ops.AddVeth("host", f"veth{name}", mac_address(name), name, "eth0", mac_address(name, "far"))
        yield ops.SetMaster("host", f"veth{name}", "docker0")
        yield ops.SetUp("host", f"veth{name}")
        yield ops.SetUp(name, "eth0")
        yield ops.AppendRule(name, "filter", "INPUT", Rule.parse("-j DROP"))
        yield ops.SetUp(name, "lo")
        yield ops.StartResolver(name, Resolver(4001, 4002, scopes=(Scope("front"),)))
        yield ops.AddNames("host", "front", IPv4Address(f"10.0.0.{ord(name)}"), (name,))
        yield ops.StartProxy("host", "tcp", "127.0.0.1", 8000 + ord(name), "10.0.0.1", 80)


def children(pid):
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def descendants(pid):
    found = [pid]
    for parent in found:
        with suppress(OSError):  # it ended meanwhile
            found += children(parent)
    return found


def namespaces(pids):
    """Give the namespaces that processes are in or hold open, as /proc names them; not those of this process."""
    links = {str(path.readlink()) for pid in pids for path in (*Path(f"/proc/{pid}/ns").iterdir(), *Path(f"/proc/{pid}/fd").iterdir())}
    own = {str(path.readlink()) for path in Path("/proc/self/ns").iterdir()}
    return {link for link in links if link.startswith(("net:", "mnt:", "pid:"))} - own


def beside():
    """Give the processes of tests that run at the same time."""
    workers = children(os.getppid()) if "PYTEST_XDIST_WORKER" in os.environ else []
    return {pid for worker in workers if worker != os.getpid() for pid in descendants(worker)}


def held_anywhere(before):
    """Give every namespace that some process of the machine is in or holds open; the kernel gives numbers anew, so only old processes."""
    found, others = set(), beside()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(process.name) not in others and int(_stat(process.name)[19]) <= before:
                found |= {str(path.readlink()) for place in ("ns", "fd") for path in (process / place).iterdir()}
        except OSError:  # it ended meanwhile
            continue
    return found


def _stat(pid):
    """Give the fields of proc(5)'s stat from the third on: the state is the first, when the process started the twentieth."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def now():
    """Give the time in the ticks since boot in which the kernel tells when a process started."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK"))


def alive(pid):
    try:
        return _stat(pid)[0] not in "ZX"
    except OSError:
        return False


def assert_gone(pids, spaces):
    ended = now()
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest and (any(map(alive, pids)) or held_anywhere(ended) & spaces):
        time.sleep(0.05)
    assert not any(map(alive, pids))
    assert held_anywhere(ended) & spaces == set()
    mounts = Path("/proc/self/mountinfo").read_text()
    assert not any(space in mounts for space in spaces)


@pytest.fixture
def started():
    """Give a lab in the middle of its plan, in a process of its own, and all that is seen of it from outside."""

    def start(steps):
        program = f"""
import sys, time
sys.path[:0] = {PATHS!r}
from test_ends import LiveKernel, plan
kernel = LiveKernel()
for _, op in zip(range({steps}), plan()):
    kernel.apply([op])
kernel.sh("host", "sleep 1000 & socat TCP4-LISTEN:1,fork SYSTEM:cat & ip netns add made")
print("ready", flush=True)
time.sleep(1000)
"""
        notebook = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert notebook.stdout.readline() == "ready\n"
        return notebook, descendants(notebook.pid)

    return start


STEPS = sorted(random.Random("ten of them, the same every time").sample(range(1, len(list(plan())) + 1), 10))  # noqa: S311


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("victim", ["the notebook", "the agent's keeper", "the agent"])
def test_nothing_is_left_after_kill_9(started, steps, victim):
    notebook, pids = started(steps)
    _, server, keeper, agent, *left = pids
    spaces = namespaces(pids[1:])
    assert len(left) >= 2, "the script left two programs running"
    assert sum(space.startswith("net:") for space in spaces) >= 2
    os.kill({"the notebook": notebook.pid, "the agent's keeper": keeper, "the agent": agent}[victim], signal.SIGKILL)
    assert_gone([keeper, agent, *left], spaces)
    notebook.kill()
    notebook.communicate()
    assert_gone([server], spaces)


def test_a_lab_goes_on_without_the_fork_server_and_the_next_one_starts_another():
    with LiveKernel() as first:
        (server,) = (pid for pid in children(os.getpid()) if first.agent.keeper.pid in children(pid))
        os.kill(server, signal.SIGKILL)
        first.apply([ops.AddNetns("host")])
        with LiveKernel() as second:
            assert (list(first.state().netns), list(second.state().netns)) == (["host"], [])


def test_where_no_agent_can_be_started_a_sentence_says_so(monkeypatch):
    forkserver.close()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(LiveError, match=r"no agent for a live lab could be started: .*; see pynetlab doctor"):
        LiveKernel()
    monkeypatch.undo()
    LiveKernel().close()


def test_a_process_that_was_forked_has_labs_of_its_own():
    with LiveKernel() as first:
        first.apply([ops.AddNetns("host")])
        child = os.fork()
        if not child:
            with LiveKernel() as second:
                second.apply([ops.AddNetns("another")])
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert list(first.state().netns) == ["host"]


def test_nothing_is_left_after_closing_or_after_an_ordinary_end(started):
    with LiveKernel() as kernel:
        kernel.apply(list(plan()))
        kernel.sh("host", "sleep 1000 &")
        pids = descendants(kernel.agent.keeper.pid)
        spaces = namespaces(pids)
    assert_gone(pids, spaces)
    notebook, pids = started(5)
    spaces = namespaces(pids[1:])
    notebook.terminate()
    notebook.communicate()
    assert_gone(pids[1:], spaces)


def test_a_lab_whose_agent_was_killed_says_so():
    with LiveKernel() as kernel:
        kernel.apply([ops.AddNetns("host")])
        os.kill(descendants(kernel.agent.keeper.pid)[1], signal.SIGKILL)
        with pytest.raises(LiveError, match="all that it held is gone; make a new lab"):
            kernel.state()


def test_a_thread_that_ends_does_not_take_the_lab_with_it():
    """A notebook may make its lab in a thread, and PR_SET_PDEATHSIG is about threads."""
    program = """
import threading
from pynetlab.live.kernel import LiveKernel
from pynetlab import ops
labs = []
thread = threading.Thread(target=lambda: labs.append(LiveKernel()))
thread.start()
thread.join()
labs[0].apply([ops.AddNetns("host")])
print(*labs[0].state().netns)
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "host\n"


LAB_OF_AN_ORDINARY_USER = """
import os, sys
sys.path[:0] = {paths!r}
from pynetlab.live.features import available
from pynetlab.live.kernel import LiveKernel
from test_operations import LINKS, ADDRESSES, ROUTES, SETTINGS, PROXIES, firewall, held_against
assert os.getuid() == 65534 and available() is None, available()
for dialect in ("nft", "legacy"):
    for plan in (LINKS, ADDRESSES, ROUTES, SETTINGS, PROXIES, firewall(dialect)):
        with LiveKernel(dialect) as kernel:
            held_against(kernel, plan)
            code, said, error = kernel.sh("host", "ip netns add db && ip -n db link set lo up && ip netns exec db ping -c 1 127.0.0.1")
            assert code == 0, error
print("as root")
"""


def test_an_ordinary_user_has_the_same_lab():
    done = run_as_nobody(LAB_OF_AN_ORDINARY_USER.format(paths=PATHS))
    assert (done.stdout, done.stderr) == ("as root\n", "")
