"""Queueing disciplines of devices: tc(8), tc-tbf(8)."""

from dataclasses import dataclass
from typing import Any

from ..model import Link, Tbf
from .base import Op, Question
from .link import LinkOp, ReadLink


@dataclass(frozen=True, slots=True)
class AddQdisc(LinkOp):
    """Let a device send no faster than a token bucket filter says.

    EEXIST where the device has one, EINVAL for a rate, burst or limit of nothing, and for a rate above 34 gbit. What passes is
    slowed down on its way out of the device, not on its way in.
    """

    qdisc: Tbf

    def command(self) -> str:
        """Give the command of tc(8)."""
        return f"tc qdisc add dev {self.name} root {self.qdisc}"

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Take it away."""
        return (DeleteQdisc(self.netns, self.name),)


@dataclass(frozen=True, slots=True)
class DeleteQdisc(LinkOp):
    """Let a device send as fast as it can again; ENOENT where nothing was set."""

    def command(self) -> str:
        """Give the command of tc(8)."""
        return f"tc qdisc del dev {self.name} root"

    def ask(self) -> Question:
        """Ask how it was."""
        return ReadLink(self.netns, self.name)

    def undo(self, before: Link) -> tuple[Op, ...]:
        """Set it as it was."""
        return (AddQdisc(self.netns, self.name, before.qdisc),) if before.qdisc else ()
