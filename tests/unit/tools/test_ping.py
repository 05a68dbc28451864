"""ping as a word: what it prints, what it counts, and what it refuses; beside the real one in tests/differential."""

from ipaddress import IPv4Address

import pytest

from pynetlab import Lab
from pynetlab.model import Packet
from pynetlab.tools.limit import ErrorLimit

HERE, THERE = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2")


def test_an_answer_is_told_with_the_name_that_its_sender_has(lab):
    said = lab.docker("exec cli ping -c 1 web")
    assert (said.code, said.err) == (0, "")
    assert said.text == (
        "PING web (172.18.0.2) 56(84) bytes of data.\n"
        "64 bytes from web.net (172.18.0.2): icmp_seq=1 ttl=64 time=0.050 ms\n\n"
        "--- web ping statistics ---\n"
        "1 packets transmitted, 1 received, 0% packet loss, time 0ms\n"
        "rtt min/avg/max/mdev = 0.050/0.050/0.050/0.000 ms\n"
    )


def test_without_a_count_it_stops_and_says_so(lab):
    said = lab.docker("exec cli ping 172.18.0.2")
    assert said.err == "ping: without -c it would go on until it is interrupted; the simulation stops after 4\n"
    assert "4 packets transmitted, 4 received, 0% packet loss, time 3000ms" in said.text


def test_the_error_comes_from_who_found_the_time_to_live_at_its_end(lab):
    said = lab.docker("exec cli ping -c 1 -t 1 192.0.2.99")
    assert said.code == 1
    assert "From 172.18.0.1 icmp_seq=1 Time to live exceeded\n" in said.text
    assert "1 packets transmitted, 0 received, +1 errors, 100% packet loss" in said.text


def test_who_waits_for_a_neighbour_in_vain_hears_of_all_at_once(lab):
    waiting = lab.docker("exec cli ping -c 3 172.18.0.9").text
    assert waiting.count("From 172.18.0.3 icmp_seq=") == 3
    assert waiting.endswith("3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2000ms\npipe 3\n")
    assert "+" not in lab.docker("exec cli ping -c 3 -W 0.5 172.18.0.9").text.partition("statistics")[2]


def test_a_deadline_ends_it_whatever_was_counted(lab):
    assert lab.docker("exec cli ping -w 2 web").text.count("icmp_seq") == 2
    said = lab.docker("exec cli ping -w 2 -c 5 172.18.0.9")
    assert (said.code, "2 packets transmitted, 0 received" in said.text) == (1, True)


def test_a_loss_by_chance_is_a_part_of_all():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("run -d --name web nginx")
        lab.host.sh("iptables -I INPUT -p icmp -m statistic --mode nth --every 4 --packet 0 -j DROP")
        assert "8 packets transmitted, 6 received, 25% packet loss" in lab.docker("exec web ping -c 8 172.17.0.1").text


@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        ("ping", 1, "ping: usage error: Destination address required\n"),
        ("ping -c 1 nosuch", 2, "ping: nosuch: Temporary failure in name resolution\n"),
        ("ping -f web", 127, "ping -f is not in the simulation; there are -4, -n, -q, -c, -W, -w, -i, -s, -M, -t, -I, -S\n"),
        ("ping -c", 127, "ping -c without a value is not in the simulation\n"),
        ("ping -W x web", 127, "ping -W x is not in the simulation\n"),
        ("ping -c 99999 web", 127, "ping with more than 10000 requests is not in the simulation\n"),
        ("ping a b", 127, "ping through several hosts is not in the simulation\n"),
    ],
)
def test_what_cannot_be_done_is_said(lab, line, code, err):
    said = lab.docker(f"exec cli {line}")
    assert (said.code, said.text, said.err) == (code, "", err)


def test_a_capture_sees_the_requests_and_their_answers(lab):
    with lab.capture("web:eth0") as seen:
        lab.docker("exec cli ping -c 2 web")
    assert [str(frame.packet.icmp) for frame in seen.frames] == ["(8, 0)", "(0, 0)"] * 2


def test_errors_are_sent_six_at_once_then_one_a_second_and_to_oneself_all():
    limit, now = ErrorLimit({int(HERE)}), [0.0] * 8 + [1.0, 1.0, 9.0]
    error, own = (Packet(source, HERE, "icmp", icmp=(11, 0)) for source in (THERE, HERE))
    assert [limit.allows(error, at) for at in now] == [True] * 6 + [False] * 2 + [True, False, True]
    assert all(limit.allows(own, 0.0) for _ in range(9))
    assert all(limit.allows(Packet(THERE, HERE, "icmp", icmp=(0, 0)), 9.0) for _ in range(9))
