"""What the tracer says and what the instruments see in the real kernel: the same outcome, answer, devices and rules, packet by packet."""

import time
from dataclasses import replace

import pytest
from benchmarks.limits import SLACK
from conftest import missing, need
from ordinary import run_as_nobody

from pynetlab import Lab
from pynetlab.errors import LiveError, SpecError
from pynetlab.model.probe import Socket
from pynetlab.tracer import World
from pynetlab.tracer import trace as follow
from pynetlab.verbs.asking import parse

pytestmark = pytest.mark.live

DROP = "iptables -I DOCKER-USER -p tcp --dport 80 -j DROP"
REJECT = "iptables -I DOCKER-USER -p tcp --dport 81 -j REJECT --reject-with icmp-host-prohibited"
WEB, PEER = "docker run -d --name web -p 8080:80 -p 8053:53/udp img", "docker run -d --name peer nginx"
FAR = ("docker network create far", "docker run -d --name other --network far nginx")
LAN = "docker network create -d macvlan --subnet 192.0.2.0/24 --gateway 192.0.2.99 --ip-range 192.0.2.128/27 -o parent=eth0 lan"
ROUTE = "ip netns exec outside ip route add 172.17.0.0/16 via 192.0.2.10"
CASES = {
    "published": (
        (),
        (WEB, PEER, *FAR),
        {
            "outside -> host:8080": "delivered",
            "host -> host:8080": "delivered",
            "host -> localhost:8080": "delivered",
            "peer -> host:8080": "delivered",
            "web -> host:8080": "delivered",
            "other -> host:8080": "delivered",
            "outside -> host:8053/udp": "delivered",
            "web -> host:8053/udp": "delivered",
            "peer -> web:80": "delivered",
            "peer -> web:81": "refused",
            "peer -> web:81/udp": "refused",
            "web -> outside": "delivered",
            "web -> other:80": "dropped by rule",
            "other -> web": "dropped by rule",
            "web -> 10.9.9.9": "not forwarded",
            "host -> 172.17.0.77": "unresolved neighbour",
            "outside -> 172.17.0.2:80": "no route",
            "other -> other/dns": "delivered",
        },
    ),
    "no-proxy-and-no-header-kept": (
        ("--userland-proxy=false",),
        (WEB, PEER),
        {"web -> host:8080": "delivered", "peer -> host:8080": "delivered"},
    ),
    "no-proxy": (
        ("--userland-proxy=false",),
        (WEB, PEER),
        {
            "outside -> host:8080": "delivered",
            "host -> localhost:8080": "delivered",
            "web -> host:8080": "delivered",
            "peer -> host:8080": "delivered",
        },
    ),
    "no-icc": (("--icc=false",), (WEB, PEER), {"peer -> web:80": "dropped by rule", "peer -> host:8080": "delivered"}),
    "no-icc-no-br-netfilter": (
        ("--icc=false",),
        (WEB, PEER, "host sysctl -w net.bridge.bridge-nf-call-iptables=0"),
        {"peer -> web:80": "delivered", "web -> peer": "delivered"},
    ),
    "administrator": (
        (),
        (WEB, PEER, f"host {DROP}", f"host {REJECT}"),
        {"outside -> host:8080": "dropped by rule", "web -> outside:81": "prohibited", "peer -> web:80": "dropped by rule"},
    ),
    "no-forwarding": ((), (WEB, "host sysctl -w net.ipv4.ip_forward=0"), {"web -> outside": "not forwarded"}),
    "answers-untracked": (
        (),
        (
            WEB,
            "docker run -d --name shut -p 8054:80/udp nginx",
            "docker run -d --name near --network host nginx",
            "host iptables -t raw -A PREROUTING -i docker0 -j NOTRACK",
            "host iptables -t nat -A POSTROUTING -o docker0 -j MASQUERADE",
        ),
        {"outside -> host:8054/udp": "invalid", "web -> host:80": "invalid"},
    ),
    "answers-from-outside-untracked": (
        (),
        (WEB, "host iptables -t raw -A PREROUTING -i eth0 -j NOTRACK"),
        {"web -> outside:80": "invalid", "web -> outside:53/udp": "invalid", "web -> outside": "invalid"},
    ),
    "untracked-too-late": (
        (),
        (
            WEB,
            "host iptables -t raw -A PREROUTING -p udp -j NOTRACK",
            "host iptables -t mangle -A PREROUTING -m state --state NEW -j RETURN",
        ),
        {"host -> localhost:8099/udp": "refused"},
    ),
    "nobody-behind-a-proxy": (
        (),
        ("docker run -d --name web -p 8080-8081:80-81 nginx",),
        {"web -> host:8081": "refused", "outside -> host:8081": "refused", "host -> localhost:8081": "refused"},
    ),
    "rejects-what-follows": (
        (),
        (WEB, "host iptables -A INPUT -p tcp -m state ! --state NEW -j REJECT --reject-with icmp-net-unreachable"),
        {"web -> host:8080": "rejected by rule"},
    ),
    "resets-what-follows": (
        (),
        (WEB, PEER, "host iptables -A INPUT -p tcp ! --syn -j REJECT --reject-with tcp-reset"),
        {"peer -> host:8080": "rejected by rule", "host -> localhost:8080": "rejected by rule"},
    ),
    "drops-what-is-said": (
        (),
        (WEB, PEER, "host ip netns exec web iptables -A OUTPUT -p tcp --tcp-flags PSH PSH -j DROP"),
        {"peer -> web:80": "dropped by rule", "peer -> host:8080": "dropped by rule"},
    ),
    "drops-how-a-proxy-hangs-up": (
        (),
        ("docker run -d --name web -p 8080:81 nginx", PEER, "host iptables -t raw -A OUTPUT -p tcp --tcp-flags RST RST -j DROP"),
        {"peer -> host:8080": "dropped by rule", "host -> localhost:8080": "dropped by rule"},
    ),
    "what-a-proxy-says-untracked": (
        (),
        ("docker network create far", WEB, "host iptables -t raw -A PREROUTING -i docker0 -j NOTRACK"),
        {"web -> 172.18.0.1:8080": "invalid"},
    ),
    "translated-to-this-machine": (
        (),
        (WEB, "host iptables -t nat -I PREROUTING -p tcp --dport 82 -j DNAT --to-destination 127.0.0.1:8080"),
        {"web -> host:82": "martian"},
    ),
    "refuses-by-another-way": (
        (),
        (WEB, PEER, "host ip route add 172.17.0.3 via 192.0.2.99"),
        {"peer -> host:99": "not forwarded"},
    ),
    "translated-back-but-no-router": (
        ("--ip-forward=false", "--userland-proxy=false"),
        (WEB, PEER, "host iptables -t nat -A POSTROUTING -d 172.17.0.0/16 -j SNAT --to-source 172.17.0.1"),
        {"peer -> web:80": "not forwarded"},
    ),
    "taken-for-somebody-far-away": (
        (),
        (WEB, "host iptables -t nat -I INPUT -p tcp -j SNAT --to-source 10.1.0.77", "host ip link set eth0 down"),
        {"web -> 172.17.0.1:99": "no route"},
    ),
    "nat-without-connections": (
        ("--iptables=false",),
        (WEB, "host iptables -P INPUT DROP", "host iptables -t nat -A PREROUTING -p tcp -j RETURN"),
        {"outside -> host:82": "policy drop"},
    ),
    "rejects-itself": (
        ("--userland-proxy=false",),
        (WEB, "host ip netns exec web iptables -A INPUT -p tcp --dport 80 -j REJECT --reject-with tcp-reset"),
        {"web -> host:8080": "rejected by rule"},
    ),
    "macvlan": (
        (),
        (LAN, "docker run -d --name ann --network lan nginx", "docker run -d --name bob --network lan nginx"),
        {"ann -> bob:80": "delivered", "ann -> outside": "delivered", "outside -> ann:80": "delivered"},
    ),
    "macvlan-without-a-wire": (
        (),
        (LAN, "docker run -d --name ann --network lan nginx", "docker run -d --name bob --network lan nginx", "host ip link set eth0 down"),
        {"ann -> bob:80": "unresolved neighbour", "ann -> outside": "unresolved neighbour"},
    ),
    "nobody-hears-of-it": (
        (),
        (WEB, "host iptables -A OUTPUT -p icmp -m state --state RELATED -j REJECT --reject-with icmp-host-prohibited"),
        {"web -> host:99/udp": "prohibited"},
    ),
}


