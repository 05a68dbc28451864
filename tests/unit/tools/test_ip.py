"""ip(8) and bridge(8) of the simulation: what they show, and what they say of what is not there. Its twin beside the real tools is live."""

import json

import pytest

from pynetlab.kernel import run
from pynetlab.sim import SimKernel
from pynetlab.stage import stage
from pynetlab.tools import host_command


@pytest.fixture
def kernel():
    kernel = SimKernel()
    run(stage(), kernel)
    return kernel


def said(kernel, script, netns="host"):
    code, out, err = kernel.sh(netns, script)
    assert (code, err) == (0, "")
    return out


def test_a_device_has_its_address_flags_and_state(kernel):
    assert said(kernel, "ip addr show eth0") == (
        "2: eth0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n"
        "    link/ether 02:41:e9:bd:76:be brd ff:ff:ff:ff:ff:ff link-netns outside\n"
        "    inet 192.0.2.10/24 scope global eth0\n"
        "       valid_lft forever preferred_lft forever\n"
    )


def test_a_device_without_a_carrier_says_so_and_so_do_its_routes(kernel):
    said(kernel, "ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0")
    assert "br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN" in said(kernel, "ip link show br0")
    said(kernel, "ip link set br0 up")
    assert "br0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN" in said(kernel, "ip link show br0")
    assert said(kernel, "ip route show dev br0") == "10.0.0.0/24 proto kernel scope link src 10.0.0.1 linkdown \n"
    said(kernel, "ip link add v0 type veth peer name v1; ip link set v0 master br0 up; ip link set v1 up")
    assert "br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP" in said(kernel, "ip link show br0")
    assert said(kernel, "ip route show dev br0") == "10.0.0.0/24 proto kernel scope link src 10.0.0.1 \n"
    said(kernel, "ip link set br0 down")
    assert "br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue state DOWN" in said(kernel, "ip link show br0")


def test_an_index_is_never_given_twice_and_the_far_end_comes_first(kernel):
    said(kernel, "ip link add v0 type veth peer name v1; ip link add br0 type bridge; ip link del v0; ip link add br1 type bridge")
    assert [line.split(":")[:2] for line in said(kernel, "ip -o link").splitlines()][2:] == [["5", " br0"], ["6", " br1"]]
    said(kernel, "ip link add v0 type veth peer name v1")
    assert "7: v1@v0: <BROADCAST,MULTICAST,M-DOWN>" in said(kernel, "ip link show v1")


def test_the_json_says_what_the_text_says(kernel):
    (found,) = json.loads(said(kernel, "ip -j -d link show eth0"))
    assert (found["ifindex"], found["link_index"], found["operstate"], found["link_netnsid"]) == (2, 2, "UP", 0)
    assert found["linkinfo"] == {"info_kind": "veth"}
    routes = json.loads(said(kernel, "ip -j route"))
    assert routes[0] == {"dst": "default", "gateway": "192.0.2.99", "dev": "eth0", "flags": []}


def test_words_may_be_shortened_as_in_iproute2(kernel):
    assert said(kernel, "ip a s eth0") == said(kernel, "ip address show dev eth0")
    assert said(kernel, "ip ro ls") == said(kernel, "ip r") == said(kernel, "ip -4 route list")
    assert said(kernel, "ip -n outside l") == said(kernel, "ip netns exec outside ip link") == said(kernel, "ip link", "outside")


def test_the_way_of_a_packet_that_the_host_sends(kernel):
    assert said(kernel, "ip route get 8.8.8.8") == "8.8.8.8 via 192.0.2.99 dev eth0 src 192.0.2.10 uid 0 \n    cache \n"
    assert said(kernel, "ip route get 192.0.2.10") == "local 192.0.2.10 dev lo src 192.0.2.10 uid 0 \n    cache <local> \n"


def test_a_port_that_cannot_join_another_bridge_has_left_its_own(kernel):
    said(kernel, "ip link add br0 type bridge; ip link add v0 type veth peer name v1; ip link set v0 master br0")
    assert kernel.sh("host", "ip link set v0 master lo") == (2, "", "RTNETLINK answers: Operation not supported\n")
    assert kernel.state()["host"].links["v0"].master is None


def test_a_route_that_cannot_be_replaced_stays(kernel):
    before = kernel.state()
    assert kernel.sh("host", "ip route replace default via 203.0.113.9 dev eth0") == (2, "", "Error: Nexthop has invalid gateway.\n")
    assert kernel.state() == before


REFUSED = [
    ("ip link set nosuch up", 1, 'Cannot find device "nosuch"'),
    ("ip addr add 192.0.2.10/24 dev eth0", 2, "Error: ipv4: Address already assigned."),
    ("ip route add default via 192.0.2.98", 2, "RTNETLINK answers: File exists"),
    ("ip route get 203.0.113.1 from 1.2.3.4", 2, "RTNETLINK answers: Network is unreachable"),
    ("ip netns exec nosuch true", 255, 'Cannot open network namespace "nosuch": No such file or directory'),
    ("ip link add x type vxlan id 42", 127, "the type vxlan is not in the simulation; there are bridge, veth, macvlan, dummy"),
    ("ip link set eth0 arp off", 127, "'ip link set eth0 arp' is not in the simulation; there are up, down"),
    ("ip -s link", 127, "ip -s is not in the simulation; there are -4"),
    ("ip neigh add 10.0.0.1 dev eth0", 127, "'ip neigh add' is not in the simulation; there are ip neigh show"),
    ("ip route add blackhole 10.0.0.0/8", 127, "'ip route ... blackhole' is not in the simulation"),
    ("ip route add 10.0.0.0/8 dev eth0 table 100", 127, "'table 100' of a route is not in the simulation"),
    ("bridge vlan", 127, "'bridge vlan' is not in the simulation; there are bridge link, bridge fdb"),
    ("bridge link set dev eth0 hairpin on", 2, "RTNETLINK answers: Operation not supported"),
]


@pytest.mark.parametrize(("script", "code", "text"), REFUSED)
def test_what_cannot_be_is_said_and_changes_nothing(kernel, script, code, text):
    before = kernel.state()
    found = kernel.sh("host", script)
    assert found[:2] == (code, "")
    assert found[2].startswith(text)
    assert kernel.state() == before


def test_a_command_of_a_plan_is_taken_back_whole(kernel):
    before = kernel.state()
    for line in (
        "ip addr flush dev eth0",
        "ip route replace default via 192.0.2.98",
        "ip link set eth0 mtu 1400 down",
        "iptables -P INPUT DROP",
    ):
        walk = run(host_command("host", line), kernel)
        assert kernel.state() != before
        walk.undo()
        assert kernel.state() == before
