"""What the docker command line prints: a real engine and the lab of the same release, asked the same.

Times, addresses of IPv6 and what the lab does not know of are left out; ids are compared by what they stand for.
"""

import json
import re
import shlex

import pytest
from conftest import need
from oracle import engine
from oracle.test_real_engine import modelled

from pynetlab import Lab
from pynetlab.engine.releases import RELEASES
from pynetlab.errors import PynetlabError
from pynetlab.stage import HOSTS_FILE

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]

LINES = (
    "docker network create --subnet 10.5.0.0/24 --ip-range 10.5.0.128/25 --gateway 10.5.0.5 --aux-address x=10.5.0.7 --label a=b front",
    "docker network create --internal back",
    "docker run -d --name web --network front --network-alias w -p 8080:80 -p 127.0.0.1:53:53/udp --expose 99 --label k=v lab sleep 1000",
    "docker network connect --alias db back web",
    "docker run -d --name plain -P --expose 77 --add-host some:1.2.3.4 --hostname h lab sleep 1000",
    "docker run -d --name top --network host lab sleep 1000",
    "docker run -d --name apart --network none lab sleep 1000",
    "docker run -d --name side --network container:web lab sleep 1000",
    "docker create --name later -p 81:80 --link plain:p lab sh -c 'sleep 3 and a while'",
    "docker run -d --name gone lab sleep 1000",
    "docker kill gone",
    "docker pause plain",
    "docker rename plain quiet",
)
ASKED = (
    "docker network ls",
    "docker network ls --filter type=custom --filter driver=bridge",
    "docker network ls --no-trunc --filter name=o --format '{{.ID}} {{.Name}} {{.Internal}} {{.Labels}}'",
    r"docker ps -a --format 'table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.Names}}\t{{.Label \"k\"}}\t{{upper .Image}}'".replace('\\"', '"'),
    "docker ps --format '{{.Names}}: {{.Ports}}'",
    "docker ps -q --filter network=back --filter status=running",
    "docker ps -a --filter status=exited --filter status=created --format {{.Names}}",
    "docker ps --filter publish=8080 --format {{.Names}}",
    "docker ps --filter expose=77/tcp --format {{.Names}}",
    "docker ps -n 3 --format {{.Names}}",
    "docker ps -a --no-trunc --format {{.Names}}",
    "docker port web",
    "docker port web 53/udp",
    "docker inspect -f '{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{.HostConfig.NetworkMode}}' web quiet top apart side later gone",
    "docker inspect -f '{{range $name, $at := .NetworkSettings.Networks}}{{$name}}={{$at.IPAddress}} {{end}}' web quiet",
    "docker inspect -f '{{json .NetworkSettings.Networks.front.Aliases}} {{index .Config.Labels \"k\"}} {{len .Args}}' web",
    "docker inspect -f '{{(index (index .NetworkSettings.Ports \"80/tcp\") 0).HostPort}}{{println}}{{.Config.Labels}}' web",
    "docker network inspect -f '{{json .IPAM}} {{json .Labels}} {{.Internal}}' front back none",
    "docker exec later true",
    "docker exec quiet true",
    "docker pause later",
    "docker kill later",
    "docker rename web later",
    "docker rename web web",
    "docker rename web x",
    "docker ps --filter foo=bar",
    "docker inspect -f {{.nosuch}} web",
)
V6 = re.compile(r", (?:\[::\]|::):\d+->\d+/\w+|\S+ -> (?:\[::\]|::):\d+\n?")
"""A port on an address of IPv6, in ``docker ps`` and in ``docker port``."""
SHUFFLED = "docker port web"
"""What is printed in the order of a Go map, another one each time: ours is sorted."""
WHOLE = ("docker inspect web quiet top apart side later gone", "docker network inspect front back bridge host none")
DRAWN = {"Created", "StartedAt", "FinishedAt", "Pid", "Image", "LogPath", "HostnamePath", "HostsPath", "ResolvConfPath", "SandboxKey"}
DRAWN |= {"SandboxID", "EndpointID", "Hostname"}
"""What an engine draws, or a clock tells; and the host's own name."""


@pytest.fixture(scope="module", name="both")
def started():
    need(engine.lacking())
    with engine.Host.started(hosts_file=HOSTS_FILE) as host:
        release = modelled(engine.version(host))
        need(None if release else f"this machine's Docker is none of {', '.join(RELEASES)}")
        try:
            with Lab(release) as lab:
                lab.start()
                yield said_by(host), said_by(lab)
        finally:
            host.run("docker", "unpause", "quiet")  # an engine waits for what is paused before it ends


def said_by(where):
    """Give what asks one of the two, after the lines that set the scene, with names in place of ids."""
    ask = (lambda line: of_engine(where, line)) if isinstance(where, engine.Host) else (lambda line: of_lab(where, line))
    for line in LINES:
        code, _, err = ask(line)
        assert code == 0, (line, err)
    containers = ask("docker inspect -f '{{.Id}} {{slice .Name 1}}' web quiet top apart side later gone")[1]
    networks = ask("docker network ls --no-trunc --format '{{.ID}} {{.Name}}'")[1]
    names = [line.split() for line in (containers + networks).splitlines()]

    def named(line):
        code, out, err = ask(line)
        for whole, name in names:
            out, err = (text.replace(whole, f"<{name}>").replace(whole[:12], f"<{name[:10]:_<10}>") for text in (out, err))
        return code, V6.sub("", out), err

    return named


def of_engine(host, line):
    code, out, err = host.run(*shlex.split(line))
    return code, out, err.splitlines()[0] if err else ""


def of_lab(lab, line):
    try:
        done = lab.docker(line)
    except PynetlabError as error:
        return 1, "", error.printed.splitlines()[0]
    return done.code, done.text, done.err.splitlines()[0] if done.err else ""


@pytest.mark.parametrize("line", ASKED)
def test_the_same_is_printed(both, line):
    theirs, ours = (ask(line) for ask in both)
    in_order = sorted if line == SHUFFLED else list
    assert theirs[0] == ours[0]
    assert in_order(theirs[1].strip("\n").splitlines()) == in_order(ours[1].strip("\n").splitlines())
    assert theirs[2] == ours[2]


@pytest.mark.parametrize("line", WHOLE)
def test_what_is_shown_of_an_object_is_what_the_engine_shows(both, line):
    theirs, ours = (json.loads(ask(line)[1]) for ask in both)
    assert len(theirs) == len(ours) == len(line.split()) - 2 - line.count("network")
    assert [difference for pair in zip(theirs, ours, strict=True) for difference in compared(pair[0]["Name"], *pair)] == []


def compared(where, theirs, ours):
    """List where ours differs: a field that is not theirs, another order, another value."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if list(ours) != [key for key in theirs if key in ours]:
            yield f"{where}: {list(ours)} for {list(theirs)}"
        for key in set(ours) & set(theirs) - DRAWN:
            yield from compared(f"{where}.{key}", theirs[key], ours[key])
    elif without_v6(theirs) != ours:
        yield f"{where}: {ours!r} for {theirs!r}"


def without_v6(value):
    return [each for each in value if not (isinstance(each, dict) and each.get("HostIp") == "::")] if isinstance(value, list) else value
