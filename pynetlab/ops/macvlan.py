"""Devices that share another's wire: ip-link(8), type macvlan."""

from dataclasses import dataclass
from typing import Any

from .base import Op, Subject
from .link import DeleteLink, LinkOp


@dataclass(frozen=True, slots=True)
class AddMacvlan(LinkOp):
    """Make a device with a MAC address of its own on the wire of a parent, which may be in another namespace; it is down.

    EEXIST where the name is taken, ENODEV for a missing parent, EBUSY for one that is a bridge's port, EINVAL for the
    loopback device.
    """

    mac: str
    parent_netns: str
    parent: str
    mode: str = "bridge"
    """``bridge``, ``private``, ``vepa`` or ``passthru``."""

    def shell(self, here: str) -> str:
        """Give the command of ip-link(8), run where the parent is."""
        prefix = "ip" if self.parent_netns == here else f"ip -n {self.parent_netns}"
        where = "" if self.netns == self.parent_netns else f" netns {self.netns}"
        return f"{prefix} link add link {self.parent} name {self.name} address {self.mac}{where} type macvlan mode {self.mode}"

    @property
    def creates(self) -> tuple[Subject, ...]:
        """Name the device."""
        return (self.subject,)

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Delete it."""
        return (DeleteLink(self.netns, self.name),)
