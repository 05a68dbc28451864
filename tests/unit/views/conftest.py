"""A published port, a neighbour, and one on another network, for what is drawn of packets; a module may bring another lab."""

import pytest

from pynetlab import Lab


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("docker run -d --name web -p 8080:80 nginx")
        lab.docker("docker run -d --name db nginx")
        lab.docker("docker network create front")
        lab.docker("docker run -d --name other --network front nginx")
        yield lab
