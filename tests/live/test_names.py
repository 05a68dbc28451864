"""Names are really answered: by sockets in the containers' namespaces, through Docker's rules, over UDP and TCP, and from outside."""

import json
import shlex
import struct
import sys

import pytest
from sockets import listening

from pynetlab import Lab
from pynetlab.model import Listener

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]

SETUP = (
    "network create front",
    "network create --internal vault",
    "run -d --name web --network front --hostname www --network-alias site img",
    "run -d --name db --network front --network-alias site --link web:frontend img",
    "run -d --name safe --network vault img",
    "run -d --name plain --dns 192.0.2.99 img",
    "run -d --name dotty --network front --dns-option ndots:1 img",
    "run -d --name refused --network front --dns 127.0.0.1 img",
    "network connect vault db",
    *(f"run -d --name c{number} --network front --network-alias crowd img" for number in range(34)),
)
QUESTIONS = (
    ("db", "web", {}),
    ("db", "SITE.front", {}),
    ("db", "frontend", {"proto": "tcp"}),
    ("web", "frontend", {"patience": 0.5}),
    ("db", "safe", {}),
    ("safe", "db.vault", {}),
    ("db", "web", {"kind": "AAAA"}),
    ("db", "web", {"kind": "MX"}),
    ("db", "172.18.0.2", {"kind": "PTR"}),
    ("db", "web", {"kind": "SRV", "patience": 0.5}),
    ("web", "crowd", {}),
    ("web", "crowd", {"room": 600}),
    ("web", "crowd", {"proto": "tcp"}),
    ("web", "example.org", {}),
    ("web", "example.org", {"proto": "tcp"}),
    ("web", "gone.example.org", {}),
    ("web", "example.org", {"kind": "AAAA"}),
    ("safe", "example.org", {"patience": 0.5}),
    ("plain", "example.org", {"patience": 0.5}),
    ("plain", "web", {"server": "127.0.0.11"}),
    ("dotty", "nobody", {}),
    ("refused", "nobody", {"patience": 0.5}),
    ("host", "example.org", {}),
    ("outside", "example.org", {"server": "192.0.2.10"}),
    ("safe", "web", {"server": "198.51.100.1", "patience": 0.5}),
    ("outside", "web", {"server": "198.51.100.1"}),
)


def opened(mode, release):
    lab = Lab(release, mode=mode)
    lab.start()
    for line in SETUP:
        lab.docker(f"docker {line}")
    lab.name_server({"example.org": "203.0.113.80"}, "host", ip="127.0.0.1")
    return lab


@pytest.fixture(scope="module", params=["20.10", "29.7"])
def labs(request):
    with opened("live", request.param) as real:
        yield real, opened("sim", request.param)


def test_the_real_answers_are_the_simulated_ones(labs):
    real, simulated = labs
    for asker, name, how in QUESTIONS:
        assert real.resolve(asker, name, **how) == simulated.resolve(asker, name, **how), (asker, name, how)


def test_the_states_are_the_same_and_the_sockets_are_in_the_containers(labs):
    real, simulated = labs
    state = real.state()
    assert state == simulated.state()
    told = state["web"].resolver
    assert {Listener("tcp", "127.0.0.11", told.tcp), Listener("udp", "127.0.0.11", told.udp)} == state["web"].listeners
    assert f"127.0.0.11:{told.tcp}" in real.kernel.sh("web", "ss -ltn")[1]


CLIENT = """
import json, socket, struct, sys
proto, server, *questions = json.loads(sys.argv[1])
kind = socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM
said = []
with socket.socket(socket.AF_INET, kind) as client:
    client.settimeout(3)
    client.connect((server, 53))
    for question in map(bytes.fromhex, questions):
        client.sendall((struct.pack("!H", len(question)) if proto == "tcp" else b"") + question)
    stream = client.makefile("rb") if proto == "tcp" else None
    for _ in questions:
        said.append(stream.read(*struct.unpack("!H", stream.read(2))) if stream else client.recv(65535))
print(json.dumps([each.hex() for each in said]))
"""


