"""Namespaces: made by unshare(2), held by a descriptor, gone when the last descriptor is closed."""

import errno
import os
import signal
from contextlib import suppress
from pathlib import Path

from ..ops import AddNetns
from . import libc
from .decoding import decoded
from .lab import Lab, Space, refuse
from .messages import all_links
from .tell import tell

NAMED = Path("/run/netns")
"""Where ip-netns(8) looks for names; the lab has a /run of its own."""

SETTINGS = Path("/proc/sys/net")
INHERITED = ("rp_filter", "route_localnet", "promote_secondaries", "arp_ignore", "arp_announce", "arp_filter", "proxy_arp", "accept_local")


@tell.register
def _(op: AddNetns, lab: Lab) -> None:
    if op.netns in lab.spaces:
        raise refuse(errno.EEXIST, op)
    lab.flush()
    lab.spaces[op.netns] = new(lab, op.netns)


def new(lab: Lab, name: str) -> Space:
    """Make a namespace, with the settings of a machine that was just started, whatever this machine's are."""
    libc.unshare(libc.NEWNET)
    try:
        for path, value in lab.corrections:
            write(path, value)
        return lab.opened(name, lab.first_index)
    finally:
        libc.setns(lab.home)


def write(path: Path | str, value: str) -> None:
    """Write a setting in one go, without the buffers of a file object."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, value.encode())
    finally:
        os.close(fd)


def read(path: Path | str) -> str:
    """Read a setting in one go. Raises OSError."""
    fd = os.open(path, os.O_RDONLY)
    try:
        return os.read(fd, 64).decode().strip()
    finally:
        os.close(fd)


def learn(lab: Lab) -> None:
    """Look at a new namespace once: which settings it inherits, and which devices this kernel puts into it."""
    lab.corrections = ()
    trial = new(lab, "")
    with lab.inside(trial):
        wanted = {SETTINGS / "ipv4/conf" / dev / key: "0" for dev in ("all", "default", "lo") for key in INHERITED}
        wanted |= {SETTINGS / "bridge/bridge-nf-call-iptables": "1"}
        wanted |= {SETTINGS / "ipv4/conf" / dev / "send_redirects": "1" for dev in ("all", "default", "lo")}
        wrong = [(path, value) for path, value in wanted.items() if path.exists() and path.read_text().strip() != value]
    always = [(SETTINGS / "ipv4/ip_forward", "0"), (SETTINGS / "ipv6/conf/all/disable_ipv6", "1")]
    lab.corrections = tuple((path, value) for path, value in (*wrong, *always) if path.exists())
    links = [decoded(kind, data) for kind, data in trial.wire.dump(all_links())]
    lab.unasked = frozenset(attributes["IFLA_IFNAME"] for _, attributes in links) - {"lo"}
    lab.first_index = max(message["index"] for message, _ in links) + 1
    trial.close()


def identity(fd: int | str) -> tuple[int, int]:
    """Tell one namespace from another: its device and inode, namespaces(7)."""
    found = os.stat(fd)  # noqa: PTH116 - a descriptor has no path
    return found.st_dev, found.st_ino


def end_processes(*spaces: Space) -> None:
    """Kill what scripts left running in namespaces, so that nothing keeps them alive."""
    wanted = {identity(space.fd) for space in spaces}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or entry.name == str(os.getpid()):
            continue
        with suppress(OSError):
            if identity(f"{entry}/ns/net") in wanted:
                # a descriptor of /proc/PID names that very process, whichever PID namespace this /proc tells of
                fd = os.open(entry, os.O_RDONLY | os.O_DIRECTORY)
                signal.pidfd_send_signal(fd, signal.SIGKILL)
                os.close(fd)
