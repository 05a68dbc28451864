"""The few files of /etc that an engine reads or writes."""

import errno
import shlex
from dataclasses import dataclass

from ..errors import KernelError
from ..model import State
from .base import Op, Question


@dataclass(frozen=True, slots=True)
class ReadFile(Question):
    """Ask for a file's text; ENOENT where there is none."""

    path: str

    def command(self) -> str:
        """Give the command of cat(1)."""
        return f"cat {self.path}"

    def answer(self, state: State) -> str:
        """Look it up."""
        text = state[self.netns].files.get(self.path)
        if text is None:
            raise KernelError(errno.ENOENT, self.command())
        return text


@dataclass(frozen=True, slots=True)
class WriteFile(Op):
    """Write a file as this namespace sees it; with ``text`` None remove it.

    The file is the lab's own: outside the lab no file changes.
    """

    path: str
    text: str | None

    def shell(self, here: str) -> str:
        """Write where ip-netns(8) looks for the files of a named namespace."""
        path = self.path if self.netns == here else f"/etc/netns/{self.netns}/{self.path.removeprefix('/etc/')}"
        if self.text is None:
            return f"rm {path}"
        return f"mkdir -p {path.rsplit('/', 1)[0]} && printf %s {shlex.quote(self.text)} > {path}"

    def ask(self) -> Question:
        """Ask for all files, since a file that does not exist has no text."""
        return ListFiles(self.netns)

    def undo(self, before: dict[str, str]) -> tuple[Op, ...]:
        """Write what it held, or remove it."""
        return (WriteFile(self.netns, self.path, before.get(self.path)),)


@dataclass(frozen=True, slots=True)
class ListFiles(Question):
    """Ask for the texts of all files that the lab keeps for a namespace."""

    def command(self) -> str:
        """Give the nearest thing that a shell has."""
        return "ls /etc"

    def answer(self, state: State) -> dict[str, str]:
        """Look them up."""
        return dict(state[self.netns].files)
