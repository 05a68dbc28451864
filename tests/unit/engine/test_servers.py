"""Which ports a container's program waits on, and how it gets them."""

import pytest

from pynetlab import Lab
from pynetlab.engine.images import listens, repository
from pynetlab.engine.releases import RELEASES


@pytest.mark.parametrize("image", ["nginx", "nginx:1.27", "library/nginx", "docker.io/library/nginx:1@sha256:0a"])
def test_an_image_has_many_spellings(image):
    assert repository(image) == "nginx"


def test_an_image_of_another_registry_is_another():
    assert repository("localhost:5000/nginx:1") == "localhost:5000/nginx"


def test_a_known_program_listens_where_it_listens_and_an_unknown_one_where_it_is_asked():
    assert list(listens("nginx", [(8080, "tcp")])) == [(80, "tcp")]
    assert list(listens("mine", [(53, "udp"), (53, "tcp"), (7, "sctp"), (53, "udp")])) == [(53, "udp"), (53, "tcp")]


def held(lab, netns):
    return {(each.port, each.proto, each.serves) for each in lab.state()[netns].listeners if each.serves}


@pytest.mark.parametrize("release", RELEASES)
def test_a_containers_server_comes_and_goes_with_it(release):
    lab = Lab(release)
    lab.start()
    lab.docker("run -d --name web nginx")
    lab.docker("run -d --name side --network container:web httpd")
    lab.docker("run -d --name front --network host redis")
    assert held(lab, "web") == {(80, "tcp", "web")}  # the port was taken when side came
    assert held(lab, "host") == {(6379, "tcp", "front")}
    why = [taken.event.why for taken in lab.history]
    assert "side cannot listen on port 80/tcp of web: EADDRINUSE, another program does." in why
    lab.docker("stop front")
    assert held(lab, "host") == set()
    lab.docker("restart web")  # side stays in the namespace that web had, so web has another one now
    assert held(lab, lab.containers["web"].netns) == {(80, "tcp", "web")}
    assert lab.containers["side"].netns != lab.containers["web"].netns
    lab.docker("rm -f web side front")


def test_the_first_release_has_programs_too():
    lab = Lab("1.2")
    lab.start()
    lab.run("db", expose=["5432/tcp"])
    lab.run("web", net="container:db", publish=["8080:80"])
    assert held(lab, "db") == {(5432, "tcp", "db"), (80, "tcp", "web")}
    lab.stop("web")
    assert held(lab, "db") == {(5432, "tcp", "db")}
