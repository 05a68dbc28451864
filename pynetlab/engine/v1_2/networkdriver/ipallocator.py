"""Which address a container gets: moby v1.2.0 daemon/networkdriver/ipallocator/allocator.go."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface

from ....errors import DaemonError

INT32 = 2**32


def _int32(number: int) -> int:
    """Wrap as Go's int32 does."""
    return (number + INT32 // 2) % INT32 - INT32 // 2


def _remainder(number: int, divisor: int) -> int:
    """Give Go's ``%``, which has the sign of the number."""
    rest = abs(number) % divisor
    return -rest if number < 0 else rest


@dataclass(slots=True)
class Pool:
    """The positions in one network that are taken, counted from its first address, and the last one given out."""

    taken: set[int] = field(default_factory=set)
    last: int = 0


@dataclass(slots=True)
class IPAllocator:
    """A pool for each bridge network, by the text of its address and prefix length."""

    pools: dict[str, Pool] = field(default_factory=dict)

    def request(self, network: IPv4Interface, ip: IPv4Address | None = None) -> IPv4Address:
        """Give out an address: the one that is asked for, else the next one.

        Nothing tests whether an address that is asked for lies in the network. Raises DaemonError.
        """
        pool = self.pools.setdefault(str(network), Pool())
        if ip is None:
            return _next(pool, network)
        position = _position(network, ip)
        if position in pool.taken:
            raise DaemonError("ip already allocated")
        pool.taken.add(position)
        pool.last = position
        return ip

    def release(self, network: IPv4Interface, ip: IPv4Address) -> None:
        """Take an address back; the search for the next one still goes on behind the last one given out."""
        if str(network) in self.pools:
            self.pools[str(network)].taken.discard(_position(network, ip))


def _position(network: IPv4Interface, ip: IPv4Address) -> int:
    return _int32(int(ip) - int(network.network.network_address))


def _next(pool: Pool, network: IPv4Interface) -> IPv4Address:
    """Search from the last one on, once around; the bridge's own address and the first host are left out."""
    base = int(network.network.network_address)
    most = _int32(network.network.num_addresses - 2)
    position = pool.last
    for _ in range(most):
        position = _remainder(position, most) + 1
        ip = IPv4Address((base + position) % INT32)
        if ip != network.ip and position != 1 and position not in pool.taken:
            pool.taken.add(position)
            pool.last = position
            return ip
    raise DaemonError("no available ip addresses on network")
