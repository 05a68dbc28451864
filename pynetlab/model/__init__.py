"""What exists: the frozen records that either kernel is described with.

``State ▸ Netns ▸ Link, Route, Listener, Table ▸ Chain ▸ Rule``, and of a packet's way ``Trace ▸ Hop ▸ Step``. Records
have no behaviour beyond look-up and their own text, and know neither of the two kernels.
"""

from .diff import Change, difference
from .firewall import BUILTIN, Chain, Table, untouched
from .names import interface_name, mac_address
from .packet import Packet
from .probe import Answer, Probe
from .qdisc import Tbf
from .rule import Is, Rule
from .state import Link, Listener, Netns, Route, State
from .trace import Cause, Hop, Outcome, Place, Step, Trace

__all__ = [
    "BUILTIN",
    "Answer",
    "Cause",
    "Chain",
    "Change",
    "Hop",
    "Is",
    "Link",
    "Listener",
    "Netns",
    "Outcome",
    "Packet",
    "Place",
    "Probe",
    "Route",
    "Rule",
    "State",
    "Step",
    "Table",
    "Tbf",
    "Trace",
    "difference",
    "interface_name",
    "mac_address",
    "untouched",
]
