"""dig, of bind9 9.18 in Debian 12: dig(1). /etc/hosts is nothing to it; every question is a packet, which rules may stop.

What a clock or chance would show is always the same: the identifier, the time of the query and the day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..kernel import Plan
from ..model import DnsQuery, DnsReply, Resolution
from ..output import Output
from .call import Call, Refused, Tool, absent, holds
from .dns import NONE, TRUNCATED, Tried, Way, ask, is_type, padded, reversed_name, servers_called, servers_of, size_of
from .lookup import Names, Resolve

VERSION = "9.18.49-1~deb12u3-Debian"
IDENTIFIER, DAY = 1, "Thu Jan 01 00:00:00 UTC 1970"
ROOM = 1232
"""Bytes that it takes over UDP."""
UNREACHED = 9
SECTIONS = ("cmd", "comments", "question", "answer", "stats")
SWITCHES = (*SECTIONS, "short", "tcp", "recurse")
SAME = {"vc": "tcp", "rec": "recurse", "timeout": "time"}
IDLE = ("authority", "additional", "search", "edns", "cookie", "ttlid", "class", "ignore", "fail", "adflag", "cdflag", "multiline", "qr")
REAL = ("trace", "nssearch", "https", "tls", "subnet", "bufsize", "dnssec", "identify", "yaml", "ndots", "domain", "keepopen")
COLUMNS = (24, 32, 40, 48)
USAGE = """\
Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options"""


@dataclass(frozen=True, slots=True)
class Wish:
    """One question: its name, and how it is asked and shown."""

    name: str = ""
    kind: str = "A"
    server: str = ""
    on: frozenset[str] = frozenset({*SECTIONS, "recurse"})
    tries: int = 3
    wait: float = 5.0

    def switched(self, name: str, *, on: bool) -> "Wish":
        """Give the wish with a switch on or off."""
        names = {"all": SECTIONS}.get(name, (name,))
        found = replace(self, on=self.on.union(names) if on else self.on.difference(names))
        return replace(found, on=found.on - {"cmd"}) if name == "short" and on else found


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a command line asks."""

    wishes: tuple[Wish, ...]
    greets: bool
    """It names itself, with its arguments, before the first reply."""
    cmd: bool = True
    """It still does so when a reply has come; the last word about it counts."""


class Wrong(Exception):  # noqa: N818 - it is what dig says
    """A number that is none: what it is for, and what was written."""


def dig(resolve: Resolve) -> Tool:
    """Give the tool; ``resolve`` puts a question to a name server."""

    def tool(call: Call) -> Plan[Output]:
        try:
            asked = _read(call.arguments)
        except Wrong as refused:
            return Output(f"invalid {refused}: not a valid number\n", 1, err=f"dig: Couldn't parse {str(refused).split()[0]}\n")
        netns = (yield from holds(call.netns))[call.netns]
        out, code = "", 0
        for order, wish in enumerate(asked.wishes):
            servers, wrong = servers_called(Names(netns, resolve), wish.server) if wish.server else (servers_of(netns), "")
            if wrong:
                return Output(out, 1, err=f"dig: couldn't get address for '{wish.server}': {wrong}\n")
            greeting = _greeting(call.arguments, wish, len(servers)) if asked.greets and not order else ""
            proto = "tcp" if "tcp" in wish.on or wish.kind == "ANY" else "udp"
            query = DnsQuery(wish.name, wish.kind, proto, 0 if proto == "tcp" else ROOM)
            tried = ask(resolve, call.netns, query, Way(servers, wish.tries, wish.wait))
            out += _told(wish, tried, greeting, cmd=asked.cmd)
            code = code or (0 if tried.found else UNREACHED)
        return Output(out, code)

    return tool


def _read(words: tuple[str, ...]) -> Asked:
    """Read a command line: what stands before the first name is for all, what follows a name is for it."""
    base, wishes, server, greets, cmd = Wish(), list[Wish](), "", False, True
    left, typed = list(words), False
    while left:
        word = left.pop(0)
        mine = wishes[-1] if wishes else base
        name, kind = "", ""
        if word.startswith("@"):
            server = word[1:]
            mine = replace(mine, server=server)
        elif word.startswith("+"):
            before, mine = mine, _switched(mine, word)
            cmd = cmd if ("cmd" in before.on) == ("cmd" in mine.on) else "cmd" in mine.on
        elif word.startswith("-"):
            name, kind = _dashed(word, left)
        elif is_type(word) and not (typed and not wishes):
            kind = word
        elif word.upper() != "IN":
            name = word
        if name:
            greets = greets or (not wishes and "cmd" in base.on)
            mine = replace(base, name=name, kind=base.kind, server=server)
            wishes.append(mine)
        typed = typed or bool(kind)
        mine = replace(mine, kind=kind.upper()) if kind else mine
        if wishes:
            wishes[-1] = mine
        else:
            base = mine
    if not wishes:
        greets, wishes = "cmd" in base.on, [replace(base, name=".", kind="NS" if not typed else base.kind)]
    return Asked(tuple(replace(wish, name=wish.name.removesuffix(".")) for wish in wishes), greets, cmd)


