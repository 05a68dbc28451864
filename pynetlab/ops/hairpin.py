"""Ports of a bridge that send frames back the way they came: bridge(8)."""

from dataclasses import dataclass

from ..model import Link
from .base import Op, Question
from .link import LinkOp, ReadLink


@dataclass(frozen=True, slots=True)
class SetHairpin(LinkOp):
    """Let a bridge port send a frame out where it came in, or no longer; EOPNOTSUPP for a device that is no port."""

    on: bool

    def command(self) -> str:
        """Give the command of ip-link(8)."""
        return f"ip link set {self.name} type bridge_slave hairpin {'on' if self.on else 'off'}"

    def ask(self) -> Question:
        """Ask how it was."""
        return ReadLink(self.netns, self.name)

    def undo(self, before: Link) -> tuple[Op, ...]:
        """Set it as it was."""
        return (SetHairpin(self.netns, self.name, before.hairpin),)
