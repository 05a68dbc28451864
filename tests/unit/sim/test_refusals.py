"""The simulated kernel refuses what Linux refuses, with the same number; what Linux does unasked it does too."""

import errno
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest
from strategies import STAGE, tried

from pynetlab import ops
from pynetlab.errors import KernelError
from pynetlab.model import Route, Rule
from pynetlab.sim import SimKernel

MAC = "02:00:00:00:00:01"
ONE, TWO = IPv4Interface("10.0.0.1/24"), IPv4Interface("10.0.0.2/24")
ACCEPT, LOOP = Rule.parse("-j ACCEPT"), Rule.parse("-j DOCKER")


def default(via, **more):
    return Route(IPv4Network("0.0.0.0/0"), "br0", via=IPv4Address(via), **more)


REFUSED = [
    (ops.AddNetns("host"), "EEXIST"),
    (ops.DeleteNetns("db"), "ENOENT"),
    (ops.SetUp("db", "lo"), "ENOENT"),
    (ops.AddBridge("host", "br0", MAC), "EEXIST"),
    (ops.AddBridge("host", "br1", "01:00:00:00:00:01"), "EADDRNOTAVAIL"),
    (ops.AddVeth("host", "v0", MAC, "web", "v9", MAC), "EEXIST"),
    (ops.AddVeth("host", "v9", MAC, "db", "v9", MAC), "ENOENT"),
    (ops.DeleteLink("host", "lo"), "EOPNOTSUPP"),
    (ops.DeleteLink("host", "v9"), "ENODEV"),
    (ops.SetUp("host", "v9"), "ENODEV"),
    (ops.SetMaster("host", "br0", "br0"), "ELOOP"),
    (ops.SetMaster("host", "lo", "br0"), "EINVAL"),
    (ops.SetMaster("host", "v0", "lo"), "EOPNOTSUPP"),
    (ops.SetMaster("host", "v0", "br9"), "ENODEV"),
    (ops.SetMtu("host", "v0", 67), "EINVAL"),
    (ops.SetMtu("host", "v0", 65536), "EINVAL"),
    (ops.AddAddress("host", "br0", ONE), "EEXIST"),
    (ops.DeleteAddress("host", "br0", TWO), "EADDRNOTAVAIL"),
    (ops.AddRoute("host", default("10.0.9.1")), "ENETUNREACH"),
    (ops.AddRoute("host", default("10.0.0.9", src=IPv4Address("10.0.0.9"))), "EINVAL"),
    (ops.AddRoute("host", Route(IPv4Network("10.0.0.0/24"), "br0")), "EEXIST"),
    (ops.AddRoute("host", Route(IPv4Network("10.9.0.0/24"), "lo")), "ENETDOWN"),
    (ops.AddRoute("host", Route(IPv4Network("10.9.0.0/24"), "br9")), "ENODEV"),
    (ops.DeleteRoute("host", default("10.0.0.9")), "ESRCH"),
    (ops.SetSysctl("host", "net.ipv4.no_such", "1"), "ENOENT"),
    (ops.SetSysctl("host", "net.ipv4.ip_forward", "yes"), "EINVAL"),
    (ops.SetSysctl("host", "net.ipv4.ip_forward", "08"), "EINVAL"),
    (ops.WriteFile("host", "/etc/hosts", None), "ENOENT"),
    (ops.ReadFile("host", "/etc/hosts"), "ENOENT"),
    (ops.StartProxy("host", "tcp", "10.0.0.9", 80, "10.0.0.2", 80), "EADDRNOTAVAIL"),
    (ops.StopProxy("host", "tcp", "10.0.0.1", 80, "10.0.0.2", 80), "ESRCH"),
    (ops.MoveLink("host", "br0", "web"), "EINVAL"),
    (ops.MoveLink("host", "lo", "web"), "EINVAL"),
    (ops.MoveLink("web", "eth0", "nowhere"), "ENOENT"),
    (ops.MoveLink("web", "eth9", "host"), "ENODEV"),
    (ops.NewChain("host", "nat", "OUTPUT"), "EEXIST"),
    (ops.FlushChain("host", "nat", "DOCKER"), "ENOENT"),
    (ops.DeleteChain("host", "nat", "DOCKER"), "ENOENT"),
    (ops.SetPolicy("host", "nat", "DOCKER", "DROP"), "EINVAL"),
    (ops.AppendRule("host", "nat", "DOCKER", ACCEPT), "ENOENT"),
    (ops.AppendRule("host", "nat", "OUTPUT", LOOP), "ENOENT"),
    (ops.AppendRule("host", "filter", "FORWARD", Rule.parse("-j MASQUERADE")), "EINVAL"),
    (ops.AppendRule("host", "nat", "OUTPUT", Rule.parse("-j MASQUERADE")), "EINVAL"),
    (ops.AppendRule("host", "filter", "FORWARD", Rule.parse("-m tcp --dport 80")), "EINVAL"),
    (ops.AppendRule("host", "filter", "FORWARD", Rule.parse("-j REJECT --reject-with tcp-reset")), "EINVAL"),
    (ops.AppendRule("host", "nat", "POSTROUTING", Rule.parse("-i br0")), "EINVAL"),
    (ops.AppendRule("host", "nat", "POSTROUTING", Rule.parse("-j DROP")), "EINVAL"),
    (ops.InsertRule("host", "filter", "INPUT", ACCEPT, position=2), "E2BIG"),
    (ops.DeleteRule("host", "filter", "INPUT", ACCEPT), "ENOENT"),
    (ops.DeleteRuleAt("host", "filter", "INPUT", 1), "E2BIG"),
]


