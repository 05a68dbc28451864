"""Compose files: what they ask for, as a project that an engine of the lab brings up. Needs the extra ``compose``."""

from .project import Project, load
from .up import Event, lines, up

__all__ = ["Event", "Project", "lines", "load", "up"]
