"""The userland proxy relays for real: streams and datagrams, both ways, many clients, without a thread or a process each."""

from ipaddress import IPv4Interface

import pytest
from sockets import listening

from pynetlab import ops
from pynetlab.model import Listener, mac_address

pytestmark = pytest.mark.live

ANY = "0.0.0.0"  # noqa: S104 - the address of a socket in the lab


@pytest.fixture
def lab(live_kernel):
    live_kernel.apply(
        [
            ops.AddNetns("host"),
            ops.AddNetns("web"),
            ops.SetUp("host", "lo"),
            ops.SetUp("web", "lo"),
            ops.AddVeth("host", "veth0", mac_address("a"), "web", "eth0", mac_address("b")),
            ops.SetUp("host", "veth0"),
            ops.SetUp("web", "eth0"),
            ops.AddAddress("host", "veth0", IPv4Interface("10.1.0.1/24")),
            ops.AddAddress("web", "eth0", IPv4Interface("10.1.0.2/24")),
            ops.StartProxy("host", "tcp", "127.0.0.1", 8080, "10.1.0.2", 80),
            ops.StartProxy("host", "udp", "127.0.0.1", 8080, "10.1.0.2", 80),
        ]
    )
    return live_kernel


def test_streams_pass_both_ways_for_many_clients(lab):
    code, _, said = lab.sh("web", f"socat TCP4-LISTEN:80,fork,reuseaddr SYSTEM:'tr a-z A-Z' & {listening('tcp 80')}")
    assert code == 0, said
    client = "(printf hello-%s $i; sleep 0.1) | socat -t 9 - TCP4:127.0.0.1:8080"
    code, said, error = lab.sh("host", f"for i in 1 2 3 4 5 6 7 8 9; do {client} & done; wait")
    assert (code, error) == (0, "")
    assert said.count("HELLO-") == 9
    assert all(f"HELLO-{i}" in said for i in range(1, 10))


def test_a_large_stream_arrives_whole(lab):
    lab.sh("web", f"(socat -u TCP4-LISTEN:80,reuseaddr CREATE:/run/got; touch /run/done) & {listening('tcp 80')}")
    code, _, error = lab.sh("host", "head -c 20000000 /dev/zero | socat -u - TCP4:127.0.0.1:8080")
    assert (code, error) == (0, "")
    assert lab.sh("web", "until [ -e /run/done ]; do sleep 0.02; done; stat -c %s /run/got")[1] == "20000000\n"


def test_datagrams_find_their_way_back_to_each_client(lab):
    lab.sh("web", f"socat UDP4-RECVFROM:80,fork SYSTEM:'tr a-z A-Z' & {listening('udp 80')}")
    code, said, error = lab.sh("host", "for i in 1 2 3 4 5; do printf ping-$i | socat -t 3 - UDP4:127.0.0.1:8080 & done; wait")
    assert (code, error) == (0, "")
    assert sorted(said[i : i + 6] for i in range(0, len(said), 6)) == [f"PING-{i}" for i in range(1, 6)]


def test_a_client_whose_container_is_silent_is_turned_away(lab):
    code, said, _ = lab.sh("host", "echo hello | socat -t 9 - TCP4:127.0.0.1:8080")
    assert (code, said) == (0, "")
    lab.apply([ops.StopProxy("host", "tcp", "127.0.0.1", 8080, "10.1.0.2", 80)])
    assert "Connection refused" in lab.sh("host", "echo hello | socat - TCP4:127.0.0.1:8080")[2]


def test_sockets_of_programs_show_as_listeners(lab):
    servers = "socat TCP4-LISTEN:80,bind=10.1.0.2,fork,reuseaddr SYSTEM:cat & socat UDP4-RECVFROM:53,fork SYSTEM:cat"
    lab.sh("web", f"{servers} & {listening('tcp 80', 'udp 53')}")
    state = lab.state()
    assert state["web"].listeners == {Listener("tcp", "10.1.0.2", 80), Listener("udp", ANY, 53)}
    assert {(each.proto, each.forwards_to) for each in state["host"].listeners} == {("tcp", "10.1.0.2:80"), ("udp", "10.1.0.2:80")}
    lab.apply([ops.DeleteNetns("web")])
    assert "veth0" not in lab.state()["host"].links  # what ran in there was ended, so that nothing holds it
