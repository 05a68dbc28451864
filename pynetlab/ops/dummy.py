"""Devices that lead nowhere: ip-link(8), type dummy."""

from dataclasses import dataclass
from typing import Any

from .base import Op, Subject
from .link import DeleteLink, LinkOp


@dataclass(frozen=True, slots=True)
class AddDummy(LinkOp):
    """Make a device that drops what it is given; it is down. EEXIST where the name is taken.

    EOPNOTSUPP where the kernel was built without it.
    """

    mac: str

    @property
    def kind(self) -> str:
        """Name what the kernel needs for it."""
        return "dummy"

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link add {self.name} address {self.mac} type dummy"

    @property
    def creates(self) -> tuple[Subject, ...]:
        """Name the device."""
        return (self.subject,)

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Delete it."""
        return (DeleteLink(self.netns, self.name),)
