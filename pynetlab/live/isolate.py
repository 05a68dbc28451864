"""A place apart: the namespaces and mounts that keep a lab and its machine from seeing each other.

See user_namespaces(7), pid_namespaces(7), mount_namespaces(7).
"""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from select import POLLIN, poll

from . import libc

PRIVATE = Path("/run/pynetlab")
"""Where the lab keeps its own things, on a file system that only the lab sees."""

OWN_FILES = ("resolv.conf", "hosts", "hostname", "netns")
"""What a lab has of its own in /etc; all the rest is the machine's, to read."""


def of_parent(parent: int) -> int:
    """Give a descriptor of the process that started this one; where it has ended already, end too."""
    descriptor = os.pidfd_open(parent)
    if os.getppid() != parent:
        os._exit(1)
    return descriptor


def leave(watched: int, line: int) -> None:
    """Leave the machine: return in a child process that has namespaces of its own and dies with this process.

    This process itself never returns. It waits until the child has ended, or the process of the descriptor ``watched``
    has, and ends the child. Only the child keeps the descriptor ``line``. No thread may run yet. Raises OSError where the
    kernel refuses, and then nothing happened.
    """
    uid, gid = os.geteuid(), os.getegid()
    libc.unshare(libc.NEWNS | libc.NEWNET | libc.NEWPID | (libc.NEWUSER if uid else 0))
    if uid:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    alive, held = os.pipe()
    child = os.fork()
    if child:
        os.close(alive)
        os.close(line)
        _watch(child, watched)
    os.close(held)
    os.close(watched)
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    _die_if_alone(alive)
    _mounts()


def _watch(child: int, parent: int) -> None:
    """Wait for either to end; the child takes everything with it, since it is the first in its PID namespace."""
    waiter = poll()
    waiter.register(parent, POLLIN)
    pidfd = os.pidfd_open(child)
    waiter.register(pidfd, POLLIN)
    waiter.poll()
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os._exit(0)


def _die_if_alone(alive: int) -> None:
    """End where the watcher died before it could take this process with it."""
    os.set_blocking(alive, False)
    with suppress(BlockingIOError):
        if not os.read(alive, 1):
            os._exit(1)
    os.close(alive)


def _mounts() -> None:
    """Give the lab its own /run, /etc and /proc; the machine's stay as they are."""
    libc.mount("none", "/", flags=libc.MS_REC | libc.MS_PRIVATE)
    libc.mount("tmpfs", "/run", "tmpfs", data="mode=755")
    Path("/run/netns").mkdir()
    libc.mount("tmpfs", "/run/netns", "tmpfs", data="mode=755")  # else ip-netns(8) makes a mount of it, over those that are there
    with suppress(OSError):  # a container hides parts of /proc, and then a second one is refused: the old one only shows more
        libc.mount("proc", "/proc", "proc")
    _own_etc()
    os.environ["XTABLES_LOCKFILE"] = str(PRIVATE / "xtables.lock")


def _own_etc() -> None:
    """Put a writable /etc in place, full of links to the machine's, which becomes read-only."""
    machine = PRIVATE / "etc"
    machine.mkdir(parents=True)
    libc.mount("/etc", str(machine), flags=libc.MS_BIND | libc.MS_REC)
    locked = os.statvfs(machine).f_flag & (os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC)
    libc.mount("none", str(machine), flags=libc.MS_BIND | libc.MS_REMOUNT | libc.MS_RDONLY | locked)
    libc.mount("tmpfs", "/etc", "tmpfs", data="mode=755")
    for entry in machine.iterdir():
        if entry.name not in OWN_FILES:
            Path("/etc", entry.name).symlink_to(entry.readlink() if entry.is_symlink() else entry)


def own_programs(programs: dict[str, str]) -> None:
    """Put programs first on the PATH under names of their own: name → path of the machine's."""
    place = PRIVATE / "bin"
    place.mkdir(exist_ok=True)
    for name, program in programs.items():
        found = shutil.which(program)
        if found:
            (place / name).symlink_to(found)
    os.environ["PATH"] = f"{place}:{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


FORBIDS = {
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "AppArmor forbids them",
        "kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "/proc/sys/kernel/unprivileged_userns_clone": ("0", "this kernel forbids", "kernel.unprivileged_userns_clone=1"),
    "/proc/sys/user/max_user_namespaces": ("0", "their number may be zero", "user.max_user_namespaces=10000"),
}
"""Settings of a machine that forbid user namespaces: the value that does, what it means, and the one that does not."""


def why_not(error: OSError) -> str:
    """Say in one sentence why a lab cannot leave the machine, and after a semicolon what would help."""
    said = f"{error.filename}: {error.strerror}"
    if os.geteuid() == 0:
        return f"root may not make namespaces here ({said}); give the container --privileged"
    for path, (value, meaning, better) in FORBIDS.items():
        if Path(path).exists() and Path(path).read_text().strip() == value:
            return f"without root the live kernel needs user namespaces, and {meaning}; run sudo sysctl {better}"
    return f"without root the live kernel needs user namespaces, which are refused here ({said}); run as root or with --privileged"
