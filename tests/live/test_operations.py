"""Every operation and every refusal, on the real kernel and on the simulated one: the same numbers, the same state after each."""

import errno
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from pynetlab import ops
from pynetlab.errors import KernelError
from pynetlab.model import Resolver, Route, Rule, Scope, Tbf, Upstream, difference, mac_address
from pynetlab.sim import SimKernel

pytestmark = pytest.mark.live

NEAR, FAR, THIRD = mac_address("near"), mac_address("far"), mac_address("third")
ANY = "0.0.0.0"  # noqa: S104 - the address of a socket in the lab


def address(text):
    return IPv4Interface(text)


def route(dst, dev="eth0", **more):
    return Route(IPv4Network(dst), dev, **{name: IPv4Address(ip) if name in ("via", "src") else ip for name, ip in more.items()})


def rule(text):
    return Rule.parse(text)


STAGE = [
    ops.AddNetns("host"),
    ops.AddNetns("web"),
    ops.AddBridge("host", "docker0", THIRD),
    ops.AddVeth("host", "veth0", NEAR, "web", "eth0", FAR),
]
UP = [*STAGE, ops.SetUp("host", "docker0"), ops.SetMaster("host", "veth0", "docker0"), ops.SetUp("host", "veth0"), ops.SetUp("web", "eth0")]
ADDRESSED = [*UP, ops.AddAddress("host", "docker0", address("10.1.0.1/16")), ops.AddAddress("web", "eth0", address("10.1.0.2/16"))]

