"""What is asked for: the daemon's flags and the containers, read and checked once."""

from .container import ContainerSpec, Publish
from .daemon import DaemonConfig

__all__ = ["ContainerSpec", "DaemonConfig", "Publish"]
