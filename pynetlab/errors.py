"""Everything that can go wrong, as one tree.

::

    PynetlabError
    ├── KernelError       a kernel, simulated or real, refused an operation (carries the errno)
    ├── DaemonError       Docker refused a request, in the words of that release
    ├── ClientError       the docker command line gives up by itself, in its own words
    ├── SpecError         what was asked for cannot be understood
    └── LiveError         the live kernel cannot be used here, or was lost
"""

import errno as _errno
import os


class PynetlabError(Exception):
    """The root of every error that this package raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """Give what IPython prints: the name and the text. Such an error is a result, and its text says where to look."""
        return [f"{type(self).__name__}: {self}"]

    @property
    def printed(self) -> str:
        """Give the text as the command line prints it: the words of a daemon are marked as such."""
        return str(self)


class KernelError(PynetlabError):
    """A kernel refused an operation.

    ``errno`` is the number from errno(3); ``name`` its symbol, such as ``"EEXIST"``; ``what`` names the
    object and the operation. ``done`` holds the answers of the operations of the same batch that were
    carried out before this one.
    """

    def __init__(self, errno: int, what: str, done: tuple[object, ...] = ()) -> None:
        """Keep the number and say the kernel's own words for it."""
        super().__init__(errno, what, done)
        self.errno = errno
        self.what = what
        self.done = done

    @property
    def name(self) -> str:
        """The symbol of the number, such as ``"EEXIST"``."""
        return _errno.errorcode.get(self.errno, str(self.errno))

    def __str__(self) -> str:
        """Name the object and say why, as the tools do."""
        return f"{self.what}: {os.strerror(self.errno)}"


class DaemonError(PynetlabError):
    """Docker refused a request; the text is the engine's own.

    ``reported`` is the part of it that the engine hands to whoever asked: the last line, where the text has several.
    """

    def __init__(self, text: str) -> None:
        """Keep the whole text; what is handed on follows from it."""
        super().__init__(text)
        self.reported = text.removesuffix("\n").rpartition("\n")[2]

    @property
    def printed(self) -> str:
        """Mark the text as the daemon's."""
        return f"Error response from daemon: {self}"


class ClientError(PynetlabError):
    """The docker command line gave up by itself, in its own words: nobody to talk to, no such object, a template that fails."""


class SpecError(PynetlabError, ValueError):
    """What was asked for cannot be understood; the text names the part and says what would help."""


class LiveError(PynetlabError):
    """The live kernel cannot be used here, or its agent was lost; the text says why and what would help."""
