"""How many ICMP errors a machine sends to another: net.ipv4.icmp_ratelimit of ip-sysctl, inet_peer_xrlim_allow of inetpeer.c."""

from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from ..model import Packet

BURST = 6.0
"""So many at once, then one each second; it is known of nobody what he sent before."""
LIMITED = (3, 11)
"""The types that count: net.ipv4.icmp_ratemask."""


@dataclass(slots=True)
class ErrorLimit:
    """What each machine may still send to the one who asks, who has the addresses ``own`` and may tell himself all."""

    own: Collection[int] = ()
    left: dict[IPv4Address, tuple[float, float]] = field(default_factory=dict)

    def allows(self, packet: Packet, now: float) -> bool:
        """Say whether a packet comes that is sent at a time, in seconds; those of one sender are asked for in order."""
        sender = packet.src
        if packet.icmp is None or packet.icmp[0] not in LIMITED or int(sender) in self.own:
            return True
        tokens, then = self.left.get(sender, (BURST, now))
        tokens = min(BURST, tokens + now - then)
        good = tokens >= 1
        self.left[sender] = (tokens - good, now)
        return good
