"""The system calls that Python 3.11 does not have: unshare(2), setns(2), mount(2), umount2(2), prctl(2).

Each raises OSError with the kernel's errno.
"""

import ctypes
import os

NEWNS = 0x00020000
NEWUTS = 0x04000000
NEWUSER = 0x10000000
NEWPID = 0x20000000
NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 0x2

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def unshare(flags: int) -> None:
    """Go to new namespaces, with this process, of the kinds in ``flags``; with NEWPID only the children that it will have."""
    _checked(_libc.unshare(flags), "unshare")


def setns(fd: int) -> None:
    """Go to the network namespace of a descriptor, with this thread."""
    _checked(_libc.setns(fd, NEWNET), "setns")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Attach a file system, or with flags change or bind one, as the program of that name does."""
    _checked(_libc.mount(source.encode(), target.encode(), kind.encode() or None, ctypes.c_ulong(flags), data.encode() or None), target)


def umount(target: str) -> None:
    """Take a mount away, at once, even while it is in use."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), target)


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process."""
    _checked(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), "prctl")
