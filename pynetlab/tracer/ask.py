"""Questions and their answers: what a program sees that connects, sends a datagram, pings or resolves a name."""

import errno
import os
from dataclasses import dataclass
from ipaddress import IPv4Address

from ..model import Answer, DnsQuery, Outcome, Probe, resolve
from .client import Client, Heard
from .ended import Ended
from .names import Courier
from .node import Node
from .packet import Skb
from .run import Run
from .sockets import listener_of, reply_to
from .world import World

RESULTS = {"ECONNREFUSED": "refused", "ENETUNREACH": "network-unreachable", "EHOSTUNREACH": "no-route-to-host", "ETIMEDOUT": "timeout"}
"""The errors of a socket that have a name of their own; of others it is that of strerror(3), with hyphens."""
PING_ERRORS = {
    "icmp 3 0": "Destination Net Unreachable",
    "icmp 3 1": "Destination Host Unreachable",
    "icmp 3 2": "Destination Protocol Unreachable",
    "icmp 3 3": "Destination Port Unreachable",
    "icmp 3 4": "Frag needed and DF set",
    "icmp 3 9": "Destination Net Prohibited",
    "icmp 3 10": "Destination Host Prohibited",
    "icmp 3 13": "Packet filtered",
    "icmp 11 0": "Time to live exceeded",
}
"""The words of ping(8) from iputils."""
MOST_PROXIES = 8
"""More proxies than so many, one behind the other, are a loop."""


@dataclass(slots=True)
class Asked:
    """What became of a question, and where that was decided."""

    answer: Answer
    ended: Ended
    heard: Heard | None = None
    """What the socket heard first."""


def ask(world: World, run: Run, probe: Probe) -> Asked:
    """Ask a question. The state of the machines is that of the world; the run begins with nothing on its way."""
    node = world.node(probe.source)
    run.patience = probe.waits
    if probe.proto == "dns":
        return _name(world, run, probe)
    if probe.proto == "icmp":
        return _ping(Client(world, run, node, "icmp", int(probe.ip), size=probe.size, socket=probe.socket), probe)
    if probe.proto == "udp":
        return _datagram(world, run, node, probe)
    return _connection(world, run, node, probe)


def _result(heard: Heard, probe: Probe) -> Answer:
    if not heard.errno or heard.after > probe.waits:
        return Answer("timeout")
    if probe.proto == "icmp":
        return Answer(PING_ERRORS.get(heard.errno) or os.strerror(getattr(errno, heard.errno)))
    return Answer(RESULTS.get(heard.errno) or os.strerror(getattr(errno, heard.errno)).lower().replace(" ", "-"))


def _ping(client: Client, probe: Probe) -> Asked:
    heard = client.ask()
    if heard.answer is not None and not heard.errno:
        return Asked(Answer("ok"), heard.ended, heard)
    return Asked(_result(heard, probe), heard.ended, heard)


def _name(world: World, run: Run, probe: Probe) -> Asked:
    courier = Courier(world, run)
    query = DnsQuery(probe.name)
    found = resolve(world.state, probe.source, query, courier.carry, server=str(probe.ip), patience=probe.waits)
    node = world.node(probe.source)
    ended = courier.last or Ended(Outcome.SILENT, node, Skb(0, int(probe.ip), "udp"))
    if found.reply is None:
        return Asked(Answer(found.result), ended)
    return Asked(Answer("ok", rcode=found.reply.rcode, answers=found.addresses), ended)


def _connection(world: World, run: Run, node: Node, probe: Probe, prefix: str = "", depth: int = 0) -> Asked:
    client = Client(world, run, node, "tcp", int(probe.ip), probe.port, prefix=prefix, socket=probe.socket)
    heard = client.connect(probe.waits)
    if heard.met is None or heard.answer is None or heard.errno:
        return Asked(_result(heard, probe), heard.ended, heard)
    met, listener = heard.met, listener_of(heard.met.node, heard.met.packet)
    lost = client.says(met)
    if lost is not None:  # of an error that is no reset a connection that stands says nothing
        return Asked(Answer("closed" if lost.answer is not None and lost.answer.proto == "tcp" else "timeout"), lost.ended)
    name, saw = (listener.serves if listener else None) or "", str(IPv4Address(met.packet.src))
    if listener is not None and listener.forwards_to:
        behind = _behind(world, run, met, probe, depth)
        if behind.answer.result != "ok":
            return _refused(client, met, behind, heard)
        name, saw = behind.answer.server, behind.answer.saw
    told = client.exchange(met, name)
    if told.answer is None:
        return Asked(_result(told, probe), told.ended, heard)
    return Asked(Answer("ok", name, saw if name else ""), told.ended, heard)


def _refused(client: Client, met: Ended, behind: Asked, heard: Heard) -> Asked:
    """Let a client wait as long as its proxy does; what the proxy is refused ends both, if the client hears of it."""
    if behind.answer.result == "timeout":
        return Asked(Answer("timeout"), behind.ended, heard)
    end = client.exchange(met, "", hangs_up=True)
    return Asked(Answer("closed"), behind.ended, heard) if end.errno else Asked(Answer("timeout"), end.ended, heard)


def _behind(world: World, run: Run, met: Ended, probe: Probe, depth: int) -> Asked:
    """Let a userland proxy ask in turn whom it stands for; its flow is another one."""
    listener = listener_of(met.node, met.packet)
    ip, _, port = ((listener.forwards_to if listener else None) or "").partition(":")
    if depth >= MOST_PROXIES:
        return Asked(Answer("closed"), Ended(Outcome.LOOP, met.node, met.packet, met.device))
    run.note("proxy", met.node, listener)
    inner = Probe(met.node.name, probe.proto, IPv4Address(ip), int(port), patience=probe.waits)
    if probe.proto == "udp":
        return _datagram(world, run, met.node, inner, "proxy", depth + 1)
    return _connection(world, run, met.node, inner, "proxy", depth + 1)


def _datagram(world: World, run: Run, node: Node, probe: Probe, prefix: str = "", depth: int = 0) -> Asked:
    client = Client(world, run, node, "udp", int(probe.ip), probe.port, prefix=prefix, socket=probe.socket)
    heard = client.ask()
    if heard.met is None or heard.errno or heard.ended.outcome is not Outcome.DELIVERED:
        return Asked(_result(heard, probe), heard.ended, heard)
    met = heard.met
    listener = listener_of(met.node, met.packet)
    name, saw = (listener.serves if listener else None) or "", str(IPv4Address(met.packet.src))
    if listener is not None and listener.forwards_to:
        behind = _behind(world, run, met, probe, depth)
        if behind.answer.result != "ok":
            return Asked(Answer("timeout"), behind.ended)
        name, saw = behind.answer.server, behind.answer.saw
    elif listener is None or not listener.serves:
        return Asked(Answer("timeout"), Ended(Outcome.SILENT, met.node, met.packet, met.device))
    asked = listener.pktinfo and met.node.kind(met.packet.dst) == "LOCAL"  # of a broadcast the machine's own address answers
    back = client.hears(client.send("reply", met.node, _reply(met.packet, name, pktinfo=asked)))
    if back.answer is None:
        return Asked(_result(back, probe), back.ended, back)
    return Asked(Answer("ok", name, saw), back.ended, back)


def _reply(p: Skb, name: str, *, pktinfo: bool) -> Skb:
    """Answer a datagram: from the address that was asked, or from the one that the route chooses."""
    return reply_to(p, token=name, source=None if pktinfo else 0)
