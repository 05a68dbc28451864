"""Operations: the shell command of each, here and in another namespace, and what takes it back."""

from ipaddress import IPv4Interface, IPv4Network

import pytest

from pynetlab import ops
from pynetlab.model import Chain, Link, Netns, Resolver, Route, Rule, Scope, State, Tbf, Upstream

RULE = Rule.parse("-s 10.0.0.0/24 ! -o br0 -m comment --comment 'costs $5' -j MASQUERADE")
SHELL = "-s 10.0.0.0/24 ! -o br0 -m comment --comment 'costs $5' -j MASQUERADE"
HERE = IPv4Interface("10.0.0.1/24")
ROUTE = Route(IPv4Network("0.0.0.0/0"), "eth0", via=IPv4Interface("10.0.0.1/24").ip)
SLOW = Tbf(1_500_000, 10_240, 9_999)
MAC = "02:00:00:00:00:01"
PROXY = ("tcp", "0.0.0.0", 8080, "10.0.0.2", 80)  # noqa: S104 - a lab's own address

CASES = [
    (ops.AddNetns("web"), "ip netns add web"),
    (ops.DeleteNetns("web"), "ip netns del web"),
    (ops.AddBridge("web", "br0", MAC), f"ip -n web link add br0 address {MAC} type bridge"),
    (
        ops.AddVeth("web", "eth0", MAC, "host", "v0", "02:00:00:00:00:02"),
        f"ip link add v0 address 02:00:00:00:00:02 type veth peer name eth0 address {MAC} netns web",
    ),
    (
        ops.AddVeth("web", "a", MAC, "web", "b", "02:00:00:00:00:02"),
        f"ip -n web link add a address {MAC} type veth peer name b address 02:00:00:00:00:02",
    ),
    (ops.DeleteLink("web", "eth0"), "ip -n web link del eth0"),
    (ops.MoveLink("web", "eth0", "host"), "ip -n web link set eth0 netns host"),
    (ops.SetUp("web", "eth0"), "ip -n web link set eth0 up"),
    (ops.SetDown("web", "eth0"), "ip -n web link set eth0 down"),
    (ops.SetMaster("web", "eth0", "br0"), "ip -n web link set eth0 master br0"),
    (ops.SetMaster("web", "eth0", None), "ip -n web link set eth0 nomaster"),
    (ops.SetMtu("web", "eth0", 1400), "ip -n web link set eth0 mtu 1400"),
    (ops.AddAddress("web", "eth0", HERE), "ip -n web addr add 10.0.0.1/24 dev eth0"),
    (ops.DeleteAddress("web", "eth0", HERE), "ip -n web addr del 10.0.0.1/24 dev eth0"),
    (ops.ListAddresses("web", "eth0"), "ip -n web -4 addr show dev eth0"),
    (ops.AddRoute("web", ROUTE), "ip -n web route add default via 10.0.0.1 dev eth0"),
    (
        ops.AddRoute("web", Route(HERE.network, "eth0", src=HERE.ip, kernel=True)),
        "ip -n web route append 10.0.0.0/24 dev eth0 src 10.0.0.1 proto kernel scope link",
    ),
    (ops.DeleteRoute("web", ROUTE), "ip -n web route del default via 10.0.0.1 dev eth0"),
    (ops.SetSysctl("web", "net.ipv4.ip_forward", "1"), "ip netns exec web sysctl -qw net.ipv4.ip_forward=1"),
    (
        ops.WriteFile("web", "/etc/resolv.conf", "nameserver 127.0.0.1\n"),
        "mkdir -p /etc/netns/web && printf %s 'nameserver 127.0.0.1\n' > /etc/netns/web/resolv.conf",
    ),
    (ops.AddQdisc("web", "eth0", SLOW), "ip netns exec web tc qdisc add dev eth0 root tbf rate 1500kbit burst 10kb limit 9999b"),
    (ops.DeleteQdisc("web", "eth0"), "ip netns exec web tc qdisc del dev eth0 root"),
    (ops.NewChain("web", "nat", "DOCKER"), "ip netns exec web iptables --wait -t nat -N DOCKER"),
    (ops.DeleteChain("web", "nat", "DOCKER"), "ip netns exec web iptables --wait -t nat -X DOCKER"),
    (ops.FlushChain("web", "nat", "DOCKER"), "ip netns exec web iptables --wait -t nat -F DOCKER"),
    (ops.SetPolicy("web", "filter", "FORWARD", "DROP"), "ip netns exec web iptables --wait -t filter -P FORWARD DROP"),
    (ops.AppendRule("web", "nat", "POSTROUTING", RULE), f"ip netns exec web iptables --wait -t nat -A POSTROUTING {SHELL}"),
    (ops.InsertRule("web", "nat", "POSTROUTING", RULE), f"ip netns exec web iptables --wait -t nat -I POSTROUTING 1 {SHELL}"),
    (ops.DeleteRule("web", "nat", "POSTROUTING", RULE), f"ip netns exec web iptables --wait -t nat -D POSTROUTING {SHELL}"),
    (ops.DeleteRuleAt("web", "nat", "POSTROUTING", 2), "ip netns exec web iptables --wait -t nat -D POSTROUTING 2"),
    (ops.CheckRule("web", "nat", "POSTROUTING", RULE), f"ip netns exec web iptables --wait -t nat -C POSTROUTING {SHELL}"),
]