def lab_of(case, release, **options):
    flags, lines, _ = CASES[case]
    lab = Lab(release, mode="live", **options)
    lab.start(*flags)
    for line in lines:
        lab.host.sh(line.removeprefix("host ")) if line.startswith("host ") else lab.docker(line)
    return lab


@pytest.mark.parametrize("dialect", ["nft", "legacy"])
@pytest.mark.parametrize("case", CASES)
def test_prediction_and_observation_agree(case, dialect):
    need(missing(dialect))
    with lab_of(case, "28.5", iptables=dialect) as lab:
        found = {question: lab.check(question) for question in CASES[case][2]}
    assert {question: each.differences() for question, each in found.items() if not each} == {}
    assert {question: each.observed.outcome for question, each in found.items()} == CASES[case][2]


@pytest.mark.usefixtures("live")
def test_the_proxy_of_old_releases_answers_a_datagram_from_another_address():
    with lab_of("published", "20.10") as lab:
        found = lab.check("web -> host:8053/udp")
    assert found.differences() == ()
    assert (found.observed.outcome, found.observed.answer.result) == ("invalid", "timeout")
    assert found.observed.devices("error") == [("web", "eth0"), ("host", "veth93df025"), ("host", "docker0")]


@pytest.mark.usefixtures("live")
def test_a_proxy_that_waits_for_a_neighbour_is_seen_to_without_rules():
    with Lab("29.7", mode="live") as lab:
        lab.start("--iptables=false")
        lab.docker("docker run -d --name web -p 8080:80 nginx")
        lab.fault("link-down", "web")
        found = lab.check("host -> 172.17.0.1:8080")
        assert (found.differences(), found.observed.outcome) == ((), "unresolved neighbour")