def _dashed(word: str, left: list[str]) -> tuple[str, str]:
    """Read an option with a dash; give the name and the type that it asks for."""
    letter, value = word[1:2], word[2:]
    if letter in ("4", "u", "r", "m"):
        return "", ""
    if letter not in ("x", "t", "q", "p", "c"):
        if letter in ("6", "b", "f", "k", "y", "h", "v", "i"):
            raise absent(f"dig -{letter}", ("-4", "-x", "-t", "-q", "-p", "-c"))
        raise Refused(f"Invalid option: {word}\n{USAGE}")
    if not value and not left:
        raise Refused(f"Invalid option: {word}\n{USAGE}")
    value = value or left.pop(0)
    if letter == "p" and value != "53":
        raise absent(f"dig -p {value}", ("-p 53",))
    if letter == "t" and not is_type(value):
        raise absent(f"dig -t {value}", ())
    return {"x": (reversed_name(value), "PTR"), "t": ("", value), "q": (value, "")}.get(letter, ("", ""))


def _switched(wish: Wish, word: str) -> Wish:
    name, _, value = word[1:].partition("=")
    off = name.startswith("no")
    name = name.removeprefix("no") if off else name
    name = SAME.get(name, name)
    if name in ("time", "tries", "retry"):
        if not re.fullmatch(r"\d+", value):
            said = {"time": "timeout"}.get(name, name)
            raise Wrong(f"{said} '{value}'")
        number = int(value)
        return replace(wish, wait=float(max(1, number))) if name == "time" else replace(wish, tries=max(1, number + (name == "retry")))
    if name in SWITCHES or name == "all":
        return wish.switched(name, on=not off)
    if name in IDLE:
        return wish
    if name in REAL:
        raise absent(f"dig {word}", [f"+{each}" for each in (*SWITCHES, "all", "time=", "tries=", "retry=")])
    raise Refused(f"Invalid option: {word}\n{USAGE}")


def _greeting(words: tuple[str, ...], wish: Wish, count: int) -> str:
    found = f"; ({count} server{'s' if count > 1 else ''} found)\n" if wish.server else ""
    return f"\n; <<>> DiG {VERSION} <<>>{''.join(f' {word}' for word in words)}\n{found};; global options: +cmd\n"


def _told(wish: Wish, tried: Tried, greeting: str, *, cmd: bool) -> str:
    plain = "short" in wish.on or "comments" not in wish.on
    said = "".join(line for line in tried.lines if not (plain and line == TRUNCATED))
    if tried.found is None or tried.found.reply is None:
        return f"{said}{greeting if tried.heard else ''}{NONE}"
    if "short" in wish.on:
        return said + "".join(f"{record.data}\n" for record in tried.found.reply.records)
    return said + (greeting if cmd else "") + "".join(_reply(wish, tried.found, tried.found.reply))


def _reply(wish: Wish, found: Resolution, reply: DnsReply) -> Iterator[str]:
    """Print a reply, section by section."""
    comments, records = "comments" in wish.on, reply.records
    name = f"{found.query.name}."
    if comments:
        flags = [("qr", True), ("aa", reply.authoritative), ("tc", reply.truncated), ("rd", "recurse" in wish.on), ("ra", reply.recursion)]
        yield f";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: {reply.status}, id: {IDENTIFIER}\n"
        names = " ".join(flag for flag, there in flags if there)
        yield f";; flags: {names}; QUERY: 1, ANSWER: {len(records)}, AUTHORITY: 0, ADDITIONAL: 0\n"
        if "recurse" in wish.on and not reply.recursion:
            yield ";; WARNING: recursion requested but not available\n"
        yield "\n"
    if "question" in wish.on:
        line = f";{padded([(name, COLUMNS[1]), ('IN', COLUMNS[2])])}{found.query.kind}"
        yield f";; QUESTION SECTION:\n{line}\n\n" if comments else f"{line}\n"
    if "answer" in wish.on and records:
        lines = (padded(list(zip((f"{each.name}.", str(each.ttl), "IN", each.kind), COLUMNS, strict=True))) + each.data for each in records)
        text = "".join(f"{line}\n" for line in lines)
        yield f";; ANSWER SECTION:\n{text}\n" if comments else text
    if "stats" in wish.on:
        yield f";; Query time: 0 msec\n;; SERVER: {found.server}#53({found.server}) ({found.query.proto.upper()})\n"
        yield f";; WHEN: {DAY}\n;; MSG SIZE  rcvd: {size_of(found)}\n\n"