@pytest.mark.parametrize(("op", "name"), REFUSED, ids=str)
def test_a_refusal_has_the_number_of_linux_and_changes_nothing(op, name):
    kernel = SimKernel()
    kernel.apply(STAGE)
    before = kernel.state()
    with pytest.raises(KernelError) as refused:
        kernel.apply([op])
    assert refused.value.errno == getattr(errno, name)
    assert op.shell("host") in str(refused.value) or isinstance(op, ops.Question)
    assert kernel.state() == before


@pytest.mark.parametrize(
    ("dialect", "numbers"),
    [("legacy", (errno.ENOTEMPTY, errno.EMLINK, errno.ELOOP)), ("nft", (errno.EBUSY, errno.EBUSY, errno.EMLINK))],
)
def test_where_the_dialects_refuse_with_other_numbers(dialect, numbers):
    kernel = SimKernel(dialect=dialect)
    kernel.apply([ops.AddNetns("host"), ops.NewChain("host", "filter", "DOCKER"), ops.AppendRule("host", "filter", "DOCKER", ACCEPT)])
    delete = ops.DeleteChain("host", "filter", "DOCKER")
    assert tried(kernel, delete) == numbers[0]
    kernel.apply([ops.FlushChain("host", "filter", "DOCKER"), ops.AppendRule("host", "filter", "INPUT", LOOP)])
    assert tried(kernel, delete) == numbers[1]
    assert tried(kernel, ops.AppendRule("host", "filter", "DOCKER", LOOP)) == numbers[2]


def test_a_batch_stops_at_the_first_refusal_and_tells_what_was_answered():
    kernel = SimKernel()
    with pytest.raises(KernelError) as refused:
        kernel.apply([ops.AddNetns("host"), ops.ReadSysctl("host", "net.ipv4.ip_forward"), ops.AddNetns("host"), ops.AddNetns("web")])
    assert refused.value.done == (None, "0")
    assert refused.value.name == "EEXIST"
    assert set(kernel.state().netns) == {"host"}


def shown(kernel, netns="host"):
    return [str(route) for route in kernel.state()[netns].routes]


def addresses(kernel, name, netns="host"):
    return [str(address) for address in kernel.state()[netns].links[name].addresses]


@pytest.fixture
def kernel():
    made = SimKernel()
    made.apply(STAGE)
    return made


def test_the_loopback_device_gets_its_address_when_it_comes_up_and_no_route(kernel):
    kernel.apply([ops.SetUp("host", "lo"), ops.AddAddress("host", "lo", IPv4Interface("10.9.0.1/24"))])
    assert addresses(kernel, "lo") == ["127.0.0.1/8", "10.9.0.1/24"]
    assert shown(kernel) == ["10.0.0.0/24 dev br0 src 10.0.0.1"]
    kernel.apply([ops.AddRoute("host", Route(IPv4Network("10.8.0.0/16"), "br0", src=IPv4Address("10.9.0.77")))])


