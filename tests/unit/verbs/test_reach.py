"""Who reaches whom, and what two labs answer otherwise."""

import base64
import json
import re
import sys

import pytest
from click.testing import CliRunner

from pynetlab import Lab, releases_diff
from pynetlab.cli import main
from pynetlab.errors import PynetlabError, SpecError
from pynetlab.model import Answer
from pynetlab.views.reachability import MARKS, OTHER

LINES = (
    "docker network create front",
    "docker run -d --name web --network front -p 8080:80 nginx",
    "docker run -d --name db --network front postgres",
    "docker run -d --name peer nginx",
    "docker run -d --name loner --network none nginx",
    "docker run -d --name gone nginx",
    "docker stop gone",
)


def made(release="29.7", *flags):
    lab = Lab(release, mode="sim")
    lab.start(*flags)
    for line in LINES:
        lab.docker(line)
    return lab


@pytest.fixture(scope="module")
def lab():
    with made() as lab:
        yield lab


@pytest.fixture(scope="module")
def found(lab):
    return lab.reachability()


def test_everybody_who_runs_asks_for_all_that_is_served_or_published(found):
    assert found.sources == ("db", "loner", "peer", "web", "host", "outside")
    assert {str(each) for each in found.services} == {
        *("db:5432/tcp", "peer:80/tcp", "web:80/tcp", "loner:80/tcp", "host:8080/tcp"),
        *(f"{name}/icmp" for name in found.sources),
    }
    asked = found.asked()
    assert asked["outside -> host:8080/tcp"] == Answer("ok", "web", "192.0.2.99")
    assert asked["web -> db:5432/tcp"].result == "ok"
    assert asked["peer -> db:5432/tcp"].result == "timeout"
    assert "web -> loner:80/tcp" not in asked
    assert asked["loner -> web:80/tcp"].result == "network-unreachable"


def test_each_answer_is_that_of_the_question_asked_alone(lab, found):
    assert len(found.asked()) == len(found.sources) * (len(found.services) - 2)
    for question, answer in found.asked().items():
        assert lab.ask(question) == answer, question


def test_ports_and_protocols_can_be_chosen(lab):
    found = lab.reachability((80, 81), ("tcp",))
    assert {(each.proto, each.port) for each in found.services} == {("tcp", 80), ("tcp", 81)}
    assert found.asked()["db -> web:81/tcp"].result == "refused"
    assert {each.proto for each in lab.reachability(protos=("icmp",)).services} == {"icmp"}


def test_what_cannot_be_asked_is_one_sentence(lab):
    with pytest.raises(SpecError, match=r"^0 is no port, which is a number from 1 to 65535$"):
        lab.reachability((0,))
    with pytest.raises(SpecError, match=r"^reachability is asked over tcp, udp, icmp, not over 'gre'$"):
        lab.reachability(protos=("gre",))


def test_a_frame_has_a_row_for_each_who_asks(found):
    frame = found.frame()
    assert frame.shape == (len(found.sources), len(found.services))
    assert frame.loc["outside", "host:8080/tcp"] == "ok"
    assert frame.loc["web", "loner:80/tcp"] == ""


def test_without_pandas_a_frame_is_refused_with_what_would_help(found, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(PynetlabError, match=r"^a frame needs pandas: pip install 'pynetlab\[frame\]'$"):
        found.frame()


def test_the_heat_map_has_a_mark_of_its_own_for_each_answer(found):
    results = [answer.result for _, _, answer in found]
    svg = found.figure().svg
    legend = 1
    assert svg.count("<circle") == results.count("ok") + legend
    assert len(re.findall(r">!</text>", svg)) == sum(MARKS.get(each, OTHER) == OTHER for each in results) + legend
    crosses, dashes = 2 * (results.count("refused") + legend), results.count("timeout") + legend
    assert svg.count("<path") == crosses + dashes
    shown = found._repr_mimebundle_()
    assert base64.b64encode(svg.encode()).decode() in shown["text/html"]
    assert shown["text/plain"] == str(found) == str(found.figure()).replace("\n\n", "\n", 1)


def test_the_text_has_a_row_for_each_who_asks_and_names_the_columns(found):
    lines = str(found).splitlines()
    number = next(line.split()[0] for line in lines if line.endswith("host:8080/tcp"))
    row = next(line for line in lines if line.startswith("outside "))
    head = next(line for line in lines if line.startswith("from"))
    assert row[head.index(f" {number}") + len(number)] == "+"


def test_two_labs_differ_in_what_they_hold_and_in_who_reaches_whom(lab):
    with made("29.7", "--icc=false") as other:
        other.docker("docker run -d --name second nginx")
        lab.docker("docker run -d --name second nginx")
        rows = lab.compare(other).rows
        lab.stop("second")
        assert not other.compare(other).rows
    changed = [row for row in rows if row[0] == "everybody: connections"]
    assert ("everybody: connections", "≠", "peer -> second/icmp: ok", "peer -> second/icmp: timeout") in changed
    assert not [row for row in changed if row[2] == row[3]]
    assert any("DROP" in row[3] for row in rows if row[0].startswith("host: filter"))


def test_who_is_in_one_lab_alone_reaches_nobody_in_the_other(lab):
    with made() as other:
        other.stop("peer")
        rows = lab.compare(other).rows
    assert ("everybody: connections", "<", "web -> peer/icmp: timeout", "") in rows


def test_releases_differ_in_who_reaches_whom():
    lines = ("docker network create front", "docker run -d --name web --network front -p 8080:80 nginx")
    changed = [row[2:] for row in releases_diff("26.1", "29.7", lines).rows if row[0] == "everybody: connections"]
    assert ("outside -> web:80/tcp: ok from web who saw 192.0.2.99", "outside -> web:80/tcp: timeout") in changed


def test_the_shell_has_it_too(tmp_path):
    file = tmp_path / "lab.yaml"
    file.write_text("daemon: []\ncommands:\n" + "".join(f"- {line}\n" for line in LINES))
    done = CliRunner().invoke(main, ["reachability", str(file), "--proto", "tcp", "--svg", str(tmp_path / "map.svg")])
    assert done.exit_code == 0, done.output
    assert "host:8080/tcp" in done.output
    assert "icmp" not in done.output
    assert (tmp_path / "map.svg").read_text().startswith("<svg")
    asked = json.loads(CliRunner().invoke(main, ["reachability", str(file), "--json"]).output)
    assert asked["outside -> host:8080/tcp"] == "ok from web who saw 192.0.2.99"
