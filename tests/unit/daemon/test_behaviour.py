"""What the records do not show: options, modes and orders, as the source of each release has them."""

import pytest
from unit.daemon.hosts import NAMES, NETWORK, Host

from pynetlab.errors import DaemonError, SpecError
from pynetlab.model import mac_address
from pynetlab.ops import AddBridge

NEW = ("28.5", "29.7")
OLD = ("20.10", "26.1")
MODE = f"-o {NETWORK}bridge.gateway_mode_ipv4"


@pytest.mark.parametrize("release", NEW)
def test_a_routed_network_is_neither_translated_nor_protected(release):
    host = Host(release)
    host.do(f"network create {MODE}=routed -o {NETWORK}bridge.name=br0 wide", "run -d --name web --network wide -p 8080:80 img")
    assert host.rules("raw", "PREROUTING") == []
    assert not any("br0" in rule and "MASQUERADE" in rule for rule in host.rules("nat", "POSTROUTING"))
    assert not any("DNAT" in rule for rule in host.rules("nat", "DOCKER"))
    mine = [rule for rule in host.rules("filter", "DOCKER") if "br0" in rule]
    assert mine == [
        "-d 172.18.0.2/32 ! -i br0 -o br0 -p tcp -m tcp --dport 80 -j ACCEPT",
        "-o br0 -p icmp -j ACCEPT",
        "! -i br0 -o br0 -j DROP",
    ]
    assert host.host.listeners == frozenset()


@pytest.mark.parametrize("release", NEW)
def test_an_unprotected_network_lets_everything_in(release):
    host = Host(release)
    host.do(f"network create {MODE}=nat-unprotected -o {NETWORK}bridge.name=br0 bare", "run -d --name web --network bare -p 8080:80 img")
    assert host.rules("raw", "PREROUTING") == []
    assert [rule for rule in host.rules("filter", "DOCKER") if "br0" in rule] == ["! -i br0 -o br0 -j ACCEPT"]
    assert "! -i br0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80" in host.rules("nat", "DOCKER")


@pytest.mark.parametrize("release", NEW)
def test_an_isolated_bridge_has_no_address(release):
    host = Host(release)
    host.do(f"network create --internal {MODE}=isolated -o {NETWORK}bridge.name=br0 apart", "run -d --name web --network apart img")
    assert host.host.links["br0"].addresses == ()
    assert host.address("web", "apart") == "172.18.0.1/16"
    with pytest.raises(DaemonError, match="gateway mode 'isolated' can only be used for an internal network"):
        host.do(f"network create {MODE}=isolated open")
    with pytest.raises(DaemonError, match="unknown gateway mode odd"):
        host.do(f"network create {MODE}=odd open")


@pytest.mark.parametrize("release", OLD)
def test_releases_without_gateway_modes_take_no_notice_of_one(release):
    host = Host(release)
    host.do(f"network create {MODE}=odd -o {NETWORK}bridge.name=br0 plain")
    assert "-s 172.18.0.0/16 ! -o br0 -j MASQUERADE" in host.rules("nat", "POSTROUTING")


def test_since_29_ports_of_a_routed_network_are_open_wherever_the_way_out_is():
    opened = {}
    for release in NEW:
        host = Host(release)
        host.do(f"network create {MODE}=routed -o {NETWORK}bridge.name=br0 wide", "network create a-first")
        host.do("run -d --name web --network a-first -p 8080:80 img", "network connect wide web")
        opened[release] = any("-o br0 -p tcp" in rule for rule in host.rules("filter", "DOCKER"))
    assert opened == {"28.5": False, "29.7": True}


@pytest.mark.parametrize("release", NEW)
def test_direct_routing_can_be_allowed(release):
    host = Host(release, "--allow-direct-routing")
    host.do("run -d --name web -p 127.0.0.1:8080:80 img")
    assert host.rules("raw", "PREROUTING") == ["-d 127.0.0.1/32 ! -i lo -p tcp -m tcp --dport 8080 -j DROP"]
    with pytest.raises(SpecError, match="unknown flag: --allow-direct-routing"):
        Host("26.1", "--allow-direct-routing")


@pytest.mark.parametrize("release", NEW)
def test_the_policy_of_forward_can_be_left_alone(release):
    assert Host(release, "--ip-forward-no-drop").host.chain("filter", "FORWARD").policy == "ACCEPT"
    assert Host(release).host.chain("filter", "FORWARD").policy == "DROP"


