"""The commands of a Linux machine, as they are typed there: what each does to a kernel, and what it prints.

The simulated kernel answers with them; in a live lab the machine's own tools do.
"""

from .call import Call, Refused, Tool, Tools
from .change import host_command
from .nc import nc
from .shell import shell
from .words import TOOLS

__all__ = ["TOOLS", "Call", "Refused", "Tool", "Tools", "host_command", "nc", "shell"]
