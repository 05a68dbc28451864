"""traceroute as a word: who answers for each TTL; beside the real one in tests/differential."""

import pytest

from pynetlab import Lab


def test_each_router_on_the_way_has_a_line(lab):
    said = lab.docker("exec cli traceroute -n 192.0.2.99")
    assert (said.code, said.err) == (0, "")
    assert said.text == (
        "traceroute to 192.0.2.99 (192.0.2.99), 30 hops max, 60 byte packets\n"
        " 1  172.18.0.1  0.050 ms  0.050 ms  0.050 ms\n"
        " 2  192.0.2.99  0.050 ms  0.050 ms  0.050 ms\n"
    )


def test_names_are_asked_for(lab):
    assert "\n 1  web.net (172.18.0.2)  0.050 ms\n" in lab.docker("exec cli traceroute -q 1 web").text


def test_who_refuses_is_marked_and_ends_it():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("run -d --name cli nginx")
        lab.host.sh("iptables -I DOCKER-USER -j REJECT --reject-with icmp-host-prohibited")
        said = lab.docker("exec cli traceroute -n -q 1 192.0.2.99")
    assert said.text.splitlines()[1:] == [" 1  172.17.0.1  0.050 ms", " 2  172.17.0.1  0.050 ms !X"]


def test_a_machine_sends_six_errors_at_once_and_no_more(lab):
    line = lab.docker("exec cli traceroute -n -m 1 -q 10 192.0.2.99").text.splitlines()[1]
    assert (line.count(" ms"), line.count(" *")) == (6, 4)


def test_a_neighbour_that_is_not_there_is_known_after_three_seconds(lab):
    assert "172.18.0.3  3000.050 ms !H" in lab.docker("exec cli traceroute -n -q 1 -w 4 172.18.0.9").text
    assert lab.docker("exec cli traceroute -n -q 1 -m 2 -w 1 172.18.0.9").text.endswith("\n 1  *\n 2  *\n")


@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        ("-q 11 web", 2, "no more than 10 probes per hop\n"),
        ("-m 300 web", 2, "max hops cannot be more than 255\n"),
        ("-f 5 -m 3 web", 2, "first hop out of range\n"),
        ("-Q web", 2, "Bad option `-Q' (argc 1)\n"),
        ("a b c", 2, "Extra arg `c' (position 3, argc 3)\n"),
        ("-A web", 127, "traceroute -A is not in the simulation; there are -4, -n, -I, -U, -T, -F, -q, -m, -f, -p, -w, -N, -s, -i\n"),
        ("web 100", 127, "traceroute with a length of packets, but for -I, is not in the simulation\n"),
    ],
)
def test_a_wrong_call_is_refused_in_words(lab, line, code, err):
    said = lab.docker(f"exec cli traceroute {line}")
    assert (said.code, said.text, said.err) == (code, "", err)