FAULTS = {
    ("ip-forward-off", ""): ("outside -> host:8080", "not forwarded"),
    ("wrong-gateway", "web"): ("web -> outside", "unresolved neighbour"),
    ("duplicate-address", "web"): ("db -> web:80", "refused"),
    ("proxy-killed", "web"): ("host -> localhost:8080", "refused"),
    ("dns-broken", "web"): ("web -> db/dns", "unresolved neighbour"),
}


@pytest.mark.usefixtures("live")
def test_what_a_fault_does_is_seen_as_it_is_told():
    with Lab("28.5", mode="live") as lab:
        lab.start()
        lab.docker("docker network create net")
        lab.docker("docker run -d --name web --network net -p 8080:80 nginx")
        lab.docker("docker run -d --name db --network net postgres")
        for (fault, where), (question, outcome) in FAULTS.items():
            broken = lab.fault(fault, where)
            found = lab.check(question)
            assert (fault, found.differences(), found.observed.outcome) == (fault, (), outcome)
            broken.undo()


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("line", "question", "outcome"),
    [
        ("", "web -> host", "mtu exceeded"),  # the answer is whole, and too large for the far end of its cable
        ("ip -n outside link set eth0 mtu 900", "web -> outside", "mtu exceeded"),  # a bridge put the fragments together
        ("", "web -> outside", "mtu exceeded"),
    ],
)
def test_a_large_packet_is_seen_to_end_where_it_does_not_fit(line, question, outcome):
    with lab_of("no-proxy", "28.5") as lab:
        lab.fault("mtu-too-small", "web")
        if line:
            lab.host.sh(line)
        found = lab.check(replace(parse(lab, question), size=1400))
        assert (found.differences(), found.observed.outcome) == ((), outcome)


@pytest.mark.usefixtures("live")
def test_the_other_one_of_two_addresses_is_no_broadcast():
    with lab_of("no-proxy", "28.5") as lab:
        lab.fault("wrong-netmask", "web")
        lab.host.sh("ip link set docker0 down")
        found = lab.check("web -> peer:80")
        assert (found.differences(), found.observed.outcome) == ((), "unresolved neighbour")


@pytest.mark.usefixtures("live")
def test_the_address_of_a_device_that_is_down_is_the_machines_own():
    with lab_of("no-proxy", "26.1") as lab:
        lab.fault("cable-pulled", "web")
        lab.host.sh("ip link set eth0 down")
        found = lab.check("web -> 192.0.2.10")
        assert (found.differences(), found.observed.outcome) == ((), "unresolved neighbour")


@pytest.mark.usefixtures("live")
def test_a_ttl_that_ends_is_seen_although_the_error_about_it_reaches_nobody():
    with lab_of("no-proxy", "20.10") as lab:
        lab.fault("cable-pulled", "web")
        found = lab.check(replace(parse(lab, "web -> host:8080"), socket=Socket(ttl=1)))
        assert (found.differences(), found.observed.outcome) == ((), "ttl exceeded")


