"""A program that asks: its socket, what it sends, and what it makes of all that comes back."""

from dataclasses import dataclass, field
from typing import Any

from ..model import Outcome
from ..model.probe import USUAL, Socket
from .ended import Ended
from .node import Device, Node
from .packet import ACK, PSH, RST, SYN, Skb
from .routing import source_for, way_out
from .run import Run
from .sockets import ECHO_REQUEST, is_accepted, listener_of, reply_to, unwanted
from .walk import Walk
from .world import World

LOOPBACK = 0x7F000001
HEADERS = 28
"""Bytes of an IP header and of an ICMP header."""
RETRY = 1.0
"""Seconds after which TCP sends a SYN again; RFC 6298, section 2.1."""
ERRNOS = {0: "ENETUNREACH", 1: "EHOSTUNREACH", 2: "ENOPROTOOPT", 3: "ECONNREFUSED", 4: "EMSGSIZE", 5: "EOPNOTSUPP", 6: "ENETUNREACH"}
ERRNOS |= {7: "EHOSTDOWN", 8: "ENONET", 9: "ENETUNREACH", 10: "EHOSTUNREACH", 11: "ENETUNREACH", 12: "EHOSTUNREACH", 13: "EHOSTUNREACH"}
"""What each code of "destination unreachable" is to a program; icmp_err_convert of icmp.c."""
PASSING = frozenset({0, 1, 5, 11, 12})
"""Codes that a UDP socket does not mention."""
UNREACHABLE = 3


@dataclass(slots=True)
class Heard:
    """What a client heard, and when."""

    ended: Ended
    """Where its question, or the answer, ended."""
    errno: str = ""
    """The error that its socket reports; empty for none."""
    after: float = 0.0
    """Seconds since it asked."""
    answer: Skb | None = None
    mtu: int = 0
    """How large its packet may be at most, where it was too large."""
    met: Ended | None = None
    """Where its question was delivered, to a socket that waits for it."""


