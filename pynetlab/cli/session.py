"""A simulated lab that lasts from one call of the shell to the next: a file of what was done, which is done again each time."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from ..engine.releases import RELEASES
from ..errors import PynetlabError, SpecError
from ..lab import Lab
from ..output import Output
from ..spec import json_file
from ..spec.commands import find

VERSION = 1
"""Of the file's form."""
NEWEST = list(RELEASES)[-1]
REMEDY = "--new begins a new lab"


def default_path() -> Path:
    """Give where the lab is kept that nobody named: XDG Base Directory Specification, ``$XDG_STATE_HOME``."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "pynetlab" / "docker.json"


@dataclass(frozen=True, slots=True)
class Session:
    """What was done to a lab: the release, the daemon's flags, and the command lines that changed something."""

    engine: str = NEWEST
    daemon: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file; one that is not there is a lab in which nothing was done. Raises SpecError, which names the file and its place."""
        return json_file.read(path, cls.parse, REMEDY) if path.exists() else cls()

    @classmethod
    def parse(cls, data: object) -> Self:
        """Read what was decoded. Raises SpecError with the key."""
        if not isinstance(data, dict) or data.get("pynetlab") != VERSION:
            raise SpecError(f'not the session of a lab: "pynetlab": {VERSION} is missing')
        if data.get("engine") not in RELEASES:
            raise SpecError(f"engine: there is no release {data.get('engine')!r}; there are {', '.join(RELEASES)}")
        return cls(data["engine"], _texts(data, "daemon"), _texts(data, "commands"))

    def save(self, path: Path) -> None:
        """Write the file whole or not at all. Raises SpecError."""
        found = {"pynetlab": VERSION, "engine": self.engine, "daemon": self.daemon, "commands": self.commands}
        beside = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            beside.replace(path)
        except OSError as error:
            raise SpecError(f"{path}: {error.strerror}") from None

    def lab(self, mode: str = "sim") -> Lab:
        """Build the lab: start the daemon and do again what was done. Raises what the daemon refuses, SpecError for a line that is none."""
        lab = Lab(self.engine, mode=mode)
        try:
            lab.start(*self.daemon)
            for at, line in enumerate(self.commands):
                _again(lab, at, line)
        except PynetlabError:
            lab.close()
            raise
        return lab

    def after(self, lab: Lab, line: str) -> tuple[Self, Output | PynetlabError]:
        """Do a command line, and give the session after it and what came of it. What only asks is not kept; nor what changed nothing."""
        before = lab.dockerd.memory if lab.dockerd else None
        came: Output | PynetlabError
        try:
            reads = find(line)[0].reads
            came = lab.docker(line)
        except PynetlabError as error:
            reads, came = lab.dockerd is None or lab.dockerd.memory is before, error
        return (self if reads else replace(self, commands=(*self.commands, line))), came


def _again(lab: Lab, at: int, line: str) -> None:
    try:
        lab.docker(line)
    except SpecError as error:
        raise SpecError(f"commands[{at}]: {error}") from None
    except PynetlabError:
        return  # it was refused then, too, and left what it leaves now


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    items = data.get(key)
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise SpecError(f"{key}: has to be a list of texts")
    return tuple(items)
