"""What the engine reads: addresses as Go does, resolv.conf, command lines of the host, cases."""

import json
from ipaddress import IPv4Address, IPv4Network

import pytest

from pynetlab.engine.v1_2.gonet import CIDR, host_port, ip_text, parse_cidr, parse_ip
from pynetlab.engine.v1_2.networkdriver.utils import name_server_conflict, name_servers, overlaps, route_conflict
from pynetlab.errors import DaemonError, KernelError, PynetlabError, SpecError
from pynetlab.kernel import run
from pynetlab.model import Route, Rule
from pynetlab.ops import AppendRule, CheckRule, DeleteChain, DeleteRuleAt, FlushChain, InsertRule, NewChain, SetPolicy
from pynetlab.ops.command import iptables
from pynetlab.replay import Case, replay
from pynetlab.sim import SimKernel
from pynetlab.stage import stage
from pynetlab.tools import host_command


@pytest.mark.parametrize(
    ("text", "ip", "bits"),
    [
        ("10.0.0.1/24", "10.0.0.1", 24),
        ("10.0.0.1/024", "10.0.0.1", 24),
        ("10.0.0.1/0", "10.0.0.1", 0),
        ("fd00::1/128", "fd00::1", 128),
        ("::ffff:10.0.0.1/112", "::ffff:10.0.0.1", 112),
    ],
)
def test_a_cidr_is_read_as_go_reads_it(text, ip, bits):
    assert parse_cidr(text) == CIDR(parse_ip(ip), bits)


@pytest.mark.parametrize(
    "text",
    [
        "", "10.0.0.1", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/+1", "10.0.0.1/255.0.0.0", "10.0.0/8",
        "10.0.0.01/8", " 10.0.0.1/8", "fd00::1/129", "fe80::1%eth0/64", "10.0.0.1/8/8", "10.0.0.1/\u0668",
    ],
)  # fmt: skip
def test_what_go_does_not_read_is_told_in_its_words(text):
    with pytest.raises(DaemonError) as caught:
        parse_cidr(text)
    assert str(caught.value) == f"invalid CIDR address: {text}"


def test_addresses_are_printed_as_go_prints_them():
    assert [ip_text(parse_ip(text)) for text in ("nonsense", "10.0.0.1", "::ffff:10.0.0.1", "FD00:0::1")] == [
        "<nil>",
        "10.0.0.1",
        "10.0.0.1",
        "fd00::1",
    ]
    assert [host_port(parse_ip(text), 80) for text in ("10.0.0.1", "::1")] == ["10.0.0.1:80", "[::1]:80"]


def test_name_servers_are_ipv4_addresses_alone_on_their_lines():
    text = "nameserver 10.0.0.1\n nameserver10.0.0.2\t# ours\n#nameserver 10.0.0.3\nnameserver ::1\n"
    text += "nameserver 10.0.0.4 10.0.0.5\nsearch a\nnameserver 300.0.0.1"
    assert name_servers(text) == ["10.0.0.1/32", "10.0.0.2/32", "300.0.0.1/32"]


def test_a_network_is_held_against_name_servers():
    network = IPv4Network("10.0.0.0/16")
    assert name_server_conflict(network, []) == ""
    assert name_server_conflict(network, ["10.1.0.1/32", "10.0.255.255/32"]) == "requested network overlaps with nameserver"
    assert name_server_conflict(network, ["300.0.0.1/32", "10.0.0.1/32"]) == "invalid CIDR address: 300.0.0.1/32"


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [("10.0.0.0/16", "10.0.3.0/24", True), ("10.0.0.0/16", "10.0.0.0/8", True), ("10.0.0.0/16", "10.1.0.0/16", False)],
)
def test_networks_overlap(one, other, wanted):
    assert overlaps(IPv4Network(one), IPv4Network(other)) is wanted
    assert overlaps(IPv4Network(other), IPv4Network(one)) is wanted


def test_the_default_route_is_in_nobodys_way():
    routes = [Route(IPv4Network("0.0.0.0/0"), "eth0"), Route(IPv4Network("192.0.2.0/24"), "eth0")]
    assert route_conflict(IPv4Network("10.0.0.0/16"), routes) == ""
    assert route_conflict(IPv4Network("192.0.0.0/16"), routes) == "requested network overlaps with existing network"


@pytest.fixture
def kernel():
    kernel = SimKernel()
    run(stage(), kernel)
    return kernel


def host_after(kernel, *lines):
    for line in lines:
        run(host_command("host", line), kernel)
    return kernel.state()["host"]


def test_commands_of_the_host_do_what_they_say(kernel):
    host = host_after(
        kernel,
        "ip link add name br0 type bridge",
        "ip link add v0 type veth peer name v1",
        "ip link set dev br0 up",
        "ip link set v0 master br0",
        "ip link set v0 mtu 1400",
        "ip addr add 10.0.0.1/24 dev br0",
        "ip address add 10.0.1.1/24 dev br0",
        "ip addr del 10.0.1.1/24 dev br0",
        "ip route add 10.9.0.0/16 via 192.0.2.99 metric 5",
        "ip route add 10.8.0.0/16 dev br0 src 10.0.0.1",
        "ip route del default via 192.0.2.99",
        "sysctl -w net.ipv4.ip_forward=1",
        "iptables -P FORWARD DROP",
    )
    assert (host.links["v0"].master, host.links["v0"].mtu, host.links["br0"].up) == ("br0", 1400, True)
    assert [str(route) for route in host.routes] == [
        "10.0.0.0/24 dev br0 src 10.0.0.1",
        "10.8.0.0/16 dev br0 src 10.0.0.1",
        "10.9.0.0/16 via 192.0.2.99 dev eth0 metric 5",
        "192.0.2.0/24 dev eth0 src 192.0.2.10",
    ]
    assert host.sysctl["net.ipv4.ip_forward"] == "1"
    assert host.chain("filter", "FORWARD").policy == "DROP"
    host = host_after(kernel, "ip link set v0 nomaster", "ip link set br0 down", "ip link del dev v0")
    assert (set(host.links), host.links["br0"].up) == ({"lo", "eth0", "br0"}, False)


