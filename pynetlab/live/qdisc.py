"""Queueing disciplines, by rtnetlink(7); the layout of the messages is that of linux/pkt_sched.h.

pyroute2 could encode them too, but its module for that knows every discipline and takes a while to load.
"""

import errno
import struct
from collections.abc import Iterator
from functools import lru_cache

from ..errors import LiveError
from ..model import Tbf
from ..ops import AddQdisc, DeleteQdisc
from . import netns
from .lab import LOOPBACK, Lab, Space, refuse
from .messages import ACK, ANEW, ATTRIBUTE, DUMP, HEADER, REQUEST
from .tell import tell

NEWQDISC, DELQDISC, GETQDISC = 36, 37, 38
KIND, OPTIONS, PARMS = 1, 2, 1
"""Numbers of attributes: TCA_KIND, TCA_OPTIONS and in it TCA_TBF_PARMS."""
ROOT = 0xFFFFFFFF
TC = struct.Struct("=B3xiIII")
"""struct tcmsg: family, device, handle, parent, information."""
TBF = struct.Struct("=BBHhHI 12x III")
"""struct tc_tbf_qopt: of the rate its cell, link layer, overhead, alignment, smallest packet and bytes in a second; no peak
rate; then limit, burst in ticks, and an MTU that only a peak rate needs."""
ETHERNET = 1
TRIAL = Tbf(1_000_000, 10_240, 10_240)


@tell.register
def _(op: AddQdisc, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    if not op.qdisc.possible:
        raise refuse(errno.EINVAL, op)
    lab.send(space, _add(index, op.qdisc), _message(DELQDISC, ACK, index))


@tell.register
def _(op: DeleteQdisc, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    lab.send(space, _message(DELQDISC, ACK, index))


def check(lab: Lab) -> None:
    """Raise LiveError where this kernel cannot limit a rate; it is tried once."""
    if _lacks(lab):
        raise LiveError("this kernel cannot limit the rate of a device: the module sch_tbf is not there; sudo modprobe sch_tbf")


@lru_cache(1)
def _lacks(lab: Lab) -> bool:
    trial = netns.new(lab, "")
    (number,) = trial.wire.tell([_add(LOOPBACK, TRIAL)])
    trial.close()
    return number != 0


def qdiscs(space: Space) -> Iterator[tuple[int, Tbf]]:
    """Read the token bucket filters of a namespace, each with the index of its device."""
    for kind, data in space.wire.dump(_message(GETQDISC, DUMP, 0)):
        _, index, _, parent, _ = TC.unpack_from(data, HEADER.size)
        attributes = dict(_attributes(data[HEADER.size + TC.size :]))
        if kind == NEWQDISC and parent == ROOT and attributes[KIND] == b"tbf\0":
            *_, rate, limit, ticks, _ = TBF.unpack(dict(_attributes(attributes[OPTIONS]))[PARMS])
            yield index, Tbf.kept(rate * 8, ticks, limit)


def _add(index: int, qdisc: Tbf) -> bytes:
    parms = TBF.pack(0, ETHERNET, 0, 0, 0, qdisc.rate // 8, qdisc.limit, qdisc.ticks, 0)
    return _message(NEWQDISC, ACK | ANEW, index, _attribute(KIND, b"tbf\0") + _attribute(OPTIONS, _attribute(PARMS, parms)))


def _message(kind: int, flags: int, index: int, attributes: bytes = b"") -> bytes:
    body = TC.pack(0, index, 0, ROOT, 0) + attributes
    return HEADER.pack(HEADER.size + len(body), kind, REQUEST | flags, 0, 0) + body


def _attribute(kind: int, data: bytes) -> bytes:
    return ATTRIBUTE.pack(ATTRIBUTE.size + len(data), kind) + data.ljust((len(data) + 3) & ~3, b"\0")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + ATTRIBUTE.size <= len(data):
        length, kind = ATTRIBUTE.unpack_from(data, at)
        yield kind & 0x3FFF, data[at + ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3
