"""ping, of iputils 20221126 in Debian 12: ping(8), ping/ping.c and ping_common.c.

Each echo request goes its way in the tracer; when its answer comes is reckoned in the time that the program itself would
take. What a clock would show is always the same: an answer takes 0.050 ms.
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
from ..tracer.client import LOOPBACK
from ..tracer.node import Node
from ..tracer.routing import source_for
from .call import Call, Refused, Tool, absent, holds
from .limit import ErrorLimit
from .lookup import Names, Resolve, number
from .options import Options, options

WRONG = 2
HEADER, HEADERS = 8, 28
"""Bytes of an ICMP header, and of an IP header with it."""
TIMED = 16
"""An echo request with so many bytes has room for the time."""
TOOK = "0.050"
"""Milliseconds that an answer takes."""
ENDLESS = 4
"""So many requests are sent where nobody says how many: nothing in the simulation runs for ever."""
MOST = 10_000
"""More are refused, as they would take too long."""
LINGER = 10.0
"""Seconds for which an answer to the last request is waited for, where none came before; ``-W``."""
LARGEST = 2**63 - 1
UNREACHABLE, ECHO_REPLY = 3, (0, 0)
SAYS = {
    (3, 0): "Destination Net Unreachable",
    (3, 1): "Destination Host Unreachable",
    (3, 2): "Destination Protocol Unreachable",
    (3, 3): "Destination Port Unreachable",
    (3, 4): "Frag needed and DF set (mtu = {mtu})",
    (3, 9): "Destination Net Prohibited",
    (3, 10): "Destination Host Prohibited",
    (3, 13): "Packet filtered",
    (11, 0): "Time to live exceeded",
}
"""What is said of an ICMP error, by type and code."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    name: str
    count: int = 0
    wait: float = LINGER
    deadline: float = 0.0
    interval: float = 1.0
    quiet: bool = False
    numeric: bool = False
    size: int = 56
    socket: Socket = field(default_factory=Socket)


@dataclass(slots=True)
class Tally:
    """What has been sent and heard so far."""

    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    sent: int = 0
    received: int = 0
    errors: int = 0
    pipe: int = 0
    """The most requests that were on their way at once."""


def ping(talk: Callable[[], Line], resolve: Resolve) -> Tool:
    """Give the tool; ``talk`` opens the line of one program, ``resolve`` puts a question to a name server."""

    def tool(call: Call) -> Plan[Output]:
        wanted = _read(call)
        netns = (yield from holds(call.netns))[call.netns]
        names = Names(netns, resolve)
        found = names.addresses(wanted.name)
        if found.said:
            raise Refused(f"ping: {wanted.name}: {found.said}", WRONG)
        ip = IPv4Address(int(IPv4Address(found.addresses[0])) or LOOPBACK)
        source = _source(netns, ip, wanted.socket)
        wanted = replace(wanted, numeric=wanted.numeric or number(wanted.name) is not None)
        probe = Probe(call.netns, "icmp", ip, patience=float(MOST), size=wanted.size, socket=wanted.socket)
        tally = Tally([_head(wanted, found.name, ip, source)])
        note = _limited(wanted)
        answers = _heard(talk(), probe, wanted.interval, ErrorLimit(Node(netns).own))
        _run(wanted, tally, answers, lambda packet: _shown(packet, names, numeric=wanted.numeric))
        tally.out += _summary(wanted, found.name, tally)
        good = tally.received and not (wanted.deadline and tally.received < wanted.count)
        return Output("".join(tally.out), int(not good), err="".join([*note, *tally.err]))

    return tool