LINKS = [
    *STAGE,
    (ops.AddNetns("web"), "EEXIST"),
    (ops.DeleteNetns("nobody"), "ENOENT"),
    (ops.AddBridge("host", "docker0", THIRD), "EEXIST"),
    (ops.AddBridge("nobody", "docker0", THIRD), "ENOENT"),
    (ops.AddVeth("host", "veth0", NEAR, "web", "eth1", FAR), "EEXIST"),
    (ops.AddVeth("host", "veth1", NEAR, "web", "eth0", FAR), "EEXIST"),
    (ops.AddVeth("host", "veth1", NEAR, "nobody", "eth1", FAR), "ENOENT"),
    ops.AddVeth("web", "a", NEAR, "web", "b", FAR),
    (ops.SetUp("host", "nothing"), "ENODEV"),
    (ops.SetUp("host", "a-name-of-16-bytes"), "ENODEV"),
    ops.SetUp("host", "lo"),
    ops.SetMaster("host", "veth0", "docker0"),
    (ops.SetMaster("host", "lo", "docker0"), "EINVAL"),
    (ops.SetMaster("host", "docker0", "docker0"), "ELOOP"),
    (ops.SetMaster("host", "veth0", "lo"), "EOPNOTSUPP"),
    (ops.SetMaster("host", "veth0", "nothing"), "ENODEV"),
    ops.SetMtu("host", "veth0", 1400),
    (ops.SetMtu("host", "veth0", 67), "EINVAL"),
    ops.SetUp("host", "veth0"),
    ops.SetUp("web", "eth0"),
    ops.SetDown("host", "veth0"),
    ops.SetMaster("host", "veth0", None),
    (ops.DeleteLink("host", "lo"), "EOPNOTSUPP"),
    (ops.DeleteLink("host", "nothing"), "ENODEV"),
    ops.DeleteLink("web", "eth0"),
    ops.DeleteNetns("web"),
    ops.AddNetns("web"),
]
ADDRESSES = [
    *UP,
    ops.AddAddress("web", "eth0", address("10.1.0.2/16")),
    (ops.AddAddress("web", "eth0", address("10.1.0.2/16")), "EEXIST"),
    (ops.AddAddress("web", "nothing", address("10.1.0.2/16")), "ENODEV"),
    ops.AddAddress("web", "eth0", address("10.1.0.3/16")),
    ops.AddAddress("web", "eth0", address("10.2.0.1/32")),
    (ops.DeleteAddress("web", "eth0", address("10.9.0.1/16")), "EADDRNOTAVAIL"),
    ops.AddRoute("web", route("0.0.0.0/0", via="10.1.0.9")),
    ops.DeleteAddress("web", "eth0", address("10.1.0.2/16")),
    ops.DeleteAddress("web", "eth0", address("10.2.0.1/32")),
]
ROUTES = [
    *ADDRESSED,
    ops.AddRoute("web", route("0.0.0.0/0", via="10.1.0.1")),
    (ops.AddRoute("web", route("0.0.0.0/0", via="10.1.0.1")), "EEXIST"),
    ops.AddRoute("web", route("0.0.0.0/0", via="10.1.0.1", metric=7)),
    (ops.AddRoute("web", route("10.3.0.0/16", via="10.99.0.1", metric=1)), "ENETUNREACH"),
    (ops.AddRoute("web", route("10.4.0.0/16", dev="nothing")), "ENODEV"),
    (ops.AddRoute("web", route("10.4.0.0/16", dev="lo", via="10.1.0.1")), "ENETUNREACH"),
    (ops.AddRoute("web", route("10.4.0.0/16", src="10.1.0.9")), "EINVAL"),
    ops.AddRoute("web", route("10.4.0.0/16", src="10.1.0.2")),
    (ops.DeleteRoute("web", route("10.5.0.0/16")), "ESRCH"),
    ops.DeleteRoute("web", route("0.0.0.0/0", via="10.1.0.1", metric=7)),
    ops.SetDown("web", "eth0"),
    (ops.AddRoute("web", route("10.6.0.0/16")), "ENETDOWN"),
    ops.SetUp("web", "eth0"),
    (ops.AddRoute("web", route("10.6.0.0/16", via="10.77.0.1")), "ENETUNREACH"),
]
SETTINGS = [
    *STAGE,
    ops.SetSysctl("host", "net.ipv4.ip_forward", "1"),
    ops.SetSysctl("host", "net.bridge.bridge-nf-call-iptables", "0"),
    ops.SetSysctl("host", "net.ipv4.conf.docker0.route_localnet", "1"),
    ops.SetSysctl("host", "net.ipv4.conf.all.route_localnet", "1"),
    (ops.SetSysctl("host", "net.ipv4.conf.nothing.route_localnet", "1"), "ENOENT"),
    (ops.SetSysctl("host", "kernel.hostname", "1"), "ENOENT"),
    (ops.SetSysctl("host", "net.ipv4.ip_forward", "yes"), "EINVAL"),
    ops.SetSysctl("host", "net.ipv4.ip_forward", "0"),
    ops.WriteFile("host", "/etc/resolv.conf", "nameserver 192.0.2.1\n"),
    ops.WriteFile("host", "/etc/resolv.conf", "nameserver 192.0.2.2\r\n"),
    ops.WriteFile("host", "/etc/resolv.conf", None),
    (ops.WriteFile("host", "/etc/resolv.conf", None), "ENOENT"),
]
PROXIES = [
    *ADDRESSED,
    ops.StartProxy("host", "tcp", ANY, 80, "10.1.0.2", 8080),
    (ops.StartProxy("host", "tcp", "10.1.0.1", 80, "10.1.0.2", 8080), "EADDRINUSE"),
    ops.StartProxy("host", "udp", "10.1.0.1", 80, "10.1.0.2", 8080),
    (ops.StartProxy("host", "udp", "10.1.0.1", 80, "10.1.0.2", 8080), "EADDRINUSE"),
    (ops.StartProxy("host", "tcp", "10.7.7.7", 81, "10.1.0.2", 8080), "EADDRNOTAVAIL"),
    ops.StopProxy("host", "tcp", ANY, 80, "10.1.0.2", 8080),
    (ops.StopProxy("host", "tcp", ANY, 80, "10.1.0.2", 8080), "ESRCH"),
    ops.StartProxy("host", "tcp", ANY, 80, "10.1.0.2", 8080),
]
ASKED = Resolver(40001, 40002, scopes=(Scope("front"),), upstream=(Upstream("127.0.0.53", from_host=True),))
HERE = IPv4Address("10.1.0.2")
RESOLVERS = [
    *ADDRESSED,
    (ops.StartResolver("web", ASKED), "EADDRNOTAVAIL"),  # without a loopback device there is no 127.0.0.11
    ops.SetUp("web", "lo"),
    ops.StartResolver("web", ASKED),
    (ops.StartResolver("web", ASKED), "EEXIST"),
    (ops.StopServer("web", "udp", ASKED.ip, ASKED.udp, "web"), "ESRCH"),
    (ops.StartServer("web", "udp", ANY, ASKED.udp, "web"), "EADDRINUSE"),
    ops.StartServer("web", "udp", ASKED.ip, ASKED.tcp, "web"),
    ops.TellResolver("web", replace(ASKED, scopes=(Scope("front", (("db", "web"),)), Scope("back")), forwards=False)),
    (ops.TellResolver("web", replace(ASKED, tcp=40003)), "EINVAL"),
    (ops.TellResolver("host", ASKED), "ESRCH"),
    ops.AddNames("host", "front", HERE, ("web", "0123456789ab")),
    (ops.AddNames("host", "front", HERE, ("other",)), "EEXIST"),
    ops.AddNames("host", "back", HERE, ("web",)),
    ops.RemoveNames("host", "front", HERE),
    (ops.RemoveNames("host", "front", HERE), "ENOENT"),
    (ops.RemoveNames("web", "back", HERE), "ENOENT"),
    ops.StopResolver("web"),
    (ops.StopResolver("web"), "ESRCH"),
    (ops.StartResolver("web", replace(ASKED, udp=40001)), "EADDRINUSE"),
    (ops.StartResolver("web", replace(ASKED, ip="10.9.9.9")), "EADDRNOTAVAIL"),
    ops.StartResolver("web", ASKED),
    ops.DeleteNetns("web"),
]
SLOW, FAST = Tbf(1_000_000, 10_240, 10_240), Tbf(3_000_001, 10_001, 1)
QDISCS = [
    *UP,
    (ops.DeleteQdisc("host", "veth0"), "ENOENT"),
    ops.AddQdisc("host", "veth0", SLOW),
    (ops.AddQdisc("host", "veth0", FAST), "EEXIST"),
    (ops.AddQdisc("host", "nothing", FAST), "ENODEV"),
    (ops.AddQdisc("host", "docker0", Tbf(7, 10_240, 10_240)), "EINVAL"),
    (ops.AddQdisc("host", "docker0", Tbf(1_000_000, 0, 10_240)), "EINVAL"),
    (ops.AddQdisc("host", "docker0", Tbf(10**12, 10_240, 10_240)), "EINVAL"),
    (ops.AddQdisc("host", "docker0", Tbf(1_000_000, 10_240, 0)), "EINVAL"),
    ops.AddQdisc("host", "docker0", Tbf(10**9, 10_001, 10_240)),  # so fast that a tick is some bytes
    ops.SetDown("host", "veth0"),
    ops.SetUp("host", "veth0"),
    ops.AddQdisc("web", "lo", FAST),
    ops.AddQdisc("web", "eth0", FAST),
    ops.DeleteQdisc("host", "veth0"),
    ops.DeleteQdisc("host", "docker0"),
    (ops.DeleteQdisc("host", "docker0"), "ENOENT"),
    ops.DeleteLink("host", "veth0"),
]


