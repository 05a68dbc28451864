"""IPv4 addresses: ip-address(8)."""

import errno
from dataclasses import dataclass
from ipaddress import IPv4Interface

from ..errors import KernelError
from ..model import Netns, State
from .base import Op, Question
from .link import LinkOp
from .netns import ReadNetns


@dataclass(frozen=True, slots=True)
class AddAddress(LinkOp):
    """Give a device an address with its prefix length; where the device is up, the kernel adds the subnet's route.

    EEXIST where the device has it.
    """

    address: IPv4Interface

    def command(self) -> str:
        """Give the command of ip-address(8)."""
        return f"ip addr add {self.address} dev {self.name}"

    def ask(self) -> Question:
        """Ask for all of the namespace: a device's routes go with its last address."""
        return ReadNetns(self.netns)

    def undo(self, before: Netns) -> tuple[Op, ...]:
        """Take it away."""
        from .rebuild import without_address  # noqa: PLC0415 - rebuild is made of all the other operations

        return tuple(without_address(before, self.name, self.address))


@dataclass(frozen=True, slots=True)
class DeleteAddress(LinkOp):
    """Take an address away; its subnet's route goes, and so do the device's later addresses of the same subnet.

    EADDRNOTAVAIL where the device does not have it.
    """

    address: IPv4Interface

    def command(self) -> str:
        """Give the command of ip-address(8)."""
        return f"ip addr del {self.address} dev {self.name}"

    def ask(self) -> Question:
        """Ask for all of the namespace: routes and other addresses can go too."""
        return ReadNetns(self.netns)

    def undo(self, before: Netns) -> tuple[Op, ...]:
        """Put the device's addresses and routes back in their order."""
        from .rebuild import addresses_again  # noqa: PLC0415 - rebuild is made of all the other operations

        return tuple(addresses_again(before, self.name, self.address))


@dataclass(frozen=True, slots=True)
class ListAddresses(Question):
    """Ask for the IPv4 addresses of a device, the oldest first. ENODEV where there is no such device."""

    name: str

    def command(self) -> str:
        """Give the command of ip-address(8)."""
        return f"ip -4 addr show dev {self.name}"

    def answer(self, state: State) -> tuple[IPv4Interface, ...]:
        """Look them up."""
        link = state[self.netns].links.get(self.name)
        if link is None:
            raise KernelError(errno.ENODEV, self.command())
        return link.addresses
