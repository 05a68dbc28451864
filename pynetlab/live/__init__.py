"""How Linux is told: the same operations on the real kernel, in namespaces of the lab's own."""

from .features import Feature, available, features
from .kernel import LiveKernel

__all__ = ["Feature", "LiveKernel", "available", "features"]
