"""A Docker host that takes command lines: the daemon's memory, and whatever carries its plans out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from ..engine.releases import Release
from ..errors import DaemonError, PynetlabError
from ..kernel import Plan, Walk
from ..output import Output
from ..spec.cli import Parsed
from ..spec.docker import endpoint_spec, network_spec, read, run_spec
from ..spec.dockerd import DaemonFlags
from . import containers, networks
from .memory import Container, Daemon
from .start import start


class CarryOut(Protocol):
    """Carries a plan out; one that fails is undone, and its error raised."""

    def __call__(self, plan: "Plan[object]") -> "Walk[object]":
        """Do so."""


class Dockerd:
    """The daemon of a release on a Docker host."""

    def __init__(self, release: Release, carry_out: CarryOut, netns: str = "host") -> None:
        """Take a release; nothing runs yet."""
        self.release = release
        self.netns = netns
        self._carry_out = carry_out
        self.memory: Daemon | None = None

    def starting(self, flags: Sequence[str] = ()) -> tuple[Plan[None], Daemon]:
        """Give the plan that starts the daemon, and what it will remember then; :attr:`memory` is not changed yet.

        Where one runs already its containers are stopped and forgotten; its bridges and rules stay. Raises SpecError
        for a bad flag; the plan raises DaemonError with Docker's words.
        """
        new = Daemon(self.release, DaemonFlags.parse(flags, self.release.daemon_flags), self.netns)
        old = self.memory.copy() if self.memory else None

        def plan() -> Plan[None]:
            if old is not None:
                for name in list(old.containers):
                    yield from containers.stop(old, name)
            yield from start(new)

        return plan(), new

    def start(self, flags: Sequence[str] = ()) -> None:
        """Start the daemon as :meth:`starting` says."""
        plan, memory = self.starting(flags)
        self._carry_out(plan)
        self.memory = memory

    def command(self, line: str) -> Output:
        """Do what a command line of docker(1) says. Raises SpecError, or DaemonError with the engine's words; then nothing changed.

        A container that cannot start stays made, as ``docker ps -a`` would show it.
        """
        parsed = read(line, self.release.options)
        if self.memory is None:
            raise DaemonError("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")
        output = VERBS[parsed.command.name](self, parsed)
        return replace(output, notes=(*parsed.notes, *output.notes))

    def do(self, plan: Callable[[Daemon], "Plan[object]"]) -> object:
        """Carry out a plan of the daemon and give its result; where it fails, the daemon remembers what it did before."""
        if self.memory is None:
            raise DaemonError("the daemon does not run")
        memory = self.memory.copy()
        walk = self._carry_out(plan(memory))
        self.memory = memory
        return walk.result


def _run(docker: Dockerd, parsed: Parsed) -> Output:
    made = _create(docker, parsed)
    name = _last(docker).name
    try:
        docker.do(lambda daemon: containers.start(daemon, name))
    except PynetlabError:
        if docker.memory is not None:
            containers.failed(docker.memory, name)
        raise
    return made


def _last(docker: Dockerd) -> Container:
    if docker.memory is None:
        raise DaemonError("the daemon does not run")
    return list(docker.memory.containers.values())[-1]


def _create(docker: Dockerd, parsed: Parsed) -> Output:
    spec = run_spec(parsed)
    docker.do(lambda daemon: containers.create(daemon, spec))
    discarded = spec.mode == "host" and (spec.publish or spec.publish_all)
    notes = ("WARNING: Published ports are discarded when using host network mode",) if discarded else ()
    return Output(f"{_last(docker).id}\n", notes=notes)


def _each(verb: Callable[[Daemon, str], "Plan[object]"]) -> Callable[[Dockerd, Parsed], Output]:
    """Do the same with each argument, and print those that went well."""

    def command(docker: Dockerd, parsed: Parsed) -> Output:
        for name in parsed.arguments:
            docker.do(lambda daemon, name=name: verb(daemon, name))  # type: ignore[misc] # the name of this turn
        return Output("".join(f"{name}\n" for name in parsed.arguments))

    return command


def _restart(daemon: Daemon, name: str) -> Plan[None]:
    yield from containers.stop(daemon, name)
    yield from containers.start(daemon, name)


def _rm(docker: Dockerd, parsed: Parsed) -> Output:
    force = parsed.get("force", False)
    return _each(lambda daemon, name: containers.remove(daemon, name, force=force))(docker, parsed)


def _network_create(docker: Dockerd, parsed: Parsed) -> Output:
    spec = network_spec(parsed)
    docker.do(lambda daemon: networks.create(daemon, spec))
    return Output(f"{docker.memory.networks[spec.name].id}\n" if docker.memory else "")


def _network_connect(docker: Dockerd, parsed: Parsed) -> Output:
    container, spec = endpoint_spec(parsed)
    docker.do(lambda daemon: networks.connect(daemon, container, spec))
    return Output()


def _network_disconnect(docker: Dockerd, parsed: Parsed) -> Output:
    network, container = parsed.arguments
    docker.do(lambda daemon: networks.disconnect(daemon, container, network))
    return Output()


def _network_prune(docker: Dockerd) -> Output:
    names = docker.do(networks.prune)
    gone = names if isinstance(names, list) else []
    return Output("".join(["Deleted Networks:\n", *(f"{name}\n" for name in gone), "\n"]) if gone else "")


def _network_ls(docker: Dockerd, parsed: Parsed) -> Output:
    found = sorted(docker.memory.networks.values(), key=lambda network: network.name) if docker.memory else []
    digits = 64 if parsed.get("no-trunc") else 12
    if parsed.get("quiet"):
        return Output("".join(f"{network.id[:digits]}\n" for network in found))
    rows = [("NETWORK ID", "NAME", "DRIVER", "SCOPE"), *((each.id[:digits], each.name, each.driver, "local") for each in found)]
    widths = [max(len(row[column]) for row in rows) + 3 for column in range(4)]
    return Output("".join("".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in rows))


def _port(docker: Dockerd, parsed: Parsed) -> Output:
    if docker.memory is None:
        raise DaemonError("the daemon does not run")
    container = docker.memory.container(parsed.arguments[0])
    lines = [f"{port} -> {at}" for port, places in ports_of(container).items() for at in places]
    return Output("".join(f"{line}\n" for line in lines))


def ports_of(container: Container) -> dict[str, list[str]]:
    """Give a container's published ports, each with its places on the host, in the order of ``docker port``."""
    found: dict[str, list[str]] = {}
    ports = [port for endpoint in container.endpoints.values() for port in endpoint.ports if port.host_port]
    for port in sorted(ports, key=lambda port: (port.container_port, port.proto)):
        found.setdefault(f"{port.container_port}/{port.proto}", []).append(f"{port.host_ip}:{port.host_port}")
    return found


VERBS: Mapping[str, Callable[[Dockerd, Parsed], Output]] = {
    "run": _run,
    "create": _create,
    "start": _each(containers.start),
    "stop": _each(containers.stop),
    "kill": _each(containers.stop),
    "restart": _each(_restart),
    "rm": _rm,
    "network create": _network_create,
    "network rm": _each(networks.remove),
    "network connect": _network_connect,
    "network disconnect": _network_disconnect,
    "network prune": lambda docker, _: _network_prune(docker),
    "network ls": _network_ls,
    "port": _port,
}
