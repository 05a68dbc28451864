"""The verbs of the docker command line on a host: each takes the host and a command line that was understood."""

from collections.abc import Callable, Mapping

from ...output import Output
from ...spec.cli import Parsed
from . import container, inspect, listing, network, program, system
from .host import DockerHost

Verb = Callable[[DockerHost, Parsed], Output]

VERBS: Mapping[str, Verb] = {
    "run": program.run,
    "create": container.create,
    "start": container.start,
    "stop": container.stop,
    "restart": container.restart,
    "kill": container.kill,
    "pause": container.pause,
    "unpause": container.unpause,
    "rename": container.rename,
    "rm": container.rm,
    "exec": program.execute,
    "ps": listing.ps,
    "port": inspect.port,
    "inspect": inspect.anything,
    "container inspect": inspect.containers,
    "info": system.info,
    "version": system.version,
    "network create": network.create,
    "network rm": network.rm,
    "network connect": network.connect,
    "network disconnect": network.disconnect,
    "network prune": network.prune,
    "network ls": listing.networks,
    "network inspect": inspect.networks,
}
"""By the name of the command, as in :data:`pynetlab.spec.commands.COMMANDS`."""
