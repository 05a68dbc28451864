"""A trace as rows: a frame, or CSV."""

import csv
import sys

import pytest

from pynetlab import Lab
from pynetlab.errors import PynetlabError
from pynetlab.views.trace_frame import COLUMNS


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("docker run -d --name web -p 8080:80 nginx")
        lab.docker("docker run -d --name db nginx")
        yield lab


def test_a_frame_has_a_row_for_each_step_and_tells_all_of_it(lab):
    found = lab.trace("outside -> host:8080", origins=True)
    frame = found.frame()
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == len(list(found.trace.steps()))
    assert set(frame.question) == {"outside -> host:8080"}
    assert set(frame.outcome) == {"delivered"}
    (dnat,) = frame[frame.verdict == "DNAT"].to_dict("records")
    assert (dnat["netns"], dnat["hook"], dnat["table"], dnat["chain"], dnat["rule"]) == ("host", "PREROUTING", "nat", "DOCKER", 1)
    assert (dnat["cause"], dnat["because"].split()[-1]) == ("rule", "172.17.0.2:80")
    assert ("192.0.2.10:8080" in dnat["before"], "172.17.0.2:80" in dnat["after"]) == (True, True)
    assert dnat["origin"].endswith("docker run -d --name web -p 8080:80 nginx)")
    assert dnat["hop"] == 2
    assert dnat["step"] == [step.verdict for step in found.trace.hops[1].steps].index("DNAT") + 1


def test_what_no_rule_decided_has_the_number_0_and_an_unchanged_packet_stays_the_same(lab):
    first = lab.trace("outside -> host:8080").frame().iloc[0]
    assert (first.cause, first.rule, first.because) == ("route", 0, "192.0.2.0/24 dev eth0 src 192.0.2.99")
    assert first.before == first.after


def test_the_connection_of_a_proxy_is_a_flow_of_its_own(lab):
    frame = lab.trace("db -> host:8080").frame()
    assert list(frame.groupby("flow").leg.unique().map(list)) == [["request", "reply"], ["proxy request", "proxy reply"]]


def test_csv_has_the_same_rows_and_needs_no_pandas(lab, monkeypatch):
    found = lab.trace("outside -> host:8080")
    frame = found.frame()
    monkeypatch.setitem(sys.modules, "pandas", None)
    rows = list(csv.DictReader(found.csv().splitlines()))
    assert rows == [{name: str(value) for name, value in row.items()} for row in frame.to_dict("records")]
    with pytest.raises(PynetlabError, match=r"^a frame needs pandas: pip install 'pynetlab\[frame\]'$"):
        found.frame()
