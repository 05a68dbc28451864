"""What every operation has in common: its namespace, its shell command, and how it is undone."""

from dataclasses import dataclass
from typing import Any

from ..model import State

Subject = tuple[str, ...]
"""What an operation acts on: ``("web",)`` is a namespace, ``("host", "docker0")`` a device in one."""


@dataclass(frozen=True, slots=True)
class Op:
    """One operation on a kernel, in the namespace ``netns``."""

    netns: str

    def command(self) -> str:
        """Give the shell command that does the same inside the namespace."""
        raise TypeError(f"{type(self).__name__} has no command of its own")

    def shell(self, here: str) -> str:
        """Give the shell command for a shell that runs in the namespace ``here``; see ip-netns(8)."""
        command = self.command()
        if self.netns == here:
            return command
        if command.startswith("ip "):
            return f"ip -n {self.netns} {command[3:]}"
        return f"ip netns exec {self.netns} {command}"

    @property
    def subject(self) -> Subject:
        """Name the object that is changed."""
        return (self.netns,)

    @property
    def creates(self) -> tuple[Subject, ...]:
        """Name the objects that did not exist before; undoing this operation removes them with all they hold."""
        return ()

    @property
    def removes(self) -> bool:
        """Say whether a namespace or a device goes."""
        return False

    def ask(self) -> "Question | None":
        """Give the question whose answer, had before the operation, tells how to undo it."""
        return None

    def undo(self, before: Any) -> "tuple[Op, ...]":  # noqa: ANN401 - each question has its own type of answer
        """Give the operations that take this one back; ``before`` is the answer to :meth:`ask`."""
        raise TypeError(f"{type(self).__name__} cannot be undone")


@dataclass(frozen=True, slots=True)
class Question(Op):
    """An operation that changes nothing and has an answer."""

    def answer(self, state: State) -> Any:  # noqa: ANN401
        """Read the answer from a state; raises KernelError where the kernel would refuse."""
        raise TypeError(f"{type(self).__name__} has no answer")

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Give nothing: a question changes nothing."""
        return ()
