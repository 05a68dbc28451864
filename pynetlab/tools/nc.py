"""nc, netcat-openbsd 1.219 of Debian 12: connects over TCP, says how that went, and prints what the server says."""

import getopt
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address

from ..kernel import Plan
from ..model import Answer, Probe
from ..ops.server import ANSWER
from ..output import Output
from .call import Call, Refused, Tool, absent, holds
from .connecting import CONNECTED, ERRORS, SYN_PATIENCE
from .lookup import NO_NAME, Found, Names, Resolve, number

Ask = Callable[[Sequence[Probe]], tuple[Answer, ...]]

LAST_PORT = 65535
SERVICES = {22: "ssh", 25: "smtp", 53: "domain", 80: "http", 443: "https", 3306: "mysql", 5432: "postgresql", 8080: "http-alt"}
"""Of services(5), by port; a port that is not here is printed as one without a name."""


def nc(ask: Ask, resolve: Resolve) -> Tool:
    """Give the tool; ``ask`` sends a question over the networks of a kernel, ``resolve`` one about a name."""

    def tool(call: Call) -> Plan[Output]:
        flags, (name, ports) = _read(call.arguments)
        netns = (yield from holds(call.netns))[call.netns]
        found = Names(netns, resolve).addresses(name) if number(name) or "-n" not in flags else Found(name, said=NO_NAME)
        if found.said:
            raise Refused(f'nc: getaddrinfo for host "{name}" port {ports}: {found.said}')
        ip = IPv4Address(found.addresses[0])
        shown = name if str(ip) == name else f"{name} ({ip})"
        patience = float(flags["-w"]) if "-w" in flags else SYN_PATIENCE
        out, err, code = "", "", 1
        for port in _ports(ports):
            (answer,) = ask([Probe(call.netns, "tcp", ip, port, patience=patience)])
            if answer.result in CONNECTED:
                code = 0
                out += ANSWER.format(name=answer.server, saw=answer.saw) if answer.server and "-z" not in flags else ""
            err += _told(answer, shown, port, flags) if "-v" in flags else ""
        return Output(out, code, err=err)

    return tool


def _read(arguments: Sequence[str]) -> tuple[dict[str, str], tuple[str, str]]:
    try:
        found, operands = getopt.gnu_getopt(list(arguments), "nvzw:")
    except getopt.GetoptError as error:
        raise absent(f"nc -{error.opt}", ("-n", "-v", "-w", "-z")) from None
    flags = dict(found)
    if "-w" in flags and not flags["-w"].isdigit():
        raise Refused(f"nc: timeout invalid: {flags['-w']}")
    if len(operands) == 1:
        raise Refused("nc: missing port number")
    if len(operands) != 2:  # noqa: PLR2004 - a machine and its ports
        raise Refused("usage: nc [-nvz] [-w timeout] destination port")
    return flags, (operands[0], operands[1])


def _ports(text: str) -> Iterator[int]:
    """Give the ports of ``80`` or ``79-81``, the lowest first."""
    ends = [_port(each) for each in text.split("-", 1)]
    yield from range(min(ends), max(ends) + 1)


def _port(text: str) -> int:
    if not text.isdecimal():
        raise absent(f"nc with {text!r} for a port", ("numbers", "ranges of them such as 79-81"))
    if not 0 < int(text) <= LAST_PORT:
        raise Refused(f"nc: port number too {'large' if int(text) else 'small'}: {text}")
    return int(text)


def _told(answer: Answer, shown: str, port: int, flags: dict[str, str]) -> str:
    if answer.result in CONNECTED:
        service = "*" if "-n" in flags else SERVICES.get(port, "*")
        return f"Connection to {shown} {port} port [tcp/{service}] succeeded!\n"
    why = f"failed: {ERRORS.get(answer.result, answer.result)}"
    if answer.result == "timeout" and "-w" in flags:
        why = "timed out: Operation now in progress"
    return f"nc: connect to {shown} port {port} (tcp) {why}\n"
