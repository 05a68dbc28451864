"""Command lines of docker(1) and dockerd(8): what they ask for, and what they refuse."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from pynetlab.errors import SpecError
from pynetlab.spec.commands import read
from pynetlab.spec.docker import endpoint_spec, network_spec, run_spec
from pynetlab.spec.dockerd import DaemonFlags
from pynetlab.spec.network import EndpointSpec

NEWER = frozenset({"--gw-priority"})


def run(line):
    return run_spec(read(f"docker run {line}", NEWER))


def test_short_options_can_stand_together_and_values_can_follow_at_once():
    spec = run("-itd --rm -p8080:80 -p=9090:90 -hbox -e A=b --name=web img sleep -d infinity")
    assert (spec.detach, spec.auto_remove, spec.hostname, spec.name, spec.image) == (True, True, "box", "web", "img")
    assert [binding.host_ports[0] for binding in spec.publish] == [8080, 9090]
    assert spec.command == ("sleep", "-d", "infinity")


def test_options_that_change_nothing_here_are_noted():
    assert read("docker run -it -v /a:/b --memory 1g --restart always img").notes == (
        "--interactive",
        "--tty",
        "--volume",
        "--memory",
        "--restart",
    )


def test_wishes_beside_the_network_are_those_of_the_first():
    spec = run(
        "--network name=front,ip=10.0.0.9,alias=a,gw-priority=5 --network back --network-alias b --mac-address 02:00:00:00:00:01 img"
    )
    assert spec.networks == (EndpointSpec("front", ("a", "b"), "10.0.0.9", "02:00:00:00:00:01", 5), EndpointSpec("back"))
    assert spec.mode == "front"


def test_a_container_without_a_network_is_on_the_default_one():
    assert run("img").networks == (EndpointSpec("bridge"),)
    assert run("--network container:web img").networks == ()


def test_links_are_aliases_in_a_network_that_somebody_made():
    assert run("--link db:data img").links == (("db", "data"),)
    assert run("--link db img").links == (("db", "db"),)
    assert run("--network front --link db:data img").networks[0].links == (("db", "data"),)


def test_a_network_is_read_whole():
    where = "--subnet 10.0.0.0/24 --ip-range 10.0.0.64/26 --gateway 10.0.0.1 --aux-address r=10.0.0.2"
    spec = network_spec(read(f"network create -d macvlan {where} -o parent=eth0 --internal lan"))
    assert (spec.name, spec.driver, spec.subnets) == ("lan", "macvlan", ("10.0.0.0/24",))
    assert (spec.ranges, spec.gateways, spec.auxiliary) == (("10.0.0.64/26",), ("10.0.0.1",), {"r": "10.0.0.2"})
    assert (spec.options, spec.internal) == ({"parent": "eth0"}, True)


def test_a_place_in_a_network_is_read_whole():
    line = "docker network connect --ip 10.0.0.9 --alias a --alias b --gw-priority -3 front web"
    assert endpoint_spec(read(line, NEWER)) == ("web", EndpointSpec("front", ("a", "b"), "10.0.0.9", priority=-3))


@pytest.mark.parametrize("text", ["02-42-AC-11-00-63", "0242.ac11.0063", "02:42:AC:11:00:63"])
def test_a_mac_address_is_read_in_each_of_its_forms(text):
    assert run(f"--mac-address {text} img").networks[0].mac == "02:42:ac:11:00:63"


def asked_for(line):
    parsed = read(line)
    return {"run": run_spec, "network create": network_spec}[parsed.command.name](parsed)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("docker run --nosuch img", "unknown flag: --nosuch"),
        ("docker run -Z img", "unknown shorthand flag: 'Z' in -Z"),
        ("docker run --name", "flag needs an argument: --name"),
        ("docker run -p", "flag needs an argument"),
        ("docker run", '"docker run" requires at least 1 argument.'),
        ("docker network create", '"docker network create" requires exactly 1 argument.'),
        ("docker network create a b", '"docker network create" requires exactly 1 argument.'),
        ("docker network connect a", '"docker network connect" requires exactly 2 arguments.'),
        ("docker network ls x", '"docker network ls" accepts no arguments.'),
        ("docker run --rm=perhaps img", 'invalid argument "perhaps" for "--rm" flag'),
        ("docker run --ip x img", 'invalid argument "x" for "--ip" flag'),
        ("docker run --mac-address 02:42:zz:00:00:01 img", "02:42:zz:00:00:01 is not a valid mac address"),
        ("docker run --network name=a,mac-address=02:42 img", "02:42 is not a valid mac address"),
        ("docker run --ip6 ::1 img", "--ip6 would change the network and is not modelled"),
        ("docker run --sysctl net.core.somaxconn=5 img", "--sysctl net.core.somaxconn would change the network"),
        ("docker run --network host --network front img", "conflicting options: cannot attach both user-defined and non-user-defined"),
        ("docker run --network name=a,shape=b img", "invalid field key shape"),
        ("docker run --network ip=10.0.0.1 img", "network name/id is not specified"),
        ("docker run --add-host x img", 'bad format for add-host: "x"'),
        ("docker run --link :x img", "bad format for links: :x"),
        ("docker run 'unclosed", "No closing quotation"),
        ("docker network create -d macvlan --subnet 10.0.0.0/24 --subnet 10.1.0.0/24 a", "several subnets are not modelled"),
        ("docker network create --gateway 10.0.0.1 a", "every ip-range or gateway must have a corresponding subnet"),
        ("docker network create --subnet 10.0.0.0/24 --gateway x a", "invalid gateway address: x"),
        ("docker volume ls", "docker: 'volume ls' is not modelled; there are run, "),
    ],
)
def test_a_wrong_line_is_refused_in_the_words_of_the_command_line(line, words):
    with pytest.raises(SpecError) as refused:
        asked_for(line)
    assert words in str(refused.value)


def test_flags_of_the_daemon():
    flags = DaemonFlags.parse(
        [
            "--bip=10.1.0.1/24",
            "--fixed-cidr",
            "10.1.0.128/25",
            "--icc=false",
            "--userland-proxy=0",
            "--default-address-pool=base=10.0.0.0/8,size=24",
            "--dns",
            "1.1.1.1",
        ]
    )
    assert flags.bip == IPv4Interface("10.1.0.1/24")
    assert flags.fixed_cidr == IPv4Network("10.1.0.128/25")
    assert (flags.icc, flags.userland_proxy, flags.iptables) == (False, False, True)
    assert flags.default_address_pool == (("10.0.0.0/8", 24),)
    assert flags.dns == ("1.1.1.1",)
    assert flags.ip == IPv4Address(0)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--nosuch"], "unknown flag: --nosuch"),
        (["--allow-direct-routing"], "unknown flag: --allow-direct-routing"),
        (["--bip"], "flag needs an argument: --bip"),
        (["--bip=10.1.0.1"], "invalid CIDR address: 10.1.0.1"),
        (["--icc=perhaps"], 'invalid argument "perhaps" for "--icc" flag'),
        (["--mtu=large"], 'invalid argument "large" for "--mtu" flag'),
        (["--ip=here"], "here is not an ip address"),
        (["--default-address-pool=base=10.0.0.0/8"], "default-address-pool"),
        (["--default-address-pool=base=10.0.0.0/24,size=16"], "invalid size 16"),
    ],
)
def test_a_wrong_flag_is_refused(flags, words):
    with pytest.raises(SpecError, match=words):
        DaemonFlags.parse(flags)


def test_a_flag_that_came_later_is_known_to_later_releases():
    assert DaemonFlags.parse(["--allow-direct-routing"], frozenset({"allow-direct-routing"})).allow_direct_routing
