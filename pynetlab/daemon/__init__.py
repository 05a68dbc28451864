"""The daemon of a release: what it remembers, and its verbs as plans."""

from .dockerd import Dockerd
from .memory import Container, Daemon

__all__ = ["Container", "Daemon", "Dockerd"]
