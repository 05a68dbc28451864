"""What an administrator types on the Docker host, as a plan of steps that can be taken back."""

from ..errors import KernelError, SpecError
from ..kernel import Plan
from .shell import one


def host_command(netns: str, line: str) -> Plan[None]:
    """Do what one command line does; what it prints is left out.

    Raises SpecError, which names the line, for one that cannot be read, KernelError for one that the kernel refuses.
    """
    try:
        said = yield from one(netns, line)
    except SpecError as error:
        if isinstance(error.__cause__, KernelError):
            raise error.__cause__ from None
        raise SpecError(f"host command {line!r}: {error}") from None
    if said.code:
        raise SpecError(f"host command {line!r}: {said.err.rstrip() or f'exit code {said.code}'}")
