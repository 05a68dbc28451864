"""The four jobs for containers, what a job can be, and what a restart forgets."""

import errno
from ipaddress import IPv4Address

import pytest

from pynetlab.engine.v1_2 import Job, new_engine, start_daemon, stop_daemon
from pynetlab.engine.v1_2.networkdriver.driver import HostAddress
from pynetlab.engine.v1_2.networkdriver.portmapper import map_port, unmap_port
from pynetlab.errors import DaemonError
from pynetlab.kernel import run
from pynetlab.ops import AppendRule, DeleteRule, InsertRule, StartProxy, StopProxy
from pynetlab.sim import SimKernel
from pynetlab.spec import DaemonConfig
from pynetlab.stage import stage

ANY = IPv4Address(0)


@pytest.fixture
def kernel():
    kernel = SimKernel()
    run(stage(), kernel)
    return kernel


@pytest.fixture
def engine(kernel):
    engine = new_engine()
    run(start_daemon(engine, DaemonConfig()), kernel)
    return engine


def do(engine, kernel, name, *args, **env):
    return run(engine.run(Job(name, args, env)), kernel, keep=True)


def rules(kernel, table, chain):
    return [str(rule) for rule in kernel.state()["host"].chain(table, chain).rules]


def listeners(kernel):
    return {(each.ip, each.port) for each in kernel.state()["host"].listeners}


def test_a_port_is_mapped_rules_first_then_the_proxy(engine, kernel):
    walk = run(map_port(engine, "tcp", (IPv4Address("172.17.0.2"), 80), ANY, 8080), kernel)
    assert [type(taken.op) for taken in walk.taken] == [AppendRule, InsertRule, StartProxy]
    assert walk.result == HostAddress(ANY, 8080, "tcp")


def test_a_port_is_unmapped_proxy_first_then_the_rules(engine, kernel):
    before = kernel.state()
    run(map_port(engine, "tcp", (IPv4Address("172.17.0.2"), 80), ANY, 8080), kernel)
    walk = run(unmap_port(engine, HostAddress(ANY, 8080, "tcp")), kernel)
    assert [type(taken.op) for taken in walk.taken] == [StopProxy, DeleteRule, DeleteRule]
    assert kernel.state() == before
    assert engine.driver.ports.request(ANY, "tcp", 8080) == 8080
    with pytest.raises(DaemonError, match=r"^port is not mapped$"):
        run(unmap_port(engine, HostAddress(ANY, 8080, "tcp")), kernel)


def test_a_rule_that_somebody_deleted_does_not_stop_the_unmapping(engine, kernel):
    do(engine, kernel, "allocate_interface", "web")
    do(engine, kernel, "allocate_port", "web", HostPort="8080", ContainerPort="80", Proto="tcp")
    dnat = kernel.state()["host"].chain("nat", "DOCKER").rules[0]
    kernel.apply([DeleteRule("host", "nat", "DOCKER", dnat)])
    do(engine, kernel, "release_interface", "web")
    assert engine.stderr[-1].startswith("Error on iptables delete: iptables failed: iptables --wait -t nat -D DOCKER ")
    assert len(rules(kernel, "filter", "FORWARD")) == 4  # the second rule was not tried


def test_a_proxy_that_cannot_bind_stays_unseen(engine, kernel):
    do(engine, kernel, "allocate_interface", "web")
    walk = do(engine, kernel, "allocate_port", "web", HostIP="203.0.113.9", HostPort="80", ContainerPort="80", Proto="tcp")
    assert walk.result == {"HostIP": "203.0.113.9", "HostPort": "80"}
    assert walk.taken[-1].refused.errno == errno.EADDRNOTAVAIL
    assert listeners(kernel) == set()
    do(engine, kernel, "release_interface", "web")
    assert rules(kernel, "nat", "DOCKER") == []


def test_a_rule_that_iptables_refuses_gives_the_port_back(engine, kernel):
    do(engine, kernel, "allocate_interface", "web")
    with pytest.raises(DaemonError, match="Port `70000' not valid") as caught:
        do(engine, kernel, "allocate_port", "web", HostPort="8080", ContainerPort="70000", Proto="tcp")
    assert caught.value.reported == " (exit status 2)"
    assert rules(kernel, "nat", "DOCKER") == []
    assert do(engine, kernel, "allocate_port", "web", HostPort="8080", ContainerPort="80", Proto="tcp").result["HostPort"] == "8080"


