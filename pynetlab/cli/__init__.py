"""The lab's verbs in a shell. Exit codes: 0, 1 for a refused request, 2 for wrong usage; errors are one sentence on stderr."""

from . import compose, daemon, docker, faults, notebooks, reach, releases, replay, trace
from .base import main

__all__ = ["compose", "daemon", "docker", "faults", "main", "notebooks", "reach", "releases", "replay", "trace"]
