"""The commands of a Linux machine, as they are typed there: what each does to a kernel, and what it prints.

The simulated kernel answers with them; in a live lab the machine's own tools do. The words are listed in ``words.py``, and
in ``asking.py`` those that ask over the network: what they print comes from the tracer, and what a clock would show is fixed.
"""

from .asking import asking
from .call import Call, Refused, Tool, Tools
from .change import host_command
from .shell import shell
from .words import TOOLS

__all__ = ["TOOLS", "Call", "Refused", "Tool", "Tools", "asking", "host_command", "shell"]
