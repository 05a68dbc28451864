"""hostname, of net-tools 3.23 in Debian 12: hostname(1)."""

import getopt
from collections.abc import Iterator

from ..kernel import Plan
from ..model import Netns
from ..model import hostname as name_of
from ..output import Output
from .call import Call, Refused, Tool, absent, holds
from .lookup import Found, Names, Resolve

LONG = {"--all-ip-addresses": "-I", "--ip-address": "-i", "--short": "-s", "--fqdn": "-f", "--long": "-f", "--domain": "-d"}
KNOWN = tuple(dict.fromkeys(LONG.values()))


def hostname(resolve: Resolve) -> Tool:
    """Give the tool; ``resolve`` puts a question to a name server."""

    def tool(call: Call) -> Plan[Output]:
        wanted = _read(call)
        netns = (yield from holds(call.netns))[call.netns]
        name = name_of(call.netns, netns.files)
        if wanted == "-I":
            return Output("".join(f"{address} " for address in _own(netns)) + "\n")
        if wanted in ("", "-s"):
            return Output(f"{name.partition('.')[0] if wanted else name}\n")
        found = Names(netns, resolve).addresses(name)
        if found.said:
            raise Refused(f"hostname: {found.said}")
        return Output(_told(wanted, found))

    return tool


def _read(call: Call) -> str:
    try:
        options, words = getopt.gnu_getopt(list(call.arguments), "Iisfd", [each.removeprefix("--") for each in LONG])
    except getopt.GetoptError as error:
        dashes = "-" if len(error.opt) == 1 else "--"
        raise absent(f"hostname {dashes}{error.opt}", KNOWN) from None
    if words:
        raise Refused("hostname: a machine of the simulation keeps its name")
    return LONG.get(options[-1][0], options[-1][0]) if options else ""


def _own(netns: Netns) -> Iterator[str]:
    """List the addresses that getifaddrs(3) gives, but for the loopback device's and those of devices that are down."""
    for link in netns.links.values():
        if link.up and link.kind != "loopback":
            yield from (str(address.ip) for address in link.addresses)


def _told(wanted: str, found: Found) -> str:
    if wanted == "-i":
        return f"{' '.join(found.addresses)}\n"
    if wanted == "-f":
        return f"{found.name}\n"
    domain = found.name.partition(".")[2]
    return f"{domain}\n" if domain else ""
