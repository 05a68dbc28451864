"""Settings, by the files under /proc/sys/net, which show those of the namespace in which one is: proc(5)."""

import errno
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..errors import LiveError
from ..model.state import DEVICE_SETTINGS, SYSCTL_DEFAULTS
from ..ops import SetSysctl
from ..ops.sysctl import default_of, device_settings
from .lab import Lab, refuse
from .netns import read, write
from .tell import tell

SIGN = 1 << 31
"""Of a C integer in 32 bits."""


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


def settings(devices: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """Read the settings of the namespace in which this thread is: those that are not as in a new one.

    ``devices`` are its devices with their IPV4_DEVCONF values as netlink tells them, unsigned.
    """
    found: dict[str, str] = {}
    for name, values in devices.items():
        told = ((setting, (values[setting] + SIGN) % (2 * SIGN) - SIGN) for setting in DEVICE_SETTINGS)
        found |= {f"net.ipv4.conf.{name}.{setting}": str(value) for setting, value in told if value}
    links = set(devices)
    for key in (*SYSCTL_DEFAULTS, *device_settings(())):
        with suppress(FileNotFoundError):
            value = read(f"/proc/sys/{key.replace('.', '/')}")
            if value != default_of(key, links):
                found[key] = value
    return found