def test_a_link_is_two_rules_above_all_others(engine, kernel):
    link = {"ParentIP": "172.17.0.3", "ChildIP": "172.17.0.2", "Ports": '["5432/tcp"]'}
    before = rules(kernel, "filter", "FORWARD")
    do(engine, kernel, "link", "-I", **link)
    assert rules(kernel, "filter", "FORWARD") == [
        "-s 172.17.0.2/32 -d 172.17.0.3/32 -i docker0 -o docker0 -p tcp -m tcp --sport 5432 -j ACCEPT",
        "-s 172.17.0.3/32 -d 172.17.0.2/32 -i docker0 -o docker0 -p tcp -m tcp --dport 5432 -j ACCEPT",
        *before,
    ]
    do(engine, kernel, "link", "-D", **link)
    assert rules(kernel, "filter", "FORWARD") == before
    with pytest.raises(DaemonError) as caught:
        do(engine, kernel, "link", "-D", **link, IgnoreErrors="0")
    assert "Bad rule (does a matching rule exist in that chain?)." in str(caught.value)
    assert do(engine, kernel, "link", "-D", **link, IgnoreErrors="1").result == {}
    with pytest.raises(DaemonError, match="index out of range"):
        do(engine, kernel, "link", "-I", **link | {"Ports": "5432"})


def test_a_link_rule_can_be_checked(engine, kernel):
    link = {"ParentIP": "172.17.0.3", "ChildIP": "172.17.0.2", "Ports": '["5432/tcp"]'}
    with pytest.raises(DaemonError, match=r"Bad rule .*\n \(exit status 1\)$"):
        do(engine, kernel, "link", "-C", **link)
    do(engine, kernel, "link", "-I", **link)
    assert do(engine, kernel, "link", "-C", **link).result == {}


def test_a_restarted_daemon_has_forgotten_everything(engine, kernel):
    do(engine, kernel, "allocate_interface", "web")
    do(engine, kernel, "allocate_port", "web", HostPort="8080", ContainerPort="80", Proto="tcp")
    assert listeners(kernel) == {(str(ANY), 8080)}
    run(stop_daemon(engine), kernel)
    assert listeners(kernel) == set()
    again = new_engine()
    run(start_daemon(again, DaemonConfig()), kernel)
    assert rules(kernel, "nat", "DOCKER") == []
    assert len(rules(kernel, "filter", "FORWARD")) == 4  # the accept of the published port stays behind
    with pytest.raises(DaemonError, match=r"^No network information to release for web$"):
        do(again, kernel, "release_interface", "web")
    assert do(again, kernel, "allocate_interface", "db").result["IP"] == "172.17.0.2"


def test_a_daemon_without_network_has_no_jobs(kernel):
    engine = new_engine()
    run(start_daemon(engine, DaemonConfig(BridgeIface="none")), kernel)
    assert list(engine.handlers) == ["init_networkdriver"]
    with pytest.raises(DaemonError, match=r"^allocate_interface: command not found$"):
        do(engine, kernel, "allocate_interface", "web")


@pytest.mark.parametrize(
    ("name", "args", "env", "text"),
    [
        ("allocate_interface", (), {}, "index out of range [0] with length 0"),
        ("allocate_interface", ("web",), {"RequestedIP": "fd00::2"}, "index out of range [3] with length 0"),
        ("allocate_port", ("nobody",), {"Proto": "tcp"}, "nil pointer"),
        ("allocate_port", ("nobody",), {"Proto": "sctp"}, "unsupported address type sctp"),
    ],
)
def test_what_the_daemon_of_1_2_dies_of_is_an_error_here(engine, kernel, name, args, env, text):
    with pytest.raises(DaemonError) as caught:
        do(engine, kernel, name, *args, **env)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("host_ip", "said", "bound"),
    [("::", "::", set()), ("nonsense", "<nil>", {(str(ANY), 80)}), ("::ffff:192.0.2.10", "192.0.2.10", {("192.0.2.10", 80)})],
)
def test_host_addresses_are_what_go_makes_of_them(kernel, host_ip, said, bound):
    engine = new_engine()
    run(start_daemon(engine, DaemonConfig(EnableIptables=False)), kernel)
    do(engine, kernel, "allocate_interface", "web")
    walk = do(engine, kernel, "allocate_port", "web", HostIP=host_ip, HostPort="80", ContainerPort="80", Proto="tcp")
    assert walk.result["HostIP"] == said
    assert listeners(kernel) == bound


@pytest.mark.parametrize(
    ("text", "as_bool", "as_int", "as_list"),
    [
        ("", False, 0, []),
        (" No\t", False, 0, [" No\t"]),
        ("none", False, 0, ["none"]),
        ("80", True, 80, ["80"]),
        (" -7 ", True, -7, [" -7 "]),
        ("+-7", True, 0, ["+-7"]),
        ("99999999999999999999", True, 0, ["99999999999999999999"]),
        ('["a", "b"]', True, 0, ["a", "b"]),
        ("[1]", True, 0, ["[1]"]),
    ],
)
def test_a_variable_is_read_as_the_engine_reads_it(text, as_bool, as_int, as_list):
    job = Job("any", env={"key": text})
    assert (job.get_bool("key"), job.get_int("key"), job.get_list("key")) == (as_bool, as_int, as_list)
    assert (job.get("other"), job.get_bool("other"), job.get_int("other"), job.get_list("other")) == ("", False, 0, [])
