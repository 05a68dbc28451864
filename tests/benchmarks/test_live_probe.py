"""What watching costs: a question in the real kernel with all its evidence, against the bare connection."""

import statistics
import time

import pytest

from benchmarks.limits import SLACK
from pynetlab import Lab
from pynetlab.verbs.asking import parse

CONTAINERS, ROUNDS, AT_MOST = 10, 30, 5
QUESTIONS = {
    "TCP, connected": "c0 -> c1:80",
    "TCP, published port": "outside -> host:8001",
    "TCP, refused": "c0 -> c1:81",
    "UDP, published port": "outside -> host:9001/udp",
    "ping": "c0 -> c1",
    "ping, masqueraded": "c0 -> outside",
}


def seconds(act):
    """Give the median of some rounds, after one to warm up."""
    act()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


@pytest.fixture
def lab():
    with Lab("29.7", mode="live") as made:
        made.start()
        made.docker("docker network create front")
        for n in range(CONTAINERS):
            made.docker(f"docker run -d --name c{n} --network front -p {8000 + n}:80 -p {9000 + n}:80/udp nginx")
        yield made


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_a_watched_question_takes_at_most_five_times_as_long_as_a_bare_one(lab):
    """The agent's part, observation and its Trace, against the agent's part of the bare question: what both share is in neither."""
    state, found = lab.state(), {}
    for name, question in QUESTIONS.items():
        probe = parse(lab, question)
        bare, watched = seconds(lambda probe=probe: lab.kernel.ask([probe])), seconds(lambda probe=probe: lab.kernel.observe(probe, state))
        found[name] = watched / bare
        detail = f"{watched * 1000:.1f} ms against {bare * 1000:.1f} ms, {CONTAINERS + 2} namespaces watched"
        print(f"\n| live, a watched question: {name} | {watched / bare:.1f} times | at most {AT_MOST} | {detail} |")
    assert max(found.values()) <= AT_MOST * SLACK, found
