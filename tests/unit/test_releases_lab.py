"""The lab and the command line with the releases since 20.10."""

import json

import pytest
from click.testing import CliRunner

from pynetlab import Lab
from pynetlab.cli import main
from pynetlab.engine.releases import RELEASES
from pynetlab.errors import ClientError, DaemonError, SpecError
from pynetlab.model import difference

SCENARIO = "daemon: [--icc=false]\ncommands:\n- docker network create front\n- docker run -d --name web --network front -p 8080:80 img\n"


@pytest.mark.parametrize("release", RELEASES)
def test_a_lab_takes_command_lines(release):
    with Lab(release) as lab:
        lab.start()
        made = lab.docker("docker run -d --name web -p 8080:80 --restart always nginx")
        assert (len(made.text), made.code, made.notes) == (65, 0, ("--restart",))
        assert str(lab.docker("docker port web")) == "80/tcp -> 0.0.0.0:8080\n"
        assert [line.split()[1:3] for line in lab.docker("docker network ls").text.splitlines()[1:]] == [
            ["bridge", "bridge"],
            ["host", "host"],
            ["none", "null"],
        ]
        assert list(lab.containers) == ["web"]
        assert lab.docker("docker rm -f web").text == "web\n"
        assert lab.containers == {}


def test_the_verbs_of_every_lab_do_the_same_here():
    with Lab("29.7") as lab:
        lab.start("--icc=false")
        web = lab.run("web", publish=["8080:80"])
        assert (web.mode, web.netns) == ("bridge", "web")
        lab.run("top", net="host")
        assert "--dport 8080" in str(lab.show.rules())
        assert lab.show.modes().svg
        lab.stop("web")
        assert list(lab.containers) == ["top"]


def test_the_start_can_be_taken_step_by_step():
    with Lab("28.5") as lab:
        walk = lab.daemon()
        while walk.next():
            pass
        assert "docker0" in lab.state()["host"].links
        lab.docker("run -d --name web img")


def test_a_start_that_is_refused_leaves_the_daemon_that_runs():
    with Lab("28.5") as lab:
        lab.start()
        lab.docker("run -d --name web img")
        before = lab.state()
        with pytest.raises(DaemonError, match="mutually exclusive"):
            lab.start("--bridge=br9", "--bip=10.0.0.1/24")
        assert difference(before, lab.state()) == ()
        lab.docker("network create front")
        assert list(lab.containers) == ["web"]


def test_without_a_daemon_there_is_nobody_to_talk_to():
    with Lab("29.7") as lab, pytest.raises(ClientError, match="Cannot connect to the Docker daemon"):
        lab.docker("docker network ls")
    with Lab("1.2") as lab, pytest.raises(SpecError, match=r"command lines are for the releases since 20\.10"):
        lab.docker("docker network ls")


def test_every_step_says_why():
    with Lab("29.7") as lab:
        lab.start()
        lab.docker("docker network create front")
        lab.docker("docker run -d --name web --network front -p 8080:80 img")
        lab.docker("docker rm -f web")
        for taken in lab.history:
            assert taken.event.why.endswith((".", "?")), taken.event
            assert len(taken.event.why) > 15, taken.event


def replay(tmp_path, text, name="mine.yaml", engine="29.7"):
    (tmp_path / name).write_text(text)
    return CliRunner().invoke(main, ["replay", str(tmp_path / name), "--engine", engine, "-o", str(tmp_path / "out")])


def test_a_scenario_is_replayed_into_a_record_that_is_a_scenario_again(tmp_path):
    done = replay(tmp_path, SCENARIO)
    assert done.output == f"1 cases of Docker 29.7 replayed in simulation; records in {tmp_path / 'out'}\n"
    record = json.loads((tmp_path / "out" / "mine.json").read_text())
    assert (record["engine"], record["scenario"], record["daemon"]) == ("29.7.2", "mine", ["--icc=false"])
    assert record["containers"]["web"]["ports"] == {"80/tcp": ["0.0.0.0:8080"]}
    assert replay(tmp_path, json.dumps(record), "mine.json").exit_code == 0
    assert json.loads((tmp_path / "out" / "mine.json").read_text()) == record


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a list", "the scenario has to be an object"),
        ("daemon: []", "commands: missing"),
        ("commands: all", "commands: has to be a list"),
        ("commands: [1]", "commands[0]: has to be a text"),
        ("daemon: 5\ncommands: []", "daemon: has to be a list"),
        ("a: [", "no YAML"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_told(tmp_path, text, words):
    done = replay(tmp_path, text)
    assert done.exit_code == 2
    assert f"mine.yaml: {words}" in done.output


def test_a_daemon_that_does_not_start_is_part_of_the_record(tmp_path):
    assert replay(tmp_path, "daemon: [--iptables=false, --icc=false]\ncommands: []").exit_code == 0
    assert "ICC=false uses iptables" in json.loads((tmp_path / "out" / "mine.json").read_text())["daemon_error"]
