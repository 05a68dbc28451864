"""Kernel settings of a namespace: sysctl(8), proc(5) under /proc/sys/net."""

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..errors import KernelError
from ..model import Netns, State
from ..model.state import DEVICE_SETTINGS, SYSCTL_DEFAULTS
from .base import Op, Question


@dataclass(frozen=True, slots=True)
class ReadSysctl(Question):
    """Ask for a setting; ENOENT where there is none of that name."""

    key: str

    def command(self) -> str:
        """Give the command of sysctl(8)."""
        return f"sysctl -n {self.key}"

    def answer(self, state: State) -> str:
        """Look it up, or give what a new namespace has."""
        netns = state[self.netns]
        default = default_of(self.key, devices(netns))
        if default is None:
            raise KernelError(errno.ENOENT, self.command())
        return netns.sysctl.get(self.key, default)


@dataclass(frozen=True, slots=True)
class SetSysctl(Op):
    """Write a setting; ENOENT where there is none of that name, EINVAL for a value that is no number."""

    key: str
    """With dots, such as ``net.ipv4.ip_forward``; the part that names a device may hold no dot.

    ``net.ipv4.conf.default`` is left out: which devices it changes depends on what was done to each of them before.
    """
    value: str

    def command(self) -> str:
        """Give the command of sysctl(8)."""
        return f"sysctl -qw {self.key}={self.value}"

    def ask(self) -> Question:
        """Ask for the value."""
        return ReadSysctl(self.netns, self.key)

    def undo(self, before: str) -> tuple[Op, ...]:
        """Write the old value back."""
        return (SetSysctl(self.netns, self.key, before),)


def devices(netns: Netns) -> set[str]:
    """Name the devices that have settings of IPv4."""
    return {link.name for link in netns.links.values() if link.speaks_ip}


def device_settings(links: Iterable[str]) -> Iterator[str]:
    """Name the settings of devices, and those of all together."""
    yield from (f"net.ipv4.conf.{name}.{setting}" for name in ("all", *links) for setting in DEVICE_SETTINGS)


def default_of(key: str, links: set[str]) -> str | None:
    """Give what a setting is in a new namespace; None where there is no such setting."""
    words = key.split(".")
    if words[:3] == ["net", "ipv4", "conf"] and len(words) == 5 and words[4] in DEVICE_SETTINGS:  # noqa: PLR2004
        return "0" if words[3] in links | {"all"} else None
    return SYSCTL_DEFAULTS.get(key)
