"""Whom a namespace asks for by ARP in vain: by the kernel's table of neighbours, ip-neighbour(8), and by the frames that it sent."""

import struct
from collections.abc import Iterable
from ipaddress import IPv4Address

from .instruments import Tap
from .messages import AF_INET, DUMP, HEADER, REQUEST
from .nf_messages import attributes
from .wire import Wire

GETNEIGH, DESTINATION = 30, 1
"""RTM_GETNEIGH of rtnetlink(7), and NDA_DST of linux/neighbour.h."""
NEIGHBOUR = struct.Struct("=BxxxiHBB")
"""struct ndmsg: family, device, state, flags, type."""
IN_VAIN = 0x01 | 0x20
"""NUD_INCOMPLETE, of one that has not answered yet, and NUD_FAILED."""
ARP = struct.Struct("!12xHHHBBH6x4s6x4s")
"""An Ethernet frame with it: what it is, protocols and sizes, the operation, who sends and who is asked for (RFC 826)."""
ETH_ARP, ASKS, ANSWERS = 0x0806, 1, 2
ALL = HEADER.pack(HEADER.size + NEIGHBOUR.size, GETNEIGH, REQUEST | DUMP, 0, 0) + NEIGHBOUR.pack(AF_INET, 0, 0, 0, 0)


def unanswered(wire: Wire, taps: Iterable[Tap]) -> frozenset[IPv4Address]:
    """List the addresses for which nobody has answered, also where a device without a carrier never sent the question."""
    found = asked(taps)  # the kernel soon forgets whom it asked for in vain: neigh_periodic_work
    for _, data in wire.dump(ALL):
        _, _, state, *_ = NEIGHBOUR.unpack_from(data, HEADER.size)
        ip = attributes(data[HEADER.size + NEIGHBOUR.size :]).get(DESTINATION)
        if state & IN_VAIN and ip:
            found.add(IPv4Address(ip))
    return frozenset(found)


def asked(taps: Iterable[Tap]) -> set[IPv4Address]:
    """List the addresses that a namespace asked for, by its frames, and that did not answer; a bridge only passes questions on."""
    found: set[IPv4Address] = set()
    passed: set[bytes] = set()
    for tap in taps:
        if len(tap.frame) < ARP.size:
            continue
        kind, _, _, _, _, operation, sender, target = ARP.unpack_from(tap.frame)
        if (kind, operation, tap.sent) == (ETH_ARP, ASKS, True) and tap.frame not in passed:
            found.add(IPv4Address(target))
        elif (kind, operation, tap.sent) == (ETH_ARP, ANSWERS, False):
            found.discard(IPv4Address(sender))
        elif not tap.sent:
            passed.add(tap.frame)
    return found
