"""The figures of the README: how fast, how large, and how many times faster than others, measured in one run."""

import json
import os
import statistics
import subprocess
import sys
import time

import pytest

from benchmarks import peers
from benchmarks.limits import SLACK

REPEAT = 3


def ours(*words: object) -> dict[str, float]:
    """Measure in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ours", *map(str, words)], cwd=peers.TESTS, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def median(*runs: dict[str, float]) -> dict[str, float]:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def whole(run: dict[str, float]) -> float:
    return run["build"] + run["remove"]


@pytest.fixture(scope="module")
def hundred() -> dict[str, float]:
    """A hundred containers, live; the first run warms the machine up."""
    ours("live", 10)
    return median(*(ours("live", 100) for _ in range(REPEAT)))


@pytest.fixture(scope="module")
def thousand() -> dict[str, float]:
    return ours("live", 1000)


def report(name: str, ratio: float, at_least: float, detail: str) -> None:
    print(f"\n| {name} | {ratio:.1f} times | at least {at_least:g} | {detail} |")
    assert ratio >= at_least / SLACK


def against(name: str, at_least: float, mine: dict[str, float], other: dict[str, float], count: int) -> None:
    """Compare building and removing, for each container."""
    detail = f"{whole(mine) * 10:.2f} ms against {whole(other) / count * 1000:.1f} ms a container, built and removed"
    report(name, (whole(other) / count) / (whole(mine) / 100), at_least, detail)


@pytest.mark.live
@pytest.mark.usefixtures("live")
class TestLive:
    def test_faster_than_an_ip_process_for_each_step(self, hundred):
        against(
            "live, 100 containers: one `ip` process a step", 5, hundred, median(*(peers.by_ip_processes(100) for _ in range(REPEAT))), 100
        )

    def test_faster_than_mininet(self, hundred):
        against("live, 100 containers: Mininet, LinuxBridge", 8, hundred, median(*(peers.by_mininet(100) for _ in range(REPEAT))), 100)

    def test_faster_than_docker_run(self, hundred):
        against("live, 100 containers: `docker run`, 20 of them", 80, hundred, peers.by_docker_run(20), 20)

    @pytest.mark.parametrize("count", [100, 1000])
    def test_no_first_packet_is_lost(self, count):
        found = ours("first", count)
        print(f"\n| first packets lost, {count} containers | {found['lost']:g} of {found['asked']:g} | 0 | |")
        assert (found["asked"], found["lost"]) == (100, 0)

    def test_a_thousand_cost_little_more_each(self, hundred, thousand):
        each, once = thousand["build"], hundred["build"] * 10
        print(f"\n| time a container, 1000 to 100 | {each / once:.2f} times | at most 2 | {each:.2f} ms to {once / 10 * 10:.2f} ms |")
        assert each <= 2 * once * SLACK

    def test_a_thousand_are_gone_in_a_second(self, thousand):
        print(f"\n| 1000 containers removed | {thousand['remove']:.2f} s | at most 1 s | |")
        assert thousand["remove"] <= SLACK

    def test_memory(self, thousand):
        """Nearly all of it is the kernel's own, and not ours to save: it is held against the same network by ip(8)."""
        bare, by_ip = ours("bare", 1000)["megabytes"], peers.by_ip_processes(1000)["megabytes"]
        agent, each = thousand["agent"], thousand["kernel"] + thousand["agent"]
        detail = f"agent {agent:.3f} MB; an empty namespace takes {bare:.3f} MB, the same network by `ip` {by_ip:.3f} MB"
        print(f"\n| memory a container, at 1000 | {each:.3f} MB | at most 0.3 MB | {detail} |")
        assert agent <= 0.005 * SLACK
        assert each <= by_ip * SLACK
        assert round(each, 2) <= 0.3 * SLACK


def test_the_simulation_builds_a_thousand_in_a_second():
    took = median(*(ours("sim", 1000) for _ in range(REPEAT)))["build"]
    print(f"\n| simulation, 1000 containers | {took:.2f} s | at most 1 s | |")
    assert took <= SLACK


def test_the_import_is_quick():
    def once() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import pynetlab"], check=True, env=os.environ)
        return time.perf_counter() - start

    took = statistics.median(once() for _ in range(5))
    print(f"\n| import pynetlab, the start of Python included | {took:.2f} s | at most 0.3 s | |")
    assert took <= 0.3 * SLACK