@pytest.mark.parametrize("release", NAMES)
def test_the_name_decides_which_of_two_networks_leads_out_and_ports_move_there(release):
    host = Host(release)
    host.do("network create zz", "network create aa", "run -d --name web --network zz -p 8080:80 img", "network connect aa web")
    endpoints = host.memory.containers["web"].endpoints
    assert [port.host_port for port in endpoints["aa"].ports] == [8080]
    assert endpoints["zz"].ports == ()
    host.do("network disconnect aa web")
    assert [port.container_ip for port in host.memory.containers["web"].endpoints["zz"].ports] == ["172.18.0.2"]
    assert [str(route) for route in host.kernel.state()["web"].routes if not route.dst.prefixlen] == ["default via 172.18.0.1 dev eth0"]


@pytest.mark.parametrize("release", NEW)
def test_a_priority_comes_before_the_name(release):
    host = Host(release)
    host.do("network create zz", "network create aa", "run -d --name web --network zz img", "network connect --gw-priority -1 aa web")
    assert [str(route) for route in host.kernel.state()["web"].routes if not route.dst.prefixlen] == ["default via 172.18.0.1 dev eth0"]


@pytest.mark.parametrize("release", NAMES)
def test_in_which_order_ports_are_taken(release):
    host = Host(release)
    host.do("run -d --name web -p 80 -p 9090:81 -p 5353:80/udp -p 8080:80 img")
    ports = [(port.host_port, port.container_port, port.proto) for port in host.memory.containers["web"].endpoints["bridge"].ports]
    old = [(9090, 81, "tcp"), (8080, 80, "tcp"), (32768, 80, "tcp"), (5353, 80, "udp")]
    new = [(8080, 80, "tcp"), (5353, 80, "udp"), (9090, 81, "tcp"), (32768, 80, "tcp")]
    assert ports == (old if release in OLD else new)


@pytest.mark.parametrize("release", NEW)
def test_bindings_that_differ_only_in_the_hosts_address_share_a_port(release):
    host = Host(release)
    host.do("run -d --name one -p 80 img", "run -d --name web -p 127.0.0.1::80 -p 192.0.2.10::80 img")
    assert [port.host_port for port in host.memory.containers["web"].endpoints["bridge"].ports] == [32769, 32769]


def test_an_option_that_came_later_is_unknown_to_earlier_releases():
    for line in ("network connect --gw-priority 1 bridge web", "run --network name=bridge,gw-priority=1 img"):
        with pytest.raises(SpecError, match=r"unknown flag: --gw-priority|invalid field key gw-priority"):
            Host("26.1").do(line)


@pytest.mark.parametrize("release", NAMES)
def test_a_port_that_the_host_itself_uses_is_told(release):
    host = Host(release)
    host.do("run -d --name web -p 127.0.0.1:8080:80 img")
    with pytest.raises(DaemonError, match=r"port is already allocated|bind: address already in use"):
        host.do("run -d --name web2 -p 8080:80 img")
    with pytest.raises(DaemonError, match="cannot assign requested address"):
        host.do("run -d --name web3 -p 192.0.2.77:8081:80 img")


@pytest.mark.parametrize("release", NAMES)
def test_the_subnet_and_the_gateway_of_the_default_network(release):
    host = Host(release, "--bip=10.9.0.1/24", "--default-gateway=10.9.0.254", "--fixed-cidr=10.9.0.64/26", "--mtu=1400")
    host.do("run -d --name web img")
    assert host.address("web") == "10.9.0.64/24"
    state = host.kernel.state()
    assert [str(route) for route in state["web"].routes if route.via] == ["default via 10.9.0.254 dev eth0"]
    assert (state["web"].links["eth0"].mtu, state["host"].links["docker0"].mtu) == (1400, 1400)


@pytest.mark.parametrize(("release", "mtu"), [("20.10", 1500), ("26.1", 1400), ("29.7", 1400)])
def test_whether_a_bridge_without_containers_shows_its_mtu(release, mtu):
    host = Host(release)
    host.do(f"network create -o {NETWORK}driver.mtu=1400 -o {NETWORK}bridge.name=br0 small")
    assert host.host.links["br0"].mtu == mtu


