"""Refusals of a kernel in the words of Go's package syscall (zerrors_linux_*.go), since Docker prints those."""

import os

from ..errors import KernelError


def error_text(error: KernelError) -> str:
    """Give the text of an errno: that of strerror(3) with a small letter first, as Go 1.19 has it."""
    text = os.strerror(error.errno)
    return text[:1].lower() + text[1:]
