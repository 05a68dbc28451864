"""nslookup, of bind9 9.18 in Debian 12: nslookup(1), one question at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..kernel import Plan
from ..model import DnsQuery, DnsReply, Netns, Resolution
from ..model.dns import NOERROR, SERVFAIL
from ..output import Output
from .call import Call, Refused, Tool, absent, holds
from .dns import NONE, Tried, Way, ask, is_type, reversed_name, servers_called, servers_of
from .lookup import Names, Resolve, number, resolv

USUAL = ("A", "AAAA")
USAGE = """\
Usage:
   nslookup [-opt ...]             # interactive mode using default server
   nslookup [-opt ...] - server    # interactive mode using 'server'
   nslookup [-opt ...] host        # just look up 'host' using default server
   nslookup [-opt ...] host server # just look up 'host' using 'server'"""
ELSEWHERE = "Authoritative answers can be found from:\n"
KINDS = {"CNAME": "canonical name", "NS": "nameserver", "PTR": "name", "MX": "mail exchanger", "TXT": "text", "SRV": "service"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    name: str
    server: str = ""
    kind: str = ""
    """Empty for the usual ones, A and AAAA, or PTR of an address."""
    proto: str = "udp"
    wait: float = 5.0
    tries: int = 3


def nslookup(resolve: Resolve) -> Tool:
    """Give the tool; ``resolve`` puts a question to a name server."""

    def tool(call: Call) -> Plan[Output]:
        wish = _read(call)
        netns = (yield from holds(call.netns))[call.netns]
        servers, wrong = servers_called(Names(netns, resolve), wish.server) if wish.server else (servers_of(netns), "")
        if wrong:
            return Output("", 1, err=f"nslookup: couldn't get address for '{wish.server}': {wrong}\n")
        code, text = _asked(wish, netns, resolve, servers)
        return Output(text, code)

    return tool


def _read(call: Call) -> Wish:
    wish, words = Wish(""), []
    for word in call.arguments:
        name, _, value = word[1:].partition("=")
        if not word.startswith("-"):
            words.append(word)
        elif name in ("type", "query", "q", "querytype") and is_type(value):
            wish = replace(wish, kind=value.upper())
        elif name in ("timeout", "retry") and value.isdigit():
            wish = replace(wish, wait=float(value)) if name == "timeout" else replace(wish, tries=max(1, int(value)))
        elif name in ("vc", "novc"):
            wish = replace(wish, proto="tcp" if name == "vc" else "udp")
        else:
            raise absent(f"nslookup {word}", ("-type=", "-timeout=", "-retry=", "-vc"))
    if not words:
        raise absent("nslookup without a name, which asks for commands,")
    if len(words) > 2:  # noqa: PLR2004 - a name and a server
        raise Refused(USAGE)
    return replace(wish, name=words[0], server=words[1] if len(words) > 1 else "")


def _asked(wish: Wish, netns: Netns, resolve: Resolve, servers: tuple[str, ...]) -> tuple[int, str]:
    """Ask for each type in turn, in each domain that resolv.conf names until one knows the name."""
    by_address = number(wish.name) is not None
    kinds = (wish.kind,) if wish.kind else ("PTR",) if by_address else USUAL
    way, text, shown = Way(servers, wish.tries, wish.wait), "", False
    for order, kind in enumerate(kinds):
        tried = _tried(wish, netns, resolve, kind, way)
        text += "".join(tried.lines)
        found = tried.found
        if found is None or found.reply is None:
            return 1, f"{text}{NONE}\n"
        reply = found.reply
        text += _remarks(reply, found.server, chosen=bool(wish.server))
        headed = not (by_address and not wish.kind)
        if not shown and headed:
            text += f"Server:\t\t{found.server}\nAddress:\t{found.server}#53\n\n"
        shown = True
        if reply.rcode != NOERROR and order == 0:
            return 1, f"{text}** server can't find {found.query.name}: {reply.status}\n\n"
        text += "".join(_answers(wish, found, reply, kind, headed=headed, first=order == 0))
    return 0, f"{text}\n"


def _tried(wish: Wish, netns: Netns, resolve: Resolve, kind: str, way: Way) -> Tried:
    name = reversed_name(wish.name) if number(wish.name) is not None else wish.name.removesuffix(".")
    search = () if wish.name.endswith(".") or number(wish.name) is not None or "." in wish.name else resolv(netns).search
    tried = Tried(())
    for full in (*(f"{name}.{domain}" for domain in search), name):
        tried = ask(resolve, netns.name, DnsQuery(full, kind, wish.proto), way)
        if tried.found is None or tried.found.reply is None or tried.found.reply.rcode == NOERROR:
            return tried
    return tried


def _remarks(reply: DnsReply, server: str, *, chosen: bool) -> str:
    if reply.rcode == SERVFAIL:
        return f";; Got SERVFAIL reply from {server}\n"
    return "" if reply.recursion or chosen else f";; Got recursion not available from {server}\n"


def _answers(wish: Wish, found: Resolution, reply: DnsReply, kind: str, *, headed: bool, first: bool) -> Iterator[str]:
    """Print what a reply holds; of the second of the usual types only what there is."""
    lines = [_line(record.name, record.kind, record.data) for record in reply.records]
    if first and headed and not reply.authoritative:
        yield "Non-authoritative answer:\n"
    if not lines and first:
        yield f"*** Can't find {found.query.name}: No answer\n"
    yield from lines
    if kind not in USUAL and not (headed and not wish.kind) and not reply.authoritative:
        yield f"\n{ELSEWHERE}"


def _line(name: str, kind: str, data: str) -> str:
    if kind in USUAL:
        return f"Name:\t{name}\nAddress: {data}\n"
    return f"{name}\t{KINDS.get(kind, kind)} = {data}\n"
