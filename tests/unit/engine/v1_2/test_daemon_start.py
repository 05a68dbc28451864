"""The daemon's start before the network driver, and its flags."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from pynetlab.engine.v1_2 import new_engine, start_daemon
from pynetlab.errors import DaemonError, SpecError
from pynetlab.kernel import run
from pynetlab.ops import DeleteRoute, SetMtu
from pynetlab.sim import SimKernel
from pynetlab.spec import DaemonConfig
from pynetlab.stage import stage


@pytest.fixture
def kernel():
    kernel = SimKernel()
    run(stage(), kernel)
    return kernel


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (
            DaemonConfig(BridgeIface="br0", BridgeIP="10.0.0.1/8"),
            "You specified -b & --bip, mutually exclusive options. Please specify only one.",
        ),
        (
            DaemonConfig(EnableIptables=False, InterContainerCommunication=False),
            "You specified --iptables=false with --icc=false. ICC uses iptables to function. Please set --icc or --iptables to true.",
        ),
    ],
)
def test_flags_that_exclude_each_other_change_nothing(kernel, config, text):
    before = kernel.state()
    with pytest.raises(DaemonError) as caught:
        run(start_daemon(new_engine(), config), kernel, keep=True)
    assert str(caught.value) == text
    assert kernel.state() == before


def test_without_network_nothing_changes(kernel):
    before = kernel.state()
    run(start_daemon(new_engine(), DaemonConfig(BridgeIface="none")), kernel)
    assert kernel.state() == before


def test_containers_get_the_mtu_of_the_default_route(kernel):
    kernel.apply([SetMtu("host", "eth0", 1400)])
    engine = new_engine()
    run(start_daemon(engine, DaemonConfig()), kernel)
    assert engine.mtu == 1400


def test_without_a_default_route_the_mtu_is_1500(kernel):
    default = next(route for route in kernel.state()["host"].routes if not route.dst.prefixlen)
    kernel.apply([DeleteRoute("host", default)])
    engine = new_engine()
    run(start_daemon(engine, DaemonConfig()), kernel)
    assert engine.mtu == 1500


def test_a_given_mtu_is_taken(kernel):
    engine = new_engine()
    run(start_daemon(engine, DaemonConfig(Mtu=9000)), kernel)
    assert engine.mtu == 9000


def test_a_start_that_fails_half_way_can_leave_nothing(kernel):
    before = kernel.state()
    with pytest.raises(DaemonError, match="has no IP addresses"):
        run(start_daemon(new_engine(), DaemonConfig(BridgeIP="fd00::1/64")), kernel)
    assert kernel.state() == before


def test_no_flags_are_the_defaults_of_1_2():
    assert DaemonConfig.from_flags([]) == DaemonConfig(
        EnableIptables=True,
        EnableIpForward=True,
        BridgeIface="",
        BridgeIP="",
        InterContainerCommunication=True,
        DefaultBindingIP=IPv4Address(0),
        Mtu=0,
        Dns=(),
        DnsSearch=(),
    )


@pytest.mark.parametrize(
    ("flags", "fields"),
    [
        (
            ["--iptables=false", "-icc=F", "--ip-forward=0"],
            {"EnableIptables": False, "InterContainerCommunication": False, "EnableIpForward": False},
        ),
        (["--icc=false", "--icc"], {"InterContainerCommunication": True}),
        (["-b", "br0"], {"BridgeIface": "br0"}),
        (["--bridge=br0"], {"BridgeIface": "br0"}),
        (["--bip", "nonsense"], {"BridgeIP": "nonsense"}),
        (["--bip="], {"BridgeIP": ""}),
        (["--ip", "::1"], {"DefaultBindingIP": IPv6Address("::1")}),
        (["--mtu=1400"], {"Mtu": 1400}),
        (
            ["--dns", "192.0.2.1", "--dns=192.0.2.2", "--dns-search", "example.org"],
            {"Dns": ("192.0.2.1", "192.0.2.2"), "DnsSearch": ("example.org",)},
        ),
    ],
)
def test_flags_are_read(flags, fields):
    assert DaemonConfig.from_flags(flags) == DaemonConfig(**fields)


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--fixed-cidr=10.0.0.0/8"], "flag provided but not defined: --fixed-cidr"),
        (["--iptables=maybe"], 'invalid boolean value "maybe" for --iptables'),
        (["--ip=nowhere"], "nowhere is not an ip address"),
        (["--mtu", "-1"], 'invalid value "-1" for flag --mtu'),
        (["--dns=example.org"], "example.org is not an ip address"),
        (["-b"], "flag needs an argument: -b"),
        (["--iptables", "false"], "'false' is no flag of the daemon"),
        (["--"], "'--' is no flag of the daemon"),
    ],
)
def test_wrong_flags_are_refused_in_one_sentence(flags, text):
    with pytest.raises(SpecError) as caught:
        DaemonConfig.from_flags(flags)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_job_gets_six_variables():
    assert DaemonConfig(BridgeIP="10.0.0.1/8").environment() == {
        "EnableIptables": "1",
        "InterContainerCommunication": "1",
        "EnableIpForward": "1",
        "BridgeIface": "",
        "BridgeIP": "10.0.0.1/8",
        "DefaultBindingIP": str(IPv4Address(0)),
    }
