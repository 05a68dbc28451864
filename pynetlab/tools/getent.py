"""getent hosts and ahosts, of glibc 2.36 in Debian 12: getent(1). 2 says that something was not found."""

import getopt
from collections.abc import Sequence

from ..kernel import Plan
from ..output import Output
from .call import Call, Tool, absent, holds
from .lookup import Found, Names, Resolve, host_lines, number

NOT_FOUND = 2
TRY = "Try `getent --help' or `getent --usage' for more information.\n"
SOCKETS = ("STREAM", "DGRAM", "RAW")
DATABASES = ("ahosts", "ahostsv4", "ahostsv6", "hosts")
OTHERS = ("aliases", "ethers", "group", "gshadow", "initgroups", "netgroup", "networks", "passwd", "protocols", "rpc", "services", "shadow")


def getent(resolve: Resolve) -> Tool:
    """Give the tool; ``resolve`` puts a question to a name server."""

    def tool(call: Call) -> Plan[Output]:
        database, *keys = _words(call) or [""]
        if database not in DATABASES:
            return Output(TRY, 1, err=f"Unknown database: {database}\n" if database else "getent: wrong number of arguments\n")
        netns = (yield from holds(call.netns))[call.netns]
        if not keys:
            return Output("".join(_line(line[0], line[1:]) for line in host_lines(netns)))
        out, code = "", 0
        for key in keys:
            text = _hosts(Names(netns, resolve), key) if database == "hosts" else _ahosts(Names(netns, resolve), key, database)
            out, code = out + text, code if text else NOT_FOUND
        return Output(out, code)

    return tool


def _words(call: Call) -> list[str]:
    there = [f"getent {each}" for each in DATABASES]
    try:
        _, words = getopt.gnu_getopt(list(call.arguments), "")
    except getopt.GetoptError as error:
        raise absent(f"getent -{error.opt}", there) from None
    if words and words[0] in OTHERS:
        raise absent(f"getent {words[0]}", there)
    return words


def _line(address: str, names: Sequence[str]) -> str:
    return f"{address:<15} {' '.join(names)}\n"


def _hosts(names: Names, key: str) -> str:
    """Give the lines of gethostbyname2(3), of IPv6 first, or of gethostbyaddr(3)."""
    if number(key) is not None:
        found = names.called(key)
        return _line(key, (found.name, *found.aliases)) if found.addresses else ""
    found = names.hosts(key, six=True)
    found = found if found.addresses else names.asked(key, "AAAA")
    found = found if found.addresses else names.hosts(key)
    found = found if found.addresses else names.asked(key, "A")
    return "".join(_line(each, (found.name, *found.aliases)) for each in found.addresses)


def _ahosts(names: Names, key: str, database: str) -> str:
    """Give the lines of getaddrinfo(3): each address for three kinds of sockets, the first with the canonical name."""
    found = Found(key) if database == "ahostsv6" else names.addresses(key)
    lines = [f"{address:<15} {kind:<6} " for address in found.addresses for kind in SOCKETS]
    return "\n".join([f"{line}{'' if number_ else found.name}" for number_, line in enumerate(lines)] + [""]) if lines else ""
