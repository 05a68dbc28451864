"""Two containers on a network of their own, for the words that ask; a module may bring another lab."""

import pytest

from pynetlab import Lab


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("network create net")
        lab.docker("run -d --name web --network net nginx")
        lab.docker("run -d --name cli --network net nginx")
        yield lab
