"""Whom a namespace asks for by ARP in vain: the kernel's table of neighbours, ip-neighbour(8)."""

import struct
from ipaddress import IPv4Address

from .messages import AF_INET, DUMP, HEADER, REQUEST
from .nf_messages import attributes
from .wire import Wire

GETNEIGH, DESTINATION = 30, 1
"""RTM_GETNEIGH of rtnetlink(7), and NDA_DST of linux/neighbour.h."""
NEIGHBOUR = struct.Struct("=BxxxiHBB")
"""struct ndmsg: family, device, state, flags, type."""
IN_VAIN = 0x01 | 0x20
"""NUD_INCOMPLETE, of one that has not answered yet, and NUD_FAILED."""
ALL = HEADER.pack(HEADER.size + NEIGHBOUR.size, GETNEIGH, REQUEST | DUMP, 0, 0) + NEIGHBOUR.pack(AF_INET, 0, 0, 0, 0)


def unanswered(wire: Wire) -> frozenset[IPv4Address]:
    """List the addresses for which nobody has answered, also where a device without a carrier never sent the question."""
    found = set()
    for _, data in wire.dump(ALL):
        _, _, state, *_ = NEIGHBOUR.unpack_from(data, HEADER.size)
        ip = attributes(data[HEADER.size + NEIGHBOUR.size :]).get(DESTINATION)
        if state & IN_VAIN and ip:
            found.add(IPv4Address(ip))
    return frozenset(found)
