"""How many ICMP errors a machine sends to another: net.ipv4.icmp_ratelimit of ip-sysctl, inet_peer_xrlim_allow of inetpeer.c."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address

BURST = 6.0
"""So many at once, then one each second; it is known of nobody what he sent before."""


@dataclass(slots=True)
class ErrorLimit:
    """What each machine may still send to the one who asks, by its address."""

    left: dict[IPv4Address, tuple[float, float]] = field(default_factory=dict)

    def allows(self, sender: IPv4Address, now: float) -> bool:
        """Say whether an error is sent, at a time in seconds; those of one sender are asked for in order."""
        tokens, then = self.left.get(sender, (BURST, now))
        tokens = min(BURST, tokens + now - then)
        good = tokens >= 1
        self.left[sender] = (tokens - good, now)
        return good