@pytest.mark.parametrize(
    "line",
    [
        "rm -rf /", "ip link add br0 type vxlan", "ip link set eth0 arp off", "ip link set",
        "ip addr add 10.0.0.1/24", "ip addr add 10.0.0.1/99 dev br0", "ip route add",
        "ip route add 10.0.0.0/8 via 203.0.113.1", "ip route add 10.0.0.0/8 scope link", "ip route add 10.0.0.0/8 via",
        "ip neigh add 10.0.0.2 dev eth0", "iptables -A FORWARD --nonsense", "iptables -t moon -A FORWARD", "sysctl -p", "echo 'open", "",
    ],
)  # fmt: skip
def test_other_commands_are_refused_and_named(kernel, line):
    before = kernel.state()
    with pytest.raises(SpecError) as caught:
        run(host_command("host", line), kernel)
    assert repr(line) in str(caught.value)
    assert kernel.state() == before


RULE = Rule.parse("-p tcp --dport 80 -j ACCEPT")


@pytest.mark.parametrize(
    ("line", "op"),
    [
        ("-A INPUT -p tcp --dport 80 -j ACCEPT", AppendRule("host", "filter", "INPUT", RULE)),
        ("-C INPUT -t nat -p tcp --dport 80 -j ACCEPT", CheckRule("host", "nat", "INPUT", RULE)),
        ("-w -I INPUT -p tcp --dport 80 -j ACCEPT", InsertRule("host", "filter", "INPUT", RULE)),
        ("--insert INPUT 3 -p tcp --dport 80 -j ACCEPT", InsertRule("host", "filter", "INPUT", RULE, position=3)),
        ("-D INPUT 2", DeleteRuleAt("host", "filter", "INPUT", 2)),
        ("-t nat -N DOCKER", NewChain("host", "nat", "DOCKER")),
        ("-F DOCKER -t nat", FlushChain("host", "nat", "DOCKER")),
        ("-t nat -X DOCKER", DeleteChain("host", "nat", "DOCKER")),
        ("--policy FORWARD DROP", SetPolicy("host", "filter", "FORWARD", "DROP")),
    ],
)
def test_an_iptables_line_is_an_operation(line, op):
    assert iptables("host", line.split()) == op
    assert getattr(iptables("host", line.split()), "spelled", line) == line


@pytest.mark.parametrize("line", ["", "-t", "-A", "-t nat", "-P FORWARD REJECT", "-N A B", "-L FORWARD", "-A A -D B"])
def test_an_iptables_line_that_is_none(line):
    with pytest.raises(SpecError):
        iptables("host", line.split())


CASE = {"case": "x", "host_setup": [], "resolv": [], "runs": [{"jobs": [{"Job": "init_networkdriver", "Env": {"EnableIptables": "1"}}]}]}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"case": None}, "case: missing"),
        ({"runs": None}, "runs: missing"),
        ({"runs": {}}, "runs: has to be a list"),
        ({"runs": [[]]}, "runs[0]: has to be an object"),
        ({"runs": [{}]}, "runs[0].jobs: missing"),
        ({"runs": [{"jobs": [{}]}]}, "runs[0].jobs[0].Job: missing"),
        ({"runs": [{"jobs": [{"Job": "dance"}]}]}, "runs[0].jobs[0].Job: unknown job 'dance'"),
        ({"runs": [{"jobs": [{"Job": "link", "Args": "-I"}]}]}, "runs[0].jobs[0].Args: has to be a list"),
        ({"runs": [{"jobs": [{"Job": "link", "Env": {"Ports": 1}}]}]}, "runs[0].jobs[0].Env.Ports: has to be a text"),
        ({"resolv": [1]}, "resolv[0]: has to be a text"),
        ({"host_setup": "ip"}, "host_setup: has to be a list"),
    ],
)
def test_a_damaged_case_names_the_file_and_the_key(tmp_path, change, text):
    file = tmp_path / "case.json"
    file.write_text(json.dumps({key: value for key, value in (CASE | change).items() if value is not None}))
    with pytest.raises(SpecError) as caught:
        Case.read(file)
    assert str(caught.value).startswith(f"{file}: {text}")


@pytest.mark.parametrize(("data", "text"), [(b"{", "no JSON"), (b"\xff", "not a text in UTF-8"), (b"[]", "the case: has to be an object")])
def test_a_file_that_is_no_case(tmp_path, data, text):
    file = tmp_path / "case.json"
    file.write_bytes(data)
    with pytest.raises(SpecError, match=text):
        Case.read(file)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SpecError, match="No such file or directory"):
        Case.read(tmp_path / "case.json")


def test_a_host_command_that_the_kernel_refuses_ends_the_replay():
    case = CASE | {"host_setup": ["ip link set br0 up"]}
    with pytest.raises(KernelError, match="No such device"):
        replay(case, SimKernel())


def test_a_bad_case_is_an_error_of_this_package():
    with pytest.raises(PynetlabError):
        replay({}, SimKernel())
    assert IPv4Address("192.0.2.10") in {address.ip for address in _host_addresses()}


def _host_addresses():
    kernel = SimKernel()
    run(stage(), kernel)
    return kernel.state()["host"].links["eth0"].addresses
