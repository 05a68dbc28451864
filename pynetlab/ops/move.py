"""Devices that go to another namespace: ip-link(8), ``netns``."""

from dataclasses import dataclass

from ..model import State
from .base import Op, Question
from .link import DeleteLink, LinkOp
from .netns import ReadState


@dataclass(frozen=True, slots=True)
class MoveLink(LinkOp):
    """Take a device to another namespace, where it is down, without addresses, routes and a bridge; a cable stays whole.

    ENODEV where there is none, ENOENT for a missing namespace, EEXIST where the name is taken there, EINVAL for the
    loopback device and for a bridge, which stay where they were made.
    """

    to: str

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link set {self.name} netns {self.to}"

    @property
    def removes(self) -> bool:
        """It does, from where the device was."""
        return True

    def ask(self) -> Question:
        """Ask for everything, since addresses, routes and ports do not go with it."""
        return ReadState(self.netns)

    def undo(self, before: State) -> tuple[Op, ...]:
        """Remove it there, and make it again with all that hung on it."""
        from .rebuild import link_again  # noqa: PLC0415 - rebuild is made of all the other operations

        if self.to == self.netns:
            return ()
        return (DeleteLink(self.to, self.name), *link_again(before, self.netns, self.name))