@pytest.mark.parametrize("release", NAMES)
def test_31_networks_and_no_more(release):
    host = Host(release)
    for number in range(30):
        host.do(f"network create n{number}")
    with pytest.raises(DaemonError, match=r"predefined address pools have been fully subnetted|non-overlapping IPv4 address pool"):
        host.do("network create more")


@pytest.mark.parametrize("release", NAMES)
def test_a_bridge_that_somebody_made_is_used_and_stays(release):
    host = Host(release)
    host.kernel.apply([AddBridge("host", "mine", mac_address("mine"))])
    host.do(f"network create -o {NETWORK}bridge.name=mine on-mine", "network rm on-mine")
    assert "mine" in host.host.links
    host.do(f"network create -o {NETWORK}bridge.name=dockers own", "network rm own")
    assert "dockers" not in host.host.links


@pytest.mark.parametrize("release", NAMES)
def test_no_default_network_at_all(release):
    host = Host(release, "--bridge=none")
    assert "docker0" not in host.host.links
    host.do("run -d --name web -p 8080:80 img")  # moby daemon/container_operations.go, connectToNetwork: its network is off
    assert list(host.kernel.state()["web"].links) == ["lo"]
    assert host.host.listeners == frozenset()
    with pytest.raises(DaemonError, match="network bridge not found"):
        host.do("network connect bridge web")
    with pytest.raises(DaemonError, match="bridge device with non default name br9 must be created manually"):
        Host(release, "--bridge=br9")


@pytest.mark.parametrize(
    ("flags", "words"),
    [(("--bridge=br9", "--bip=10.0.0.1/24"), "mutually exclusive"), (("--iptables=false", "--icc=false"), "ICC=false uses iptables")],
)
def test_flags_that_contradict_each_other(flags, words):
    with pytest.raises(DaemonError, match=words):
        Host("29.7", *flags)


@pytest.mark.parametrize("release", NAMES)
def test_freed_addresses_are_given_again_and_macs_follow_the_release(release):
    host = Host(release)
    host.do("run -d --name one img", "run -d --name two img", "rm -f one", "run -d --name three img")
    assert host.address("three") == "172.17.0.2/16"
    assert host.kernel.state()["three"].links["eth0"].mac.startswith("02:42:ac:11") == (release in OLD)
    host.do("run -d --name four --mac-address 02:00:00:00:00:99 img")
    assert host.kernel.state()["four"].links["eth0"].mac == "02:00:00:00:00:99"


@pytest.mark.parametrize("release", NAMES)
def test_with_a_range_only_the_driver_notices_that_subnets_overlap(release):
    """moby#46756: the address management compares subnets only where no range was given."""
    host = Host(release)
    host.do("network create --subnet 10.8.0.0/16 --ip-range 10.8.5.0/24 one")
    assert str(host.memory.networks["one"].gateway) == "10.8.5.0"
    with pytest.raises(DaemonError, match="Pool overlaps with other one on this address space"):
        host.do("network create --subnet 10.8.0.0/16 --ip-range 10.8.5.0/24 other")
    with pytest.raises(DaemonError, match="networks have overlapping IPv4"):
        host.do("network create --subnet 10.8.0.0/16 --ip-range 10.8.6.0/24 other")


@pytest.mark.parametrize("release", NAMES)
def test_files_of_a_container_with_names_of_its_own(release):
    host = Host(release)
    host.do("network create front", "run -d --name db --expose 5432 img")
    host.do("run -d --name web --hostname box --domainname lan.org --add-host other:1.2.3.4 --dns 1.1.1.1 --link db:data img")
    db = host.memory.containers["db"].short
    files = host.kernel.state()["web"].files
    assert files["/etc/hosts"].splitlines()[6:] == ["1.2.3.4\tother", f"172.17.0.2\tdata {db} db", "172.17.0.3\tbox.lan.org box"]
    assert "nameserver 1.1.1.1" in files["/etc/resolv.conf"].splitlines()
    host.do("network connect front web")
    files = host.kernel.state()["web"].files
    assert "nameserver 127.0.0.11" in files["/etc/resolv.conf"].splitlines()
    assert files["/etc/hosts"].splitlines()[-1] == "172.18.0.2\tbox.lan.org box"
