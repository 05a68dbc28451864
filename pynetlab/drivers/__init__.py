"""The network drivers: what each kind of network makes on the host and in a container."""

from collections.abc import Mapping

from .bare import HOST, NONE
from .bridge import Bridge
from .driver import Driver
from .macvlan import Macvlan

DRIVERS: Mapping[str, Driver] = {"bridge": Bridge(), "host": HOST, "macvlan": Macvlan(), "null": NONE}

__all__ = ["DRIVERS", "Driver"]