@pytest.mark.parametrize(("op", "command"), CASES, ids=lambda value: type(value).__name__ if isinstance(value, ops.Op) else "")
def test_the_command_says_where(op, command):
    assert op.shell("host") == command


@pytest.mark.parametrize("op", [op for op, _ in CASES if not isinstance(op, (ops.AddNetns, ops.DeleteNetns, ops.AddVeth))])
def test_in_its_own_namespace_a_command_stands_alone(op):
    assert "web" not in op.shell("web")


def test_a_proxy_is_started_in_the_background_and_stopped_by_its_number():
    assert ops.StartProxy("host", *PROXY).shell("host").endswith("TCP4:10.0.0.2:80 & proxy_tcp_0_0_0_0_8080=$!")
    assert ops.StopProxy("host", *PROXY).shell("host") == 'kill "$proxy_tcp_0_0_0_0_8080"'


ASKED = Resolver(40001, 40002, scopes=(Scope("front"),), upstream=(Upstream("9.9.9.9"), Upstream("127.0.0.1", from_host=True)))


def test_a_name_server_is_dnsmasq_once_for_each_port_and_its_names_are_files():
    started = ops.StartResolver("web", ASKED).shell("host")
    assert started.startswith("ip netns exec web sh -c 'dnsmasq ")
    for part in ("--port=40001", "--port=40002", "--listen-address=127.0.0.11", "--hostsdir=/run/names/front", "--server=9.9.9.9"):
        assert part in started
    assert "127.0.0.1 " not in started  # the host's own server cannot be asked from there
    assert ops.StopResolver("web").shell("host") == "kill $(cat /run/resolver-web-*.pid)"
    written = "mkdir -p /run/names/front && echo '10.0.0.1 web w' > /run/names/front/10.0.0.1"
    assert ops.AddNames("host", "front", HERE.ip, ("web", "w")).shell("host") == written
    assert ops.RemoveNames("host", "front", HERE.ip).shell("host") == "rm /run/names/front/10.0.0.1"