def question(ident, name, kind=1, room=0):
    """Write a question as RFC 1035, section 4.1 says, with an OPT record (RFC 6891) where there is room to tell of."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    extra = b"\0" + struct.pack("!HHIH", 41, room, 0, 0) if room else b""
    return struct.pack("!HHHHHH", ident, 0x0100, 1, 0, 0, 1 if room else 0) + labels + struct.pack("!HH", kind, 1) + extra


def sent(lab, netns, proto, server, *questions):
    words = json.dumps([proto, server, *(each.hex() for each in questions)])
    code, out, err = lab.kernel.sh(netns, f"{sys.executable} -c {shlex.quote(CLIENT)} {shlex.quote(words)}")
    assert code == 0, err
    return [bytes.fromhex(each) for each in json.loads(out)]


def head(said):
    """Give identifier, flags, and how many answers there are."""
    ident, flags, _, answers, _, _ = struct.unpack("!HHHHHH", said[:12])
    return ident, flags, answers


QR, TC, RD, RA = 0x8000, 0x0200, 0x0100, 0x0080


def test_a_datagram_to_port_53_of_127_0_0_11_is_answered(labs):
    (said,) = sent(labs[0], "db", "udp", "127.0.0.11", question(4711, "web"))
    assert head(said) == (4711, QR | RD | RA, 1)
    assert said.endswith(struct.pack("!HHIH", 1, 1, 600, 4) + bytes([172, 18, 0, 2]))


def test_a_reply_is_cut_to_512_bytes_or_what_the_client_takes(labs):
    (small,) = sent(labs[0], "db", "udp", "127.0.0.11", question(1, "crowd"))
    (large,) = sent(labs[0], "db", "udp", "127.0.0.11", question(2, "crowd", room=4096))
    assert head(small) == (1, QR | TC | RD | RA, 23 if labs[0].release == "20.10" else 30)
    assert len(small) <= 512
    assert head(large) == (2, QR | RD | RA, 34)


def test_several_questions_come_over_one_connection(labs):
    first, second = sent(labs[0], "db", "tcp", "127.0.0.11", question(1, "crowd"), question(2, "web"))
    assert (head(first), head(second)) == ((1, QR | RD | RA, 34), (2, QR | RD | RA, 1))


def test_what_is_no_question_gets_no_answer_and_does_no_harm(labs):
    noise = [b"", b"hello", question(1, "web")[:-3], struct.pack("!HHHHHH", 1, QR, 0, 0, 0, 0)]
    program = "import sys; sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))"
    lines = [f"{sys.executable} -c '{program}' '{each.hex()}' | socat -t 0.1 - UDP4:127.0.0.11:53" for each in noise]
    assert labs[0].kernel.sh("db", "; ".join(lines))[1] == ""
    assert labs[0].resolve("db", "web").addresses == ("172.18.0.2",)


FAKE = """
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("192.0.2.99", 53))
while True:
    asked, (client, port) = server.recvfrom(4096)
    if asked[2] & 0x80 or b"silent" in asked:
        continue
    rcode = 2 if b"broken" in asked else 0
    server.sendto(asked[:2] + bytes([0x81, 0x80 | rcode]) + asked[4:] + b"anything" * 100, (client, port))
"""


def test_a_reply_from_outside_is_passed_on_byte_for_byte_whoever_wrote_it():
    with Lab("29.7", mode="live") as lab:
        lab.start()
        lab.docker("docker network create front")
        lab.docker("docker run -d --name web --network front --dns 192.0.2.99 --dns 192.0.2.10 img")
        lab.name_server({"broken": "203.0.113.1", "other": "203.0.113.2"}, "host")
        lab.kernel.sh("outside", f"{sys.executable} -c {shlex.quote(FAKE)} & {listening('udp 53')}")
        asked = question(99, "Any.Thing", kind=16)
        (said,) = sent(lab, "web", "udp", "127.0.0.11", asked)
        assert said == asked[:2] + b"\x81\x80" + asked[4:] + b"anything" * 100
        assert lab.resolve("web", "broken").addresses == ("203.0.113.1",)  # SERVFAIL leads to the next
        assert lab.resolve("web", "silent", patience=1).result == "timeout"
        lab.docker("docker rm -f web")  # with a question still under way
        assert lab.state()["host"].zones.keys() == {"names of host"}


def test_a_name_goes_when_its_container_stops_and_follows_it_to_another_address():
    with Lab("29.7", mode="live") as lab:
        lab.start()
        for line in ("network create front", "run -d --name web --network front img", "run -d --name db --network front img"):
            lab.docker(f"docker {line}")
        lab.docker("docker stop web")
        assert lab.resolve("db", "web").reply.status == "SERVFAIL"
        lab.docker("docker run -d --name thief --network front img")
        lab.docker("docker start web")
        assert lab.resolve("db", "web").addresses == ("172.18.0.4",)
        assert lab.resolve("web", "thief").addresses == ("172.18.0.2",)
