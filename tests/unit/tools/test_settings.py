"""sysctl(8), ss(8) and tools that are added to the simulation's own."""

from pynetlab.kernel import run
from pynetlab.model import Listener
from pynetlab.ops import AddNetns, StartProxy
from pynetlab.output import Output
from pynetlab.sim import SimKernel
from pynetlab.tools import TOOLS, shell


def kernel():
    made = SimKernel()
    made.apply([AddNetns("host")])
    return made


def test_settings_are_read_written_and_listed():
    host = kernel()
    assert host.sh("host", "sysctl -w net.ipv4.ip_forward=1 net.ipv4.conf.lo.route_localnet=1; sysctl -n net/ipv4/ip_forward") == (
        0,
        "net.ipv4.ip_forward = 1\nnet.ipv4.conf.lo.route_localnet = 1\n1\n",
        "",
    )
    listed = host.sh("host", "sysctl -a")[1].splitlines()
    assert listed == sorted(listed)
    assert "net.ipv4.conf.lo.route_localnet = 1" in listed


def test_a_setting_that_linux_has_and_the_simulation_has_not_is_told_from_one_that_is_nowhere():
    assert (
        kernel()
        .sh("host", "sysctl net.ipv4.tcp_syncookies")[2]
        .startswith("the setting net.ipv4.tcp_syncookies is not in the simulation; there are net.ipv4.ip_forward")
    )
    assert kernel().sh("host", "sysctl net.nosuch") == (1, "", "sysctl: cannot stat /proc/sys/net/nosuch: No such file or directory\n")
    assert kernel().sh("host", "sysctl -e net.nosuch net.ipv4.ip_forward") == (0, "net.ipv4.ip_forward = 0\n", "")


def test_sockets_that_listen_are_shown():
    host = kernel()
    host.apply([StartProxy("host", "tcp", "0.0.0.0", 8080, "172.17.0.2", 80)])  # noqa: S104 - a lab's own address
    assert Listener("tcp", "0.0.0.0", 8080) in host.state()["host"].listeners  # noqa: S104
    assert host.sh("host", "ss -lnt")[1] == (
        "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
        "LISTEN 0      128          0.0.0.0:8080      0.0.0.0:*          \n"
    )


def test_whoever_knows_more_adds_words_that_other_tools_find_too():
    def ping(call):
        yield from ()
        return Output(f"{call.netns} asks {call.words[-1]}\n")

    plan = shell("host", "ping web; ip netns exec host ping db; sh -c 'sudo ping x'", TOOLS | {"ping": ping})
    assert run(plan, kernel()).done().text == "host asks web\nhost asks db\nhost asks x\n"
