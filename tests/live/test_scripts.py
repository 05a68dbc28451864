"""Shell scripts in a lab: the machine's tools, the lab's names and files, and nothing of it outside."""

import signal
import threading
import time
from pathlib import Path

import pytest

from pynetlab import ops
from pynetlab.errors import LiveError
from pynetlab.model import mac_address

pytestmark = pytest.mark.live


@pytest.fixture
def lab(live_kernel):
    live_kernel.apply([ops.AddNetns("host"), ops.AddNetns("web")])
    return live_kernel


def test_a_script_gives_its_exit_code_and_what_it_said(lab):
    assert lab.sh("host", "echo out; echo err >&2; exit 7") == (7, "out\n", "err\n")


def test_a_namespace_that_is_not_there_is_named(lab):
    with pytest.raises(LiveError, match="no namespace db in this lab; there are host, web"):
        lab.sh("db", "true")


def test_ip_netns_knows_the_lab_s_names_and_the_lab_those_of_scripts(lab):
    lab.sh("host", "ip netns add db && ip link add v type veth peer name eth0 netns db && ip -n db addr add 10.0.0.1/8 dev eth0")
    state = lab.state()
    assert state["db"].links["eth0"].peer == ("host", "v")
    assert state["host"].links["v"].peer == ("db", "eth0")
    assert [str(address) for address in state["db"].links["eth0"].addresses] == ["10.0.0.1/8"]
    code, said, _ = lab.sh("host", "ip netns exec web ip -o link; ip netns del db; ip netns del web")
    assert (code, said.count("lo:")) == (0, 1)
    assert set(lab.state().netns) == {"host"}
    assert set(lab.state()["host"].links) == {"lo"}


def test_operations_and_scripts_work_on_the_same_devices(lab):
    lab.sh("host", "ip link add br0 type bridge; ip link add v0 type veth peer name v1 netns web")
    lab.apply(
        [
            ops.SetMaster("host", "v0", "br0"),
            ops.AddVeth("host", "v2", mac_address("c"), "web", "v3", mac_address("d")),
            ops.DeleteLink("web", "v1"),
        ]
    )
    assert set(lab.state()["host"].links) == {"lo", "br0", "v2"}


def test_namespaces_made_in_the_background_are_adopted(lab):
    lab.sh("host", "(sleep 0.3; ip netns add late) >/dev/null 2>&1 &")
    assert "late" not in lab.state().netns
    time.sleep(1)
    lab.adopt()
    assert set(lab.state().netns) == {"host", "web", "late"}


def test_adopting_forgets_no_namespace_that_never_had_a_name(lab):
    lab.adopt()
    assert set(lab.state().netns) == {"host", "web"}


def test_files_are_each_namespace_s_own(lab):
    machine = Path("/etc/hostname").read_text()
    lab.apply([ops.WriteFile("host", "/etc/resolv.conf", "nameserver 192.0.2.1\n"), ops.WriteFile("web", "/etc/hosts", "10.0.0.1 db\n")])
    _, said, error = lab.sh(
        "host", "cat /etc/resolv.conf; cat /etc/netns/web/hosts; printf box > /etc/hostname; test -e /etc/hosts || echo none"
    )
    assert (said, error) == ("nameserver 192.0.2.1\n10.0.0.1 db\nnone\n", "")
    assert lab.sh("web", "cat /etc/hosts; test -e /etc/resolv.conf || echo none")[1] == "10.0.0.1 db\nnone\n"
    assert lab.state()["host"].files == {"/etc/resolv.conf": "nameserver 192.0.2.1\n", "/etc/hostname": "box"}
    assert Path("/etc/hostname").read_text() == machine


def test_the_rest_of_etc_is_the_machine_s_and_cannot_be_written(lab):
    code, said, error = lab.sh("host", "cat /etc/passwd; echo x >> /etc/passwd")
    assert said == Path("/etc/passwd").read_text()
    assert code != 0
    assert "ead-only" in error


def test_iptables_is_the_lab_s_dialect(lab):
    lab.sh("host", "iptables -t nat -N DOCKER && iptables -A FORWARD -j DROP")
    state = lab.state()["host"]
    assert "DOCKER" in state.tables["nat"].chains
    assert [str(rule) for rule in state.chain("filter", "FORWARD").rules] == ["-j DROP"]
    assert state.tables.keys() == {"nat", "filter"}


def test_a_script_sees_its_own_devices_and_processes_only(lab):
    _, said, _ = lab.sh("host", "ls /sys/class/net; ps -e -o comm= | sort | uniq")
    assert said.split() == ["lo", *sorted({"ps", "python", "python3", "sh", "sort", "uniq"} & set(said.split()))]


def test_an_interrupt_ends_the_script_and_not_the_lab(lab):
    """As in a notebook: the cell ends with KeyboardInterrupt, and the next one works."""
    threading.Timer(0.5, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT]).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        lab.sh("host", "sleep 60")
    assert set(lab.state().netns) == {"host", "web"}
    assert time.monotonic() - start < 10
