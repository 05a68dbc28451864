"""What exists: the frozen records that either kernel is described with.

``State ▸ Netns ▸ Link, Route, Listener, Resolver, Table ▸ Chain ▸ Rule``, and of a packet's way ``Trace ▸ Hop ▸ Step``. Records
have no behaviour beyond look-up and their own text, and know neither of the two kernels.
"""

from .diff import Change, difference
from .dns import DnsQuery, DnsRecord, DnsReply, Resolution
from .firewall import BUILTIN, Chain, Table, untouched
from .frame import Frame
from .names import hostname, interface_name, mac_address
from .packet import Packet
from .probe import Answer, Probe
from .qdisc import Tbf
from .resolution import resolve
from .resolver import Manners, Resolver, Scope, Upstream
from .rule import Is, Rule
from .state import Link, Listener, Netns, Route, State
from .trace import Cause, Hop, Outcome, Place, Step, Trace

__all__ = [
    "BUILTIN",
    "Answer",
    "Cause",
    "Chain",
    "Change",
    "DnsQuery",
    "DnsRecord",
    "DnsReply",
    "Frame",
    "Hop",
    "Is",
    "Link",
    "Listener",
    "Manners",
    "Netns",
    "Outcome",
    "Packet",
    "Place",
    "Probe",
    "Resolution",
    "Resolver",
    "Route",
    "Rule",
    "Scope",
    "State",
    "Step",
    "Table",
    "Tbf",
    "Trace",
    "Upstream",
    "difference",
    "hostname",
    "interface_name",
    "mac_address",
    "resolve",
    "untouched",
]
