"""The lab's verbs, in both kernels where that is possible; a refused request leaves the lab as it was."""

import copy
from ipaddress import IPv4Address

import pytest

from pynetlab import DaemonError, Lab, PynetlabError, SpecError, check
from pynetlab.ops import AddVeth


@pytest.fixture(params=["sim", pytest.param("live", marks=pytest.mark.live)])
def mode(request):
    if request.param == "live":
        request.getfixturevalue("live")
    return request.param


@pytest.fixture
def lab(mode):
    with Lab("1.2", mode=mode) as lab:
        yield lab


def rules(lab, table, chain):
    return list(map(str, lab.state()["host"].chain(table, chain).rules))


def test_a_published_port_is_two_rules_and_a_proxy(lab):
    lab.start()
    before = lab.state()
    web = lab.run("web", publish=["8080:80"])
    assert str(web) == "web (bridge): in a namespace of its own, 172.17.0.2, 80/tcp published on 0.0.0.0:8080"
    assert rules(lab, "nat", "DOCKER") == ["! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80"]
    assert [(one.proto, one.ip, one.port) for one in lab.state()["host"].listeners] == [("tcp", str(IPv4Address(0)), 8080)]
    assert str(lab.state()["web"].routes[0]) == "default via 172.17.42.1 dev eth0"
    lab.stop("web")
    assert lab.state() == before


def test_the_four_modes(lab):
    lab.start()
    lab.run("web")
    assert lab.run("top", net="host").netns == "host"
    assert lab.run("side", net="container:web").netns == "web"
    lab.run("alone", net="none")
    assert set(lab.state()["alone"].links) == {"lo"}
    assert lab.run("next").ip == "172.17.0.4"  # 1.2 gives mode none an address too, and does not use it
    for name in ("top", "side", "alone", "next", "web"):
        lab.stop(name)
    assert lab.containers == {}
    assert set(lab.state().netns) == {"host", "outside"}


def test_a_link_opens_a_port_when_containers_are_kept_apart(lab):
    lab.start("--icc=false")
    lab.run("db", expose=["5432/tcp"])
    before = rules(lab, "filter", "FORWARD")
    lab.run("app", links=["db:database"])
    assert rules(lab, "filter", "FORWARD")[2:] == before
    assert "172.17.0.2\tdatabase\n" in lab.state()["app"].files["/etc/hosts"]
    lab.stop("app")
    assert rules(lab, "filter", "FORWARD") == before


def test_a_restart_stops_containers_and_finds_its_rules(lab):
    lab.start()
    fresh = lab.state()
    lab.run("web", publish=["80"])
    lab.start()
    assert lab.state() == fresh
    assert lab.containers == {}


def test_without_a_network_containers_have_loopback_only(lab):
    lab.start("-b", "none")
    lab.run("web")
    assert set(lab.state()["web"].links) == {"lo"}
    assert lab.state()["web"].files["/etc/hosts"].startswith("127.0.1.1\tweb\n")
    lab.stop("web")


def test_containers_get_the_daemons_mtu(lab):
    lab.start("--mtu=1400")
    lab.run("web")
    cable = next(taken.op for taken in lab.history if isinstance(taken.op, AddVeth) and taken.op.peer_netns == "web")
    assert lab.state()["web"].links["eth0"].mtu == lab.state()["host"].links[cable.name].mtu == 1400


