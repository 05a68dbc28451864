"""The verbs that change networks: docker/cli cli/command/network/*.go."""

from ...engine.network import Network
from ...errors import SpecError
from ...output import Output
from ...spec.cli import Parsed
from ...spec.docker import endpoint_spec, network_spec
from .. import networks
from ..api.network import labels
from .filters import Filters
from .host import DockerHost, each, lines


def create(docker: DockerHost, parsed: Parsed) -> Output:
    """Make a network and print its id."""
    spec = network_spec(parsed)
    made: Network = docker.do(lambda daemon: networks.create(daemon, spec))
    return Output(f"{made.id}\n")


def rm(docker: DockerHost, parsed: Parsed) -> Output:
    """Remove networks; with ``--force`` one that is not there is no error."""
    force = parsed.get("force", False)
    names = [name for name in parsed.arguments if not force or docker.running.has_network(name)]
    return each(names, lambda name: docker.do(lambda daemon: networks.remove(daemon, name)))


def connect(docker: DockerHost, parsed: Parsed) -> Output:
    """Put a container into one more network."""
    container, spec = endpoint_spec(parsed)
    docker.do(lambda daemon: networks.connect(daemon, container, spec))
    return Output()


def disconnect(docker: DockerHost, parsed: Parsed) -> Output:
    """Take a container out of a network."""
    network, container = parsed.arguments
    docker.do(lambda daemon: networks.disconnect(daemon, container, network))
    return Output()


def prune(docker: DockerHost, parsed: Parsed) -> Output:
    """Remove the networks that no container uses, and name them."""
    filters = Filters.parse(docker.release, parsed.all("filter"), ("label", "label!", "until"))
    if filters.given("until"):
        raise SpecError("the clock of a lab stands still: --filter until is not modelled")

    def chosen(network: Network) -> bool:
        known = labels(network.labels)
        return filters.labelled("label", known) and not (filters.given("label!") and filters.labelled("label!", known))

    gone: list[str] = docker.do(lambda daemon: networks.prune(daemon, chosen))
    return Output(f"Deleted Networks:\n{lines(gone)}\n" if gone else "")
