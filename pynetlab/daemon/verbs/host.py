"""What a verb needs of the host it works on; and how docker goes on when one of several arguments fails."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ...engine.releases import Release
from ...errors import ClientError, DaemonError
from ...kernel import Plan
from ...output import Output
from ..memory import Daemon


class DockerHost(Protocol):
    """A host with a daemon that runs."""

    @property
    def release(self) -> Release:
        """The release of the daemon, and of the command line."""

    @property
    def running(self) -> Daemon:
        """What the daemon remembers. Raises ClientError where it does not run."""

    def do(self, plan: Callable[[Daemon], Plan[Any]]) -> Any:  # noqa: ANN401 - each plan has its own result
        """Carry out a plan of the daemon and give its result; where it fails, nothing changes."""

    def sh(self, netns: str, script: str) -> tuple[int, str, str]:
        """Run a script in a namespace and give its exit code, its output and its errors."""


def each(names: Sequence[str], do: Callable[[str], object], *, ended: Callable[[list[str]], str] | None = None) -> Output:
    """Do the same for each name, print those that went well, and go on after one that did not: then the exit code is 1.

    ``ended`` gives a last line of errors from the names that failed. Where there is one name its error is raised.
    """
    good: list[str] = []
    failed: dict[str, str] = {}
    for name in names:
        try:
            do(name)
        except (DaemonError, ClientError) as error:
            if len(names) == 1:
                raise
            failed[name] = error.printed
        else:
            good.append(name)
    errors = [*failed.values(), *([ended(list(failed))] if ended and failed else [])]
    return Output(lines(good), 1 if failed else 0, err=lines(errors))


def lines(texts: Sequence[str]) -> str:
    """Give texts as lines."""
    return "".join(f"{text}\n" for text in texts)
