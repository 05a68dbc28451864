"""A Docker host for tests, in the simulated kernel."""

from pynetlab.daemon import Dockerd
from pynetlab.engine.releases import RELEASES
from pynetlab.kernel import run
from pynetlab.sim import SimKernel
from pynetlab.stage import files, stage

NAMES = tuple(RELEASES)
NETWORK = "com.docker.network."


class Host:
    """A kernel with the stage on it, and a daemon that runs."""

    def __init__(self, release, *flags):
        self.kernel = SimKernel()
        for plan in (stage(), files()):
            run(plan, self.kernel)
        self.docker = Dockerd(RELEASES[release], lambda plan: run(plan, self.kernel), self.kernel.sh)
        self.docker.start(flags)

    def do(self, *lines):
        return [self.docker.command(line) for line in lines]

    @property
    def memory(self):
        return self.docker.memory

    @property
    def host(self):
        return self.kernel.state()["host"]

    def rules(self, table, chain):
        found = self.host.chain(table, chain)
        return [] if found is None else [str(rule) for rule in found.rules]

    def address(self, name, network="bridge"):
        return str(self.memory.containers[name].endpoints[network].address)
