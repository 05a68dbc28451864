"""What Linux does with an operation: pure functions from a state and an operation to the next state."""

from .kernel import SimKernel

__all__ = ["SimKernel"]
