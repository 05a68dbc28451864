"""The commands of docker(1) and their options, as data: what each release knows, and what becomes of an option here.

docker/cli at v20.10.24, v26.1.5, v28.5.2 and v29.7.2: cli/command/container/*.go, cli/command/network/*.go, cli/command/system/*.go.
"""

import re
import shlex
from collections.abc import Iterator, Mapping

from ..errors import SpecError
from . import words
from .cli import Command, Option, Parsed, parse

SWITCHES = """
    disable-content-trust init interactive:i no-healthcheck oom-kill-disable privileged read-only tty:t use-api-socket
"""
"""Options of ``docker run`` and ``docker create`` without a value that cannot change the network; after the colon their letter."""
VALUES = """
    annotation attach:a blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns cidfile cpu-count cpu-percent
    cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares:c cpus cpuset-cpus cpuset-mems device device-cgroup-rule
    device-read-bps device-read-iops device-write-bps device-write-iops env:e env-file gpus group-add health-cmd health-interval
    health-retries health-start-interval health-start-period health-timeout io-maxbandwidth io-maxiops ipc isolation kernel-memory
    label-file log-driver log-opt memory:m memory-reservation memory-swap memory-swappiness mount oom-score-adj pid pids-limit
    platform pull restart runtime security-opt shm-size stop-signal stop-timeout storage-opt tmpfs ulimit user:u userns uts volume:v
    volume-driver volumes-from workdir:w
"""
"""Those with a value that cannot change the network."""
NEWER = frozenset(
    (
        "--annotation",
        "--disable-content-trust",
        "--gw-priority",
        "--health-start-interval",
        "--ipv4",
        "--use-api-socket",
        "create--quiet",
        "network-rm--force",
        "restart--signal",
        "restart--timeout",
        "run--quiet",
        "stop--signal",
        "stop--timeout",
    )
)
"""What not every release has: an option, or a command and an option of it. Each release names those that it has."""


def _names(text: str) -> Iterator[tuple[str, ...]]:
    for word in text.split():
        name, colon, letter = word.partition(":")
        yield (f"--{name}", f"-{letter}") if colon else (f"--{name}",)


def _sysctl(_flag: str, text: str) -> str:
    if text.startswith("net."):
        raise SpecError(f"--sysctl {text.partition('=')[0]} would change the network and is not modelled")
    return text


def _address(flag: str, text: str) -> str:
    return str(words.address(flag, text))


def _switch(*names: str, about: str = "network") -> Option:
    return Option(names, words.boolean, about=about)


def _noted(*names: str, many: bool = False) -> Option:
    return Option(names, many=many, about="other")


CREATE = (
    Option(("--name",)),
    Option(("--network", "--net"), many=True),
    Option(("--network-alias", "--net-alias"), many=True),
    Option(("--ip",), _address),
    Option(("--ip6",), about="missing"),
    Option(("--link-local-ip",), many=True, about="missing"),
    Option(("--link",), many=True),
    Option(("--mac-address",)),
    Option(("--publish", "-p"), many=True),
    _switch("--publish-all", "-P"),
    Option(("--expose",), many=True),
    Option(("--hostname", "-h")),
    Option(("--domainname",)),
    Option(("--add-host",), many=True),
    Option(("--dns",), _address, many=True),
    Option(("--dns-search",), many=True),
    Option(("--dns-option", "--dns-opt"), many=True),
    Option(("--label", "-l"), many=True),
    Option(("--sysctl",), _sysctl, many=True, about="other"),
    Option(("--entrypoint",)),
    _switch("--rm"),
    _switch("--quiet", "-q", about="other"),
    *(_switch(*names, about="other") for names in _names(SWITCHES)),
    *(_noted(*names, many=True) for names in _names(VALUES)),
)
RUN = (*CREATE, _switch("--detach", "-d"), _switch("--sig-proxy", about="other"), _noted("--detach-keys"))
ENDPOINT = (
    Option(("--ip",), _address),
    Option(("--ip6",), about="missing"),
    Option(("--link-local-ip",), many=True, about="missing"),
    Option(("--link",), many=True),
    Option(("--alias",), many=True),
    Option(("--driver-opt",), words.pair, many=True),
    Option(("--gw-priority",), words.number),
)
NETWORK = (
    Option(("--driver", "-d")),
    Option(("--subnet",), many=True),
    Option(("--ip-range",), many=True),
    Option(("--gateway",), many=True),
    Option(("--aux-address",), words.pair, many=True),
    _switch("--internal"),
    Option(("--opt", "-o"), words.pair, many=True),
    Option(("--ipam-opt",), words.pair, many=True),
    Option(("--ipam-driver",), about="missing"),
    _switch("--ipv4", about="fixed"),
    _switch("--ipv6", about="missing"),
    Option(("--label",), many=True),
    _switch("--attachable"),
    Option(("--scope",), about="missing"),
    Option(("--config-from",), about="missing"),
    _switch("--config-only", about="missing"),
    _switch("--ingress", about="missing"),
)
EXEC = (
    _switch("--detach", "-d"),
    *(_switch(*names, about="other") for names in (("--interactive", "-i"), ("--tty", "-t"), ("--privileged",))),
    *(_noted(*names, many=True) for names in (("--env", "-e"), ("--env-file",), ("--user", "-u"), ("--workdir", "-w"), ("--detach-keys",))),
)
START = (
    _switch("--attach", "-a", about="other"),
    _switch("--interactive", "-i", about="other"),
    *(_noted(name) for name in ("--detach-keys", "--checkpoint", "--checkpoint-dir")),
)
STOP = (
    Option(("--time", "-t"), words.number, about="other"),
    Option(("--timeout", "-t"), words.number, about="other"),
    _noted("--signal", "-s"),
)
FORCE = _switch("--force", "-f")
FILTER = Option(("--filter", "-f"), words.filtered, many=True)
LIST = (_switch("--quiet", "-q"), _switch("--no-trunc"), Option(("--format",)), FILTER)
PS = (
    *LIST,
    _switch("--all", "-a"),
    Option(("--last", "-n"), words.number),
    _switch("--latest", "-l"),
    _switch("--size", "-s", about="other"),
)
FORMAT = Option(("--format", "-f"))
SIZE = _switch("--size", "-s", about="other")

COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command("run", RUN, 1, None, stops=True),
        Command("create", CREATE, 1, None, stops=True),
        Command("start", START, 1),
        Command("stop", STOP, 1),
        Command("restart", STOP, 1),
        Command("kill", (_noted("--signal", "-s"),), 1),
        Command("pause", (), 1),
        Command("unpause", (), 1),
        Command("rename", (), 2, 2),
        Command("rm", (FORCE, _switch("--volumes", "-v", about="other"), _switch("--link", "-l", about="missing")), 1),
        Command("exec", EXEC, 2, None, stops=True),
        Command("ps", PS, 0, 0, reads=True),
        Command("port", (), 1, 2, reads=True),
        Command("inspect", (FORMAT, SIZE, Option(("--type",))), 1, reads=True),
        Command("container inspect", (FORMAT, SIZE), 1, reads=True),
        Command("info", (FORMAT,), 0, 0, reads=True),
        Command("version", (FORMAT,), 0, 0, reads=True),
        Command("network create", NETWORK, 1, 1),
        Command("network rm", (FORCE,), 1),
        Command("network connect", ENDPOINT, 2, 2),
        Command("network disconnect", (FORCE,), 2, 2),
        Command("network prune", (FORCE, Option(("--filter",), words.filtered, many=True)), 0, 0),
        Command("network ls", LIST, 0, 0, reads=True),
        Command("network inspect", (FORMAT, _switch("--verbose", "-v", about="other")), 1, reads=True),
    )
}
ALIASES = {
    "network remove": "network rm",
    "network list": "network ls",
    "container remove": "rm",
    "container ls": "ps",
    "container list": "ps",
    "container ps": "ps",
    "system info": "info",
}
SUBSTITUTION = re.compile(r"\$\((?:docker )(?P<line>[^()]*)\)")
"""``$(docker ps -q)`` within a command line."""


def find(line: str) -> tuple[Command, list[str]]:
    """Find the command of a line, with ``docker`` in front or without, and give the words after its name. Raises SpecError."""
    try:
        left = shlex.split(line)
    except ValueError as error:
        raise SpecError(f"{line!r}: {error}") from None
    left = left[1:] if left[:1] == ["docker"] else left
    for count in (2, 1):
        name = " ".join(left[:count])
        name = name if name in COMMANDS else ALIASES.get(name, name.removeprefix("container "))
        if name in COMMANDS and len(left) >= count:
            return COMMANDS[name], left[count:]
    raise SpecError(f"docker: {' '.join(left[:2])!r} is not modelled; there are {', '.join(COMMANDS)}")


def read(line: str, newer: frozenset[str] = frozenset()) -> Parsed:
    """Read a whole command line; ``newer`` are those of :data:`NEWER` that the release has. Raises SpecError."""
    command, left = find(line)
    return parse(command, left, NEWER - newer)
