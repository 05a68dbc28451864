"""getent and hostname as words: what they find, where, and what they say."""

import pytest

from pynetlab import Lab
from pynetlab.model import Netns
from pynetlab.tools.lookup import Names, Resolv, resolv


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("network create net")
        lab.docker("run -d --name web --network net --hostname web.example.test nginx")
        lab.docker("run -d --name cli --network net nginx")
        yield lab


@pytest.mark.parametrize(
    ("line", "code", "out"),
    [
        ("getent hosts web", 0, "172.18.0.2      web\n"),
        ("getent hosts 172.18.0.2", 0, "172.18.0.2      web.net\n"),
        ("getent hosts nosuch", 2, ""),
        ("getent hosts web nosuch", 2, "172.18.0.2      web\n"),
        ("getent hosts localhost", 0, "::1             localhost ip6-localhost ip6-loopback\n"),
        ("getent ahosts web", 0, "172.18.0.2      STREAM web\n172.18.0.2      DGRAM  \n172.18.0.2      RAW    \n"),
        ("getent ahostsv6 web", 2, ""),
        ("hostname -I", 0, "172.18.0.3 \n"),
        ("hostname -i", 0, "172.18.0.3\n"),
        ("hostname --all-ip-addresses", 0, "172.18.0.3 \n"),
    ],
)
def test_what_a_container_finds(lab, line, code, out):
    said = lab.docker(f"exec cli {line}")
    assert (said.code, said.text, said.err) == (code, out, "")


def test_a_host_name_with_a_domain_is_taken_apart(lab):
    said = lab.docker("exec web sh -c 'hostname; hostname -s; hostname -f; hostname -d'")
    assert said.text == "web.example.test\nweb\nweb.example.test\nexample.test\n"


@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        (
            "getent passwd root",
            127,
            "getent passwd is not in the simulation; there are getent ahosts, getent ahostsv4, getent ahostsv6, getent hosts\n",
        ),
        ("hostname -x", 127, "hostname -x is not in the simulation; there are -I, -i, -s, -f, -d\n"),
        ("hostname other", 1, "hostname: a machine of the simulation keeps its name\n"),
    ],
)
def test_what_is_refused_is_named(lab, line, code, err):
    said = lab.docker(f"exec cli {line}")
    assert (said.code, said.text, said.err) == (code, "", err)


def test_a_wrong_call_is_answered_as_getent_does(lab):
    said = lab.docker("exec cli getent frob x")
    assert (said.code, said.err) == (1, "Unknown database: frob\n")
    assert said.text == "Try `getent --help' or `getent --usage' for more information.\n"


def test_resolv_conf_is_read_as_glibc_reads_it():
    text = "nameserver 10.0.0.1\nnameserver fe80::1\nnameserver 10.0.0.2\nsearch a.test b.test\noptions ndots:2 timeout:1 attempts:3\n"
    assert resolv(Netns("n", files={"/etc/resolv.conf": text})) == Resolv(
        ("10.0.0.1", "10.0.0.2"), ("a.test", "b.test"), 2, 1.0, 3, named=True
    )
    assert resolv(Netns("n")) == Resolv(("127.0.0.1",))


def test_domains_are_tried_in_order_and_the_time_that_is_left_ends_it():
    asked = []

    def resolve(_netns, query, server, patience):
        asked.append((query.name, server, patience))
        return type("R", (), {"result": "timeout", "reply": None})()

    netns = Netns("n", files={"/etc/resolv.conf": "nameserver 10.0.0.1\nsearch a.test\n"})
    found = Names(netns, resolve, left=7.0).addresses("web")
    assert (found.late, asked) == (True, [("web.a.test", "10.0.0.1", 5.0), ("web.a.test", "10.0.0.1", 2.0)])


def test_an_address_of_ones_own_comes_first_and_one_without_a_way_last():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("network create net")
        for name in ("aa", "bb", "cc"):
            lab.docker(f"run -d --name {name} --network net --network-alias all nginx")
        lines = lab.docker("exec bb getent ahosts all").text.splitlines()[::3]
        assert [line.split()[0] for line in lines] == ["172.18.0.3", "172.18.0.2", "172.18.0.4"]
        lab.host.sh("echo '198.51.100.7 two' >> /etc/hosts; echo '172.18.0.9 two' >> /etc/hosts; ip route del default")
        lines = lab.host.sh("getent ahosts two").text.splitlines()[::3]
        assert [line.split()[0] for line in lines] == ["172.18.0.9", "198.51.100.7"]


def test_a_reply_that_does_not_fit_is_asked_for_over_tcp():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("network create net")
        for number in range(100):
            lab.docker(f"run -d --name c{number} --network net --network-alias all nginx")
        assert lab.docker("exec c0 getent hosts all").text.count("\n") == 100
        assert lab.docker("exec c0 dig +short all").text.count("\n") == 100
        assert lab.docker("exec c0 dig all").text.startswith(";; Truncated, retrying in TCP mode.\n\n; <<>> DiG")
