"""What netlink answers, decoded by pyroute2's classes: rtnetlink(7). Only the attributes that somebody asks for."""

import struct
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Optional

from pyroute2.netlink.rtnl.ifaddrmsg import ifaddrmsg
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg
from pyroute2.netlink.rtnl.nsidmsg import nsidmsg
from pyroute2.netlink.rtnl.rtmsg import rtmsg

from .messages import ATTRIBUTE, HEADER, IF_OPER_UP, IFF_LOWER_UP, NEWADDR, NEWLINK, NEWNSID, NEWROUTE, OPERATIONAL_STATE

Wanted = Mapping[int, Optional["Wanted"]]
"""Numbers of attributes; of those that hold others which of them."""

CLASSES = {NEWLINK: ifinfmsg, NEWADDR: ifaddrmsg, NEWROUTE: rtmsg, NEWNSID: nsidmsg}

LINK_INFO = {1: None, 2: {1: None}, 4: None, 5: {4: None}}
"""Of IFLA_LINKINFO: kind, a macvlan's mode, the kind of what it is a port of, hairpin. The rest has timers, which never are the same."""

WANTED: Mapping[int, Wanted] = {
    NEWLINK: dict.fromkeys((1, 3, 4, 5, 6, 10, 37)) | {18: LINK_INFO, 26: {2: None}},
    # address, name, MTU, link, qdisc, master, netnsid; AF_SPEC of IPv4
    NEWADDR: dict.fromkeys((1, 2)),  # address, local
    NEWROUTE: dict.fromkeys((1, 4, 5, 6, 7, 15)),  # destination, device, gateway, priority, source, table
    NEWNSID: {1: None},  # number
}
"""Type of message → numbers of the attributes that are decoded: a device has sixty, and decoding is what takes the time."""

FIXED = {NEWLINK: 16, NEWADDR: 8, NEWROUTE: 12, NEWNSID: 4}
"""Type of message → bytes between its header and its attributes."""


def decoded(kind: int, data: bytes) -> tuple[Any, dict[str, Any]]:
    """Decode one message: its fixed fields, and its attributes by name. Neither may be changed."""
    start = HEADER.size + FIXED[kind]
    return _decoded(kind, data[HEADER.size : start] + b"".join(_attributes(data, start, WANTED[kind])))


@lru_cache(1 << 14)
def _decoded(kind: int, body: bytes) -> tuple[Any, dict[str, Any]]:
    message = CLASSES[kind](HEADER.pack(HEADER.size + len(body), kind, 0, 0, 0) + body)
    message.decode()
    return message, dict(message["attrs"])


def _attributes(data: bytes, at: int, wanted: Wanted) -> Iterator[bytes]:
    while at + 4 <= len(data):
        length, kind = ATTRIBUTE.unpack_from(data, at)
        padded = (length + 3) & ~3
        number = kind & 0x3FFF
        if number in wanted:
            inner = wanted[number]
            yield data[at : at + padded] if inner is None else _nested(kind, data[at + 4 : at + length], inner)
        at += padded or 4


def _nested(kind: int, data: bytes, wanted: Wanted) -> bytes:
    body = b"".join(_attributes(data, 0, wanted))
    return ATTRIBUTE.pack(4 + len(body), kind) + body


def carrier(data: bytes) -> tuple[bool, bool]:
    """Say of a device's message whether it hears the other end, and whether the kernel has made it ready to send."""
    (flags,) = struct.unpack_from("=I", data, HEADER.size + 8)
    state = next(_attributes(data, HEADER.size + FIXED[NEWLINK], {OPERATIONAL_STATE: None}), b"")
    return bool(flags & IFF_LOWER_UP), state[4:5] == bytes([IF_OPER_UP])
