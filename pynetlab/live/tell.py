"""The one function that carries an operation out; each file here registers its operations with it."""

from functools import singledispatch

from ..ops import Op
from .lab import Lab


@singledispatch
def tell(op: Op, lab: Lab) -> None:
    """Tell the kernel. Raises KernelError or OSError where it refuses, and then nothing changed."""
    raise TypeError(f"no way to tell {lab!r} of {type(op).__name__}")
