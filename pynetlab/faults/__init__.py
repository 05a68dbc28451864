"""Faults that can be brought into a lab and taken out again: the course's exercises are to find them.

Each is a plan over the state, so that it is the same in the simulated kernel and in the real one.
"""

from collections.abc import Mapping

from . import firewall, network, services
from .fault import Fault
from .kind import Kind, Told
from .place import Place

FAULTS: Mapping[str, Kind] = {kind.name: kind for module in (network, firewall, services) for kind in module.KINDS}
"""Every kind of fault, by name."""

__all__ = ["FAULTS", "Fault", "Kind", "Place", "Told"]
