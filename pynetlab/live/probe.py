"""Tries in a throw-away namespace what a kernel and its tools can do. Run by features(), as ``python -m``.

Writes one JSON object a line, the fields of a Feature, to the descriptor it is given.
"""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from . import libc
from .isolate import leave, of_parent, why_not

Answer = tuple[str, bool, str, str]
"""Name, whether it works, why not, and the remedy."""

DEVICES = {
    "bridge": ("bridge", False, "bridge"),
    "veth": ("veth", False, "veth"),
    "vxlan": ("vxlan", False, "vxlan"),
    "dummy": ("dummy", False, "dummy"),
    "macvlan": ("macvlan", True, "macvlan"),
    "ipvlan": ("ipvlan", True, "ipvlan"),
    "vlan (802.1Q)": ("vlan", True, "8021q"),
}
"""Feature → the kind of device, whether it sits on another, and the kernel module that has it."""

TOOLS = {
    "iptables-nft": ("iptables-nft -A FORWARD -j ACCEPT", "iptables", "nft_compat"),
    "iptables-legacy": ("iptables-legacy -A FORWARD -j ACCEPT", "iptables", "ip_tables"),
    "nft": ("nft add table ip pynetlab", "nftables", "nf_tables"),
    "netem": ("tc qdisc add dev lo root netem delay 1ms", "iproute2", "sch_netem"),
    "tbf": ("tc qdisc add dev lo root tbf rate 1mbit burst 10kb limit 10kb", "iproute2", "sch_tbf"),
    "iproute2": ("ip link show lo", "iproute2", ""),
    "socat": ("socat -V", "socat", ""),
    "conntrack": ("conntrack -L", "conntrack", "nf_conntrack_netlink"),
}
"""Feature → a command that works where it is there, the distribution's package, and the kernel module that it needs."""

IP_VS_SO_GET_VERSION = 1152
MISSING = (errno.EOPNOTSUPP, errno.ENOENT, errno.ENODEV)


def everything() -> Iterator[Answer]:
    """Try all, one after the other; each in a network namespace of its own, so that no trial sees another's."""
    yield from _devices()
    yield from (_tool(name, *words) for name, words in TOOLS.items())
    bridged = Path("/proc/sys/net/bridge/bridge-nf-call-iptables").exists()
    yield "br_netfilter", bridged, "bridged packets do not pass iptables", _load("br_netfilter")
    yield _ipvs()
    yield from _watching()


def _load(module: str) -> str:
    return f"sudo modprobe {module}, or a kernel that has it"


def _devices() -> Iterator[Answer]:
    try:
        from .messages import add_plain  # noqa: PLC0415 - without pyroute2 the rest can still be tried
        from .wire import Wire  # noqa: PLC0415
    except ImportError:
        return
    for name, (kind, on_another, module) in DEVICES.items():
        libc.unshare(libc.NEWNET)
        wire = Wire()
        if on_another:
            wire.tell([add_plain(7, "under", "veth", None)])
        (number,) = wire.tell([add_plain(9, "trial", kind, 7 if on_another else None)])
        wire.close()
        why = f"this kernel has no {kind} device" if number in MISSING else f"the kernel refuses a {kind} device: {os.strerror(number)}"
        yield name, number == 0, why, _load(module)


def _tool(name: str, command: str, package: str, module: str) -> Answer:
    words = command.split()
    if shutil.which(words[0]) is None:
        return name, False, f"there is no program {words[0]}", f"install the package {package}"
    libc.unshare(libc.NEWNET)
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - the table above
    said = done.stderr.strip().splitlines() or ["it fails without a word"]
    return name, done.returncode == 0, f"{words[0]} fails: {said[0]}", _load(module) if module else f"look at {words[0]}"


def _watching() -> Iterator[Answer]:
    """Try what shows which rules a packet meets: a private table of nf_tables that marks it, and a packet socket."""
    try:
        from . import nf_messages as nf  # noqa: PLC0415 - without pyroute2 the rest can still be tried
    except ImportError:
        return
    libc.unshare(libc.NEWNET)
    why = ""
    try:
        with (
            socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0),
            socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, nf.NETFILTER) as line,
        ):
            line.bind((0, 0))
            line.setsockopt(nf.SOL_NETLINK, nf.ADD_MEMBERSHIP, nf.TRACE_GROUP)
            line.send(nf.private_table())
            for kind, body in nf.messages(line.recv(1 << 16)):
                number = -int.from_bytes(body[:4], "little", signed=True) if kind == nf.ERROR else 0
                why = os.strerror(number) if number else why
    except OSError as error:
        why = error.strerror or str(error)
    yield "watching packets", not why, f"the kernel refuses to show which rules a packet meets: {why}", _load("nf_tables")


def _ipvs() -> Answer:
    libc.unshare(libc.NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as trial:
        try:
            trial.getsockopt(socket.IPPROTO_IP, IP_VS_SO_GET_VERSION, 64)
        except OSError:
            return "ipvs", False, "this kernel has no IP virtual server", _load("ip_vs")
    return "ipvs", True, "", ""


def main(descriptor: int, parent: int) -> None:
    """Leave the machine and try everything."""
    with os.fdopen(descriptor, "w", encoding="utf-8", buffering=1) as answers:

        def say(name: str, works: bool, why: str, remedy: str) -> None:  # noqa: FBT001
            fields = {"name": name, "works": works} | ({} if works else {"why": why, "remedy": remedy})
            print(json.dumps(fields), file=answers)

        try:
            leave(of_parent(parent), descriptor)
        except OSError as refusal:
            why, _, remedy = why_not(refusal).partition("; ")
            say("isolation", False, why, remedy)  # noqa: FBT003
            return
        say("isolation", True, "", "")  # noqa: FBT003
        os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
        for answer in everything():
            say(*answer)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
