"""How long the releases of today take in simulation: all scenarios of one, and a container on a host with two hundred."""

import time
from pathlib import Path

import pytest
from unit.daemon.hosts import NAMES, Host

from benchmarks.limits import SLACK
from pynetlab.replay import LACKING, Scenario, play
from pynetlab.sim import SimKernel

SCENARIOS = sorted((Path(__file__).parents[1] / "oracle" / "scenarios").glob("*.yaml"))
CROWD, MORE, ROUNDS = 200, 10, 3


@pytest.mark.parametrize("release", NAMES)
def test_all_scenarios_of_a_release_take_less_than_five_seconds(release):
    started = time.perf_counter()
    for path in SCENARIOS:
        play(Scenario.read(path), release, SimKernel(lacks=LACKING))
    taken = time.perf_counter() - started
    print(f"\n{len(SCENARIOS)} scenarios of {release}: {taken:.2f} s")
    assert taken < 5 * SLACK


@pytest.mark.parametrize("release", NAMES)
def test_a_container_among_two_hundred_takes_less_than_five_milliseconds(release):
    host = Host(release)
    host.do("network create front", *(f"run -d --name c{n} --network front -p {10000 + n}:80 img" for n in range(CROWD)))
    taken = min(seconds_each(host, range(start, start + MORE)) for start in range(0, ROUNDS * MORE, MORE))
    print(f"\ndocker run on {release} among {CROWD}: {taken * 1000:.1f} ms")
    assert taken < 0.005 * SLACK


def seconds_each(host, numbers):
    started = time.perf_counter()
    host.do(*(f"run -d --name m{n} --network front -p {20000 + n}:80 img" for n in numbers))
    return (time.perf_counter() - started) / len(numbers)
