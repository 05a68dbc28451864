"""The words that ask over the network; each is given how to ask by the kernel that runs it."""

from .call import Tools
from .getent import getent
from .hostname import hostname
from .lookup import Resolve
from .nc import Ask, nc


def asking(ask: Ask, resolve: Resolve) -> Tools:
    """Give the tools; ``ask`` sends a question over the networks of a kernel, ``resolve`` one about a name."""
    return {"nc": nc(ask, resolve), "getent": getent(resolve), "hostname": hostname(resolve)}