FULL = Netns("web", links={"eth0": Link("eth0", "veth", MAC, addresses=(HERE,)), "lo": Link("lo", "loopback", mtu=65536)})
CHAIN = Chain("ACCEPT", (RULE, Rule.parse("-j ACCEPT")))
UNDONE = [
    (ops.AddNetns("web"), None, (ops.DeleteNetns("web"),)),
    (ops.AddBridge("web", "br0", MAC), None, (ops.DeleteLink("web", "br0"),)),
    (ops.SetUp("web", "eth0"), FULL.links["eth0"], (ops.SetDown("web", "eth0"),)),
    (ops.SetUp("web", "lo"), FULL.links["lo"], (ops.SetDown("web", "lo"), ops.DeleteAddress("web", "lo", IPv4Interface("127.0.0.1/8")))),
    (ops.SetUp("web", "eth0"), Link("eth0", "veth", MAC, up=True), ()),
    (ops.SetDown("web", "eth0"), FULL, ()),
    (ops.SetMaster("web", "eth0", "br0"), FULL.links["eth0"], (ops.SetMaster("web", "eth0", None),)),
    (ops.SetMtu("web", "eth0", 1400), FULL.links["eth0"], (ops.SetMtu("web", "eth0", 1500),)),
    (ops.DeleteAddress("web", "eth0", HERE), FULL, (ops.AddAddress("web", "eth0", HERE),)),
    (ops.SetSysctl("web", "net.ipv4.ip_forward", "1"), "0", (ops.SetSysctl("web", "net.ipv4.ip_forward", "0"),)),
    (ops.WriteFile("web", "/etc/hosts", "new"), {}, (ops.WriteFile("web", "/etc/hosts", None),)),
    (ops.NewChain("web", "nat", "DOCKER"), None, (ops.DeleteChain("web", "nat", "DOCKER"),)),
    (ops.FlushChain("web", "nat", "POSTROUTING"), CHAIN, tuple(ops.AppendRule("web", "nat", "POSTROUTING", rule) for rule in CHAIN.rules)),
    (ops.AppendRule("web", "nat", "POSTROUTING", RULE), CHAIN, (ops.DeleteRuleAt("web", "nat", "POSTROUTING", 3),)),
    (ops.DeleteRule("web", "nat", "POSTROUTING", RULE), CHAIN, (ops.InsertRule("web", "nat", "POSTROUTING", RULE, position=1),)),
    (ops.DeleteRuleAt("web", "nat", "POSTROUTING", 2), CHAIN, (ops.InsertRule("web", "nat", "POSTROUTING", CHAIN.rules[1], position=2),)),
    (ops.SetPolicy("web", "nat", "OUTPUT", "DROP"), CHAIN, (ops.SetPolicy("web", "nat", "OUTPUT", "ACCEPT"),)),
    (ops.AddQdisc("web", "eth0", SLOW), None, (ops.DeleteQdisc("web", "eth0"),)),
    (ops.DeleteQdisc("web", "eth0"), Link("eth0", "veth", qdisc=SLOW), (ops.AddQdisc("web", "eth0", SLOW),)),
    (ops.DeleteQdisc("web", "eth0"), FULL.links["eth0"], ()),
    (ops.StopProxy("web", *PROXY), None, (ops.StartProxy("web", *PROXY),)),
    (ops.StopServer("web", "udp", "10.0.0.2", 53, "web"), None, (ops.StartServer("web", "udp", "10.0.0.2", 53, "web"),)),
    (ops.StartResolver("web", ASKED), None, (ops.StopResolver("web"),)),
    (ops.StopResolver("web"), ASKED, (ops.StartResolver("web", ASKED),)),
    (ops.TellResolver("web", Resolver(1, 2)), ASKED, (ops.TellResolver("web", ASKED),)),
    (ops.AddNames("web", "front", HERE.ip, ("a", "b")), None, (ops.RemoveNames("web", "front", HERE.ip),)),
    (ops.RemoveNames("web", "front", HERE.ip), ("a", "b"), (ops.AddNames("web", "front", HERE.ip, ("a", "b")),)),
    (ops.ReadState("web"), State(), ()),
]


@pytest.mark.parametrize(("op", "before", "undone"), UNDONE, ids=lambda value: type(value).__name__ if isinstance(value, ops.Op) else "")
def test_what_takes_an_operation_back(op, before, undone):
    assert op.undo(before) == undone
