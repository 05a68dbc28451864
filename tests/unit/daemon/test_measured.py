"""What a real engine, 20.10.24, did with commands that no record holds; and what its source says of the others."""

import pytest
from unit.daemon.hosts import NAMES, NETWORK, Host

from pynetlab.errors import DaemonError, SpecError

ONCE = ("26.1", "28.5", "29.7")
NAME = f"-o {NETWORK}bridge.name"


def subnet(host, name):
    return str(host.memory.networks[name].subnet)


@pytest.mark.parametrize(("release", "again"), [("20.10", "172.19.0.0/16"), *((release, "172.18.0.0/16") for release in ONCE)])
def test_the_first_release_takes_its_subnets_in_turn(release, again):
    """moby v20.10.24 libnetwork/ipam/allocator.go (predefinedStartIndices), which 23.0 no longer has."""
    host = Host(release)
    host.do("network create one", "network rm one", "network create two")
    assert subnet(host, "two") == again


def test_a_turn_that_was_for_nothing_is_gone():
    host = Host("20.10")
    host.do("network create one")
    for _ in range(2):
        with pytest.raises(DaemonError, match="strconv"):
            host.do(f"network create -o {NETWORK}bridge.enable_icc=maybe bad")
    host.do("network create two")
    assert subnet(host, "two") == "172.21.0.0/16"


def test_turns_come_round_to_what_is_free():
    host = Host("20.10")
    host.do(*(f"network create n{number}" for number in range(30)), "network rm n3", "network create again")
    assert subnet(host, "again") == "172.21.0.0/16"


def test_a_range_larger_than_its_subnet_was_taken_once():
    host = Host("20.10")
    host.do("network create --subnet 10.2.0.0/24 --ip-range 10.2.0.0/23 wide", "run -d --name web --network wide img")
    assert (host.address("web", "wide"), str(host.memory.networks["wide"].within)) == ("10.2.0.2/24", "10.2.0.0/23")
    for release in ONCE:
        with pytest.raises(DaemonError, match="CIDR block is bigger than its parent subnet"):
            Host(release).do("network create --subnet 10.2.0.0/24 --ip-range 10.2.0.0/23 wide")


@pytest.mark.parametrize("release", NAMES)
def test_the_command_line_looks_for_the_subnet_of_a_range(release):
    with pytest.raises(SpecError, match=r"^no matching subnet for range 10\.3\.0\.0/25$"):
        Host(release).do("network create --subnet 10.2.0.0/24 --ip-range 10.3.0.0/25 bad")
    with pytest.raises(SpecError, match=r"^invalid CIDR address: 10\.3\.0\.0$"):
        Host(release).do("network create --subnet 10.2.0.0/24 --ip-range 10.3.0.0 bad")
    with pytest.raises(DaemonError, match=r"^bridge driver doesn't support multiple subnets$"):
        Host(release).do("network create --subnet 10.2.0.0/24 --subnet 10.3.0.0/24 two")


def own_lines(host, name="web"):
    return [line.split("\t")[0] for line in host.kernel.state()[name].files["/etc/hosts"].splitlines()[6:]]


@pytest.mark.parametrize("release", NAMES)
def test_who_leaves_a_network_loses_lines_of_hosts_by_name_or_by_address(release):
    """moby v26.1.5 libnetwork/etchosts/etchosts.go (Delete) compares the names alone; v28.5.2 the address too."""
    host = Host(release)
    host.do("network create aa", "network create bb", "run -d --name web --network aa img", "network connect bb web")
    assert own_lines(host) == ["172.18.0.2", "172.19.0.2"]
    host.do("network disconnect bb web")
    by_name = release in ("20.10", "26.1")
    assert own_lines(host) == ([] if by_name else ["172.18.0.2"])
    host.do("network connect bridge web", "network disconnect bridge web")
    assert own_lines(host) == (["172.17.0.2"] if by_name else ["172.18.0.2"])
    host.do("restart web")
    assert own_lines(host) == ["172.18.0.2"]


@pytest.mark.parametrize("release", ["20.10", "26.1"])
def test_a_container_with_a_hostname_of_its_own_keeps_its_lines(release):
    host = Host(release)
    host.do(
        "network create aa", "run -d --name web --hostname box --network aa img", "network connect bridge web", "network disconnect aa web"
    )
    assert own_lines(host) == ["172.18.0.2", "172.17.0.2"]


