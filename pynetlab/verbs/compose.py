"""Compose files: a lab that they describe, and a project that comes up in a lab. Needs the extra ``compose``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..daemon import Dockerd
from ..errors import SpecError
from ..kernel import Walk
from ..output import Output
from ..views.service_map import ServiceMap

if TYPE_CHECKING:
    from ..compose import Project

Paths = str | Path | Sequence[str | Path]
"""A Compose file, several of which each changes those before it, or a directory that holds one."""


class Host(Protocol):
    """What of a lab is needed."""

    release: str
    dockerd: Dockerd | None
    containers: dict[str, Any]
    walks: list[Walk[Any]]

    def __init__(self, release: str = ..., *, mode: str | None = ...) -> None:
        """Open a lab."""

    def start(self, *flags: str) -> Any:  # noqa: ANN401 - the lab's own kind of walk
        """Start the daemon."""

    def close(self) -> None:
        """End the lab."""


L = TypeVar("L", bound=Host)


def from_compose(
    lab: type[L],
    paths: Paths,
    release: str = "29.7",
    *,
    mode: str | None = None,
    name: str = "",
    profiles: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    flags: Sequence[str] = (),
) -> L:
    """Open a lab with all that Compose files ask for up, as ``docker compose up -d`` brings it up.

    ``paths`` is a file, several of them, or a directory with one. ``name`` is the project's, else that of the file or of
    its directory; ``profiles`` are active besides those of COMPOSE_PROFILES; ``env`` are the variables, those of this
    process where it is None; ``flags`` are the daemon's. Raises SpecError for what cannot be read, DaemonError in the
    engine's words; then nothing is left open.
    """
    project = _load(paths, name, profiles, env)
    opened = lab(release, mode=mode)
    try:
        if opened.dockerd:
            opened.start(*flags)
        _carry_out(opened, project, _line(paths, name, profiles))
    except BaseException:
        opened.close()
        raise
    return opened


def up(lab: Host, paths: Paths, *, name: str = "", profiles: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Output:
    """Bring the project of Compose files up beside what is in the lab, and give what ``docker compose up -d`` prints.

    What Compose warns of is in the output's notes. Raises SpecError and DaemonError; then the lab is as before.
    """
    return _carry_out(lab, _load(paths, name, profiles, env), _line(paths, name, profiles))


def network_map(paths: Paths, *, name: str = "", profiles: Sequence[str] = (), env: Mapping[str, str] | None = None) -> ServiceMap:
    """Give the networks of Compose files as a map, without bringing anything up. Raises SpecError."""
    project = _load(paths, name, profiles, env)
    from ..compose.graph import service_map  # noqa: PLC0415 - as above

    return service_map(project)


def _load(paths: Paths, name: str, profiles: Sequence[str], env: Mapping[str, str] | None) -> "Project":
    try:
        from ..compose import load  # noqa: PLC0415 - only who has a Compose file needs the libraries that read it
    except ImportError as error:
        raise SpecError(f"Compose files need {error.name}: pip install 'pynetlab[compose]'") from None
    return load(paths, name=name, profiles=profiles, env=env)


def _line(paths: Paths, name: str, profiles: Sequence[str]) -> str:
    """Give the command line that does the same, with the files' names alone, so that it is the same on every machine."""
    files = [Path(each) for each in ([paths] if isinstance(paths, (str, Path)) else paths)]
    options = [f"-f {each.name}" for each in files if not each.is_dir()]
    options += [f"-p {name}"] if name else []
    return " ".join(["docker compose", *options, *(f"--profile {each}" for each in profiles), "up -d"])


def _carry_out(lab: Host, project: "Project", line: str) -> Output:
    from ..compose import lines  # noqa: PLC0415 - as above
    from ..compose import up as plan  # noqa: PLC0415

    if lab.dockerd is None:
        raise SpecError(f"Compose files are for the releases since 20.10; this is a lab of {lab.release}")
    events = lab.dockerd.do(lambda daemon: plan(daemon, project))
    lab.walks[-1].line = line
    lab.containers = dict(lab.dockerd.memory.containers) if lab.dockerd.memory else {}
    return Output(lines(events) if isinstance(events, list) else "", notes=project.notes)
