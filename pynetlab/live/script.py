"""Shell scripts in a namespace of the lab, with the machine's own tools."""

import asyncio
import os
import signal
import socket
import subprocess
from contextlib import suppress

from ..errors import LiveError
from ..model import hostname
from ..ops import DeleteNetns
from . import file, libc
from .lab import Lab, Space
from .netns import NAMED
from .removal import remove

Said = tuple[int, str, str]
"""An exit code, what was written to standard output, and to standard error."""


class Scripts:
    """Runs one script at a time; the lab's proxies go on meanwhile."""

    def __init__(self, lab: Lab) -> None:
        """Take the lab."""
        self.lab = lab
        self.process: subprocess.Popen[bytes] | None = None

    async def run(self, where: str, text: str) -> Said:
        """Run a script by sh(1) and take in what it made. What it left in the background goes on."""
        space = self.lab.spaces.get(where)
        if space is None:
            raise LiveError(f"there is no namespace {where} in this lab; there are {', '.join(self.lab.spaces) or 'none'}")
        publish(self.lab)
        file.lay_out(self.lab, space)
        out, err = os.memfd_create("out"), os.memfd_create("err")
        try:
            self.process = self._started(space, text, out, err)
            await _end_of(self.process)
            return self.process.wait(), _text(out), _text(err)
        finally:
            self.process = None
            os.close(out)
            os.close(err)
            with suppress(OSError):
                libc.umount("/sys")
            adopt(self.lab)  # first, since the files of a new namespace are read under its name
            file.gather(self.lab, space)

    def stop(self) -> None:
        """Kill the script that runs, if one does."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _started(self, space: Space, text: str, out: int, err: int) -> subprocess.Popen[bytes]:
        libc.unshare(libc.NEWUTS)  # what runs in the background keeps the name that it began with
        socket.sethostname(hostname(space.name, space.files))
        with self.lab.inside(space):
            with suppress(OSError):
                libc.mount("sysfs", "/sys", "sysfs")  # it shows the devices of the namespace where it was mounted
            return subprocess.Popen(  # noqa: S603 - to run what the user wrote is what it is for
                ["/bin/sh", "-c", text], stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd="/", start_new_session=True
            )


async def _end_of(process: subprocess.Popen[bytes]) -> None:
    ended = asyncio.Event()
    descriptor = os.pidfd_open(process.pid)
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _text(descriptor: int) -> str:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode(errors="replace")


def publish(lab: Lab) -> None:
    """Give every namespace its name in the lab's own /run/netns, where ip-netns(8) looks."""
    for name, space in lab.spaces.items():
        if not space.named:
            path = NAMED / name
            path.touch()
            libc.mount(f"/proc/self/fd/{space.fd}", str(path), flags=libc.MS_BIND)
            space.named = True


def adopt(lab: Lab) -> None:
    """Take in the namespaces that a script made with ``ip netns add``, and let go of those that it deleted."""
    named = {path.name for path in NAMED.iterdir()}
    for name in named - set(lab.spaces):
        _take_in(lab, name)
    gone = [space for space in lab.spaces.values() if space.named and space.name not in named]
    for space in gone:
        space.named = False
    remove(lab, [DeleteNetns(space.name) for space in gone])
    lab.look_again()


def _take_in(lab: Lab, name: str) -> None:
    descriptor = os.open(NAMED / name, os.O_RDONLY | os.O_CLOEXEC)
    libc.setns(descriptor)
    try:
        lab.spaces[name] = lab.opened(name)
        lab.spaces[name].named = True
    finally:
        libc.setns(lab.home)
        os.close(descriptor)
