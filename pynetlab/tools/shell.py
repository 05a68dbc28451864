"""A script of commands, one after the other, as sh(1) runs them."""

from collections.abc import Generator
from typing import Any

from ..errors import KernelError, SpecError
from ..kernel import Step
from ..output import Output
from .change import host_command

FAILED, NOT_FOUND = 1, 127


def shell(netns: str, script: str) -> Generator[Step, Any, Output]:
    """Run a script: give its steps, and at the end what it printed. A refused step is thrown in; the script goes on."""
    code, err = 0, ""
    for line in filter(None, map(str.strip, script.splitlines())):
        try:
            yield from host_command(netns, line)  # type: ignore[misc] # its steps alone
            code = 0
        except KernelError as error:
            code, err = FAILED, f"{err}{error}\n"
        except SpecError as error:
            code, err = NOT_FOUND, f"{err}{error}\n"
    return Output("", code, err=err)