@pytest.mark.usefixtures("live")
def test_a_live_trace_is_what_was_seen_and_a_simulation_has_nothing_to_see():
    with lab_of("no-forwarding", "29.7") as lab:
        seen = lab.observe("web -> outside")
        assert seen.trace.devices() == [("web", "eth0"), ("host", "veth93df025"), ("host", "docker0")]
        assert lab.trace("web -> outside").outcome == seen.outcome == "not forwarded"
        assert "Ip.InAddrErrors" in seen.why
    with pytest.raises(SpecError, match="mode='live'"):
        Lab("29.7").check("outside -> host")


@pytest.mark.parametrize("dialect", ["nft", "legacy"])
def test_an_error_about_a_packet_that_was_translated_where_it_ended_is_known(dialect):
    need(missing(dialect))
    with Lab("28.5", mode="live", iptables=dialect) as lab:
        lab.start()
        lab.docker("docker run -d --name web -p 8080:80 nginx")
        lab.host.sh("iptables -t mangle -A POSTROUTING -j DROP")
        found = lab.check(replace(parse(lab, "outside -> host:8080"), socket=Socket(ttl=1)))
        assert (found.differences(), found.observed.matched("error")) == ((), [("host", "mangle", "POSTROUTING", 1)] * 2)


@pytest.mark.usefixtures("live")
def test_what_was_seen_is_told_in_the_same_words_each_time():
    told = []
    for _ in range(2):
        with lab_of("published", "28.5") as lab:
            told.append([str(lab.observe(question)) for question in ("outside -> host:8080", "web -> host:8053/udp", "web -> outside")])
    assert told[0] == told[1]
    assert "outside" in told[0][0]
    assert "connection: answers 192.0.2.99:40000 → 192.0.2.10:8080" in told[0][0]


@pytest.mark.usefixtures("live")
def test_where_prediction_and_observation_part_it_is_shown(monkeypatch):
    """A packet that goes another way than told: the tracer reads a state from before a rule came."""
    with lab_of("published", "28.5") as lab:
        before = lab.state()
        lab.host.sh(DROP)
        monkeypatch.setattr("pynetlab.verbs.trace.follow", lambda _, probe: follow(World(before), probe))
        found = lab.check("outside -> host:8080")
        assert not found
        assert "outcome: predicted delivered, observed dropped by rule" in found.differences()
        assert "≠" in str(found)
        assert lab.trace("outside -> host:8080").outcome == "dropped by rule"


@pytest.mark.parametrize("live_kernel", ["legacy"], indirect=True)
def test_an_instrument_that_sees_nothing_is_an_error_and_no_agreement(live_kernel):
    live_kernel.close()
    with lab_of("no-icc", "28.5", iptables="legacy") as lab:
        lab.host.sh("(sleep 2; echo NONE > /proc/sys/net/netfilter/nf_log/2) > /dev/null 2>&1 &")
        assert lab.check("outside -> host:8080")
        time.sleep(2.5)  # somebody has taken the log away since
        with pytest.raises(LiveError, match="instruments in host saw nothing"):
            lab.check("outside -> host:8080")
        lab.host.sh("true")  # after a change in the lab they are opened anew
        assert lab.check("outside -> host:8080")


@pytest.mark.usefixtures("live")
def test_a_watched_question_costs_at_most_five_times_a_bare_one():
    with lab_of("no-proxy", "28.5") as lab:
        probe = parse(lab, "outside -> host:8080")
        state = lab.state()
        times = {"bare": [], "watched": []}
        for _ in range(20):
            for name, ask in (("bare", lambda: lab.kernel.ask([probe])), ("watched", lambda: lab.kernel.observe([probe], state))):
                start = time.perf_counter()
                ask()
                times[name].append(time.perf_counter() - start)
    bare, watched = (sorted(each)[5] for each in times.values())
    assert watched < 5 * bare * SLACK


ORDINARY = """
from pynetlab import Lab
with Lab("28.5", mode="live") as lab:
    lab.start()
    lab.docker("docker run -d --name web -p 8080:80 nginx")
    lab.docker("docker run -d --name peer nginx")
    for question in ("outside -> host:8080", "web -> host:8080", "peer -> web:80", "peer -> web:81/udp", "web -> outside"):
        found = lab.check(question)
        assert found, found
print("agreed")
"""


@pytest.mark.usefixtures("live")
def test_an_ordinary_user_sees_the_same():
    done = run_as_nobody(ORDINARY)
    assert (done.stdout, done.returncode) == ("agreed\n", 0), done.stderr