@dataclass(slots=True, eq=False)
class Client:
    """A socket that asks one question."""

    world: World
    run: Run
    node: Node
    proto: str
    dst: int
    dport: int = 0
    size: int = 56
    """Bytes that an echo request carries."""
    prefix: str = ""
    """Before the names of its packets: ``proxy`` where a proxy is the client."""
    socket: Socket = USUAL
    sport: int = field(init=False)
    src: int = 0
    data: list[Any] = field(default_factory=list)
    """The log of what went after the connection stood, told only where it got lost."""

    def __post_init__(self) -> None:
        """Bind to a port of its own."""
        self.sport = self.socket.ident or self.run.port()
        self.dst = self.dst or LOOPBACK  # who connects to 0.0.0.0 means this machine; ip_route_output_key_hash_rcu of route.c

    def send(self, leg: str, node: Node, p: Skb) -> Ended:
        """Let one packet go its way."""
        walk = Walk(self.world, self.run, f"{self.prefix} {leg}".strip())
        self.run.begins(walk.leg, node, p)
        ended = walk.send(node, p)
        self.run.note("ended", ended)
        if self.run.log is not None:
            self.run.log += walk.asides
        return ended

    def packet(self, flags: int = 0) -> Skb:
        """Build what it sends."""
        found = Skb(self.src, self.dst, self.proto, self.sport, self.dport, flags=flags, df=self.proto == "tcp")
        if self.proto == "icmp":
            found.dport, found.icmp, found.size = self.sport, ECHO_REQUEST, HEADERS + self.size
        found.ttl, found.oif = self.socket.ttl, self.socket.device
        return found

    def fitting(self) -> Skb | Ended:
        """Build what it sends first, whole or to be cut, as it wants it; or say why that is too large."""
        p = self.packet()
        way = way_out(self.node, p) if self.socket.pmtud != "dont" else None
        if way is None or isinstance(way, Ended):
            return p
        mtu = self._mtu(way[0])
        p.df = self.socket.pmtud == "do" or p.size <= mtu
        if p.df and p.size > mtu:
            return Ended(Outcome.MTU, self.node, p, way[0], f"mtu {mtu}", errno="EMSGSIZE")
        p.cut(mtu)
        return p

    def _mtu(self, device: Device) -> int:
        """Give the MTU of the way out, or what an error has told of the whole way since."""
        return min(device.mtu, self.run.mtus.get((self.node.name, self.dst), device.mtu))

    def ask(self, flags: int = 0) -> Heard:
        """Send the first packet: a SYN, a datagram or an echo request; hear of what becomes of it."""
        bound = self.socket.source
        source = source_for(self.node, self.dst, self.socket.device) if bound is None else int(bound)
        if isinstance(source, Ended):
            self.run.begins(f"{self.prefix} request".strip(), self.node, self.packet(flags))
            self.run.note("ended", source)
            return Heard(source, source.errno)
        self.src = source
        p = self.packet(flags) if self.proto == "tcp" else self.fitting()
        if isinstance(p, Ended):
            self.run.begins(f"{self.prefix} request".strip(), self.node, p.packet)
            self.run.note("ended", p)
            return Heard(p, p.errno, mtu=self._mtu(p.device) if p.device else 0)
        ended = self.send("request", self.node, p)
        if ended.outcome is not Outcome.DELIVERED:
            return self.failed(ended)
        wanted = self.proto in ("tcp", "udp") and listener_of(ended.node, ended.packet) is not None
        if wanted:
            return Heard(ended, met=ended)
        answer = unwanted(ended.node, ended.packet)
        if self.proto != "icmp":  # Linux says nothing of a broadcast that nobody listens to
            ended.outcome = Outcome.NO_LISTENER if ended.node.kind(ended.packet.dst) == "LOCAL" else Outcome.SILENT
        if answer is None:
            return Heard(ended)
        back = self.send("reply", ended.node, answer)
        heard = self.hears(back)
        heard.ended = heard.ended if heard.ended.outcome is not Outcome.DELIVERED else ended
        return heard

    def failed(self, ended: Ended) -> Heard:
        """Hear of a packet that ended on its way: at once from this machine, or by the error that another sends."""
        if ended.errno and ended.node is self.node and not (self.proto == "tcp" and ended.sent):
            about = None
            if ended.error is not None and (ended.sent or self.proto == "icmp"):  # it is sent all the same
                about = self.hears(self.send("error", ended.node, ended.error))
            return Heard(ended, ended.errno, answer=about.answer if about and self.proto == "icmp" else None)
        if ended.error is None:
            return Heard(ended, after=ended.after)
        heard = self.hears(self._error(ended, ended.error))
        mtu = ended.device.mtu if ended.outcome is Outcome.MTU and ended.device and heard.answer else 0
        if mtu:
            self.run.mtus[self.node.name, self.dst] = mtu
        return Heard(ended, heard.errno, ended.after, heard.answer, mtu)

    def hears(self, back: Ended) -> Heard:
        """Read what came back, if it came to this socket."""
        p = back.packet
        if back.outcome is not Outcome.DELIVERED:
            return self._again(back)
        if back.node is not self.node or not self._is_mine(p):
            back.outcome = Outcome.INVALID
            answer = unwanted(back.node, p)
            if answer is not None:  # the kernel of whoever got it says so, to a sender that does not listen
                self.send("error", back.node, answer)
            return Heard(back)
        if p.is_error:
            return Heard(back, self._errno(p), answer=p)
        if p.proto == "tcp" and p.flags & RST:
            return Heard(back, "ECONNREFUSED", answer=p)
        return Heard(back, answer=p)

    def _again(self, back: Ended) -> Heard:
        """Let the error about an answer that was lost go its way too; the client does not hear of it."""
        if back.error is not None and (back.sent or back.node is not self.node):
            self._error(back, back.error)
        return Heard(back)

    def _error(self, ended: Ended, error: Skb) -> Ended:
        """Let the error about a packet go its way; of one that comes when nobody looks any more nothing is told."""
        told = self.run.log
        if ended.after > self.run.patience:
            self.run.log = None
        back = self.send("error", ended.node, error)
        self.run.log = told
        return back

    def _is_mine(self, p: Skb) -> bool:
        if p.is_error:
            about = p.inner
            return about is not None and (about.proto, about.src, about.sport, about.dst, about.dport) == (
                self.proto,
                self.src,
                self.sport,
                self.dst,
                self.dport if self.proto != "icmp" else self.sport,
            )
        if p.proto == "icmp":
            return p.icmp is not None and p.icmp[0] == 0 and p.dport == self.sport
        return (p.proto, p.src, p.sport, p.dst, p.dport) == (self.proto, self.dst, self.dport, self.src, self.sport)

    def _errno(self, p: Skb) -> str:
        kind, code = p.icmp or (0, 0)
        if self.proto == "icmp":
            return f"icmp {kind} {code}"
        if kind != UNREACHABLE:
            return "EHOSTUNREACH" if self.proto == "tcp" else ""
        return "" if self.proto == "udp" and code in PASSING else ERRNOS.get(code, "EHOSTUNREACH")

    def connect(self, patience: float) -> Heard:
        """Make a connection: SYN, SYN and ACK, ACK. A SYN that got lost by chance is sent again while there is time."""
        heard = self.ask(SYN)
        if heard.met is None and not heard.errno and self.run.counters and patience > RETRY:
            heard = self.ask(SYN)
            heard.after += RETRY
        if heard.met is None or heard.errno or heard.answer is not None:
            return heard
        met = heard.met
        back = self.hears(self.send("reply", met.node, reply_to(met.packet, flags=SYN | ACK)))
        if back.answer is None or not is_accepted(back.answer):
            return Heard(back.ended, back.errno, heard.after)
        return Heard(met, after=heard.after, answer=back.answer, met=met)

    def says(self, met: Ended) -> Heard | None:
        """Acknowledge, so that the connection stands for the server too, and ask; None where that arrives, else what the client hears."""
        with self.run.quietly():  # the question goes the same way after it, and says more
            self.send("", self.node, self.packet(ACK))
        quiet, self.run.log = self.run.log, None if self.run.log is None else []
        ended = self.send("request data", self.node, self.packet(PSH | ACK))
        arrives = ended.outcome is Outcome.DELIVERED and ended.node is met.node
        heard = None if arrives else self.failed(ended)
        self.data, self.run.log = self.run.log or [], quiet
        if heard and quiet is not None:
            quiet += self.data
        return heard

    def exchange(self, met: Ended, token: str, *, hangs_up: bool = False) -> Heard:
        """Get the server's line over a connection that stands, or the reset that says that it was closed unread (tcp_close of tcp.c)."""
        with self.run.quietly():  # the question is acknowledged first
            self.send("", met.node, reply_to(met.packet, flags=ACK))
        quiet, self.run.log = self.run.log, None if self.run.log is None else []
        heard = self.hears(self.send("reply data", met.node, reply_to(met.packet, flags=(RST if hangs_up else PSH) | ACK, token=token)))
        told, self.run.log = self.run.log, quiet
        if heard.answer is None and quiet is not None:
            quiet += ([] if hangs_up else self.data) + (told or [])  # packets that go as the first ones did are not told again
        return heard
