"""lab.explain: why something is there."""

import pytest
from states import parsed

from pynetlab import Lab
from pynetlab.errors import SpecError

RUN = "docker run -d --name web -p 8080:80 nginx"


def made(mode="sim"):
    lab = Lab("29.7", mode=mode)
    lab.start("--icc=false")
    lab.docker(RUN)
    lab.sh("iptables -I DOCKER-USER -s 10.0.0.1 -j DROP")
    return lab


@pytest.fixture(scope="module")
def lab():
    with made() as lab:
        yield lab


@pytest.mark.parametrize(
    ("what", "text", "line", "command"),
    [
        ("nat DOCKER 1", "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80", RUN, "iptables"),
        ("nat DOCKER", "iptables -t nat -N DOCKER", "dockerd --icc=false", "iptables --wait -t nat -N DOCKER"),
        ("filter FORWARD", "policy DROP", "dockerd --icc=false", "iptables --wait -t filter -P FORWARD DROP"),
        ("route default", "default via 192.0.2.99 dev eth0", "", "ip route add default via 192.0.2.99 dev eth0"),
        ("address 172.17.0.1", "172.17.0.1/16 dev docker0", "dockerd --icc=false", "ip addr add 172.17.0.1/16 dev docker0"),
        ("address 172.17.0.1/16", "172.17.0.1/16 dev docker0", "dockerd --icc=false", "ip addr add 172.17.0.1/16 dev docker0"),
        ("link docker0", "docker0 up mtu 1500 172.17.0.1/16", "dockerd --icc=false", "ip link add docker0 address"),
        ("sysctl net.ipv4.ip_forward", "net.ipv4.ip_forward = 1", "dockerd --icc=false", "sysctl -qw net.ipv4.ip_forward=1"),
        ("listener 8080", "tcp 0.0.0.0:8080, to 172.17.0.2:80", RUN, "socat"),
        ("listener tcp 0.0.0.0:8080", "tcp 0.0.0.0:8080, to 172.17.0.2:80", RUN, "socat"),
        ("file /etc/resolv.conf", "1 lines", "", "mkdir"),
        ("web: route default", "default via 172.17.0.1 dev eth0", RUN, "ip -n web route add default via 172.17.0.1 dev eth0"),
        ("outside: address 192.0.2.99", "192.0.2.99/24 dev eth0", "", "ip -n outside addr add"),
    ],
)
def test_each_kind_of_thing_knows_its_step(lab, what, text, line, command):
    found = lab.explain(what)
    place = what if ": " in what else f"host: {what}"
    assert (found.what, found.text, found.made.line) == (place, text, line)
    assert found.made.command.startswith(command)
    taken = lab.history[found.made.step - 1]
    assert found.made.why == taken.event.why
    assert found.steps == len(lab.history)


def test_what_linux_does_by_itself_is_said_to_be_so(lab):
    route = lab.explain("route 172.17.0.0/16")
    assert route.unasked
    assert route.made.command == "ip link set docker0 up"
    assert f"made     step {route.made.step} of {route.steps}; Linux did it by itself" in str(route)
    assert not lab.explain("route default").unasked
    assert lab.explain("web: address 127.0.0.1").unasked


def test_later_steps_that_changed_a_thing_are_told_too(lab):
    assert [each.command for each in lab.explain("link docker0").changed] == ["ip link set docker0 up"]


def test_a_rule_made_by_hand_says_so(lab):
    rule = lab.explain("filter DOCKER-USER 1")
    assert rule.made.line == "iptables -I DOCKER-USER -s 10.0.0.1 -j DROP"
    assert rule.made.why == lab.history[-1].event.why
    with made() as other:
        other.kernel.sh("host", "iptables -I DOCKER-USER -s 10.0.0.2 -j DROP")
        assert other.explain("filter DOCKER-USER 1").made is None
        assert "somebody typed it" in str(other.explain("filter DOCKER-USER 1"))
        assert other.explain("filter DOCKER-USER 2").made.line == rule.made.line


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("nat DOCKER 2", r"host has no rule nat DOCKER 2; the rules of that chain are 1 to 1"),
        ("filter INPUT 1", r"host has no rule filter INPUT 1; the rules of that chain are none"),
        ("nat NO 1", r"host has no chain nat NO; it has nat PREROUTING, nat INPUT, nat OUTPUT, nat POSTROUTING, nat DOCKER"),
        ("nat NO", r"host has no chain nat NO; it has nat PREROUTING"),
        ("route 10.0.0.0/8", r"host has no route 10.0.0.0/8; it has default, 172.17.0.0/16, 192.0.2.0/24"),
        ("web: link eth1", r"web has no link eth1; it has lo, eth0"),
        ("web: listener 4242", r"web has no listener 4242; it has "),
        ("webb: link eth0", r"there is nothing called webb; the lab has host, outside, web"),
        ("link", r"explain 'link': give 'link NAME'"),
        ("", r"explain '': give 'link NAME'"),
        ("weather", r"explain 'weather': give 'link NAME'"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is(lab, what, words):
    with pytest.raises(SpecError, match=words):
        lab.explain(what)


def test_it_is_a_list_of_definitions_in_a_notebook(lab):
    bundle = lab.explain("nat DOCKER 1")._repr_mimebundle_()
    tree = parsed(f"<div>{bundle['text/html']}</div>")
    assert [each.text for each in tree.iter("dt")] == ["made", "why", "command", "for"]
    assert bundle["text/plain"] == str(lab.explain("nat DOCKER 1"))


def test_the_start_of_1_2_explains_itself_too():
    with Lab("1.2") as old:
        old.start("--icc=false")
        old.run("web", publish=["8080:80"])
        assert old.explain("nat DOCKER 1").made.line == "docker run -d --name web --net bridge -p 8080:80 image"
        assert (
            old.explain("filter FORWARD 1").made.line == "docker -d --icc=false"
            or old.explain("link docker0").made.line == "docker -d --icc=false"
        )


def test_tables_of_addresses_and_routes_say_why(lab):
    rows = {row[:2]: row[2] for row in lab.show.addresses().rows}
    assert rows["docker0", "172.17.0.1/16"] == lab.explain("address 172.17.0.1").made.why
    assert [row[:2] for row in lab.show.routes("web").rows] == [
        ("default via 172.17.0.1 dev eth0", "a step"),
        ("172.17.0.0/16 dev eth0 src 172.17.0.2", "Linux"),
    ]
    assert all(row[2] for row in lab.show.routes().rows)


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_it_says_the_same_of_the_real_kernel(lab):
    with made("live") as real:
        for what in ("nat DOCKER 1", "route 172.17.0.0/16", "link docker0", "web: address 172.17.0.2"):
            assert str(real.explain(what)) == str(lab.explain(what))
        real.kernel.sh("host", "iptables -I FORWARD -j LOG")
        assert real.explain("filter FORWARD 1").made is None
        assert real.explain("filter FORWARD 2").made.line == "dockerd --icc=false"
