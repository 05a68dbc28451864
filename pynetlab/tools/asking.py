"""The words that ask over the network; each is given how to ask by the kernel that runs it."""

from collections.abc import Callable

from ..tracer import Line
from .call import Tools
from .curl import curl
from .dig import dig
from .getent import getent
from .hostname import hostname
from .lookup import Resolve
from .nc import Ask, nc
from .nslookup import nslookup
from .ping import ping
from .traceroute import traceroute
from .wget import wget


def asking(ask: Ask, talk: Callable[[], Line], resolve: Resolve) -> Tools:
    """Give the tools.

    ``ask`` sends one question over the networks of a kernel, ``talk`` opens the line of a program that sends several,
    ``resolve`` puts a question to a name server.
    """
    return {
        "nc": nc(ask, resolve),
        "ping": ping(talk, resolve),
        "traceroute": traceroute(talk, resolve),
        "curl": curl(talk, resolve),
        "wget": wget(talk, resolve),
        "dig": dig(resolve),
        "nslookup": nslookup(resolve),
        "getent": getent(resolve),
        "hostname": hostname(resolve),
    }