def firewall(dialect):
    number = {
        "nft": {"full": "EBUSY", "used": "EBUSY", "loop": "EMLINK"},
        "legacy": {"full": "ENOTEMPTY", "used": "EMLINK", "loop": "ELOOP"},
    }[dialect]
    nat, filter_ = ("host", "nat"), ("host", "filter")
    return [
        ops.AddNetns("host"),
        ops.NewChain(*nat, "DOCKER"),
        (ops.NewChain(*nat, "DOCKER"), "EEXIST"),
        (ops.NewChain(*nat, "POSTROUTING"), "EEXIST"),
        ops.AppendRule(*nat, "PREROUTING", rule("-m addrtype --dst-type LOCAL -j DOCKER")),
        ops.InsertRule(*nat, "POSTROUTING", rule("-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE")),
        ops.AppendRule(*nat, "DOCKER", rule("-p tcp -d 10.0.0.1 --dport 80 ! -i docker0 -j DNAT --to-destination 172.17.0.2:80")),
        (ops.AppendRule(*nat, "NOBODY", rule("-j ACCEPT")), "ENOENT"),
        (ops.AppendRule(*nat, "DOCKER", rule("-j NOBODY")), "ENOENT"),
        (ops.AppendRule(*nat, "PREROUTING", rule("-j MASQUERADE")), "EINVAL"),
        (ops.AppendRule(*nat, "POSTROUTING", rule("-i eth0 -j MASQUERADE")), "EINVAL"),
        (ops.AppendRule(*nat, "POSTROUTING", rule("-j DROP")), "EINVAL"),
        (ops.AppendRule(*filter_, "FORWARD", rule("-p tcp -j DNAT --to-destination 10.0.0.1")), "EINVAL"),
        (ops.AppendRule(*filter_, "FORWARD", rule("-j INPUT")), "EINVAL"),
        (ops.InsertRule(*nat, "DOCKER", rule("-j RETURN"), position=9), "E2BIG"),
        (ops.DeleteRule(*nat, "DOCKER", rule("-j RETURN")), "ENOENT"),
        (ops.DeleteRule(*nat, "NOBODY", rule("-j RETURN")), "ENOENT"),
        (ops.DeleteRuleAt(*nat, "DOCKER", 2), "E2BIG"),
        (ops.DeleteRuleAt("host", "mangle", "FORWARD", 1), "E2BIG"),
        (ops.DeleteChain(*nat, "DOCKER"), number["used"]),
        ops.FlushChain(*nat, "DOCKER"),
        (ops.FlushChain(*nat, "NOBODY"), "ENOENT"),
        (ops.DeleteChain(*nat, "DOCKER"), number["used"]),
        (ops.DeleteChain(*nat, "NOBODY"), "ENOENT"),
        (ops.DeleteChain(*nat, "OUTPUT"), "ENOENT"),
        ops.DeleteRuleAt(*nat, "PREROUTING", 1),
        ops.DeleteChain(*nat, "DOCKER"),
        ops.SetPolicy(*filter_, "FORWARD", "DROP"),
        (ops.SetPolicy(*filter_, "NOBODY", "DROP"), "EINVAL"),
        (ops.SetPolicy(*nat, "OUTPUT", "DROP"), "EINVAL"),
        ops.NewChain(*filter_, "A"),
        ops.AppendRule(*filter_, "A", rule("-j A")),  # nobody comes here yet
        (ops.AppendRule(*filter_, "FORWARD", rule("-j A")), number["loop"]),
        (ops.DeleteChain(*filter_, "A"), number["used"]),
        ops.FlushChain(*filter_, "A"),
        ops.AppendRule(*filter_, "A", rule("-j ACCEPT")),
        (ops.DeleteChain(*filter_, "A"), number["full"]),
        ops.AppendRule("host", "raw", "PREROUTING", rule("-p udp -j NOTRACK")),
        ops.AppendRule("host", "raw", "PREROUTING", rule("-j TRACE")),
        (ops.AppendRule(*filter_, "FORWARD", rule("-j TRACE")), "EINVAL"),
        ops.AppendRule("host", "mangle", "FORWARD", rule("-m mark --mark 5 -j MARK --set-mark 0x6/0xff")),
        ops.AppendRule(*filter_, "INPUT", rule("-m comment --comment '!' -j ACCEPT")),
        ops.AppendRule(*filter_, "INPUT", rule("-m comment --comment 'two words' -p tcp --syn -m conntrack ! --ctstate NEW -g A")),
        ops.AppendRule(*filter_, "OUTPUT", rule("")),
        ops.FlushChain(*filter_, "INPUT"),
        ops.SetPolicy(*filter_, "FORWARD", "ACCEPT"),
    ]


