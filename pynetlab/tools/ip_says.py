"""What ip(8) says when the kernel refuses: its own words, those of the kernel's extended acknowledgement, and its exit codes."""

import errno
import os
from collections.abc import Mapping

from ..errors import KernelError
from ..ops import AddAddress, AddNetns, AddRoute, DeleteAddress, DeleteNetns, LinkOp, MoveLink, Op, SetHairpin, SetMaster, SetMtu
from .call import Refused
from .link_details import MTU_RANGE

FAILED, REFUSED, MISUSED = 1, 2, 255

KERNEL: Mapping[tuple[type[Op], int], str] = {
    (AddAddress, errno.EEXIST): "ipv4: Address already assigned.",
    (AddAddress, errno.EINVAL): "ipv4: Invalid scope value.",
    (DeleteAddress, errno.EADDRNOTAVAIL): "ipv4: Address not found.",
    (AddRoute, errno.ENETUNREACH): "Nexthop has invalid gateway.",
    (AddRoute, errno.ENETDOWN): "Device for nexthop is not up.",
    (AddRoute, errno.EINVAL): "Invalid prefsrc address.",
    (MoveLink, errno.EINVAL): "The interface netns is immutable.",
    (MoveLink, errno.EEXIST): "An interface with the same name exists in the target netns.",
    (SetMaster, errno.ELOOP): "Can not enslave a bridge to a bridge.",
}
"""The kernel's own sentence, where it has one: net/ipv4/devinet.c, fib_semantics.c, net/bridge/br_if.c of Linux 6.18."""


def says(op: Op, error: KernelError) -> Refused:
    """Give what ip(8) prints for an operation that was refused."""
    number = error.errno
    if number == errno.ENODEV:
        return _no_device(op)
    if isinstance(op, MoveLink) and number == errno.ENOENT:
        return wrong(op.to, 'Invalid "netns" value')
    if isinstance(op, AddNetns):
        return Refused(f'Cannot create namespace file "/run/netns/{op.netns}": {os.strerror(number)}')
    if isinstance(op, DeleteNetns):
        return Refused(f'Cannot remove namespace file "/run/netns/{op.netns}": {os.strerror(number)}')
    low, high = MTU_RANGE
    if (
        isinstance(op, SetMtu) and number == errno.EINVAL and not low <= op.mtu <= high
    ):  # else its wire has a smaller one: nothing is said of that
        return Refused(f"Error: mtu {'less than device minimum' if op.mtu < low else 'greater than device maximum'}.", REFUSED)
    said = KERNEL.get((type(op), number))
    return Refused(f"Error: {said}" if said else f"RTNETLINK answers: {os.strerror(number)}", REFUSED)


def _no_device(op: Op) -> Refused:
    """Name the device that is not there: the one that the command is about, or the second one that it names."""
    if isinstance(op, AddRoute):
        return Refused(f'Cannot find device "{op.route.dev}"')
    if isinstance(op, SetHairpin):
        return Refused(f"RTNETLINK answers: {os.strerror(errno.EOPNOTSUPP)}", REFUSED)
    return Refused(f'Cannot find device "{op.name}"' if isinstance(op, LinkOp) else f"RTNETLINK answers: {os.strerror(errno.ENODEV)}")


def no_device(name: str) -> Refused:
    """Give what ip(8) says of a device that it looks for itself."""
    return Refused(f'Cannot find device "{name}"')


def wrong(word: str, why: str) -> Refused:
    """Give what ip(8) says of a word that it does not take; an empty line follows, as it prints it."""
    return Refused(f'Error: argument "{word}" is wrong: {why}\n', MISUSED)


def missing(word: str, code: int = FAILED) -> Refused:
    """Give what ip(8) says where a word is missing."""
    return Refused(f'Not enough information: "{word}" argument is required{"" if word == "type" else "."}', code)
