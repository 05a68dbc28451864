"""Many operations at once: the same as one after the other, also where one of them is refused."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from pynetlab import ops
from pynetlab.errors import KernelError, LiveError
from pynetlab.kernel import Step, run
from pynetlab.live import agent
from pynetlab.live.kernel import LiveKernel
from pynetlab.model import Route, Rule, State, difference, mac_address
from pynetlab.sim import SimKernel

pytestmark = pytest.mark.live


def containers(count):
    yield ops.AddNetns("host")
    yield ops.AddBridge("host", "docker0", mac_address("docker0"))
    yield ops.AddAddress("host", "docker0", IPv4Interface("172.17.42.1/16"))
    yield ops.SetUp("host", "docker0")
    for i in range(count):
        name, cable = f"c{i}", f"veth{i}"
        yield ops.AddNetns(name)
        yield ops.AddVeth("host", cable, mac_address(cable), name, "eth0", mac_address(name))
        yield ops.SetMaster("host", cable, "docker0")
        yield ops.SetUp("host", cable)
        yield ops.SetUp(name, "lo")
        yield ops.SetUp(name, "eth0")
        yield ops.AddAddress(name, "eth0", IPv4Interface((f"172.17.0.{i + 2}", 16)))
        yield ops.AddRoute(name, Route(IPv4Network("0.0.0.0/0"), "eth0", via=IPv4Address("172.17.42.1")))


REFUSED = [
    ops.AddVeth("host", "veth0", mac_address("x"), "c0", "eth9", mac_address("y")),
    ops.AddAddress("c0", "eth0", IPv4Interface("172.17.0.2/16")),
    ops.AddRoute("c0", Route(IPv4Network("10.0.0.0/8"), "eth0", via=IPv4Address("10.1.1.1"))),
    ops.SetMaster("host", "veth0", "lo"),
    ops.DeleteLink("host", "nothing"),
    ops.SetMtu("host", "veth0", 1),
    ops.NewChain("host", "filter", "FORWARD"),
    ops.AddNetns("c0"),
]
"""Each refused for a reason of its own, some by the kernel, some before."""


@pytest.mark.parametrize("refused", REFUSED, ids=lambda op: type(op).__name__)
def test_a_refusal_within_a_batch_leaves_what_stood_before_it(live_kernel, refused):
    """What follows is all possible: messages that the kernel carried out behind the refused one must be taken back."""
    before = [
        *containers(1),
        ops.AddNetns("c1"),
        ops.AddVeth("host", "veth1", mac_address("a"), "c1", "eth0", mac_address("b")),
        ops.AddVeth("host", "veth2", mac_address("c"), "c0", "eth1", mac_address("d")),
    ]
    after = [
        ops.SetMaster("host", "veth1", "docker0"),
        ops.SetUp("host", "veth1"),
        ops.AddAddress("host", "docker0", IPv4Interface("10.1.1.2/24")),
        ops.AddBridge("host", "docker1", mac_address("docker1")),
        ops.AddAddress("c0", "eth0", IPv4Interface("10.1.1.1/24")),
        ops.SetUp("c1", "eth0"),
        ops.DeleteNetns("c1"),
    ]
    simulated = SimKernel(dialect=live_kernel.dialect)
    for kernel in (simulated, live_kernel):
        with pytest.raises(KernelError) as refusal:
            kernel.apply([*before, refused, *after])
        assert refusal.value.done == (None,) * len(before)
        assert refusal.value.what == refused.shell("host")
    assert live_kernel.state() == simulated.state(), difference(simulated.state(), live_kernel.state())
    for kernel in (simulated, live_kernel):
        kernel.apply(after)  # nothing of it was there yet, and nothing stands in its way
    assert live_kernel.state() == simulated.state(), difference(simulated.state(), live_kernel.state())


def test_a_refused_rule_within_a_batch_leaves_the_rules_before_it(live_kernel):
    chain = ("host", "nat", "DOCKER")
    good = [ops.NewChain(*chain), *(ops.AppendRule(*chain, Rule.parse(f"-s 10.0.0.{i} -j RETURN")) for i in range(9))]
    bad = ops.InsertRule(*chain, Rule.parse("-j RETURN"), position=99)
    simulated = SimKernel(dialect=live_kernel.dialect)
    for kernel in (simulated, live_kernel):
        with pytest.raises(KernelError) as refusal:
            kernel.apply([ops.AddNetns("host"), *good, bad, ops.FlushChain(*chain)])
        assert (refusal.value.name, len(refusal.value.done)) == ("E2BIG", len(good) + 1)
    assert live_kernel.state() == simulated.state()
    assert len(live_kernel.state()["host"].chain("nat", "DOCKER").rules) == 9


def test_removals_that_follow_each_other_are_as_one_by_one(live_kernel):
    """Cables go with either end, also with a namespace that goes in the same batch; what went before cannot go again."""
    cables = [ops.AddVeth("host", f"in{i}", mac_address(f"{i}"), "host", f"out{i}", mac_address(f"{i}", "out")) for i in range(3)]
    before = [*containers(4), *cables, ops.AddVeth("c0", "x", mac_address("x"), "c1", "x", mac_address("y"))]
    removals = [
        ops.DeleteLink("host", "in0"),
        ops.DeleteLink("host", "out1"),
        ops.DeleteLink("host", "veth2"),
        ops.DeleteNetns("c0"),
        ops.DeleteNetns("c1"),
        ops.DeleteLink("host", "docker0"),
    ]
    twice = [
        ops.DeleteLink("host", "out0"),
        ops.DeleteLink("host", "veth1"),
        ops.DeleteNetns("c0"),
        ops.DeleteLink("c1", "eth0"),
        ops.DeleteLink("host", "lo"),
    ]
    expected = ["ENODEV", "ENODEV", "ENOENT", "ENOENT", "ENOTSUP"]
    for again, name in zip(twice, expected, strict=True):
        simulated = SimKernel(dialect=live_kernel.dialect)
        for kernel in (simulated, live_kernel):
            with pytest.raises(KernelError) as refusal:
                kernel.apply([*before, *removals, again, ops.DeleteNetns("c2")])
            assert (refusal.value.name, len(refusal.value.done)) == (name, len(before) + len(removals))
        assert live_kernel.state() == simulated.state(), difference(simulated.state(), live_kernel.state())
        live_kernel.apply([ops.DeleteNetns(name) for name in live_kernel.state().netns])
        assert live_kernel.state() == State()


def test_a_hundred_containers_are_built_and_taken_back(live_kernel):
    def plan():
        for op in containers(100):
            yield Step(op, "to see that it holds")

    walk = run(plan(), live_kernel)
    simulated = SimKernel()
    simulated.apply(list(containers(100)))
    assert live_kernel.state() == simulated.state()
    walk.undo()
    assert live_kernel.state() == State()


def test_the_first_packet_arrives(live_kernel):
    """Once a batch is carried out the network is ready: else the first packet waits a second for its second try."""
    live_kernel.apply(list(containers(5)))
    for i in range(5):
        code, said, _ = live_kernel.sh(f"c{i}", f"ping -c 1 -W 0.5 172.17.0.{(i + 1) % 5 + 2} && ping -c 1 -W 0.5 172.17.42.1")
        assert code == 0, said


def test_a_new_namespace_is_as_on_a_machine_that_was_just_started(live_kernel):
    live_kernel.apply([ops.AddNetns("host")])
    settings = ["ip_forward", "conf/all/rp_filter", "conf/default/rp_filter", "conf/all/route_localnet", "conf/all/promote_secondaries"]
    _, said, _ = live_kernel.sh(
        "host", "cd /proc/sys/net; cat " + " ".join(f"ipv4/{name}" for name in settings) + "; ip -6 addr; ip link set lo up; ip -6 addr"
    )
    assert said.split() == ["0"] * len(settings)


def test_every_operation_has_a_way_to_the_kernel():
    ways = (*agent.REMOVALS, *agent.read.NEEDS, ops.FirewallOp, ops.ReadState)
    named = [each for each in vars(ops).values() if isinstance(each, type) and issubclass(each, ops.Op) and not each.__subclasses__()]
    assert len(named) > 20
    assert [each for each in named if not issubclass(each, ways) and agent.tell.dispatch(each) is agent.tell.dispatch(object)] == []


def test_a_closed_or_lost_lab_says_so():
    with LiveKernel() as kernel:
        kernel.apply([ops.AddNetns("host")])
    kernel.close()
    with pytest.raises(LiveError, match="was closed; make a new one"):
        kernel.state()


def test_an_unknown_dialect_is_refused_with_a_remedy():
    with pytest.raises(LiveError, match="there is no iptables-chains on this machine"):
        LiveKernel("chains")
