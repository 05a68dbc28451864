"""sysctl(8): the settings of a namespace that the lab has."""

import errno
import os
from collections.abc import Iterator

from ..errors import KernelError
from ..kernel import Plan, Step
from ..model import Netns
from ..model.state import DEVICE_SETTINGS, SYSCTL_DEFAULTS
from ..ops import Op, ReadSysctl, SetSysctl
from ..ops.sysctl import device_settings, devices
from ..output import Output
from .call import ASKED, Call, Refused, absent, change, holds

ELSEWHERE = ("net.ipv4.", "net.ipv6.", "net.core.", "net.bridge.", "net.netfilter.", "kernel.", "vm.", "fs.")
"""Where Linux has more settings than a lab."""

LONG = {"--write": "w", "--values": "n", "--quiet": "q", "--ignore": "e", "--all": "a", "--names": "N"}


def sysctl(call: Call) -> Plan[Output]:
    """Read settings, or write those that stand with ``=``. What is refused is said and the rest goes on; then the code is 1."""
    flags, words = "", list[str]()
    for word in call.arguments:
        if word.startswith("-"):
            flags += LONG.get(word, "") or word[1:]
        else:
            words.append(word)
    strange = sorted(set(flags) - set("wnqeaNAX"))
    if strange or not (words or set(flags) & set("aAX")):
        raise absent(
            f"sysctl {'-' + strange[0] if strange else 'without a name'}", ["-a", "-w", "-n", "-N", "-q", "-e", "NAME", "NAME=VALUE"]
        )
    if set(flags) & set("aAX"):
        netns = (yield from holds(call.netns))[call.netns]
        words = list(keys(netns))
    out, err = "", ""
    for word in words:
        try:
            out += yield from _one(call.netns, word, flags)
        except Refused as error:
            err += (
                "" if "e" in flags and isinstance(error.__cause__, KernelError) and error.__cause__.errno == errno.ENOENT else f"{error}\n"
            )
    return Output(out, int(bool(err)), err=err)


def keys(netns: Netns) -> Iterator[str]:
    """Name the settings that the lab has, in the order of ``sysctl -a``."""
    yield from sorted([*SYSCTL_DEFAULTS, *device_settings(devices(netns))])


def _one(netns: str, word: str, flags: str) -> Plan[str]:
    name, assigned, value = word.partition("=")
    key, value = name.strip().replace("/", "."), value.strip()
    if "w" in flags and not assigned:
        raise Refused("sysctl: command line(0): invalid syntax, continuing...")
    if assigned:
        yield from change(SetSysctl(netns, key, value), _says)
        if "q" in flags:
            return ""
    else:
        try:
            value = yield Step(ReadSysctl(netns, key), ASKED, may_fail=True)
        except KernelError as error:
            raise _says(ReadSysctl(netns, key), error) from error
    return f"{key}\n" if "N" in flags else f"{value}\n" if "n" in flags else f"{key} = {value}\n"


def _says(op: Op, error: KernelError) -> Refused:
    key = op.key if isinstance(op, SetSysctl | ReadSysctl) else ""
    if error.errno == errno.ENOENT and key.startswith(ELSEWHERE):
        return absent(f"the setting {key}", [*SYSCTL_DEFAULTS, *(f"net.ipv4.conf.DEV.{each}" for each in DEVICE_SETTINGS)])
    if error.errno == errno.ENOENT:
        return Refused(f"sysctl: cannot stat /proc/sys/{key.replace('.', '/')}: No such file or directory")
    return Refused(f'sysctl: setting key "{key}": {os.strerror(error.errno)}')
