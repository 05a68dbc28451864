"""Open vSwitch's tracer on the same host: a userspace switch in a network namespace and directory of its own, and its flows."""

import json
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
OUTSIDE, BRIDGE, OUTSIDE_MAC, MAC = 1000, "br0", "02:00:00:00:03:e8", "02:00:00:00:{:02x}:{:02x}"
"""The port of the machine outside; the switch; the addresses of its machines, from their numbers."""


@contextmanager
def switch(count: int):
    """Run ovsdb-server and ovs-vswitchd with so many containers published; give the path of the latter's control socket."""
    with tempfile.TemporaryDirectory(prefix="ovs", dir="/tmp") as folder:
        base = Path(folder)
        env = dict.fromkeys(("OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR"), folder) | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        database = f"unix:{base}/db.sock"
        subprocess.run(["ovsdb-tool", "create", f"{base}/conf.db", SCHEMA], env=env, check=True)
        programs = [
            ["ovsdb-server", f"{base}/conf.db", f"--remote=punix:{base}/db.sock", f"--unixctl={base}/db.ctl"],
            ["ovs-vswitchd", database, "--disable-system", "--enable-dummy=override", f"--unixctl={base}/switch.ctl"],
        ]
        running = []
        try:
            for words in programs:
                running.append(
                    subprocess.Popen(
                        ["unshare", "--net", "setpriv", "--pdeathsig", "KILL", *words],
                        env=env,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                )
                _wait(base / ("db.sock" if len(running) == 1 else "switch.ctl"))
            ports = [*range(1, count + 1), OUTSIDE]
            words = [
                "ovs-vsctl",
                "--timeout=30",
                f"--db={database}",
                "add-br",
                BRIDGE,
                "--",
                "set",
                "bridge",
                BRIDGE,
                "datapath_type=dummy",
            ]
            for port in ports:
                words += [
                    "--",
                    "add-port",
                    BRIDGE,
                    f"p{port}",
                    "--",
                    "set",
                    "interface",
                    f"p{port}",
                    "type=dummy",
                    f"ofport_request={port}",
                ]
            subprocess.run(words, env=env, check=True)
            (base / "flows").write_text("\n".join(flows(count)) + "\n")
            subprocess.run(["ovs-ofctl", "add-flows", f"{base}/{BRIDGE}.mgmt", f"{base}/flows"], env=env, check=True)
            yield base / "switch.ctl"
        finally:
            for each in reversed(running):
                each.terminate()
                each.wait(10)


def _wait(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not path.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{path.name} did not come")
        time.sleep(0.05)


def mac(number: int) -> str:
    return MAC.format(number >> 8, number & 0xFF)


def address(number: int) -> str:
    return f"172.18.0.{number + 1}"


def flows(count: int):
    """What Docker's rules say, as a pipeline: 0 raw, 1 translated destinations, 2 filter with states, 3 routes and neighbours."""
    yield f"table=0,priority=10,in_port={OUTSIDE},ip,nw_dst=172.18.0.0/16,actions=drop"
    yield "table=0,priority=5,ip,actions=ct(table=1,nat)"
    yield "table=1,priority=200,ct_state=+est,ip,actions=resubmit(,3)"
    for n in range(1, count + 1):
        yield (
            f"table=1,priority=100,ct_state=+new,tcp,nw_dst=192.0.2.10,tp_dst={8000 + n - 1},"
            f"actions=ct(commit,table=2,nat(dst={address(n)}:80))"
        )
        yield f"table=2,priority=100,tcp,in_port={OUTSIDE},nw_dst={address(n)},tp_dst=80,actions=resubmit(,3)"
        yield f"table=3,priority=100,ip,nw_dst={address(n)},actions=mod_dl_dst:{mac(n)},dec_ttl,output:{n}"
    yield "table=1,priority=1,ip,actions=resubmit(,2)"
    yield "table=2,priority=50,ip,nw_src=172.18.0.0/16,nw_dst=172.18.0.0/16,actions=resubmit(,3)"
    yield "table=2,priority=40,ct_state=+new,ip,nw_src=172.18.0.0/16,actions=ct(commit,table=3,nat(src=192.0.2.10))"
    yield "table=2,priority=1,actions=drop"
    yield f"table=3,priority=1,ip,actions=mod_dl_dst:{OUTSIDE_MAC},dec_ttl,output:{OUTSIDE}"


def questions(count: int) -> list[list[str]]:
    """The first packet of a connection from each container to another, and of one from outside to each published port."""
    found = []
    for n in range(1, count + 1):
        other = (n + 6) % count + 1
        inner = f"tcp,dl_src={mac(n)},dl_dst={mac(other)},nw_ttl=64"
        found.append([BRIDGE, f"in_port={n},{inner},nw_src={address(n)},nw_dst={address(other)},tp_src=40000,tp_dst=80"])
        outer = f"tcp,dl_src={OUTSIDE_MAC},dl_dst={mac(n)},nw_ttl=64"
        found.append([BRIDGE, f"in_port={OUTSIDE},{outer},nw_src=192.0.2.99,nw_dst=192.0.2.10,tp_src=40000,tp_dst={8000 + n - 1}"])
    return found


class Control:
    """A connection to the control socket that stays open: JSON-RPC 1.0, as ovs-appctl(8) speaks it."""

    def __init__(self, path: Path) -> None:
        self.socket, self.decoder, self.number = socket.socket(socket.AF_UNIX), json.JSONDecoder(), 0
        self.socket.connect(str(path))

    def trace(self, words: list[str]) -> str:
        self.number += 1
        self.socket.sendall(json.dumps({"method": "ofproto/trace", "params": words, "id": self.number}).encode())
        said = ""
        while True:
            said += self.socket.recv(1 << 16).decode()
            try:
                answer, _ = self.decoder.raw_decode(said)
            except json.JSONDecodeError:
                continue
            if answer["error"]:
                raise RuntimeError(answer["error"])
            return answer["result"]

    def close(self) -> None:
        self.socket.close()


def by_process(path: Path, words: list[str]) -> str:
    """Ask with a process of its own."""
    return subprocess.run(["ovs-appctl", "-t", str(path), "ofproto/trace", *words], capture_output=True, text=True, check=True).stdout
