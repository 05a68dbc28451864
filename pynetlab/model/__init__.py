"""What exists: the frozen records that either kernel is described with.

``State ▸ Netns ▸ Link, Route, Listener, Table ▸ Chain ▸ Rule``. Records have no behaviour beyond look-up and
their own text, and know neither of the two kernels.
"""

from .diff import Change, difference
from .firewall import BUILTIN, Chain, Table, untouched
from .names import interface_name, mac_address
from .rule import Is, Rule
from .state import Link, Listener, Netns, Route, State

__all__ = [
    "BUILTIN",
    "Chain",
    "Change",
    "Is",
    "Link",
    "Listener",
    "Netns",
    "Route",
    "Rule",
    "State",
    "Table",
    "difference",
    "interface_name",
    "mac_address",
    "untouched",
]
