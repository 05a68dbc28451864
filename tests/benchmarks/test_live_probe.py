"""What watching costs: a question in the real kernel with all its evidence, against the bare connection."""

import statistics
import time

import pytest

from benchmarks.limits import SLACK
from pynetlab import Lab
from pynetlab.verbs.asking import parse

CONTAINERS, ROUNDS, AT_MOST = 20, 15, 5
QUESTIONS = {
    "TCP, connected": "c0 -> c1:80",
    "TCP, published port": "outside -> host:8001",
    "TCP, refused": "c0 -> c1:81",
    "UDP": "c0 -> c1:53/udp",
    "UDP, published port": "outside -> host:9001/udp",
    "ping": "c0 -> c1",
    "ping, masqueraded": "c0 -> outside",
}


def crowd():
    lab = Lab("29.7", mode="live")
    lab.start()
    lab.docker("docker network create front")
    for n in range(CONTAINERS):
        lab.docker(f"docker run -d --name c{n} --network front -p {8000 + n}:80 -p {9000 + n}:53/udp app")
    return lab


def medians(*acts):
    """Give the median seconds of each, done in turns so that all have the same machine, after one to warm up."""
    taken = [[] for _ in acts]
    for _ in range(ROUNDS + 1):
        for act, times in zip(acts, taken, strict=True):
            started = time.perf_counter()
            act()
            times.append(time.perf_counter() - started)
    return [statistics.median(times[1:]) for times in taken]


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_a_watched_question_takes_at_most_five_times_as_long_as_a_bare_one():
    """Of two labs that are alike nobody watches the one, so that its packets meet no instruments."""
    worst = 0.0
    with crowd() as plain, crowd() as seen:
        state = seen.state()
        for name, question in QUESTIONS.items():
            probe = parse(seen, question)
            bare, watched, asked, checked = medians(
                lambda probe=probe: plain.kernel.ask([probe]),
                lambda probe=probe: seen.kernel.observe([probe], state),
                lambda question=question: plain.ask(question),
                lambda question=question: seen.check(question),
            )
            alone = f"of the agents alone {watched / bare:.1f} times, {CONTAINERS + 2} namespaces"
            detail = f"{checked * 1000:.1f} ms against {asked * 1000:.1f} ms; {alone}"
            print(f"\n| live, watched and compared: {name} | {checked / asked:.1f} times | at most {AT_MOST} | {detail} |")
            worst = max(worst, checked / asked, watched / bare)
    assert worst <= AT_MOST * SLACK