def outcome(kernel, op):
    try:
        kernel.apply([op])
    except KernelError as refusal:
        return refusal.name, refusal.what
    return None, None


def held_against(kernel, plan):
    """Carry a plan out on both kernels step by step, and compare what each says and holds with the other and with what is expected."""
    simulated = SimKernel(dialect=kernel.dialect)
    for step in plan:
        op, expected = step if isinstance(step, tuple) else (step, None)
        if expected == "EOPNOTSUPP":
            expected = errno.errorcode[errno.EOPNOTSUPP]  # Linux has two names for the number
        real = outcome(kernel, op)
        assert real[0] == expected, op
        assert real == outcome(simulated, op)
        held, wanted = kernel.state(), simulated.state()
        assert held == wanted, [str(op), *map(str, difference(wanted, held))]


@pytest.mark.parametrize(
    "plan",
    [LINKS, ADDRESSES, ROUTES, SETTINGS, PROXIES, RESOLVERS, QDISCS],
    ids=["links", "addresses", "routes", "settings", "proxies", "resolvers", "qdiscs"],
)
def test_the_network_is_as_simulated(live_kernel, plan):
    held_against(live_kernel, plan)


def test_the_firewall_is_as_simulated(live_kernel):
    held_against(live_kernel, firewall(live_kernel.dialect))


