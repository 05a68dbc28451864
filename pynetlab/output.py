"""What a command printed, as a shell would show it: of ``docker``, or of a tool on the host or in a container."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Output:
    """What a command printed. Printed itself, or shown in a notebook, it is that text."""

    text: str = ""
    """Standard output."""
    code: int = 0
    """The exit code; 0 where all went well."""
    notes: tuple[str, ...] = ()
    """Options that were accepted and change nothing here, and warnings."""
    err: str = ""
    """Standard error."""

    def __str__(self) -> str:
        """Give what was printed, errors after the rest."""
        return self.text + self.err

    def __repr__(self) -> str:
        """Give the same without the last line's end, as a notebook shows it."""
        return str(self).rstrip("\n")