def _read(call: Call) -> Wanted:
    given = options(call, "4nqc:W:w:i:s:M:t:I:S:")
    if not given.words:
        raise Refused("ping: usage error: Destination address required")
    if len(given.words) > 1:
        raise absent("ping through several hosts")
    ttl = _number(given, "t", 64, 0, 255)
    if not ttl:
        raise Refused("ping: cannot set unicast time-to-live: Invalid argument", WRONG)
    pmtud = given.get("M", "want")
    if pmtud not in ("do", "dont", "want"):
        raise Refused(f"ping: invalid -M argument: {pmtud}", WRONG)
    bound = given.get("I")
    ip = number(bound) if bound else None
    return Wanted(
        given.words[0],
        _number(given, "c", 0, 1, LARGEST),
        _seconds(given, "W", LINGER),
        float(_number(given, "w", 0, 0, 2**31 - 1)),
        _seconds(given, "i", 1.0),
        "q" in given,
        "n" in given,
        _number(given, "s", 56, 0, 2**31 - 1),
        Socket(ttl, pmtud, ip, "" if ip else bound, 1),
    )


def _number(given: Options, letter: str, usual: int, least: int, most: int) -> int:
    text = given.get(letter)
    if not text:
        return usual
    if not re.fullmatch(r"[+-]?\d+", text):
        raise Refused(f"ping: invalid argument: '{text}'")
    if not least <= int(text) <= most:
        raise Refused(f"ping: invalid argument: '{text}': out of range: {least} <= value <= {most}")
    return int(text)


def _seconds(given: Options, letter: str, usual: float) -> float:
    text = given.get(letter)
    if text and not re.fullmatch(r"\d+(\.\d*)?|\.\d+", text):
        raise absent(f"ping -{letter} {text}")
    return float(text) if text else usual


def _limited(wanted: Wanted) -> list[str]:
    """Say in a line what the simulation does where the real program would go on for ever."""
    if wanted.count > MOST or (not wanted.count and wanted.deadline > MOST * wanted.interval):
        raise absent(f"ping with more than {MOST} requests")
    if wanted.count or wanted.deadline:
        return []
    return [f"ping: without -c it would go on until it is interrupted; the simulation stops after {ENDLESS}\n"]


def _source(netns: Netns, ip: IPv4Address, socket: Socket) -> str:
    """Give the address that it speaks from. Raises Refused where its socket cannot be bound or connected."""
    node = Node(netns)
    if socket.device and socket.device not in node.devices:
        raise Refused(f"ping: SO_BINDTODEVICE {socket.device}: No such device", WRONG)
    if socket.source is not None:
        if not node.is_local(int(socket.source)):
            raise Refused("ping: bind: Cannot assign requested address", WRONG)
        return str(socket.source)
    if node.kind(int(ip)) == "BROADCAST":
        raise Refused("ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules", WRONG)
    found = source_for(node, int(ip), socket.device)
    if not isinstance(found, int):
        raise Refused("ping: connect: Network is unreachable", WRONG)
    return str(IPv4Address(found))


def _head(wanted: Wanted, name: str, ip: IPv4Address, source: str) -> str:
    bound = f"from {source} {wanted.socket.device}: " if wanted.socket.source or wanted.socket.device else ""
    return f"PING {name} ({ip}) {bound}{wanted.size}({wanted.size + HEADERS}) bytes of data.\n"


Answers = Iterator[tuple[float, Got]]
"""For each request in turn, how long after it was sent its answer comes, and what it is."""


def _heard(line: Line, probe: Probe, interval: float, limit: ErrorLimit) -> Answers:
    clock = 0.0
    while True:
        got = line(probe)
        if got.packet and not limit.allows(got.packet, clock):
            got = replace(got, packet=None)
        yield got.after, got
        clock += interval


