"""Settings, simulated."""

import errno
import re
from dataclasses import replace

from ..model import State
from ..ops import SetSysctl
from ..ops.sysctl import default_of, devices
from .change import change, existing, refuse

NUMBER = re.compile(r"-?((?P<hexadecimal>0x[0-9a-fA-F]+)|(?P<octal>0[0-7]+)|0|[1-9][0-9]*)")


def _number(op: SetSysctl) -> str:
    """Read a value as proc_dointvec does: a C integer, in its decimal, octal or hexadecimal spelling."""
    found = NUMBER.fullmatch(op.value)
    if found is None:
        raise refuse(errno.EINVAL, op)
    value = int(op.value, 16 if found["hexadecimal"] else 8 if found["octal"] else 10)
    if not -(2**31) <= value < 2**31:
        raise refuse(errno.EINVAL, op)
    return str(int(bool(value)) if op.key.startswith("net.bridge.") else value)


@change.register
def _(op: SetSysctl, state: State) -> State:
    netns = existing(state, op)
    default = default_of(op.key, devices(netns))
    if default is None:
        raise refuse(errno.ENOENT, op)
    value = _number(op)
    settings = {key: value for key, value in netns.sysctl.items() if key != op.key}
    if value != default:
        settings[op.key] = value
    return state.with_netns(replace(netns, sysctl=settings))
