"""Servers of the lab: each says who it is and whom it saw, over tcp and udp, and is refused and listed as any other socket."""

from ipaddress import IPv4Interface
from shlex import quote

import pytest
from sockets import listening

from pynetlab import ops
from pynetlab.errors import KernelError
from pynetlab.model import mac_address
from pynetlab.ops.server import said
from pynetlab.sim import SimKernel

pytestmark = pytest.mark.live

ANY = "0.0.0.0"  # noqa: S104 - the address of a socket in the lab
STAGE = [
    ops.AddNetns("host"),
    ops.AddNetns("web"),
    ops.SetUp("host", "lo"),
    ops.SetUp("web", "lo"),
    ops.AddVeth("host", "veth0", mac_address("a"), "web", "eth0", mac_address("b")),
    ops.SetUp("host", "veth0"),
    ops.SetUp("web", "eth0"),
    ops.AddAddress("host", "veth0", IPv4Interface("10.1.0.1/24")),
    ops.AddAddress("web", "eth0", IPv4Interface("10.1.0.2/24")),
    ops.AddAddress("web", "eth0", IPv4Interface("10.1.0.3/24")),
    ops.StartServer("web", "tcp", ANY, 80, "web"),
    ops.StartServer("web", "udp", ANY, 80, "web"),
]


def test_a_server_says_its_name_and_whom_it_saw_from_the_address_that_was_asked(live_kernel):
    live_kernel.apply(STAGE)
    assert live_kernel.sh("host", "for i in 1 2 3; do socat -t 9 - TCP4:10.1.0.2:80 & done; wait") == (0, "web 10.1.0.1\n" * 3, "")
    # a connected socket of udp takes answers only from where it asked: 10.1.0.3 is not the address that routes would choose
    for ip in ("10.1.0.2", "10.1.0.3"):
        assert live_kernel.sh("host", f"echo | socat -t 3 - UDP4:{ip}:80") == (0, "web 10.1.0.1\n", "")
    assert live_kernel.sh("web", "echo hello | socat -t 9 - TCP4:127.0.0.1:80")[1] == "web 127.0.0.1\n"


def test_both_kernels_hold_and_refuse_the_same(live_kernel):
    kernels = (SimKernel(dialect=live_kernel.dialect), live_kernel)
    for kernel in kernels:
        kernel.apply(STAGE)
        for op, refused in (
            (ops.StartServer("web", "tcp", "10.1.0.2", 80, "other"), "EADDRINUSE"),
            (ops.StartProxy("web", "udp", "10.1.0.2", 80, "10.1.0.1", 80), "EADDRINUSE"),
            (ops.StartServer("web", "tcp", "10.7.7.7", 81, "web"), "EADDRNOTAVAIL"),
            (ops.StopServer("web", "tcp", ANY, 81, "web"), "ESRCH"),
            (ops.StartServer("gone", "tcp", ANY, 81, "web"), "ENOENT"),
        ):
            with pytest.raises(KernelError) as error:
                kernel.apply([op])
            assert error.value.name == refused
    simulated, real = (kernel.state()["web"] for kernel in kernels)
    assert simulated == real
    assert {(each.proto, each.port, each.serves) for each in real.listeners} == {("tcp", 80, "web"), ("udp", 80, "web")}
    assert {each.serves for each in simulated.listeners} == {"web"}
    for kernel in kernels:
        kernel.apply([ops.StopServer("web", "tcp", ANY, 80, "web"), ops.StopServer("web", "udp", ANY, 80, "web")])
        assert kernel.state()["web"].listeners == frozenset()
    assert "refused" in live_kernel.sh("host", "socat - TCP4:10.1.0.2:80")[2]


def test_a_namespace_that_comes_back_has_its_servers_again(live_kernel):
    live_kernel.apply(STAGE)
    before = live_kernel.state()
    op = ops.DeleteNetns("web")
    live_kernel.apply([op])
    live_kernel.apply(op.undo(before))
    assert live_kernel.state() == before
    assert live_kernel.sh("host", "socat -t 9 - TCP4:10.1.0.2:80") == (0, "web 10.1.0.1\n", "")
    assert {each.serves for each in live_kernel.state()["web"].listeners} == {"web"}


def test_the_printed_command_is_a_server_too(live_kernel):
    live_kernel.apply([op for op in STAGE if not isinstance(op, ops.StartServer)])
    start = " \n".join(op.shell("host") for op in STAGE if isinstance(op, ops.StartServer))
    stop = "\n".join(op.undo(None)[0].shell("host") for op in STAGE if isinstance(op, ops.StartServer))
    ready = f"ip netns exec web sh -c {quote(listening('tcp 80', 'udp 80'))}"
    asked = "socat -t 9 - TCP4:10.1.0.2:80; echo | socat -t 3 - UDP4:10.1.0.2:80"
    assert live_kernel.sh("host", f"{start}\n{ready}; {asked}\n{stop}")[1] == "web 10.1.0.1\n" * 2


@pytest.mark.parametrize(
    ("method", "status", "tail"),
    [
        ("GET", "200 OK", "\r\n\r\nweb 10.1.0.1\n"),
        ("HEAD", "200 OK", "close\r\n\r\n"),
        ("POST", "405 Method Not Allowed", "web 10.1.0.1\n"),
    ],
)
def test_a_request_of_http_gets_a_response_of_it(live_kernel, method, status, tail):
    live_kernel.apply(STAGE)
    script = f"printf '{method} / HTTP/1.1\\r\\nHost: web\\r\\n\\r\\n' | socat -t 9 - TCP4:10.1.0.2:80"
    code, out, _ = live_kernel.sh("host", script)
    assert (code, out.partition("\r\n")[0]) == (0, f"HTTP/1.1 {status}")
    assert out.endswith(tail)
    assert out == said("web", "10.1.0.1", f"{method} / HTTP/1.1\r\n")
