"""Scenarios of the releases since 20.10: the daemon's flags and command lines, played on the stage of the records."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ..daemon import Daemon, Dockerd
from ..engine.releases import RELEASES, Release
from ..errors import PynetlabError, SpecError
from ..kernel import Kernel, Plan, Walk, run
from ..model import State
from ..stage import HOST, files, stage
from ..tools import host_command
from .probes import questions, ready
from .record import Names, host_record, networks_record
from .record import containers_record as containers

Record = dict[str, Any]
LACKING = ("dummy",)
"""What the kernel of the records was built without: an engine's refusal for that reason is part of a record."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What was done: the flags that the daemon started with, then commands of ``docker``, or ``host`` and one of the host's own."""

    name: str
    daemon: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a scenario in YAML, or a record in JSON. Raises SpecError, which names the file and the key."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise SpecError(f"{path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise SpecError(f"{path}: not a text in UTF-8") from None
        try:
            return cls.parse(_decoded(path, text), path.stem)
        except SpecError as error:
            raise SpecError(f"{path}: {error}") from None

    @classmethod
    def parse(cls, data: object, name: str) -> Self:
        """Read a decoded scenario or record; what a record holds beyond it is ignored. Raises SpecError with the key."""
        if not isinstance(data, dict):
            raise SpecError("the scenario has to be an object")
        commands = [entry.get("cmd") if isinstance(entry, dict) else entry for entry in _list(data.get("commands"), "commands")]
        return cls(
            str(data.get("scenario", name)),
            tuple(_texts(_list(data.get("daemon", []), "daemon"), "daemon")),
            tuple(_texts(commands, "commands")),
        )


def _decoded(path: Path, text: str) -> object:
    try:
        if path.suffix == ".json":
            return json.loads(text)
    except json.JSONDecodeError as error:
        raise SpecError(f"no JSON: {error}") from None
    try:
        import yaml  # noqa: PLC0415 - only scenarios in YAML need it
    except ImportError:
        raise SpecError("a scenario in YAML needs PyYAML: pip install 'pynetlab[cli]'") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SpecError(f"no YAML: {error}") from None


def _list(data: object, where: str) -> Sequence[Any]:
    if not isinstance(data, list):
        raise SpecError(f"{where}: {'missing' if data is None else 'has to be a list'}")
    return data


def _texts(items: Sequence[object], where: str) -> list[str]:
    for at, item in enumerate(items):
        if not isinstance(item, str):
            raise SpecError(f"{where}[{at}]: has to be a text")
    return [str(item) for item in items]


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario."""

    release: Release
    state: State
    memory: Daemon | None
    """What the daemon remembers; None where it did not start."""
    outcomes: tuple[tuple[str, str], ...]
    """Each command, and the error that it ended with; empty for none. The daemon's start is the first."""


def perform(scenario: Scenario, release: str | Release, kernel: Kernel) -> Played:
    """Play a scenario on an empty kernel. Raises SpecError for a release that is not modelled."""
    if isinstance(release, str):
        if release not in RELEASES:
            raise SpecError(f"release {release!r} is not modelled; there are {', '.join(RELEASES)}")
        release = RELEASES[release]
    run(stage(), kernel)
    run(files(), kernel)

    def carry_out(plan: Plan[object]) -> Walk[object]:
        return run(plan, kernel)

    docker = Dockerd(release, carry_out, kernel.sh)
    start = shlex.join(["dockerd", *scenario.daemon])
    try:
        docker.start(scenario.daemon)
    except PynetlabError as error:
        return Played(release, kernel.state(), None, ((start, str(error)),))
    outcomes = ((start, ""), *((line, _command(line, docker, kernel)) for line in scenario.commands))
    return Played(release, kernel.state(), docker.memory, outcomes)


def _command(line: str, docker: Dockerd, kernel: Kernel) -> str:
    try:
        if line.startswith("host "):
            run(host_command(HOST, line.removeprefix("host ")), kernel)
        elif (done := docker.command(line)).code:
            return done.err.rstrip("\n")
    except PynetlabError as error:
        return error.printed
    return ""


def play(scenario: Scenario, release: str | Release, kernel: Kernel, *, ask: bool = True) -> Record:
    """Play a scenario on an empty kernel and give its record, in the shape of those of real engines.

    With ``ask`` everybody is asked everything at the end.
    Raises SpecError for a release that is not modelled.
    """
    played = perform(scenario, release, kernel)
    record: Record = {"scenario": scenario.name, "engine": played.release.version, "daemon": list(scenario.daemon)}
    if played.memory is None:
        return record | {"daemon_error": played.outcomes[0][1]}
    record |= _held(played.outcomes[1:], played.memory, played.state)
    return record | (_probed(played.memory, kernel) if ask else {})


def _probed(daemon: Daemon, kernel: Kernel) -> Record:
    run(ready(daemon), kernel)
    asked = list(questions(daemon))
    answers = kernel.ask([each.probe for each in asked])
    return {"probes": [each.record(answer) for each, answer in zip(asked, answers, strict=True)]}


def _held(outcomes: Sequence[tuple[str, str]], daemon: Daemon, state: State) -> Record:
    """Write down what the daemon remembers and what the kernel holds."""
    names = Names(daemon)
    return {
        "commands": [{"cmd": line, "ok": not error} | ({"error": names.shown(error)} if error else {}) for line, error in outcomes],
        "networks": networks_record(daemon),
        "host": host_record(state[daemon.netns], names),
        "containers": containers(daemon, state, names),
    }
