"""traceroute, 2.1.2 of Debian 12: traceroute(8). Datagrams, echo requests or SYN with a TTL of 1, 2, 3 ..., each told by the tracer.

What a clock would show is always the same: an answer takes 0.050 ms.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from ..kernel import Plan
from ..model import Netns, Packet, Probe
from ..model.probe import Got, Socket
from ..output import Output
from ..tracer import Line
from ..tracer.node import Node
from ..tracer.routing import source_for
from .call import Call, Refused, Tool, absent, holds
from .limit import ErrorLimit
from .lookup import Names, Resolve, number

WRONG = 2
TOOK = 0.050
"""Milliseconds that an answer takes."""
FIRST_PORT, LAST_HOP, MOST_QUERIES, LARGEST = 33434, 255, 10, 65000
USUAL_LENGTH, HEADERS, AT_ONCE = 60, 28, 16
TIME_EXCEEDED, UNREACHABLE = 11, 3
MARKS = {0: "!N", 1: "!H", 2: "!P", 3: "", 4: "!F-{mtu}", 5: "!S", 9: "!X", 10: "!X", 13: "!X", 14: "!V", 15: "!C"}
"""Code of "destination unreachable" → what is printed behind the time."""
FLAGS = "4nIUTF"
VALUES = {
    "q": "nqueries",
    "m": "max_ttl",
    "f": "first_ttl",
    "p": "port",
    "w": "MAX,HERE,NEAR",
    "N": "squeries",
    "s": "src_addr",
    "i": "device",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    host: str
    given: dict[str, str]
    length: int = USUAL_LENGTH

    def number(self, letter: str, usual: int) -> int:
        """Give the value of an option that is a number."""
        return int(self.given.get(letter, usual))

    @property
    def queries(self) -> int:
        """How many packets are sent for each hop."""
        return self.number("q", 3)

    @property
    def wait(self) -> float:
        """For how many seconds an answer is waited for."""
        return float(self.given.get("w", "5").partition(",")[0])

    @property
    def proto(self) -> str:
        """What is sent."""
        return "icmp" if "I" in self.given else "tcp" if "T" in self.given else "udp"

    def port(self, order: int) -> int:
        """Give the port for a packet; datagrams each go to another one."""
        if self.proto == "icmp":
            return 0
        fixed = {"T": 80, "U": 53}
        usual = next((port for letter, port in fixed.items() if letter in self.given), None)
        return self.number("p", FIRST_PORT) + order if usual is None else self.number("p", usual)


@dataclass(slots=True)
class Hop:
    """What was heard for one TTL."""

    heard: list[Got | None] = field(default_factory=list)
    final: bool = False


def traceroute(talk: Callable[[], Line], resolve: Resolve) -> Tool:
    """Give the tool; ``talk`` opens the line of one program, ``resolve`` puts a question to a name server."""

    def tool(call: Call) -> Plan[Output]:
        wanted = _read(call)
        netns = (yield from holds(call.netns))[call.netns]
        names = Names(netns, resolve)
        found = names.addresses(wanted.host)
        if found.said:
            place = f"on position 1 (argc {1 + call.arguments.index(wanted.host)})"
            raise Refused(f'{wanted.host}: {found.said}\nCannot handle "host" cmdline arg `{wanted.host}\' {place}', WRONG)
        ip = IPv4Address(found.addresses[0])
        last = wanted.number("m", 30)
        head = f"traceroute to {wanted.host} ({ip}), {last} hops max, {wanted.length} byte packets"
        why = _unbound(netns, wanted, ip)
        if why:
            return Output(head, 1, err=f"\n{why}\n")
        text = head
        for ttl, hop in _hops(wanted, Probe(call.netns, wanted.proto, ip), netns, talk()):
            if any(got and got.errno == "EPERM" for got in hop.heard):
                return Output(text, 1, err="\nsend: Operation not permitted\n")
            text += f"\n{ttl:2} {''.join(_shown(hop, wanted, names))}"
        return Output(f"{text}\n")

    return tool


def _read(call: Call) -> Wanted:
    given: dict[str, str] = {}
    words: list[str] = []
    left = list(enumerate(call.arguments, 1))
    while left:
        at, word = left.pop(0)
        letter, rest = word[1:2], word[2:]
        if not word.startswith("-") or word == "-":
            words.append(word)
        elif letter in VALUES:
            at, value = (at, rest) if rest else left.pop(0) if left else (at, "")
            if not value:
                raise Refused(f"Option `-{letter}' (argc {at}) requires an argument: `-{letter} {VALUES[letter]}'", WRONG)
            if not re.fullmatch(r"[\d.,]+" if letter == "w" else r"\S+" if letter in "si" else r"\d+", value):
                raise Refused(f"Cannot handle `-{letter}' option with arg `{value}' (argc {at})", WRONG)
            given[letter] = value
        elif letter and all(each in FLAGS for each in word[1:]):
            given |= dict.fromkeys(word[1:], "1")
        else:
            _bad_option(word, at)
    if not words:
        raise absent("traceroute without a host, which prints its help,")
    return _checked(Wanted(words[0], given, _length(words, given)))


def _bad_option(word: str, at: int) -> None:
    if re.match(r"-[6dgrtlezAMODPV]|--", word):
        raise absent(f"traceroute {word}", [f"-{each}" for each in (*FLAGS, *VALUES)])
    raise Refused(f"Bad option `{word}' (argc {at})", WRONG)


def _length(words: list[str], given: dict[str, str]) -> int:
    if len(words) > 2:  # noqa: PLR2004 - a host and a length
        raise Refused(f"Extra arg `{words[2]}' (position 3, argc 3)", WRONG)
    if len(words) == 1:
        return USUAL_LENGTH
    if not words[1].isdigit():
        raise Refused(f'Cannot handle "packetlen" cmdline arg `{words[1]}\' on position 2 (argc 2)', WRONG)
    if int(words[1]) > LARGEST:
        raise Refused(f"too big packetlen {words[1]} specified", WRONG)
    if "I" not in given:
        raise absent("traceroute with a length of packets, but for -I,")
    return max(int(words[1]), HEADERS)


def _checked(wanted: Wanted) -> Wanted:
    last, first, queries = wanted.number("m", 30), wanted.number("f", 1), wanted.queries
    if last > LAST_HOP:
        raise Refused(f"max hops cannot be more than {LAST_HOP}", WRONG)
    if not 0 < first <= last:
        raise Refused("first hop out of range", WRONG)
    if not 0 < queries <= MOST_QUERIES:
        raise Refused(f"no more than {MOST_QUERIES} probes per hop", WRONG)
    return wanted


def _unbound(netns: Netns, wanted: Wanted, ip: IPv4Address) -> str:
    """Say why its socket cannot be bound or connected; empty where it can."""
    node, device, source = Node(netns), wanted.given.get("i", ""), number(wanted.given.get("s", ""))
    if device and device not in node.devices:
        return "setsockopt SO_BINDTODEVICE: No such device"
    if source is not None and not node.is_local(int(source)):
        return "bind: Cannot assign requested address"
    if not isinstance(source_for(node, int(ip), device), int):
        return "connect: Network is unreachable"
    return ""


def _hops(wanted: Wanted, probe: Probe, netns: Netns, line: Line) -> Iterator[tuple[int, Hop]]:
    """Send packets hop by hop until one gets where it shall, and give what was heard."""
    pmtud, limit = "do" if "F" in wanted.given else "dont", ErrorLimit(Node(netns).own)
    source, device = number(wanted.given.get("s", "")), wanted.given.get("i", "")
    probe = replace(probe, patience=float(LARGEST), size=wanted.length - HEADERS)
    order = silent = 0
    for ttl in range(wanted.number("f", 1), wanted.number("m", 30) + 1):
        hop = Hop()
        for _ in range(wanted.queries):
            got = line(replace(probe, port=wanted.port(order), socket=Socket(ttl, pmtud, source, device)))
            now = silent // wanted.number("N", AT_ONCE) * wanted.wait
            heard = got if _in_time(got, wanted.wait) and (got.packet is None or limit.allows(got.packet, now)) else None
            order, silent = order + 1, silent + (heard is None)
            hop.heard.append(heard)
            hop.final = hop.final or _is_final(heard)
        yield ttl, hop
        if hop.final:
            return


def _in_time(got: Got, wait: float) -> bool:
    """Say whether something came back while it was waited for."""
    return got.errno in ("EPERM", "EMSGSIZE") if got.packet is None else got.after <= wait


def _kind(packet: Packet) -> int:
    return packet.icmp[0] if packet.icmp else -1


def _is_final(got: Got | None) -> bool:
    if got is None:
        return False
    return got.packet is None or _kind(got.packet) != TIME_EXCEEDED


def _shown(hop: Hop, wanted: Wanted, names: Names) -> Iterator[str]:
    """Print a hop: each machine once, then the times, and marks where it says that there is no way."""
    before = None
    for got in hop.heard:
        packet = got.packet if got else None
        if got is None:
            yield " *"
            continue
        if packet is None:
            yield f" *  {TOOK:.3f} ms !F-{got.mtu}"
            continue
        if packet.src != before:
            ip = str(packet.src)
            yield f" {ip}" if "n" in wanted.given else f" {names.name_of(ip)} ({ip})"
        before = packet.src
        yield f"  {got.after * 1000 + TOOK:.3f} ms"
        kind, code = packet.icmp or (-1, 0)
        mark = MARKS.get(code, f"!<{code}>").format(mtu=got.mtu) if kind == UNREACHABLE else ""
        yield f" {mark}" if mark else ""
