"""Who asked real engines for which name, and what they answered: the same comes out of the simulation."""

import json
from pathlib import Path

import pytest

from pynetlab.engine.releases import RELEASES
from pynetlab.model import DnsQuery
from pynetlab.replay import Scenario, play
from pynetlab.sim import SimKernel

RECORDS = Path(__file__).parent / "records"
FOLDERS = {"20.10": "e20", "26.1": "e26", "28.5": "e28", "29.7": "e29"}
PATIENCE = 1.2
"""Seconds for which the recorded questions waited."""


def recorded(release, name):
    record = json.loads((RECORDS / FOLDERS[release] / f"{name}.json").read_text())
    return [probe for probe in record.get("probes", []) if probe["proto"] == "dns"]


CASES = [
    (release, path.stem)
    for release, folder in FOLDERS.items()
    for path in sorted((RECORDS / folder).glob("*.json"))
    if recorded(release, path.stem)
]


def asked_again(probe, kernel):
    found = kernel.resolve(probe["from"], DnsQuery(probe["name"]), probe["ip"], PATIENCE)
    said = {"result": found.result}
    said |= {"rcode": found.reply.rcode, "answers": list(found.addresses)} if found.reply else {}
    return {key: probe[key] for key in ("from", "to", "proto", "ip", "name")} | said


def test_there_are_a_hundred_questions_of_each_release():
    assert list(FOLDERS) == list(RELEASES)
    for release in FOLDERS:
        assert sum(len(recorded(release, name)) for each, name in CASES if each == release) == 100


@pytest.mark.parametrize(("release", "name"), CASES)
def test_every_question_has_the_recorded_answer(release, name):
    kernel, probes = SimKernel(lacks=("dummy",)), recorded(release, name)
    play(Scenario.read(RECORDS / FOLDERS[release] / f"{name}.json"), release, kernel)
    assert [asked_again(probe, kernel) for probe in probes] == probes
