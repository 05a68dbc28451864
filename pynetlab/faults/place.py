"""Where a fault strikes, and who is around: all of it looked up in the state, so that it holds for every release."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Interface
from typing import Self

from ..errors import SpecError
from ..model import Link, Netns, Route, State
from ..stage import HOST


@dataclass(frozen=True, slots=True)
class Place:
    """A device of a namespace; for a fault of the host there is no device."""

    state: State
    netns: str
    device: str = ""

    @classmethod
    def find(cls, state: State, netns: str, device: str = "") -> Self:
        """Look a container's device up; without a name the first that has an address. Raises SpecError."""
        links = state[netns].links
        names = [name for name, link in links.items() if link.kind != "loopback"]
        if device and device not in names:
            raise SpecError(f"{netns} has no device {device!r}; there are {', '.join(names) or 'none'}")
        addressed = [name for name in names if links[name].addresses]
        if not device and not addressed:
            raise SpecError(f"{netns} has no device with an address")
        return cls(state, netns, device or addressed[0])

    def __str__(self) -> str:
        """Print it as a person would say it."""
        return f"{self.device} of {self.netns}" if self.device else self.netns

    @property
    def host(self) -> Netns:
        """Give the Docker host."""
        return self.state[HOST]

    @property
    def link(self) -> Link:
        """Give the device."""
        return self.state[self.netns].links[self.device]

    @property
    def address(self) -> IPv4Interface:
        """Give the device's first address. Raises SpecError where it has none."""
        if not self.link.addresses:
            raise SpecError(f"{self} has no address")
        return self.link.addresses[0]

    @property
    def way_out(self) -> Route:
        """Give the default route over the device, which names the router. Raises SpecError where there is none."""
        found = [route for route in self.state[self.netns].routes if route.dst.prefixlen == 0 and route.dev == self.device and route.via]
        if not found:
            raise SpecError(f"{self} leads to no router: {self.netns} has no default route over it")
        return found[0]

    @property
    def far_end(self) -> Self:
        """Give the other end of the device's cable, on the host. Raises SpecError for a device without a cable."""
        if self.link.peer is None:
            raise SpecError(f"{self} has no cable: it is a {self.link.kind} device")
        return type(self)(self.state, *self.link.peer)

    @property
    def plugged(self) -> Self:
        """Give the other end of the cable, which is plugged into a bridge. Raises SpecError where it is not."""
        end = self.far_end
        if end.link.master is None:
            raise SpecError(f"the cable of {self.netns} is plugged into no bridge")
        return end

    def neighbours(self) -> Iterator[Self]:
        """Give the devices at the same bridge, or on the same parent, that have an address, by the names of their namespaces."""
        for place in sorted(self._wire()):
            found = type(self)(self.state, *place)
            if found.netns != self.netns and found.link.addresses:
                yield found

    def _wire(self) -> Iterator[tuple[str, str]]:
        bridge = self.far_end.link.master if self.link.peer else None
        if bridge:
            ends = (port.peer for port in self.host.links.values() if port.master == bridge and port.peer)
            yield from (end for end in ends if end[0] in self.state.netns)
        if self.link.parent:
            for netns in self.state.netns.values():
                yield from ((netns.name, link.name) for link in netns.links.values() if link.parent == self.link.parent)