REFUSED = [
    (lambda lab: lab.start("--bip=10.10.0.1"), DaemonError, "invalid CIDR address: 10.10.0.1"),
    (lambda lab: lab.start("--bip=10.10.0.1/24", "-b", "br0"), DaemonError, "You specified -b & --bip, mutually exclusive"),
    (lambda lab: lab.start("--iptables=false", "--icc=false"), DaemonError, "You specified --iptables=false with --icc=false"),
    (lambda lab: lab.start("-b", "br7"), DaemonError, "route ip+net: no such network interface"),
    (
        lambda lab: lab.start("--bip=fd00::1/64"),
        DaemonError,
        "bridge ip (172.17.42.1) does not match existing bridge configuration fd00::1",
    ),
    (lambda lab: lab.start("--frob"), SpecError, "flag provided but not defined: --frob"),
    (lambda lab: lab.start("--mtu=big"), SpecError, 'invalid value "big" for flag --mtu'),
    (lambda lab: lab.run("web"), DaemonError, "Conflict, The name web is already assigned"),
    (lambda lab: lab.run("x", publish=["80:80"]), DaemonError, "Bind for 0.0.0.0:80 failed: port is already allocated"),
    (lambda lab: lab.run("x", publish=["81:80", "80:80"]), DaemonError, "Bind for 0.0.0.0:80 failed: port is already allocated"),
    (lambda lab: lab.run("x", publish=["99999:80"]), SpecError, "Invalid hostPort: 99999"),
    (lambda lab: lab.run("x", publish=["1.2.3:80:80"]), SpecError, "Invalid ip address: 1.2.3"),
    (lambda lab: lab.run("x", publish=["80/sctp"]), SpecError, "Invalid proto: sctp"),
    (lambda lab: lab.run("x", net="overlay"), SpecError, "invalid network mode: overlay"),
    (lambda lab: lab.run("x", net="container:y"), DaemonError, "no such container to join network: y"),
    (lambda lab: lab.run("x", links=["y:z"]), DaemonError, "Cannot link to a non running container: y AS z"),
    (lambda lab: lab.run("host"), SpecError, "container name 'host' is taken"),
    (lambda lab: lab.run("a b"), SpecError, "Invalid container name (a b)"),
    (lambda lab: lab.stop("y"), DaemonError, "No such container: y; the lab has containers web"),
    (lambda lab: lab.sh("ip link add docker0 type bridge"), PynetlabError, "ip link add docker0"),
    (
        lambda lab: lab.sh("ip route add 10.9.0.0/16 via 192.0.2.99", "ip link set br9 up"),
        PynetlabError,
        "ip link set br9 up: No such device",
    ),
    (lambda lab: lab.sh("rm -rf /"), SpecError, "host command 'rm -rf /'"),
]


@pytest.mark.parametrize(("request_", "kind", "text"), REFUSED, ids=[text[:40] for _, _, text in REFUSED])
def test_a_refused_request_changes_nothing(lab, request_, kind, text):
    lab.start()
    lab.run("web", publish=["80:80"])
    before, memory, history = lab.state(), copy.deepcopy(lab.engine), len(lab.history)
    with pytest.raises(kind) as caught:
        request_(lab)
    assert str(caught.value).startswith(text)
    assert lab.state() == before
    assert (lab.engine, len(lab.history), set(lab.containers)) == (memory, history, {"web"})
    assert lab.run("next").ip == "172.17.0.3"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"release": "0.9"}, "release '0.9' is not modelled; there is 1.2"),
        ({"mode": "dream"}, "mode 'dream' is unknown; there are sim and live"),
        ({"iptables": "pf"}, "iptables dialect 'pf' is unknown; there are nft and legacy"),
    ],
)
def test_a_lab_that_cannot_be(words, text):
    with pytest.raises(SpecError, match=text):
        Lab(**words)


def test_the_environment_chooses_the_mode(monkeypatch):
    monkeypatch.setenv("PYNETLAB_MODE", "sim")
    assert Lab().mode == "sim"
    monkeypatch.setenv("PYNETLAB_MODE", "neither")
    with pytest.raises(SpecError, match="mode 'neither' is unknown"):
        Lab()


def test_no_daemon_no_containers():
    with pytest.raises(DaemonError, match="Cannot connect to the Docker daemon"):
        Lab(mode="sim").run("web")


def test_the_exercise_can_be_solved(lab):
    lab.start()
    lab.run("web", publish=["8080:80"])
    assert len(check("own-network", lab).missing) == 3
    with Lab("1.2", mode=lab.mode) as solved:
        solved.start("--bip=10.10.0.1/24", "--icc=false", "--ip=192.0.2.10")
        assert "No port is published" in str(check("own-network", solved))
        solved.run("web", publish=["8080:80"])
        assert str(check("own-network", solved)) == "Done: own-network. The kernel holds what was asked for."
    with pytest.raises(SpecError, match="there is no exercise 'x'; there are own-network"):
        check("x", lab)


def test_scripts_run_on_both_machines_and_the_lab_sees_what_they_did(lab):
    said = lab.host.sh("ip addr add 10.7.0.1/24 dev eth0\nip -br addr show eth0\nip link set nosuch up")
    assert (said.code, said.text, said.err) == (
        1,
        f"eth0@if2         UP             192.0.2.10/24 10.7.0.1/24 {chr(10)}",
        'Cannot find device "nosuch"\n',
    )
    assert [str(address) for address in lab.state()["host"].links["eth0"].addresses] == ["192.0.2.10/24", "10.7.0.1/24"]
    assert str(lab.outside.sh("hostname; ip route")) == "outside\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.99 \n"
