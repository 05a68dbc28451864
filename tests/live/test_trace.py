"""A trace is told from what the kernel holds: the same words in the simulation and in the real kernel, and what really happens."""

import pytest

from pynetlab import Lab

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]

QUESTIONS = (
    "outside -> host:8080",
    "web -> db:5432",
    "db -> host:8080",
    "host -> localhost:8080",
    "db -> host:8081",
    "web -> db/dns",
    "outside -> 172.18.0.2",
    "web -> outside",
)


def told(mode):
    with Lab("29.7", mode=mode) as lab:
        lab.start()
        lab.docker("docker network create front")
        lab.docker("docker run -d --name web --network front -p 8080:80 nginx")
        lab.docker("docker run -d --name db --network front postgres")
        return [(str(lab.trace(question).whole()), lab.trace(question).answer, lab.ask(question)) for question in QUESTIONS]


def test_both_kernels_tell_the_same_and_answer_as_told():
    live = told("live")
    assert live == told("sim")
    assert [expected for _, expected, _ in live] == [seen for _, _, seen in live]
