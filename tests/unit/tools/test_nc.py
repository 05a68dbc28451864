"""nc as a word in a container: what it prints and its exit code, in the simulation and, by the real program, in a live lab."""

import pytest

from pynetlab import Lab

CASES = [
    ("db", "nc -z -v -w 1 172.18.0.2 80", 0, "", "Connection to 172.18.0.2 80 port [tcp/http] succeeded!\n"),
    ("db", "nc -zvn -w 1 172.18.0.2 80", 0, "", "Connection to 172.18.0.2 80 port [tcp/*] succeeded!\n"),
    ("db", "nc -zv -w1 web 80", 0, "", "Connection to web (172.18.0.2) 80 port [tcp/http] succeeded!\n"),
    ("db", "nc -z -v -w 1 web 81", 1, "", "nc: connect to web (172.18.0.2) port 81 (tcp) failed: Connection refused\n"),
    ("db", "nc -zv -w 1 10.9.9.9 81", 1, "", "nc: connect to 10.9.9.9 port 81 (tcp) timed out: Operation now in progress\n"),
    ("db", "nc -z 172.18.0.2 81", 1, "", ""),
    ("lone", "nc -zv -w 1 172.18.0.2 80", 1, "", "nc: connect to 172.18.0.2 port 80 (tcp) failed: Network is unreachable\n"),
    ("db", "nc -zv -w 5 172.18.0.9 80", 1, "", "nc: connect to 172.18.0.9 port 80 (tcp) failed: No route to host\n"),
    (
        "db",
        "nc -zv -w 1 172.18.0.2 80-81",
        0,
        "",
        "Connection to 172.18.0.2 80 port [tcp/http] succeeded!\nnc: connect to 172.18.0.2 port 81 (tcp) failed: Connection refused\n",
    ),
    ("db", "nc -w 1 web 80", 0, "web 172.18.0.3\n", ""),
    ("db", "nc -zv web", 1, "", "nc: missing port number\n"),
    ("db", "nc -zv -w 1 web 0", 1, "", "nc: port number too small: 0\n"),
    ("db", "nc -zv -w x web 80", 1, "", "nc: timeout invalid: x\n"),
    ("db", "nc -zvn -w 1 web 80", 1, "", 'nc: getaddrinfo for host "web" port 80: Name or service not known\n'),
    (
        "db",
        "nc -zv -w 1 nosuch 80",
        1,
        "",
        'nc: getaddrinfo for host "nosuch" port 80: Temporary failure in name resolution\n',
    ),
]


@pytest.fixture(scope="module", params=["sim", pytest.param("live", marks=pytest.mark.live)])
def lab(request):
    with Lab("29.7", mode=request.param) as lab:
        lab.start()
        lab.docker("network create net")
        lab.docker("run -d --name web --network net nginx")
        lab.docker("run -d --name db --network net nginx")
        lab.docker("run -d --name lone --network none nginx")
        yield lab


@pytest.mark.parametrize(("who", "line", "code", "out", "err"), CASES, ids=[case[1] for case in CASES])
def test_what_is_printed(lab, who, line, code, out, err):
    said = lab.docker(f"exec {who} {line}")
    assert (said.code, said.text, said.err) == (code, out, err)


def test_what_the_simulation_lacks_is_named():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        said = lab.host.sh("nc -u 10.0.0.1 53; nc -z 10.0.0.1 http")
    assert said.err == (
        "nc -u is not in the simulation; there are -n, -v, -w, -z\n"
        "nc with 'http' for a port is not in the simulation; there are numbers, ranges of them such as 79-81\n"
    )


def test_a_capture_sees_what_nc_sends():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("run -d --name web nginx")
        with lab.capture("docker0") as seen:
            lab.host.sh("nc -z 172.17.0.2 80")
    assert seen.frames
