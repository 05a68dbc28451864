"""Where packets go: pure functions from a state and a packet, or a question, to what becomes of it."""

from .ask import ask
from .explain import trace
from .frames import frames
from .line import Line, line
from .names import carrying
from .run import Run
from .world import World

__all__ = ["Line", "Run", "World", "ask", "carrying", "frames", "line", "trace"]
