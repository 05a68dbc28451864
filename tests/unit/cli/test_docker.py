"""``pynetlab docker``: a lab that lasts from one call of the shell to the next, and lists of commands."""

import json

import pytest
from click.testing import CliRunner

from pynetlab.cli import main


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def docker(*words, **more):
    return CliRunner().invoke(main, ["docker", *words], **more)


def kept(tmp_path):
    return json.loads((tmp_path / "pynetlab" / "docker.json").read_text())


def test_a_lab_lasts_and_only_what_changed_something_is_kept(tmp_path):
    assert len(docker("network", "create", "front").stdout) == 65
    done = docker("run", "-d", "--name", "web", "--network", "front", "-p", "8080:80", "--restart", "always", "nginx")
    assert (done.exit_code, done.stderr) == (0, "pynetlab: without effect on the network: --restart\n")
    assert docker("ps", "--format", "{{.Names}} {{.Ports}}").stdout == "web 0.0.0.0:8080->80/tcp\n"
    assert docker("rm", "web").exit_code == 1
    assert kept(tmp_path) == {
        "pynetlab": 1,
        "engine": "29.7",
        "daemon": [],
        "commands": ["network create front", "run -d --name web --network front -p 8080:80 --restart always nginx"],
    }


def test_a_container_that_could_not_start_is_there_in_the_next_call_too():
    docker("run", "-d", "--name", "one", "-p", "80:80", "img")
    refused = docker("run", "-d", "--name", "two", "-p", "80:80", "img")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error response from daemon: failed to set up container networking: ")
    assert docker("ps", "-a", "--format", "{{.Names}} {{.Status}}").stdout == "two Created\none Up Less than a second\n"


def test_what_an_exec_changed_stays():
    docker("run", "-d", "--name", "web", "img")
    assert docker("exec", "web", "ip", "addr", "add", "10.0.0.1/24", "dev", "lo").exit_code == 0
    assert docker("exec", "web", "ip", "addr", "del", "10.0.0.1/24", "dev", "lo").exit_code == 0


def test_a_new_lab_begins_on_demand_or_with_another_release_or_other_flags(tmp_path):
    docker("network", "create", "front")
    assert docker("--engine", "29.7", "network", "ls", "-q", "-f", "name=front").stdout
    assert docker("--engine", "20.10", "version", "-f", "{{.Server.Version}}").stdout == "20.10.24\n"
    assert kept(tmp_path)["commands"] == []
    docker("network", "create", "front")
    docker("--daemon", "--icc=false --bip 10.9.0.1/24", input="")
    assert (kept(tmp_path)["engine"], kept(tmp_path)["daemon"]) == ("20.10", ["--icc=false", "--bip", "10.9.0.1/24"])
    docker("network", "create", "front")
    assert docker("--new", "network", "ls", "-q", "-f", "name=front").stdout == ""
    assert kept(tmp_path) == {"pynetlab": 1, "engine": "29.7", "daemon": [], "commands": []}


def test_labs_can_stand_side_by_side(tmp_path):
    docker("--lab", str(tmp_path / "a"), "network", "create", "only-a")
    assert docker("--lab", str(tmp_path / "b"), "network", "ls", "-q", "-f", "name=only-a").stdout == ""
    assert docker("--lab", str(tmp_path / "a"), "network", "ls", "--format", "{{.Name}}", "-f", "type=custom").stdout == "only-a\n"


LIST = """
# two containers
docker run -d --name web \\
    -p 8080:80 nginx
docker create --name later nginx
docker rm web
docker frob
docker rm -f web $(docker ps -aq --filter name=later)
"""


def test_command_lines_can_be_piped_and_the_first_exit_code_counts():
    done = docker(input=LIST)
    assert (done.exit_code, len(done.stdout.splitlines())) == (1, 4)
    assert done.stderr.splitlines()[0].startswith("Error response from daemon: cannot remove container")
    assert done.stderr.splitlines()[1].startswith("docker: 'frob' is not modelled; there are run, create,")
    assert docker("ps", "-aq").stdout == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", 'not the session of a lab: "pynetlab": 1 is missing'),
        ('{"pynetlab": 1, "engine": "7"}', "engine: there is no release '7'; there are 20.10, 26.1, 28.5, 29.7"),
        ('{"pynetlab": 1, "engine": "28.5", "daemon": [], "commands": "ps"}', "commands: has to be a list of texts"),
        (
            '{"pynetlab": 1, "engine": "28.5", "daemon": [], "commands": ["network ls", "frob"]}',
            "commands[1]: docker: 'frob' is not modelled",
        ),
    ],
)
def test_a_damaged_file_is_told_and_a_new_lab_helps(tmp_path, text, words):
    path = tmp_path / "lab.json"
    path.write_text(text)
    done = docker("--lab", str(path), "ps")
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
    assert done.stderr.endswith("; --new begins a new lab\n")
    assert path.read_text() == text
    assert docker("--lab", str(path), "--new", "ps", "-q").exit_code == 0
    assert docker("--lab", str(path), "ps", "-q").exit_code == 0


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ((), "give a command of docker, or command lines on standard input"),
        (("--engine", "7", "ps"), "'7' is not one of '20.10', '26.1', '28.5', '29.7'"),
        (("ps", "--nosuch"), "unknown flag: --nosuch"),
        (("--daemon", "--nosuch", "ps"), "unknown flag: --nosuch"),
        (("--lab", "/proc/nowhere/lab", "network", "create", "a"), "/proc/nowhere/lab: "),
    ],
)
def test_wrong_usage(words, text):
    done = docker(*words, input="")
    assert done.exit_code == 2
    assert text in done.stderr


LIVE = """
run -d --name web nginx
exec web hostname -I
exec web sh -c 'exit 7'
run --rm --network container:web img ip -4 -br addr show eth0
"""


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_a_list_of_commands_in_one_live_lab(tmp_path):
    path = tmp_path / "list"
    path.write_text(LIVE)
    done = docker("--mode", "live", "--commands", str(path))
    assert done.exit_code == 7
    assert done.stdout.splitlines()[1:][0].strip() == "172.17.0.2"
    assert done.stdout.splitlines()[-1].split()[1:] == ["UP", "172.17.0.2/16"]
    assert not (tmp_path / "pynetlab").exists()
