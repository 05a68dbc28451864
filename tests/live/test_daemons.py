"""Whatever today's daemons do, the real kernel and the simulated one hold the same after each command."""

import pytest
from unit.daemon.test_life import LIFE

from pynetlab.daemon import Dockerd
from pynetlab.engine.releases import RELEASES
from pynetlab.errors import DaemonError
from pynetlab.kernel import run
from pynetlab.model import difference
from pynetlab.replay import LACKING
from pynetlab.sim import SimKernel
from pynetlab.stage import files, stage

pytestmark = pytest.mark.live

LINES = [line.replace("-p 9000:80/sctp ", "") for line in LIFE if "wire" not in line]
"""Without what some kernels are built without: dummy devices, and the CHECKSUM target that old releases use for sctp."""


def host(kernel, release, *flags):
    for plan in (stage(), files()):
        run(plan, kernel)
    docker = Dockerd(RELEASES[release], lambda plan: run(plan, kernel), kernel.sh)
    docker.start(flags)
    return docker


def told(docker, line):
    try:
        return docker.command(line).text
    except DaemonError as error:
        return str(error)


@pytest.mark.parametrize("live_kernel", ["nft"], indirect=True)
@pytest.mark.parametrize("flags", [(), ("--userland-proxy=false",)], ids=["proxy", "no-proxy"])
@pytest.mark.parametrize("release", RELEASES)
def test_both_kernels_hold_the_same(live_kernel, release, flags):
    simulated = SimKernel(dialect="nft", lacks=LACKING)
    here, there = host(simulated, release, *flags), host(live_kernel, release, *flags)
    lines = [*LINES, "network create -d macvlan -o parent=eth0 --subnet 192.0.2.0/24 --gateway 192.0.2.99 --ip-range 192.0.2.128/27 lan"]
    lines += ["run -d --name mac --network lan img", "network connect lan bb", "network disconnect lan bb", "rm -f mac", "network rm lan"]
    for line in [*lines, *(f"rm -f {name}" for name in ("side", "bb", "ff", "hh", "nn")), "network prune -f"]:
        assert told(here, line) == told(there, line), line
        assert simulated.state() == live_kernel.state(), "\n".join(map(str, (line, *difference(simulated.state(), live_kernel.state()))))
