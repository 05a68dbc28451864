"""Names: how a question to a name server gets there and its reply back, with all the rules on the way."""

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from ..model import DnsQuery, Outcome, Resolver, State
from ..model.resolution import PATIENCE, PORT, Carry, Lost
from .client import Client
from .ended import Ended
from .run import Run
from .sockets import reply_to
from .world import World

WORDS = {"ECONNREFUSED": "refused", "ENETUNREACH": "network-unreachable", "EHOSTUNREACH": "no-route-to-host"}


@dataclass(slots=True)
class Courier:
    """Carries questions over a world; it remembers where the last one ended."""

    world: World
    run: Run
    last: Ended | None = None

    def carry(self, state: State, netns: str, server: str, query: DnsQuery) -> Resolver | Lost:
        """Find the name server that a question reaches, and whose reply comes back; see :data:`pynetlab.model.resolution.Carry`."""
        try:
            address = int(IPv4Address(server))
        except AddressValueError:
            return Lost("network-unreachable")  # IPv6 is off
        client = Client(self.world, self.run, self.world.node(netns), query.proto, address, PORT)
        heard = client.connect(PATIENCE) if query.proto == "tcp" else client.ask()
        self.last = heard.ended
        if heard.met is None or heard.errno or heard.ended.outcome is not Outcome.DELIVERED:
            return Lost(WORDS.get(heard.errno, "timeout"), heard.after)
        met, found = heard.met, heard.met.node.netns.resolver
        port = (found.tcp if query.proto == "tcp" else found.udp) if found else 0
        if found is None or met.packet.dport != port or str(IPv4Address(met.packet.dst)) != found.ip:
            return Lost("timeout")  # a program that is no name server of the lab says nothing that is known
        if query.proto == "udp":
            back = client.hears(client.send("reply", met.node, reply_to(met.packet)))
            self.last = back.ended
            if back.answer is None:
                return Lost("timeout")
        return found


def carrying(world: World) -> Carry:
    """Give the way of questions through a world, where nobody wants to know how they went."""
    return Courier(world, Run()).carry