def _run(wanted: Wanted, tally: Tally, answers: Answers, shown: Callable[[Packet], str]) -> None:
    """Send requests one after the other, and take each answer when it comes."""
    due: list[tuple[float, int, Got]] = []
    clock = waits = 0.0
    while not _done(wanted, tally):
        if wanted.deadline and clock >= wanted.deadline:
            break
        if tally.sent >= (wanted.count or (MOST if wanted.deadline else ENDLESS)) and not (wanted.count and wanted.deadline):
            break
        after, got = next(answers)
        tally.sent += 1
        # who asks for a neighbour waits for it together with all that want it too
        waits = waits if after and clock < waits else clock + after
        due.append((waits if after else clock, tally.sent, got))
        _take(wanted, tally, due, clock, shown)
        clock += wanted.interval
        if not _last(wanted, tally):
            _take(wanted, tally, due, min(clock, wanted.deadline or clock), shown, before=True)
    end = clock - wanted.interval + (max(wanted.interval, 1e-3) if tally.received else wanted.wait)
    _take(wanted, tally, due, min(end, wanted.deadline or end), shown)


def _last(wanted: Wanted, tally: Tally) -> bool:
    return bool(wanted.count) and tally.sent >= wanted.count and not wanted.deadline


def _done(wanted: Wanted, tally: Tally) -> bool:
    if wanted.count and tally.received + tally.errors >= wanted.count:
        return True
    return bool(wanted.deadline and tally.errors)


def _take(
    wanted: Wanted, tally: Tally, due: list[tuple[float, int, Got]], now: float, shown: Callable[[Packet], str], *, before: bool = False
) -> None:
    """Take what has come until now, as long as more is wanted."""
    while due and not _done(wanted, tally):
        came = next((each for each in due if each[0] < now or (each[0] == now and not before)), None)
        if came is None:
            return
        due.remove(came)
        _one(wanted, tally, came[1], came[2], shown)


def _one(wanted: Wanted, tally: Tally, number_: int, got: Got, shown: Callable[[Packet], str]) -> None:
    """Take one answer: an echo reply, an ICMP error or one of this machine."""
    packet = got.packet
    if packet is None:
        if got.errno == "EMSGSIZE":
            tally.errors += not wanted.quiet
            tally.err += [] if wanted.quiet else [f"ping: local error: message too long, mtu={got.mtu}\n"]
        return
    tally.pipe = max(tally.pipe, tally.sent - number_ + 1)
    if packet.icmp == ECHO_REPLY:
        tally.received += 1
        time = f" time={TOOK} ms" if wanted.size >= TIMED else ""
        text = f"{HEADER + wanted.size} bytes from {shown(packet)}: icmp_seq={number_} ttl={packet.ttl}{time}\n"
    else:
        tally.errors += 1
        kind = packet.icmp or (0, 0)
        tally.err += ["ping: sendmsg: Operation not permitted\n"] if got.errno == "EPERM" and not wanted.quiet else []
        says = SAYS.get(kind, f"Dest Unreachable, Bad Code: {kind[1]}").format(mtu=got.mtu)
        text = f"From {shown(packet)} icmp_seq={number_} {says}\n"
    tally.out += [] if wanted.quiet else [text]


def _shown(packet: Packet, names: Names, *, numeric: bool) -> str:
    """Give the address of who answered, with its name unless that shall not be asked for."""
    ip = str(packet.src)
    return ip if numeric else f"{names.name_of(ip)} ({ip})"


def _summary(wanted: Wanted, name: str, tally: Tally) -> Iterator[str]:
    errors = f", +{tally.errors} errors" if tally.errors else ""
    loss = (tally.sent - tally.received) * 100.0 / tally.sent if tally.sent else 0.0
    took = round((tally.sent - 1) * wanted.interval * 1000)
    yield f"\n--- {name} ping statistics ---\n"
    yield f"{tally.sent} packets transmitted, {tally.received} received{errors}, {loss:.6g}% packet loss, time {took}ms\n"
    times = f"rtt min/avg/max/mdev = {TOOK}/{TOOK}/{TOOK}/0.000 ms" if tally.received and wanted.size >= TIMED else ""
    pipe = f"pipe {tally.pipe}" if tally.pipe > 1 else ""
    yield f"{', '.join(filter(None, (times, pipe)))}\n"
