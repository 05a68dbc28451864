"""What can happen to a container besides its start and its end: moby daemon/{kill,pause,unpause,rename}.go."""

from dataclasses import replace

from ..errors import DaemonError
from ..kernel import Passed, Plan
from . import containers, names
from .memory import Container, Daemon

KILLED = 137
"""The exit code of a program that was ended by SIGKILL."""


def kill(daemon: Daemon, name: str) -> Plan[None]:
    """End a container at once; one that does not run is refused."""
    try:
        container = daemon.container(name)
        if not container.running:
            raise daemon.release.error("not-running", id=container.id)
    except DaemonError as error:
        raise daemon.release.error("kill", name=name, error=error) from None
    yield from containers.stop(daemon, name, KILLED)


def pause(daemon: Daemon, name: str, *, on: bool = True) -> Plan[None]:
    """Halt a container's processes, or let them go on. The kernel goes on with its network meanwhile."""
    container = daemon.container(name)
    if on and not container.running:
        raise daemon.release.error("not-running", id=container.id)
    if on == container.paused:
        raise daemon.release.error("already-paused" if on else "not-paused", id=container.id)
    yield Passed(f"The processes of {container.name} {'halt' if on else 'go on'}; its network stays as it is.", "")
    daemon.keep(replace(container, paused=on))


def rename(daemon: Daemon, name: str, new: str) -> Plan[None]:
    """Give a container another name; who shares its network or links to it, goes on doing so."""
    container = daemon.container(name)
    if new.removeprefix("/") == container.name:
        raise daemon.release.error("rename-same")
    try:
        containers.check_name(daemon, new.removeprefix("/"), shown=f"/{new.removeprefix('/')}")
    except DaemonError as error:
        raise daemon.release.error("rename", error=error) from None
    new, old = new.removeprefix("/"), container.name
    for network in container.endpoints:
        yield from names.left(daemon, container, daemon.networks[network])
    yield Passed(f"{old} is called {new} from now on; its namespace and its cables stay as they are.", "")
    daemon.containers = {new if key == old else key: _called(each, old, new) for key, each in daemon.containers.items()}
    if old in daemon.disk:
        daemon.disk[new] = daemon.disk.pop(old)
    for network in container.endpoints:
        yield from names.known(daemon, daemon.containers[new], daemon.networks[network])


def _called(container: Container, old: str, new: str) -> Container:
    """Let a container, and what it says of others, follow the new name of one of them."""
    spec = container.spec
    links = tuple((new if name == old else name, alias) for name, alias in spec.links)
    mode = f"container:{new}" if spec.mode == f"container:{old}" else spec.mode
    if container.name == old:
        container, spec = replace(container, name=new), replace(spec, name=new)
    return replace(container, spec=replace(spec, links=links, mode=mode))