QUESTIONS = [
    ops.ReadLink("web", "eth0"),
    ops.ListAddresses("web", "eth0"),
    ops.ListRoutes("web"),
    ops.ReadSysctl("host", "net.ipv4.ip_forward"),
    ops.ReadChain("host", "filter", "FORWARD"),
    ops.CheckRule("host", "filter", "FORWARD", rule("-j ACCEPT")),
    ops.ReadFile("host", "/etc/hosts"),
    ops.ListFiles("host"),
    ops.ReadState("host"),
    ops.ReadNetns("web"),
    ops.ReadResolver("web"),
    ops.ReadNames("host", "front", HERE),
]
REFUSED = [
    (ops.ReadLink("web", "nothing"), "ENODEV"),
    (ops.ReadLink("nobody", "eth0"), "ENOENT"),
    (ops.ListAddresses("web", "nothing"), "ENODEV"),
    (ops.ReadSysctl("host", "kernel.hostname"), "ENOENT"),
    (ops.ReadChain("host", "filter", "NOBODY"), "ENOENT"),
    (ops.ReadFile("host", "/etc/motd"), "ENOENT"),
    (ops.ReadNames("web", "front", HERE), "ENOENT"),
]


def test_questions_are_answered_as_simulated(live_kernel):
    plan = [
        *ADDRESSED,
        ops.AppendRule("host", "filter", "FORWARD", rule("-j ACCEPT")),
        ops.SetUp("web", "lo"),
        ops.StartResolver("web", ASKED),
        ops.AddNames("host", "front", HERE, ("web",)),
        ops.SetSysctl("host", "net.ipv4.ip_forward", "1"),
        ops.WriteFile("host", "/etc/hosts", "127.0.0.1 localhost\n"),
    ]
    simulated = SimKernel(dialect=live_kernel.dialect)
    simulated.apply(plan)
    assert live_kernel.apply([*plan, *QUESTIONS]) == (*(None for _ in plan), *simulated.apply(QUESTIONS))
    for question, expected in REFUSED:
        assert outcome(live_kernel, question) == outcome(simulated, question)
        assert outcome(live_kernel, question)[0] == expected
