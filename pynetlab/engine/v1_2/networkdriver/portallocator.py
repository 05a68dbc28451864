"""Which host port is free: moby v1.2.0 daemon/networkdriver/portallocator/portallocator.go."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address

from ....errors import DaemonError
from ..gonet import IP, ip_text

BEGIN, END = 49153, 65535
"""The ports that are given out where none is asked for."""


class PortAlreadyAllocatedError(DaemonError):
    """A port that was asked for by number is taken."""


@dataclass(slots=True)
class Ports:
    """The ports of one address and protocol that are taken, and the last one given out unasked; 0 for none yet."""

    taken: set[int] = field(default_factory=set)
    last: int = 0


@dataclass(slots=True)
class PortAllocator:
    """The books, by the text of the host address and the protocol: 0.0.0.0 and 192.0.2.10 do not know of each other."""

    books: dict[tuple[str, str], Ports] = field(default_factory=dict)

    def request(self, ip: IP, proto: str, port: int) -> int:
        """Reserve a port; one below 1 asks for any. Raises DaemonError."""
        if proto not in ("tcp", "udp"):
            raise DaemonError("unknown protocol")
        ports = self.books.setdefault((_key(ip), proto), Ports())
        if port <= 0:
            return _any(ports)
        if port in ports.taken:
            raise PortAlreadyAllocatedError(f"Bind for {_key(ip)}:{port} failed: port is already allocated")
        ports.taken.add(port)
        return port

    def release(self, ip: IP, proto: str, port: int) -> None:
        """Give a port back."""
        if (_key(ip), proto) in self.books:
            self.books[_key(ip), proto].taken.discard(port)


def _key(ip: IP) -> str:
    return ip_text(IPv4Address(0) if ip is None else ip)


def _any(ports: Ports) -> int:
    """Search behind the last one, once around; the very first is given out without a look at who has it."""
    if not ports.last:
        ports.last = BEGIN
        ports.taken.add(BEGIN)
        return BEGIN
    count = END - BEGIN + 1
    for step in range(1, count):
        port = BEGIN + (ports.last - BEGIN + step) % count
        if port not in ports.taken:
            ports.taken.add(port)
            ports.last = port
            return port
    raise DaemonError("all ports are allocated")
