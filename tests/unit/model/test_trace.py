from ipaddress import IPv4Address as Ip

from pynetlab.model import Answer, Cause, Hop, Outcome, Packet, Place, Probe, Step, Trace

SYN = Packet(Ip("10.0.0.2"), Ip("10.0.0.3"), "tcp", 40000, 80, flags="SYN")
CAUSE = Cause("rule", "-d 10.0.0.3/32 -j DROP", 2)
STEPS = (
    Step(Place("host", "veth1"), "received", SYN),
    Step(Place("host", "", "FORWARD", "filter", "DOCKER-USER"), "matched", SYN, verdict="DROP", cause=CAUSE),
)
TRACE = Trace("web", SYN, Outcome.DROPPED, "A rule said so.", hops=(Hop("host", "request", STEPS), Hop("host", "reply", STEPS)))


def test_a_packet_says_what_matters():
    assert str(SYN) == "tcp SYN 10.0.0.2:40000 → 10.0.0.3:80 ttl 64"
    error = Packet(Ip("10.0.0.1"), Ip("10.0.0.2"), "icmp", icmp=(3, 3), inner=SYN, mark=5)
    assert str(error) == f"icmp port-unreachable 10.0.0.1 → 10.0.0.2 ttl 64 mark 0x5 about ({SYN})"
    assert str(Packet(Ip("10.0.0.1"), Ip("10.0.0.2"), "icmp", icmp=(3, 13))).startswith("icmp communication-prohibited 10.0.0.1")
    assert str(Packet(Ip("10.0.0.1"), Ip("10.0.0.2"), "icmp", icmp=(3, 77))).startswith("icmp destination-unreachable code 77 10.0.0.1")


def test_a_trace_lists_devices_and_rules_of_one_leg_or_of_all():
    assert TRACE.devices("request") == [("host", "veth1")]
    assert len(TRACE.devices()) == 2
    assert TRACE.matched("reply") == [("host", "filter", "DOCKER-USER", 2)]
    assert TRACE.matched("error") == []


def test_a_step_names_place_verdict_and_cause():
    assert str(STEPS[1]) == "filter DOCKER-USER: matched DROP (rule 2: -d 10.0.0.3/32 -j DROP)"
    assert str(STEPS[0]) == "veth1: received"


def test_a_probe_waits_as_long_as_its_protocol_is_given():
    asked = Probe("web", "icmp", Ip("10.0.0.3"))
    assert (asked.waits, Probe("web", "tcp", Ip("10.0.0.3"), 80, patience=5).waits) == (1.0, 5)
    assert TRACE.answered(asked, Answer("ok", "db", "10.0.0.2")).answer.server == "db"
    assert str(Answer("ok", "db", "10.0.0.2")) == "ok from db who saw 10.0.0.2"
