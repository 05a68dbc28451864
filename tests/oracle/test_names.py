"""Who asked real engines for which name, and what they answered: the same comes out, in both kernels."""

import json
from pathlib import Path

import pytest

from pynetlab.engine.releases import RELEASES
from pynetlab.replay import Scenario, play
from pynetlab.replay.names import ask_again
from pynetlab.sim import SimKernel

RECORDS = Path(__file__).parent / "records"
FOLDERS = {"20.10": "e20", "26.1": "e26", "28.5": "e28", "29.7": "e29"}


def recorded(release, name):
    record = json.loads((RECORDS / FOLDERS[release] / f"{name}.json").read_text())
    return [probe for probe in record.get("probes", []) if probe["proto"] == "dns"]


OLDEST_AND_NEWEST = ("20.10", "29.7")
"""Whose name services differ most; the others' are asked in simulation alone, to save time."""

CASES = [
    (release, path.stem)
    for release, folder in FOLDERS.items()
    for path in sorted((RECORDS / folder).glob("*.json"))
    if recorded(release, path.stem)
]


def played(release, name, kernel):
    play(Scenario.read(RECORDS / FOLDERS[release] / f"{name}.json"), release, kernel)
    return kernel


def test_there_are_a_hundred_questions_of_each_release():
    assert list(FOLDERS) == list(RELEASES)
    assert {release: sum(len(recorded(release, name)) for each, name in CASES if each == release) for release in FOLDERS} == dict.fromkeys(
        FOLDERS, 100
    )


@pytest.mark.parametrize(("release", "name"), CASES)
def test_every_question_has_the_recorded_answer_in_simulation(release, name):
    probes = recorded(release, name)
    assert ask_again(probes, played(release, name, SimKernel(lacks=("dummy",)))) == probes


@pytest.mark.live
@pytest.mark.parametrize("live_kernel", ["nft"], indirect=True)
@pytest.mark.parametrize(("release", "name"), [case for case in CASES if case[0] in OLDEST_AND_NEWEST])
def test_every_question_has_the_recorded_answer_in_the_real_kernel(live_kernel, release, name):
    probes = recorded(release, name)
    assert ask_again(probes, played(release, name, live_kernel)) == probes
