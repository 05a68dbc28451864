"""Who reaches whom in the real kernel: the same matrix, in the same words."""

import pytest

from pynetlab import Lab


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_the_real_kernel_gives_the_same_matrix():
    texts = []
    for mode in ("sim", "live"):
        with Lab("29.7", mode=mode) as lab:
            lab.start("--icc=false")
            lab.docker("docker network create front")
            lab.docker("docker run -d --name web --network front -p 8080:80 nginx")
            lab.docker("docker run -d --name peer nginx")
            lab.docker("docker run -d --name other nginx")
            lab.docker("docker run -d --name loner --network none nginx")
            found = lab.reachability()
            texts.append((str(found), found.json()))
    assert texts[0] == texts[1]
    assert "+" in texts[0][0]
