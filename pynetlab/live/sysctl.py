"""Settings, by the files under /proc/sys/net, which show those of the namespace in which one is: proc(5)."""

import errno
from contextlib import suppress
from pathlib import Path

from ..errors import LiveError
from ..model.state import SYSCTL_DEFAULTS
from ..ops import SetSysctl
from ..ops.sysctl import default_of
from .lab import Lab, refuse
from .netns import write
from .tell import tell


def path_of(key: str) -> Path:
    """Give the file of a setting."""
    return Path("/proc/sys", *key.split("."))


def check(op: SetSysctl) -> None:
    """Raise LiveError where a module is missing."""
    if op.key in SYSCTL_DEFAULTS and not path_of(op.key).exists():
        raise LiveError(f"this kernel has no setting {op.key}: the module br_netfilter is not loaded; sudo modprobe br_netfilter")


@tell.register
def _(op: SetSysctl, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    with lab.inside(space):
        names = {path.name for path in Path("/proc/sys/net/ipv4/conf").iterdir()} - {"all", "default"}
        # only settings of the model: a machine has others, which belong to all of it
        if default_of(op.key, names) is None:
            raise refuse(errno.ENOENT, op)
        write(path_of(op.key), op.value)


def settings(links: set[str]) -> dict[str, str]:
    """Read the settings of the namespace in which this thread is: those that are not as in a new one."""
    keys = [*SYSCTL_DEFAULTS, *(f"net.ipv4.conf.{dev}.route_localnet" for dev in ("all", *links))]
    found = {}
    for key in keys:
        with suppress(FileNotFoundError):
            value = path_of(key).read_text().strip()
            if value != default_of(key, links):
                found[key] = value
    return found
