"""dig and nslookup as words: what they ask, whom, and what they print; beside the real ones in tests/differential."""

import pytest

from pynetlab import Lab
from pynetlab.model import DnsQuery, DnsRecord, DnsReply, Resolution
from pynetlab.tools.dns import Way, ask, padded, reversed_name, size_of

QUERY = DnsQuery("web")
SERVER = "Server:\t\t127.0.0.11\nAddress:\t127.0.0.11#53\n\n"


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="sim", resolv=["nameserver 192.0.2.99"]) as lab:
        lab.start()
        lab.name_server({"www.example.test": "192.0.2.99"})
        lab.docker("network create net")
        lab.docker("run -d --name web --network net nginx")
        lab.docker("run -d --name cli --network net nginx")
        yield lab


def test_a_reply_is_printed_in_its_sections(lab):
    said = lab.docker("exec cli dig web")
    assert (said.code, said.err) == (0, "")
    assert said.text == (
        "\n; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> web\n;; global options: +cmd\n"
        ";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n"
        ";; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0\n\n"
        ";; QUESTION SECTION:\n;web.\t\t\t\tIN\tA\n\n"
        ";; ANSWER SECTION:\nweb.\t\t\t600\tIN\tA\t172.18.0.2\n\n"
        ";; Query time: 0 msec\n;; SERVER: 127.0.0.11#53(127.0.0.11) (UDP)\n"
        ";; WHEN: Thu Jan 01 00:00:00 UTC 1970\n;; MSG SIZE  rcvd: 37\n\n"
    )


@pytest.mark.parametrize(
    ("line", "code", "out"),
    [
        ("dig +short web", 0, "172.18.0.2\n"),
        ("dig +short -x 172.18.0.2", 0, "web.net.\n"),
        ("dig +short nosuch", 0, ""),
        ("dig +noall +answer web www.example.test", 0, "web.\t\t\t600\tIN\tA\t172.18.0.2\nwww.example.test.\t600\tIN\tA\t192.0.2.99\n"),
        ("dig +short @192.0.2.99 www.example.test", 0, "192.0.2.99\n"),
        (
            "dig +short +tries=1 @web web",
            9,
            ";; communications error to 172.18.0.2#53: connection refused\n;; no servers could be reached\n",
        ),
        (
            "nslookup web",
            0,
            f"{SERVER}Non-authoritative answer:\nName:\tweb\nAddress: 172.18.0.2\n\n",
        ),
        ("nslookup 172.18.0.2", 0, "2.0.18.172.in-addr.arpa\tname = web.net.\n\nAuthoritative answers can be found from:\n\n"),
    ],
)
def test_what_is_asked_for_is_printed(lab, line, code, out):
    said = lab.docker(f"exec cli {line}")
    assert (said.code, said.text, said.err) == (code, out, "")


def test_a_question_is_a_packet_that_rules_stop():
    with Lab("29.7", mode="sim", resolv=["nameserver 192.0.2.99"]) as lab:
        lab.start()
        lab.docker("network create net")
        lab.docker("run -d --name cli --network net nginx")
        assert lab.docker("exec cli dig +short cli").text == "172.18.0.2\n"
        lab.kernel.sh(lab.containers["cli"].netns, "iptables -t nat -F DOCKER_OUTPUT")
        said = lab.docker("exec cli dig +short +tries=1 cli")
        assert said.text == ";; communications error to 127.0.0.11#53: connection refused\n;; no servers could be reached\n"
        lab.kernel.sh(lab.containers["cli"].netns, "iptables -I OUTPUT -p udp -j DROP")
        said = lab.docker("exec cli dig +short +tries=1 cli")
        assert said.text == ";; communications error to 127.0.0.11#53: timed out\n;; no servers could be reached\n"


@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        ("dig @nosuch web", 1, "dig: couldn't get address for 'nosuch': not found\n"),
        ("dig -f file", 127, "dig -f is not in the simulation; there are -4, -x, -t, -q, -p, -c\n"),
        ("nslookup", 127, "nslookup without a name, which asks for commands, is not in the simulation\n"),
        ("nslookup -debug web", 127, "nslookup -debug is not in the simulation; there are -type=, -timeout=, -retry=, -vc\n"),
    ],
)
def test_what_cannot_be_done_is_said(lab, line, code, err):
    said = lab.docker(f"exec cli {line}")
    assert (said.code, said.text, said.err) == (code, "", err)


def asked(results, way, query=QUERY):
    left = iter(results)
    asked = []

    def resolve(_netns, query, server, _patience):
        asked.append(server)
        return Resolution(query, server, next(left))

    return ask(resolve, "n", query, way), asked


def test_all_servers_are_asked_before_one_is_asked_again():
    tried, servers = asked(["timeout", "refused"] * 2, Way(("a", "b"), tries=2))
    assert servers == ["a", "b", "a", "b"]
    assert tried.lines[:2] == (";; communications error to a#53: timed out\n", ";; communications error to b#53: connection refused\n")
    assert tried.heard


def test_one_that_cannot_be_asked_is_tried_again_at_once():
    tried, servers = asked(["network-unreachable", "network-unreachable", "refused"], Way(("a", "b"), tries=2))
    assert servers == ["a", "a", "b"]
    assert tried.lines[1] == ";; no servers could be reached\n"


def test_columns_are_made_with_tabs():
    assert padded([("web.", 24), ("600", 32)]) + "IN" == "web.\t\t\t600\tIN"
    assert padded([("2.0.18.172.in-addr.arpa.", 24), ("600", 32)]) + "IN" == "2.0.18.172.in-addr.arpa. 600\tIN"


def test_the_size_of_a_reply_is_that_on_the_wire():
    reply = DnsReply(records=(DnsRecord("2.0.18.172.in-addr.arpa", "PTR", "web.front."),))
    query = DnsQuery(reversed_name("172.18.0.2"), "PTR")
    assert size_of(Resolution(query, "127.0.0.11", "ok", reply)) == 64
