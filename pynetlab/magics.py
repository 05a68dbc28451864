"""The lab's verbs as magics of IPython: ``%load_ext pynetlab``, then ``%docker``, ``%host`` and ``%trace``, each also for a cell.

They work on the lab that the notebook calls ``lab``; a cell magic takes another name: ``%%host other``.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from .errors import SpecError
from .lab import Lab
from .output import Output

USUAL = "lab"
"""What a notebook calls its lab, where a magic names none."""


class Shell(Protocol):
    """What of IPython's InteractiveShell is needed."""

    user_ns: dict[str, Any]

    def register_magic_function(self, func: Callable[..., None], magic_kind: str, magic_name: str) -> None:
        """Make a function a magic."""


def register(shell: Shell) -> None:
    """Make the magics known to a notebook."""
    for name, verb in VERBS.items():
        shell.register_magic_function(_magic(shell, verb), "line_cell", name)


def _magic(shell: Shell, verb: Callable[[Lab, str], Iterator[Output]]) -> Callable[[str, str | None], None]:
    def magic(line: str, cell: str | None = None) -> None:
        lab = _named(shell.user_ns, USUAL if cell is None else line.strip() or USUAL)
        for output in verb(lab, line if cell is None else cell):
            sys.stdout.write(output.text)
            sys.stderr.write("".join(f"{note}\n" for note in output.notes) + output.err)

    magic.__doc__ = verb.__doc__
    return magic


def _named(names: Mapping[str, Any], name: str) -> Lab:
    found = names.get(name)
    if not isinstance(found, Lab):
        raise SpecError(
            f"nothing here that is called {name!r} is a lab; make one: {name} = Lab('29.7'), or name yours behind a cell's magic"
        )
    return found


def docker(lab: Lab, text: str) -> Iterator[Output]:
    r"""Do command lines, one after the other; a line that ends with \ goes on in the next.

    ``docker`` itself may be left out. The first that is refused ends the cell, with the engine's words.
    """
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield lab.docker(line)


def host(lab: Lab, text: str) -> Iterator[Output]:
    """Run a shell script on the Docker host and print what it printed."""
    yield lab.host.sh(text)


def trace(lab: Lab, text: str) -> Iterator[Output]:
    """Follow a packet and print its way as a tree: ``%trace outside -> host:8080/tcp``; a cell has a question in each line."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield Output(f"{lab.trace(line.strip())}\n")


VERBS: Mapping[str, Callable[[Lab, str], Iterator[Output]]] = {"docker": docker, "host": host, "trace": trace}
