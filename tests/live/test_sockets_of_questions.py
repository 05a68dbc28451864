"""What a question wants of its socket: TTL, fragments, address, device. Prediction and what is seen agree."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from pynetlab import Lab
from pynetlab.model import Probe
from pynetlab.model.probe import Socket

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]

OUTSIDE = IPv4Address("192.0.2.99")
CASES = [
    (Probe("", "icmp", OUTSIDE, socket=Socket(ttl=1)), "Time to live exceeded"),
    (Probe("", "udp", OUTSIDE, 9, socket=Socket(ttl=1)), "timeout"),
    (Probe("", "tcp", OUTSIDE, 9, socket=Socket(ttl=1)), "no-route-to-host"),
    (Probe("", "icmp", OUTSIDE, size=1500), "ok"),
    (Probe("", "icmp", OUTSIDE, size=1500, socket=Socket(pmtud="do")), "Message too long"),
    (Probe("", "icmp", OUTSIDE, socket=Socket(source=IPv4Address("10.7.0.2"))), "ok"),
    (Probe("", "icmp", OUTSIDE, socket=Socket(device="eth1")), "timeout"),
]


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="live") as lab:
        lab.start()
        lab.docker("run -d --name web nginx")
        lab.docker("network create --subnet 10.7.0.0/24 two")
        lab.docker("network connect two web")
        yield lab


@pytest.mark.parametrize(("probe", "result"), CASES, ids=[f"{case[0].proto} {case[1]}" for case in CASES])
def test_prediction_and_observation_agree(lab, probe, result):
    found = lab.check(replace(probe, source=lab.containers["web"].netns))
    assert found.observed.answer.result == result
    assert found, str(found)
