"""Network namespaces: ip-netns(8), unshare(2)."""

from dataclasses import dataclass
from typing import Any

from ..model import Netns, State
from .base import Op, Question, Subject


@dataclass(frozen=True, slots=True)
class AddNetns(Op):
    """Make a network namespace, with nothing in it but a loopback device that is down. EEXIST where the name is taken."""

    def shell(self, here: str) -> str:
        """Give the command of ip-netns(8)."""
        return f"ip netns add {self.netns}"

    @property
    def creates(self) -> tuple[Subject, ...]:
        """Name the namespace."""
        return (self.subject,)

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Delete it."""
        return (DeleteNetns(self.netns),)


@dataclass(frozen=True, slots=True)
class DeleteNetns(Op):
    """Remove a network namespace and all that is in it; the far ends of its veths go too. ENOENT where there is none."""

    def shell(self, here: str) -> str:
        """Give the command of ip-netns(8)."""
        return f"ip netns del {self.netns}"

    @property
    def removes(self) -> bool:
        """It does."""
        return True

    def ask(self) -> Question:
        """Ask for everything, since all of it has to be made again."""
        return ReadState(self.netns)

    def undo(self, before: State) -> tuple[Op, ...]:
        """Make the namespace again with all that it held."""
        from .rebuild import netns_again  # noqa: PLC0415 - rebuild is made of all the other operations

        return tuple(netns_again(before, self.netns))


@dataclass(frozen=True, slots=True)
class ReadNetns(Question):
    """Ask what one namespace holds."""

    def command(self) -> str:
        """Give the nearest thing that a shell has."""
        return "ip -d addr"

    def answer(self, state: State) -> Netns:
        """Look it up."""
        return state[self.netns]


@dataclass(frozen=True, slots=True)
class ReadState(Question):
    """Ask what the kernel holds, in all namespaces."""

    def command(self) -> str:
        """Give the nearest thing that a shell has."""
        return "ip -d addr"

    def answer(self, state: State) -> State:
        """Give the state itself."""
        return state
