"""The one function that leads from a state to the next; each file here registers its operations with it."""

import errno
from functools import singledispatch

from ..errors import KernelError
from ..model import Link, Netns, State
from ..ops import Op


@singledispatch
def change(op: Op, state: State) -> State:
    """Give the state after the operation; raises KernelError, and then nothing changed."""
    raise TypeError(f"no simulation of {type(op).__name__} for {state!r}")


def refuse(number: int, op: Op) -> KernelError:
    """Give the error to raise, which names the command."""
    return KernelError(number, op.shell("host"))


def existing(state: State, op: Op) -> Netns:
    """Give the namespace of the operation, or ENOENT as ip-netns(8) does."""
    netns = state.netns.get(op.netns)
    if netns is None:
        raise refuse(errno.ENOENT, op)
    return netns


def device(state: State, op: Op, name: str) -> Link:
    """Give a device in the namespace of the operation, or ENODEV."""
    link = existing(state, op).links.get(name)
    if link is None:
        raise refuse(errno.ENODEV, op)
    return link
