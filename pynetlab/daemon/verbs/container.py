"""The verbs that make, start, stop and remove containers: docker/cli cli/command/container/{create,start,stop,rm,rename}.go."""

from ...errors import DaemonError, PynetlabError
from ...kernel import Plan
from ...output import Output
from ...spec.cli import Parsed
from ...spec.docker import run_spec
from ...spec.run import RunSpec
from .. import containers, states
from ..memory import Container, Daemon
from .host import DockerHost, each

DISCARDED = "WARNING: Published ports are discarded when using host network mode"


def create(docker: DockerHost, parsed: Parsed) -> Output:
    """Make a container and print its id."""
    spec = run_spec(parsed)
    return Output(f"{made(docker, spec).id}\n", notes=warnings(spec))


def made(docker: DockerHost, spec: RunSpec) -> Container:
    """Make a container that does not run yet."""
    container: Container = docker.do(lambda daemon: containers.create(daemon, spec))
    return container


def warnings(spec: RunSpec) -> tuple[str, ...]:
    """Say what is accepted and has no effect."""
    return (DISCARDED,) if spec.mode == "host" and (spec.publish or spec.publish_all) else ()


def started(docker: DockerHost, name: str) -> None:
    """Start a container; one that cannot start stays made, and forgets what its release forgets."""
    try:
        docker.do(lambda daemon: containers.start(daemon, name))
    except PynetlabError:
        containers.failed(docker.running, name)
        raise


def start(docker: DockerHost, parsed: Parsed) -> Output:
    """Start containers."""

    def ended(failed: list[str]) -> str:
        return str(docker.release.client_error("not-started", names=", ".join(failed)))

    return each(parsed.arguments, lambda name: docker.do(lambda daemon: containers.start(daemon, name)), ended=ended)


def stop(docker: DockerHost, parsed: Parsed) -> Output:
    """End containers: their programs are taken to end well when they are asked to."""
    return each(parsed.arguments, lambda name: docker.do(lambda daemon: containers.stop(daemon, name)))


def kill(docker: DockerHost, parsed: Parsed) -> Output:
    """End containers that run, at once."""
    return each(parsed.arguments, lambda name: docker.do(lambda daemon: states.kill(daemon, name)))


def restart(docker: DockerHost, parsed: Parsed) -> Output:
    """End containers and start them again."""
    return each(parsed.arguments, lambda name: docker.do(lambda daemon: _restart(daemon, name)))


def _restart(daemon: Daemon, name: str) -> Plan[None]:
    container = daemon.container(name)
    yield from containers.stop(daemon, name, keep=True)
    try:
        yield from containers.start(daemon, container.name)
    except DaemonError as error:
        raise daemon.release.error("restart", name=name, error=error) from None


def pause(docker: DockerHost, parsed: Parsed) -> Output:
    """Halt the processes of containers."""
    return each(parsed.arguments, lambda name: docker.do(lambda daemon: states.pause(daemon, name)))


def unpause(docker: DockerHost, parsed: Parsed) -> Output:
    """Let them go on."""
    return each(parsed.arguments, lambda name: docker.do(lambda daemon: states.pause(daemon, name, on=False)))


def rename(docker: DockerHost, parsed: Parsed) -> Output:
    """Give a container another name."""
    name, new = parsed.arguments
    docker.do(lambda daemon: states.rename(daemon, name, new))
    return Output()


def rm(docker: DockerHost, parsed: Parsed) -> Output:
    """Remove containers; with ``--force`` those that run too, and one that is not there is only told."""
    force = parsed.get("force", False)
    absent = [name for name in parsed.arguments if force and not docker.running.has_container(name)]
    present = [name for name in parsed.arguments if name not in absent]
    done = each(present, lambda name: docker.do(lambda daemon: containers.remove(daemon, name, force=force)))
    told = [docker.release.error("container-missing", name=name).printed for name in absent] if docker.release.tells_absent else []
    return Output(done.text, done.code, err="".join(f"{text}\n" for text in told) + done.err)
