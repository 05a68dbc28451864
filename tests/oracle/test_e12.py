"""The cases of the real 1.2.0 network driver, done again: every record is the same to the last fact."""

import json
from pathlib import Path

import pytest

from pynetlab.engine.v1_2.networkdriver.chart import path, strays
from pynetlab.replay import Case, replay, replayed
from pynetlab.sim import SimKernel

RECORDS = sorted((Path(__file__).parent / "records" / "e12").glob("*.json"))
CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def named(paths):
    return [pytest.param(path, id=path.stem) for path in paths]


def test_the_records_are_here():
    assert len(RECORDS) == 21


@pytest.mark.parametrize("file", named(RECORDS))
def test_the_record_of_the_real_engine_comes_out(file):
    """Results, iptables commands in their order, the debug log, addresses, routes, rules and forwarding."""
    assert replay(Case.read(file), SimKernel()) == json.loads(file.read_text())


@pytest.mark.parametrize("file", named(CASES))
def test_a_case_of_our_own_has_the_results_that_the_source_tells(file):
    wanted = json.loads(file.read_text())
    record = replay(Case.read(file), SimKernel())
    assert [run["results"] for run in record["runs"]] == [run["results"] for run in wanted["runs"]]


@pytest.mark.parametrize("file", named(RECORDS))
def test_a_record_of_ours_is_a_case_again(file):
    record = replay(Case.read(file), SimKernel())
    assert replay(record, SimKernel()) == record


@pytest.mark.parametrize("file", named(RECORDS + CASES))
def test_every_move_is_an_edge_of_the_chart(file):
    for taken in replayed(Case.read(file), SimKernel()).taken:
        assert strays(path(taken)) == []


@pytest.mark.parametrize("file", named(RECORDS + CASES))
def test_every_step_says_why(file):
    for taken in replayed(Case.read(file), SimKernel()).taken:
        for each in taken:
            assert each.event.why.endswith((".", "?")), each.event
            assert len(each.event.why) > 20
