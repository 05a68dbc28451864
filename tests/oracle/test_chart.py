"""The initialisation chart: runs that between them pass every node, each along the chart's edges."""

import errno
from pathlib import Path

import networkx as nx
import pytest

from pynetlab.engine.v1_2 import Job, new_engine, start_daemon
from pynetlab.engine.v1_2.networkdriver.chart import CHART, path, strays
from pynetlab.errors import DaemonError, KernelError
from pynetlab.kernel import Walk, run
from pynetlab.ops import AddAddress, AddBridge, AppendRule, InsertRule, NewChain, ReadFile, SetSysctl, SetUp
from pynetlab.replay import Case, replayed
from pynetlab.sim import SimKernel
from pynetlab.spec import DaemonConfig
from pynetlab.stage import stage

HERE = Path(__file__).parent
FILES = sorted([*(HERE / "cases").glob("*.json"), *(HERE / "records" / "e12").glob("*.json")])


class Refusing:
    """A kernel that refuses chosen operations and leaves the rest to another one."""

    def __init__(self, kernel, refuses, number=errno.EPERM):
        self.kernel, self.refuses, self.number = kernel, refuses, number

    def apply(self, ops):
        answers = []
        for op in ops:
            if self.refuses(op):
                raise KernelError(self.number, op.shell("host"), tuple(answers))
            answers += self.kernel.apply([op])
        return tuple(answers)

    def state(self):
        return self.kernel.state()


def staged(refuses=lambda _op: False, number=errno.EPERM):
    kernel = SimKernel()
    run(stage(), kernel)
    return Refusing(kernel, refuses, number)


def begin(*flags, kernel=None):
    """Start a daemon; give the nodes it passed and what it said at the end."""
    walk = Walk(start_daemon(new_engine(), DaemonConfig.from_flags(flags)), kernel or staged())
    said = ""
    try:
        walk.finish()
    except DaemonError as error:
        said = error
    nodes = path(walk.taken)
    assert strays(nodes) == []
    return nodes, said


FLAGS = [
    ((), "ready"),
    (("-b", "none"), "no-network"),
    (("-b", "br0", "--bip", "10.0.0.1/8"), "exit-bridge-and-bip"),
    (("-b", "none", "--bip", "10.0.0.1/8"), "exit-bridge-and-bip"),
    (("--iptables=false", "--icc=false"), "exit-icc-without-iptables"),
    (("--iptables=false",), "ready"),
    (("--icc=false", "--ip-forward=false"), "ready"),
]


@pytest.mark.parametrize(("flags", "last"), FLAGS)
def test_flags_lead_to_their_end(flags, last):
    nodes, _ = begin(*flags)
    assert nodes[0] == "start"
    assert nodes[-1] == last


def added(target, **selected):
    def refuses(op):
        return isinstance(op, InsertRule) and op.rule.target == target and all(bool(getattr(op.rule, k)) == v for k, v in selected.items())

    return refuses


def kind(*kinds):
    return lambda op: isinstance(op, kinds)


REFUSED = [
    (kind(AddBridge), (), "exit-create-device", "operation not permitted"),
    (
        lambda op: isinstance(op, SetUp) and op.name == "docker0",
        (),
        "exit-link-up",
        "Unable to start network bridge: operation not permitted",
    ),
    (kind(AddAddress), (), "exit-look-again", "Interface docker0 has no IP addresses"),
    (
        added("MASQUERADE"),
        (),
        "exit-masquerade",
        "Unable to enable network bridge NAT: iptables failed: iptables --wait -I POSTROUTING -t nat",
    ),
    (added("ACCEPT", in_interface=True), (), "exit-icc", "Unable to allow intercontainer communication: iptables failed: "),
    (added("DROP"), ("--icc=false",), "exit-icc", "Unable to prevent intercontainer communication: iptables failed: "),
    (added("ACCEPT", in_interface=True), ("--icc=false",), "exit-outgoing", "Unable to allow outgoing packets: iptables failed: "),
    (added("ACCEPT", in_interface=False), (), "exit-incoming", "Unable to allow incoming packets: iptables failed: "),
    (kind(NewChain), (), "exit-new-chain", "iptables failed: iptables --wait -t nat -N DOCKER: "),
    (
        lambda op: isinstance(op, AppendRule) and op.chain == "PREROUTING",
        (),
        "exit-new-chain",
        "Failed to inject docker in PREROUTING chain: iptables failed: ",
    ),
    (
        lambda op: isinstance(op, AppendRule) and op.chain == "OUTPUT",
        (),
        "exit-new-chain",
        "Failed to inject docker in OUTPUT chain: iptables failed: ",
    ),
]


@pytest.mark.parametrize(("refuses", "flags", "last", "text"), REFUSED)
def test_what_the_kernel_refuses_ends_at_its_exit(refuses, flags, last, text):
    nodes, said = begin(*flags, kernel=staged(refuses))
    assert nodes[-1] == last
    assert str(said).startswith(text)


@pytest.mark.parametrize("refuses", [kind(SetSysctl), kind(ReadFile)], ids=["ip_forward", "resolv.conf"])
def test_what_docker_does_not_insist_on(refuses):
    nodes, said = begin(kernel=staged(refuses))
    assert (nodes[-1], said) == ("ready", "")


def test_a_chain_that_exists_is_told_in_the_words_of_iptables():
    _, said = begin(kernel=staged(kind(NewChain), errno.EEXIST))
    wanted = "iptables failed: iptables --wait -t nat -N DOCKER: iptables: Chain already exists.\n (exit status 1)"
    assert str(said) == wanted
    assert said.reported == " (exit status 1)"  # the daemon reports the last line only


def test_all_runs_together_pass_every_node():
    passed = set()
    for file in FILES:
        for taken in replayed(Case.read(file), SimKernel()).taken:
            passed |= set(path(taken))
    for flags, _ in FLAGS:
        passed |= set(begin(*flags)[0])
    for refuses, flags, *_ in REFUSED:
        passed |= set(begin(*flags, kernel=staged(refuses))[0])
    assert passed == set(CHART)


def test_the_chart_is_whole():
    ends = {node for node, kind in CHART.nodes(data="kind") if kind in ("exit", "end")}
    assert ends == {node for node in CHART if CHART.out_degree(node) == 0}
    assert set(nx.descendants(CHART, "start")) == set(CHART) - {"start"}
    for node, kind in CHART.nodes(data="kind"):
        labels = sorted(label for *_, label in CHART.out_edges(node, data="label"))
        if kind == "decision":
            assert labels == ["no", "yes"], node
        elif kind == "action":
            assert labels in ([""], ["", "fails"]) or node in ("icc-accept", "icc-drop"), node


def test_a_stray_move_is_found():
    assert strays(["start", "ready"]) == ["start -> ready"]
    assert strays(["start", "moon", "ready"]) == ["moon", "start -> moon", "moon -> ready"]


def test_steps_at_one_place_count_once():
    engine = new_engine()
    kernel = staged()
    walk = run(engine.run(Job("init_networkdriver", env=DaemonConfig().environment())), kernel)
    nodes = path(walk.taken)
    assert nodes.count("remove-chain") == 1
    assert sum(taken.event.node == "remove-chain" for taken in walk.taken) == 7
