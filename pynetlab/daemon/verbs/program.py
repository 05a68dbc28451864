"""Programs in containers: ``docker run`` and ``docker exec``."""

import shlex

from ...output import Output
from ...spec.cli import Parsed
from ...spec.docker import run_spec
from .. import containers
from ..memory import Container
from .container import made, started, warnings
from .host import DockerHost

PROGRAMS = """
    arp arping bridge cat conntrack curl date dig drill echo env ethtool false fping getent grep head host hostname id ifconfig ip ip6tables
    ipcalc iptables iptables-save ls mtr nc netcat netstat nft nmap nslookup ping ping6 printenv ps pwd route ss sysctl tail tcptraceroute
    test traceroute tracepath true uname wget which whoami
"""
END = frozenset(PROGRAMS.split())
"""Programs that end by themselves. Every other one is taken for a service: it runs until the container is stopped."""
SHELLS = ("sh", "bash", "ash", "dash")
STAYS = "without -d docker would wait for the program to end; here the container goes on running, as with -d"


def run(docker: DockerHost, parsed: Parsed) -> Output:
    """Make a container and start it.

    With ``-d`` its id is printed. Without, a program that ends by itself is run to its end: what it says is printed, and
    the container stops with its exit code. A service, or an image's own program, goes on running, and a note says so.
    """
    spec = run_spec(parsed)
    container = made(docker, spec)
    started(docker, container.name)
    if spec.detach:
        return Output(f"{container.id}\n", notes=warnings(spec))
    if not ends(spec.program):
        return Output(notes=(*warnings(spec), STAYS))
    done = _inside(docker, docker.running.container(container.name), spec.program)
    docker.do(lambda daemon: containers.stop(daemon, container.name, done.code))
    return Output(done.text, done.code, warnings(spec), done.err)


def ends(program: tuple[str, ...]) -> bool:
    """Say whether a program ends by itself: one of :data:`END`, or a shell with a script that begins with one."""
    if not program:
        return False
    name = program[0].rpartition("/")[2]
    if name in SHELLS and len(program) > 2 and program[1].startswith("-") and program[1].endswith("c"):  # noqa: PLR2004 - sh -c SCRIPT
        return all(ends(tuple(words.split())) or words.split()[:1] in ([], ["exit"]) for words in program[2].replace("&&", ";").split(";"))
    return name in END and not (name == "tail" and "-f" in program)


def execute(docker: DockerHost, parsed: Parsed) -> Output:
    """Run a command in a container that runs, and give what it prints and its exit code."""
    name, *command = parsed.arguments
    container = docker.running.container(name)
    if not container.running:
        raise docker.release.error("not-running", id=container.id)
    if container.paused:
        raise docker.release.error("paused", name=name)
    done = _inside(docker, container, tuple(command))
    return Output() if parsed.get("detach") else done


def _inside(docker: DockerHost, container: Container, command: tuple[str, ...]) -> Output:
    code, out, err = docker.sh(container.netns, shlex.join(command))
    return Output(out, code, err=err)
