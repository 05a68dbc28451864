"""The words that the simulation's shell knows, each with its tool; those that ask over the network are in ``asking.py``."""

from ..kernel import Plan
from ..output import Output
from . import filters
from .bridge import brctl, bridge
from .call import Call, Refused, Tools
from .files import cat, echo, tee
from .ip import ip
from .iptables import iptables
from .iptables_save import iptables_restore, iptables_save
from .sockets import ss
from .sysctl import sysctl
from .tc import tc


def _well(_call: Call) -> Plan[Output]:
    yield from ()
    return Output()


def _badly(_call: Call) -> Plan[Output]:
    yield from ()
    return Output("", 1)


def _sudo(call: Call) -> Plan[Output]:
    tool = call.tools.get(call.words[1]) if call.arguments else None
    if tool is None:
        raise Refused(f"sudo: {' '.join(call.arguments[:1])}: command not found")
    return (yield from tool(call.other(call.arguments)))


TOOLS: Tools = {
    **filters.TOOLS,
    "ip": ip,
    "bridge": bridge,
    "brctl": brctl,
    "iptables": iptables,
    "iptables-save": iptables_save,
    "iptables-restore": iptables_restore,
    "sysctl": sysctl,
    "tc": tc,
    "ss": ss,
    "cat": cat,
    "echo": echo,
    "tee": tee,
    "sudo": _sudo,
    "true": _well,
    ":": _well,
    "false": _badly,
    "sleep": _well,  # nothing in the simulation takes time
}
