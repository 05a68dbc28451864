"""The exercises of the notebooks: what is right is accepted, and what is wrong is told with a hint."""

import pytest

from pynetlab import Lab, check
from pynetlab.faults import FAULTS


@pytest.fixture
def lab():
    with Lab("29.7", mode="sim") as opened:
        opened.start()
        yield opened


def done(lab, *lines):
    for line in lines:
        lab.docker(line)


TIERS = (
    "docker network create front",
    "docker network create --internal back",
    "docker run -d --name proxy --network front -p 8080:80 nginx",
    "docker network connect back proxy",
    "docker run -d --name db --network back postgres",
)


def test_two_tiers(lab):
    done(lab, *TIERS)
    assert check("two-tiers", lab)


@pytest.mark.parametrize(
    ("at", "wrong", "said"),
    [
        (1, "docker network create back", "Nothing shall lead from back to the outside"),
        (2, "docker run -d --name proxy --network front nginx", "Port 8080 of the host shall be answered by proxy"),
        (3, "docker ps", "proxy shall be on front and back; it is on front"),
        (4, "docker run -d --name db --network front postgres", "db shall be on back alone; it is on front"),
    ],
)
def test_two_tiers_that_are_not(lab, at, wrong, said):
    done(lab, *TIERS[:at], wrong, *TIERS[at + 1 :])
    assert said in str(check("two-tiers", lab))


def test_two_tiers_without_containers(lab):
    assert "proxy and db is missing" in str(check("two-tiers", lab))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("-i eth0 ! -s 192.0.2.0/24 -p tcp -m conntrack --ctorigdstport 8080 -j DROP", ""),
        ("! -s 192.0.2.0/24 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP", ""),
        ("-j RETURN", "198.51.100.7 still reaches port 8080"),
        ("-i eth0 ! -s 192.0.2.0/24 -p tcp --dport 8080 -j DROP", "198.51.100.7 still reaches port 8080"),
        ("! -s 192.0.2.0/24 -p tcp -m conntrack --ctorigdstport 8080 -j DROP", "-i eth0 names what comes in"),
        ("-i eth0 -j DROP", "A neighbour, 192.0.2.99, shall reach port 8080"),
    ],
)
def test_neighbours_only(lab, rule, said):
    done(lab, "docker run -d --name web -p 8080:80 nginx")
    assert lab.host.sh(f"iptables -I DOCKER-USER {rule}").code == 0
    found = check("neighbours-only", lab)
    assert bool(found) == (not said)
    assert said in str(found)


@pytest.mark.parametrize(
    ("ports", "said"),
    [
        ("-p 192.0.2.10:8443:80 -p 127.0.0.1:8080:80", ""),
        ("-p 8443:80 -p 127.0.0.1:8080:80", "Port 8443 shall be at 192.0.2.10 only"),
        ("-p 192.0.2.10:8443:80 -p 8080:80", "Port 8080 shall be for this host only"),
        ("-p 127.0.0.1:8080:80", "Outside shall be answered at port 8443"),
        ("-p 192.0.2.10:8443:80", "The host shall be answered at 127.0.0.1:8080"),
    ],
)
def test_two_doors(lab, ports, said):
    done(lab, f"docker run -d --name web {ports} nginx")
    found = check("two-doors", lab)
    assert bool(found) == (not said)
    assert said in str(found)


UNDONE = {
    "rule-inserted": "iptables -D DOCKER-USER 1",
    "ip-forward-off": "sysctl -w net.ipv4.ip_forward=1",
    "cable-pulled": "ip link set veth815c8ee master br-9202a94c871b",
}
BY_CHANCE = {"packet-loss", "rate-limit"}


@pytest.fixture
def healthy(lab):
    done(lab, "docker network create front", "docker run -d --name web --network front -p 8080:80 nginx")
    done(lab, "docker run -d --name db --network front nginx")
    return lab


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_not_repaired_by_waiting_and_its_undoing_does_not_count(healthy, name):
    fault = healthy.fault(name, "" if FAULTS[name].of_host else "web")
    said = "Once in a while it still goes wrong" if name in BY_CHANCE else "is not answered as it was before"
    assert said in str(check("repaired", healthy))
    fault.undo()
    assert "No fault is in this lab" in str(check("repaired", healthy))


@pytest.mark.parametrize("name", UNDONE)
def test_a_fault_is_repaired_by_a_command(healthy, name):
    healthy.fault(name, "" if FAULTS[name].of_host else "web")
    assert healthy.host.sh(UNDONE[name]).code == 0
    assert check("repaired", healthy), str(check("repaired", healthy))


@pytest.mark.parametrize("name", ["packet-loss", "rule-deleted", "proxy-killed", "mtu-too-small", "dns-broken"])
def test_a_fault_is_repaired_by_a_restart(healthy, name):
    healthy.fault(name, "web")
    healthy.docker("docker restart web")
    assert check("repaired", healthy), str(check("repaired", healthy))


def test_a_smaller_loss_is_no_repair(healthy):
    healthy.fault("packet-loss", "web")
    healthy.docker("docker stop web")
    assert "web shall run as before" in str(check("repaired", healthy))
    healthy.docker("docker start web")
    assert check("repaired", healthy)
    healthy.fault("packet-loss", "web", probability=0.1)
    assert "a rule of web is not as it was" in str(check("repaired", healthy))


def test_another_fault_than_the_first_is_no_repair(healthy):
    healthy.fault("any", seed=0)
    healthy.host.sh("iptables -F DOCKER-USER; iptables -t nat -F")
    assert "is not answered as it was before" in str(check("repaired", healthy))
