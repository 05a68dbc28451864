"""A project comes up: its networks, its containers, their start, as one plan; compose pkg/compose/{up,reconcile,start}.go (v5.5.0)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..daemon import Daemon, containers, networks
from ..errors import DaemonError, SpecError
from ..kernel import Plan
from .project import Project
from .requests import container_name, network_spec, run_spec


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a network or a container."""

    kind: str
    name: str
    what: str

    def __str__(self) -> str:
        """Say it as Compose does."""
        return f" {self.kind} {self.name}  {self.what}"


def up(daemon: Daemon, project: Project) -> Plan[list[Event]]:
    """Bring a project up on a running daemon, and give what happened, in order.

    Raises SpecError and DaemonError; since it is one plan, nothing of it is left then.
    """
    events: list[Event] = []
    if not project.services:
        raise SpecError("no service selected")
    _check_external(daemon, project)
    for key, network in project.networks.items():
        if not network.external and network.name not in daemon.networks:
            events.append(Event("Network", network.name, "Creating"))
            try:
                yield from networks.create(daemon, network_spec(project, key))
            except DaemonError as error:
                raise DaemonError(f"failed to create network {network.name}: {error}") from None
            events.append(Event("Network", network.name, "Created"))
    names = [(key, number) for key, service in project.services.items() for number in range(1, service.replicas + 1)]
    for key, number in names:
        yield from _create(daemon, project, key, number, events)
    for key, number in names:
        name = container_name(project, key, number)
        if not daemon.container(name).running:
            events.append(Event("Container", name, "Starting"))
            yield from containers.start(daemon, name)
            events.append(Event("Container", name, "Started"))
    return events


def _check_external(daemon: Daemon, project: Project) -> None:
    for network in project.networks.values():
        by_id = any(each.id == network.name for each in daemon.networks.values())
        if network.external and network.name not in daemon.networks and not by_id:
            raise SpecError(f"network {network.name} declared as external, but could not be found")


def _create(daemon: Daemon, project: Project, key: str, number: int, events: list[Event]) -> Plan[None]:
    """Make a container that is not there. An engine that takes one network then gets the others one by one (createMobyContainer)."""
    name = container_name(project, key, number)
    if _ours(daemon, project, key, name):
        events.append(Event("Container", name, "Running"))
        return
    spec = run_spec(project, key, number, {each.name: each.id for each in daemon.containers.values()}, daemon.release)
    events.append(Event("Container", name, "Creating"))
    if daemon.release.many_networks:
        yield from containers.create(daemon, spec)
    else:
        yield from containers.create(daemon, replace(spec, networks=spec.networks[:1]))
        for place in spec.networks[1:]:
            yield from networks.connect(daemon, name, place)
    events.append(Event("Container", name, "Created"))


def _ours(daemon: Daemon, project: Project, key: str, name: str) -> bool:
    """Say whether a container that is there is the one that the project wants; one of somebody else is left to the engine to refuse."""
    there = daemon.containers.get(name)
    mine = {f"com.docker.compose.project={project.name}", f"com.docker.compose.service={key}"}
    return there is not None and mine <= set(there.spec.labels)


def lines(events: Sequence[Event]) -> str:
    """Write what happened, one line each."""
    return "".join(f"{event}\n" for event in events)
