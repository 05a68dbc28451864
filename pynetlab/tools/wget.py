"""wget -q, of GNU wget 1.21.3 in Debian 12: wget(1). It says nothing but what it was sent for, and its exit code."""

import re
from collections.abc import Callable
from ipaddress import IPv4Address

from ..kernel import Plan
from ..model import Probe
from ..ops.server import said
from ..output import Output
from ..tracer import Line
from .call import Call, Refused, Tool, absent, holds
from .connecting import SYN_PATIENCE
from .curl_asked import Url, Wrong, url_of
from .files import NOWHERE, write
from .lookup import Names, Resolve
from .options import options

PARSE_ERROR, NETWORK, BAD_URL = 2, 4, 1
USAGE = "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options."
LONG = {"quiet": "q", "output-document": "O", "timeout": "T", "connect-timeout": "T", "tries": "t", "spider": "spider"}


def wget(talk: Callable[[], Line], resolve: Resolve) -> Tool:
    """Give the tool; ``talk`` opens the line of one program, ``resolve`` puts a question to a name server."""

    def tool(call: Call) -> Plan[Output]:
        given = options(call, "qO:T:t:", LONG)
        if not given.words:
            raise Refused(f"wget: missing URL\n{USAGE}")
        if "q" not in given:
            raise absent("wget without -q, whose lines are full of clocks,")
        netns = (yield from holds(call.netns))[call.netns]
        patience = _seconds(given.get("T"))
        line, out, code = talk(), "", 0
        for text in given.words:
            try:
                url = url_of(text)
            except Wrong:
                code = code or BAD_URL
                continue
            body = _fetched(line, Names(netns, resolve, left=patience), url, patience)
            if body is None:
                code = code or NETWORK
            elif "spider" not in given:
                file = given.get("O", url.path.partition("?")[0].rpartition("/")[2] or "index.html")
                out += body if file == "-" else ""
                if file not in ("-", NOWHERE):
                    yield from write(call.netns, file, body, call.scratch)
        return Output(out, code)

    return tool


def _seconds(text: str) -> float:
    if text and not re.fullmatch(r"\d+(\.\d*)?", text):
        raise Refused(f"wget: timeout: Invalid time period '{text}'", PARSE_ERROR)
    return min(float(text or 0) or SYN_PATIENCE, SYN_PATIENCE)


def _fetched(line: Line, names: Names, url: Url, patience: float) -> str | None:
    """Give what a server sends; None where its name is unknown, there is none, it hangs up, or it speaks no TLS."""
    found = names.addresses(url.host)
    if found.said:
        return None
    answer = line(Probe(names.netns.name, "tcp", IPv4Address(found.addresses[0]), url.port, patience=patience)).answer
    if answer.result != "ok" or not answer.server or url.scheme == "https":
        return None
    return said(answer.server, answer.saw, f"GET {url.path} HTTP/1.1").partition("\r\n\r\n")[2]
