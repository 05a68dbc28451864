"""Whatever was done to containers and networks, undoing it leaves nothing; and what is refused changes nothing."""

import copy

import pytest
from unit.daemon.hosts import NAMES, NETWORK, Host

from pynetlab.errors import PynetlabError
from pynetlab.model import difference

FLAGS = (
    (),
    ("--userland-proxy=false",),
    ("--icc=false",),
    ("--iptables=false",),
    ("--bip=10.9.0.1/24", "--default-gateway=10.9.0.254"),
    ("--ip-masq=false", "--mtu=1400"),
)
LIFE = (
    f"network create -o {NETWORK}bridge.gateway_mode_ipv4=routed wide",
    f"network create -o {NETWORK}bridge.gateway_mode_ipv4=nat-unprotected bare",
    "network create --internal vault",
    "network create -d macvlan --internal wire",
    "run -d --name aa --network wide -p 8080:80 img",
    "run -d --name bb --network bare -p 8081:80 img",
    "run -d --name cc --network vault -p 1:2 img",
    "run -d --name ee --expose 55 img",
    "run -d --name dd -p 9000:80/sctp -p 7000-7005:80 -p 7000-7005:81 -P --expose 99 --link ee:other img",
    "run -d --name ff --link ee:db img",
    "network connect wide dd",
    "network connect vault dd",
    "network connect bare dd",
    "network connect wire dd",
    "network disconnect wide dd",
    "run -d --name gg --network wire img",
    "run -d --network container:dd --name side img",
    "run -d --network host --name hh img",
    "run -d --network none --name nn img",
    "run -d img",
    "create --name later -p 1234:80 img",
    "restart dd",
    "stop aa",
    "start aa",
    "stop ff",
    "start ff",
    "start later",
)


def assert_same(before, after):
    assert before == after, "\n".join(map(str, difference(before, after)))


@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
@pytest.mark.parametrize("release", NAMES)
def test_a_life_leaves_nothing_behind(release, flags):
    host = Host(release, *flags)
    before, memory = host.kernel.state(), host.memory.copy()
    for line in LIFE:
        host.do(line)
    for name in list(host.memory.containers):
        host.do(f"rm -f {name}")
    assert [output.text for output in host.do("network prune -f")] == ["Deleted Networks:\nwide\nbare\nvault\nwire\n\n"]
    assert_same(before, host.kernel.state())
    assert host.memory.ports.taken == frozenset()
    assert {name: pool.taken for name, pool in host.memory.pools.items()} == {name: pool.taken for name, pool in memory.pools.items()}


@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
@pytest.mark.parametrize("release", NAMES)
def test_a_daemon_that_starts_again_finds_all_as_it_left_it(release, flags):
    host = Host(release, *flags)
    before = host.kernel.state()
    host.docker.start(flags)
    assert_same(before, host.kernel.state())


REFUSED = (
    "network create one",
    "network create --subnet 10.1.0.128/25 other",
    "network create --subnet 10.1.0.0/33 other",
    "network create --subnet nonsense other",
    "network create --subnet 10.2.0.0/24 --ip-range 10.3.0.0/25 other",
    "network create --subnet 10.2.0.0/24 --gateway 10.3.0.1 other",
    "network create --subnet 10.2.0.0/24 --aux-address a=10.3.0.1 other",
    "network create --subnet 10.2.0.0/24 --gateway 10.2.0.9 --aux-address a=10.2.0.9 other",
    f"network create -o {NETWORK}bridge.name=br-one other",
    f"network create -o {NETWORK}bridge.enable_icc=perhaps other",
    f"network create -o {NETWORK}driver.mtu=large other",
    f"network create -o {NETWORK}driver.mtu=-1 other",
    f"network create -o {NETWORK}bridge.host_binding_ipv4=here other",
    "network create -d macvlan -o parent=eth9 other",
    "network create -d macvlan -o parent=eth9.10 other",
    "network create -d macvlan -o parent=eth0.10 other",
    "network create -d macvlan -o parent=lo other",
    "network create -d macvlan -o parent=eth0 -o macvlan_mode=ring other",
    "network create -d nosuch other",
    "network create -d host other",
    "network create -d null other",
    "network create bridge",
    "network create --ipv6 other",
    "network rm one",
    "network rm bridge",
    "network rm missing",
    "network connect one web",
    "network connect missing web",
    "network connect one missing",
    "network connect host web",
    "network connect none web",
    "network connect --alias a bridge lone",
    "network connect --ip 10.9.9.9 one lone",
    "network disconnect one lone",
    "network disconnect host top",
    "network connect one top",
    "run -d --name web img",
    "run -d --name a/b img",
    "run -d --name host img",
    "run -d --name fails -p 8080:80 img",
    "run -d --name fails -p 8080:80 --network one img",
    "run -d --name fails -p 81:80 -p 8080:80 img",
    "run -d --name fails -p 192.0.2.77:8080:80 img",
    "run -d --name fails --network missing img",
    "run -d --name fails --network one --ip 10.1.0.2 img",
    "run -d --name fails --network one --ip 10.9.0.2 img",
    "run -d --name fails --ip 172.17.0.9 img",
    "run -d --name fails --network-alias x img",
    "run -d --name fails --network tiny img",
    "run -d --name fails --network container:missing img",
    "run -d --name fails --network container:halted img",
    "run -d --name fails --network container:web -p 80:80 img",
    "run -d --name fails --network container:web --hostname h img",
    "run -d --name fails --network host --link web:x img",
    "run -d --name fails --link missing:x img",
    "run -d --name fails --link halted:x img",
    "run -d --name fails --link web:x img",
    "rm web",
    "rm missing",
    "stop missing",
    "start missing",
    "run -d --sysctl net.ipv4.ip_forward=1 img",
    "run -d --nosuch img",
    "run",
    "swarm init",
)
WORLD = (
    "network create --subnet 10.1.0.0/24 -o com.docker.network.bridge.name=br-one one",
    "network create --subnet 10.5.0.0/30 tiny",
    "run -d --name web --network one --ip 10.1.0.2 -p 8080:80 img",
    "run -d --name full --network tiny img",
    "run -d --name top --network host img",
    "run -d --name lone img",
    "create --name halted img",
)


def remembered(host):
    """What the daemon remembers but for containers that could not start, which stay made, and the range that was asked last."""
    memory = copy.copy(host.memory)
    kept = {name: each for name, each in memory.containers.items() if name != "fails"}
    return memory.networks, memory.pools, memory.ports.taken, kept


@pytest.mark.parametrize("release", NAMES)
def test_what_is_refused_changes_nothing(release):
    host = Host(release)
    host.do(*WORLD)
    for line in REFUSED:
        before, memory = host.kernel.state(), remembered(host)
        with pytest.raises(PynetlabError) as refused:
            host.do(line)
        assert str(refused.value), line
        assert "{" not in str(refused.value), f"{line}: {refused.value}"
        assert_same(before, host.kernel.state())
        assert remembered(host) == memory, line
        if "fails" in host.memory.containers:
            assert not host.memory.containers["fails"].running
            host.do("rm fails")