def test_secondary_addresses_stand_last_and_go_with_the_primary_one(kernel):
    kernel.apply([ops.AddAddress("host", "br0", TWO), ops.AddAddress("host", "br0", IPv4Interface("10.1.0.1/24"))])
    assert addresses(kernel, "br0") == ["10.0.0.1/24", "10.1.0.1/24", "10.0.0.2/24"]
    kernel.apply([ops.DeleteAddress("host", "br0", ONE)])
    assert addresses(kernel, "br0") == ["10.1.0.1/24"]
    assert shown(kernel) == ["10.1.0.0/24 dev br0 src 10.1.0.1"]


def test_with_the_last_address_go_all_routes_over_the_device(kernel):
    kernel.apply([ops.AddRoute("host", Route(IPv4Network("10.8.0.0/16"), "br0")), ops.AddRoute("host", default("10.0.0.9"))])
    kernel.apply([ops.DeleteAddress("host", "br0", ONE)])
    assert shown(kernel) == []


def test_routes_with_a_source_go_when_it_is_nobodys_any_more(kernel):
    kernel.apply([ops.SetUp("host", "lo"), ops.AddAddress("host", "lo", IPv4Interface("10.9.0.1/32"))])
    kernel.apply([ops.AddRoute("host", Route(IPv4Network("10.8.0.0/16"), "br0", src=IPv4Address("10.9.0.1")))])
    kernel.apply([ops.DeleteAddress("host", "lo", IPv4Interface("10.9.0.1/32"))])
    assert shown(kernel) == ["10.0.0.0/24 dev br0 src 10.0.0.1"]


@pytest.mark.parametrize("address", ["10.5.0.1/32", "10.5.0.1/0"])
def test_an_address_without_a_network_makes_no_route(kernel, address):
    kernel.apply([ops.AddAddress("host", "br0", IPv4Interface(address))])
    assert shown(kernel) == ["10.0.0.0/24 dev br0 src 10.0.0.1"]


def test_a_cable_goes_with_either_end_and_with_its_namespace(kernel):
    kernel.apply([ops.DeleteLink("web", "eth0")])
    assert "v0" not in kernel.state()["host"].links
    kernel.apply([ops.AddVeth("host", "v0", MAC, "web", "eth0", MAC), ops.DeleteNetns("web")])
    assert "v0" not in kernel.state()["host"].links


def test_a_bridge_follows_its_ports_until_its_mtu_is_set_by_hand(kernel):
    def mtu():
        return kernel.state()["host"].links["br0"].mtu

    kernel.apply([ops.SetMtu("host", "v0", 1400)])
    assert mtu() == 1400
    kernel.apply([ops.SetMaster("host", "v0", None)])
    assert mtu() == 1500
    kernel.apply([ops.SetMtu("host", "br0", 1450), ops.SetMaster("host", "v0", "br0")])
    assert mtu() == 1450


def test_below_68_bytes_there_is_no_ip(kernel):
    kernel.apply([ops.SetUp("host", "lo"), ops.SetMtu("host", "lo", 67)])
    assert addresses(kernel, "lo") == []
    assert tried(kernel, ops.AddAddress("host", "lo", ONE)) == errno.ENOBUFS
    assert tried(kernel, ops.SetSysctl("host", "net.ipv4.conf.lo.route_localnet", "1")) == errno.ENOENT


@pytest.mark.parametrize(("value", "read"), [("01", "1"), ("010", "8"), ("0x10", "16"), ("-1", "-1")])
def test_a_setting_is_read_as_the_kernel_reads_numbers(kernel, value, read):
    kernel.apply([ops.SetSysctl("host", "net.ipv4.ip_forward", value)])
    assert kernel.apply([ops.ReadSysctl("host", "net.ipv4.ip_forward")]) == (read,)


def test_bridge_filtering_is_on_or_off(kernel):
    kernel.apply([ops.SetSysctl("host", "net.bridge.bridge-nf-call-iptables", "2")])
    assert kernel.apply([ops.ReadSysctl("host", "net.bridge.bridge-nf-call-iptables")]) == ("1",)
