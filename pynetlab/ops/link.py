"""Network devices: ip-link(8), bridge(8)."""

import errno
from dataclasses import dataclass
from typing import Any

from ..errors import KernelError
from ..model import Link, Netns, State
from ..model.state import SMALLEST_MTU
from .base import Op, Question, Subject
from .netns import ReadNetns, ReadState


@dataclass(frozen=True, slots=True)
class LinkOp(Op):
    """An operation on one device; ENODEV where there is none of that name."""

    name: str

    @property
    def subject(self) -> Subject:
        """Name the device."""
        return (self.netns, self.name)


@dataclass(frozen=True, slots=True)
class ReadLink(Question):
    """Ask for one device."""

    name: str

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip -d link show dev {self.name}"

    def answer(self, state: State) -> Link:
        """Look it up. Raises ENODEV."""
        link = state[self.netns].links.get(self.name)
        if link is None:
            raise KernelError(errno.ENODEV, self.command())
        return link


@dataclass(frozen=True, slots=True)
class AddBridge(LinkOp):
    """Make a bridge, down and without ports. EEXIST where the name is taken."""

    mac: str

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link add {self.name} address {self.mac} type bridge"

    @property
    def creates(self) -> tuple[Subject, ...]:
        """Name the bridge."""
        return (self.subject,)

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Delete it."""
        return (DeleteLink(self.netns, self.name),)


@dataclass(frozen=True, slots=True)
class AddVeth(LinkOp):
    """Make a cable with two ends, veth(4), each end in its namespace, both down. EEXIST where a name is taken."""

    mac: str
    peer_netns: str
    peer_name: str
    peer_mac: str

    def shell(self, here: str) -> str:
        """Give the command of ip-link(8), run from the end that is here, since a shell cannot name its own namespace."""
        near, far = (self.netns, self.name, self.mac), (self.peer_netns, self.peer_name, self.peer_mac)
        if here == self.peer_netns != self.netns:
            near, far = far, near
        prefix = "ip" if near[0] == here else f"ip -n {near[0]}"
        where = "" if far[0] == near[0] else f" netns {far[0]}"
        return f"{prefix} link add {near[1]} address {near[2]} type veth peer name {far[1]} address {far[2]}{where}"

    @property
    def creates(self) -> tuple[Subject, ...]:
        """Name both ends."""
        return self.subject, (self.peer_netns, self.peer_name)

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Delete it: with one end goes the other."""
        return (DeleteLink(self.netns, self.name),)


@dataclass(frozen=True, slots=True)
class DeleteLink(LinkOp):
    """Remove a device; a veth goes with its peer, the ports of a bridge become free, routes over it go.

    ENODEV where there is none, EOPNOTSUPP for the loopback device.
    """

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link del {self.name}"

    @property
    def removes(self) -> bool:
        """It does."""
        return True

    def ask(self) -> Question:
        """Ask for everything, since routes, addresses, ports and the far end go with the device."""
        return ReadState(self.netns)

    def undo(self, before: State) -> tuple[Op, ...]:
        """Make the device again with all that hung on it."""
        from .rebuild import link_again  # noqa: PLC0415 - rebuild is made of all the other operations

        return tuple(link_again(before, self.netns, self.name))


@dataclass(frozen=True, slots=True)
class SetUp(LinkOp):
    """Bring a device up; the kernel then adds the subnet routes of its addresses."""

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link set {self.name} up"

    def ask(self) -> Question:
        """Ask whether it was up."""
        return ReadLink(self.netns, self.name)

    def undo(self, before: Link) -> tuple[Op, ...]:
        """Bring it down, if it was; the loopback device got an address of its own."""
        from .address import DeleteAddress  # noqa: PLC0415 - addresses are operations on links
        from .rebuild import LOOPBACK  # noqa: PLC0415 - rebuild is made of all the other operations

        if before.up:
            return ()
        down = SetDown(self.netns, self.name)
        got_address = before.kind == "loopback" and before.speaks_ip and LOOPBACK not in before.addresses
        return (down, DeleteAddress(self.netns, self.name, LOOPBACK)) if got_address else (down,)


@dataclass(frozen=True, slots=True)
class SetDown(LinkOp):
    """Bring a device down; the kernel removes every route over it."""

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link set {self.name} down"

    def ask(self) -> Question:
        """Ask for all of the namespace: routes go too."""
        return ReadNetns(self.netns)

    def undo(self, before: Netns) -> tuple[Op, ...]:
        """Bring it up, if it was, and put the routes back that the kernel does not make by itself."""
        from .rebuild import up_again  # noqa: PLC0415 - rebuild is made of all the other operations

        return tuple(up_again(before, self.name)) if before.links[self.name].up else ()


@dataclass(frozen=True, slots=True)
class SetMaster(LinkOp):
    """Make a device a port of a bridge, or with ``master`` None a port of none.

    ELOOP for a bridge as a port, EINVAL for the loopback device or a master that is no bridge, ENODEV for a missing one.
    """

    master: str | None

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link set {self.name} " + (f"master {self.master}" if self.master else "nomaster")

    def ask(self) -> Question:
        """Ask which bridge it was a port of."""
        return ReadLink(self.netns, self.name)

    def undo(self, before: Link) -> tuple[Op, ...]:
        """Make it a port of that one again, with its hairpin mode."""
        from .hairpin import SetHairpin  # noqa: PLC0415 - hairpin is an operation on links

        again = SetMaster(self.netns, self.name, before.master)
        return (again, SetHairpin(self.netns, self.name, on=True)) if before.hairpin else (again,)


@dataclass(frozen=True, slots=True)
class SetMtu(LinkOp):
    """Set the largest packet, in bytes, that a device sends.

    EINVAL outside what the device takes: 68 to 65535 for veth and bridge, 0 to 2147483647 for the loopback device, which
    loses IPv4 below 68. A bridge follows the smallest of its ports until its own is set.
    """

    mtu: int

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link set {self.name} mtu {self.mtu}"

    def ask(self) -> Question:
        """Ask for the MTU; for all of the namespace where IPv4 will leave the device."""
        return ReadLink(self.netns, self.name) if self.mtu >= SMALLEST_MTU else ReadNetns(self.netns)

    def undo(self, before: Link | Netns) -> tuple[Op, ...]:
        """Set it as it was."""
        from .rebuild import ip_again  # noqa: PLC0415 - rebuild is made of all the other operations

        if isinstance(before, Netns):
            return tuple(ip_again(before, self.name))
        return (SetMtu(self.netns, self.name, before.mtu),)