@pytest.mark.parametrize("release", ["20.10", "26.1"])
def test_nobody_joins_the_hosts_network_later(release):
    host = Host(release)
    host.do("run -d --name web img")
    with pytest.raises(DaemonError, match=r"^container cannot be disconnected from host network or connected to host network$"):
        host.do("network connect host web")


@pytest.mark.parametrize("release", NAMES)
def test_a_namespace_stays_while_somebody_is_in_it(release):
    host = Host(release)
    host.do("run -d --name web img", "run -d --name side --network container:web img", "stop web")
    assert list(host.kernel.state()["web"].links) == ["lo"]
    host.do("start web")
    there = host.memory.containers["web"].netns
    assert there != "web"
    assert "eth0" in host.kernel.state()[there].links
    host.do("rm -f side")
    assert "web" not in host.kernel.state().netns
    host.do("rm -f web")
    assert there not in host.kernel.state().netns


@pytest.mark.parametrize("release", NAMES)
def test_a_link_to_a_container_that_stopped_is_noticed_after_the_network_is_there(release):
    """moby daemon/start.go: the network comes before setupLinkedContainers, so the files are written; all else is taken back."""
    host = Host(release)
    host.do("run -d --name db img", "stop db")
    before = host.kernel.state()
    with pytest.raises(DaemonError, match=r"Cannot link to a non running container: /db AS /app/db"):
        host.do("run -d --name app --link db img")
    assert host.kernel.state() == before
    assert "/etc/hosts" in host.memory.disk["app"]


@pytest.mark.parametrize(("release", "device"), [("20.10", "eth2"), ("26.1", "eth2"), ("28.5", "eth1"), ("29.7", "eth1")])
def test_whether_the_number_of_a_device_is_given_again(release, device):
    host = Host(release)
    host.do("network create aa", "network create bb", "run -d --name web img", "network connect aa web", "network disconnect aa web")
    host.do("network connect bb web")
    assert sorted(host.kernel.state()["web"].links) == ["eth0", device, "lo"]
    host.do("restart web")
    assert sorted(host.kernel.state()["web"].links) == ["eth0", "eth1", "lo"]


def test_a_hostname_stands_among_the_aliases_of_the_first_release():
    host = Host("20.10")
    host.do("network create front", "run -d --name web --hostname box --network front img")
    short = host.memory.containers["web"].short
    assert host.do("inspect --format '{{json .NetworkSettings.Networks.front.Aliases}}' web")[0].text == f'["{short}","box"]\n'


SYSCTLS = "name=front,driver-opt=com.docker.network.endpoint.sysctls"


@pytest.mark.parametrize("release", ["28.5", "29.7"])
def test_a_device_gets_the_kernel_settings_that_somebody_asked_for(release):
    host = Host(release)
    host.do("network create front", f"run -d --name web --network {SYSCTLS}=net.ipv4.conf.IFNAME.route_localnet=1 img")
    assert host.kernel.state()["web"].sysctl == {"net.ipv4.conf.eth0.route_localnet": "1"}
    before = host.kernel.state()
    for wrong, words in (
        ("net.ipv4.conf.eth0.route_localnet=1", "unrecognised network interface sysctl"),
        ("net.ipv4.conf.IFNAME.log_martians=1", r"net\.ipv4\.conf\.IFNAME\.log_martians is not modelled"),
        ("net.ipv4.conf.IFNAME.route_localnet", "expected sysctl 'net.ipv4.conf.IFNAME.route_localnet' to have format name=value"),
    ):
        with pytest.raises((DaemonError, SpecError), match=words):
            host.do(f"run -d --network {SYSCTLS}={wrong} img")
        assert host.kernel.state() == before


@pytest.mark.parametrize("release", NAMES)
def test_a_bridge_whose_name_is_too_long_for_the_kernel(release):
    with pytest.raises(DaemonError, match="numerical result out of range"):
        Host(release).do(f"network create {NAME}=averyveryverylongname long")


def test_a_subnet_is_shown_as_it_was_asked_for():
    host = Host("20.10")
    host.do("network create --subnet 10.7.0.5/24 loose")
    assert host.memory.networks["loose"].asked["subnet"] == "10.7.0.5/24"
    assert '"Subnet": "10.7.0.5/24"' in host.do("network inspect loose")[0].text
