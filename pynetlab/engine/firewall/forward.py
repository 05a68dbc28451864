"""The rules of 28 and 29: FORWARD only jumps to DOCKER-FORWARD, and what nobody published is dropped.

moby docker-v29.7.2 daemon/libnetwork/drivers/bridge/internal/iptabler (libnetwork/… in v28.5.2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from ...kernel import Passed, Plan
from ..releases import Firewall as Choice
from . import common
from .common import DOCKER, STAGE_1, STAGE_2
from .rules import Wanted, chain, lead, no_chain, put, remove
from .seam import BridgeNetwork, PublishedPort
from .stages import internal

FORWARD, BRIDGE, ESTABLISHED, INTERNAL = "DOCKER-FORWARD", "DOCKER-BRIDGE", "DOCKER-CT", "DOCKER-INTERNAL"
CHAINS = (
    (FORWARD, "All of Docker's forwarding rules are behind one jump, so that others can stand before and after it."),
    (BRIDGE, "Which bridge is a packet for?"),
    (ESTABLISHED, "Answers pass before anything else is asked."),
)


@dataclass(frozen=True, slots=True)
class Forward:
    """A firewall of the new layout; see :class:`pynetlab.engine.firewall.seam.Firewall`."""

    netns: str
    choice: Choice
    hairpin: bool = False
    """There is no userland proxy, so containers reach published ports by way of their bridge."""
    direct_routing: bool = False
    """Containers may be reached directly from other machines, ``--allow-direct-routing``."""

    @property
    def _apart(self) -> str:
        """Name the chain that keeps networks apart."""
        return STAGE_1 if self.choice.isolation else INTERNAL

    def start(self) -> Plan[None]:
        """Make the chains anew, and the jumps between them; what is inserted last stands first."""
        for table, name in (("nat", DOCKER), *(("filter", each) for each in (FORWARD, BRIDGE, DOCKER, ESTABLISHED, self._apart, STAGE_2))):
            yield from no_chain(self.netns, table, name)
        yield from chain(self.netns, "nat", DOCKER, "Published ports are translated in a chain of their own.")
        yield from chain(
            self.netns, "filter", DOCKER, "Published ports are opened in a chain of their own; what is left at its end is dropped."
        )
        for name, why in CHAINS:
            yield from chain(self.netns, "filter", name, why)
        for name in (STAGE_1, STAGE_2) if self.choice.isolation else (INTERNAL,):
            yield from chain(self.netns, "filter", name, "Networks that shall be kept apart are kept apart here.")
        yield from put(self.netns, common.nat_jumps(hairpin=self.hairpin))
        yield from lead(self.netns, "FORWARD", FORWARD, "Docker's rules come before those of others.")
        yield from lead(self.netns, FORWARD, BRIDGE, "Third: what goes to a bridge has to be for a published port.")
        yield from lead(self.netns, FORWARD, self._apart, "Second: what may not be forwarded at all is dropped.")
        yield from lead(self.netns, FORWARD, ESTABLISHED, "First: answers pass.")

    def drop_forwarded(self) -> Plan[None]:
        """Set the policy of FORWARD."""
        yield from common.drop_forwarded(self.netns)

    def users_chain(self) -> Plan[None]:
        """Put DOCKER-USER first."""
        yield from common.users_chain(self.netns, returns=self.choice.returns)

    def network_up(self, network: BridgeNetwork) -> Plan[None]:
        """Write a network's rules."""
        yield from put(self.netns, self._rules(network))

    def network_down(self, network: BridgeNetwork) -> Plan[None]:
        """Take them away."""
        yield from remove(self.netns, self._rules(network))

    def endpoint_up(self, network: BridgeNetwork, address: IPv4Address) -> Plan[None]:
        """Drop what comes to a container from elsewhere than its bridge."""
        if _unguarded(self, network):
            yield Passed(f"{address} may be reached directly, or from nowhere: it needs no rule of its own.", "")
            return
        yield from put(self.netns, self._endpoint(network, address))

    def endpoint_down(self, network: BridgeNetwork, address: IPv4Address) -> Plan[None]:
        """Take these rules away."""
        if _unguarded(self, network):
            yield Passed(f"{address} had no rule of its own.", "")
            return
        yield from remove(self.netns, self._endpoint(network, address))

    def port_up(self, network: BridgeNetwork, port: PublishedPort) -> Plan[None]:
        """Translate and open."""
        yield from put(self.netns, self._port(network, port))

    def port_down(self, network: BridgeNetwork, port: PublishedPort) -> Plan[None]:
        """Take these rules away."""
        yield from remove(self.netns, self._port(network, port))

    def link_up(self, network: BridgeNetwork, parent: IPv4Address, child: IPv4Address, ports: Sequence[tuple[str, int]]) -> Plan[None]:
        """Open ports between two containers."""
        yield from put(self.netns, common.links(network, parent, child, ports))

    def link_down(self, network: BridgeNetwork, parent: IPv4Address, child: IPv4Address, ports: Sequence[tuple[str, int]]) -> Plan[None]:
        """Close them."""
        yield from remove(self.netns, common.links(network, parent, child, ports))

    def _endpoint(self, network: BridgeNetwork, address: IPv4Address) -> Iterator[Wanted]:
        for device in network.trusted:
            why = f"What comes by {device} is trusted: it may go to {address} directly."
            yield Wanted("raw", "PREROUTING", f"-d {address} -i {device} -j ACCEPT", why)
        why = f"Nobody outside {network.bridge} may send to {address} directly, past the published ports."
        yield Wanted("raw", "PREROUTING", f"-d {address} ! -i {network.bridge} -j DROP", why)

    def _rules(self, network: BridgeNetwork) -> Iterator[Wanted]:
        if network.internal:
            yield from internal(network, self._apart)
            yield from _neighbours(network)
            return
        yield from common.translation(network, hairpin=self.hairpin, skip=self.choice.skips_own_bridge)
        yield from _outgoing(network)
        yield from _incoming(network)
        if self.choice.isolation:
            yield from _isolation(network)
        answers = f"-o {network.bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
        yield Wanted("filter", ESTABLISHED, answers, f"Answers to what containers on {network.bridge} asked may come back.")
        why = f"What else goes to {network.bridge} has to be for a published port."
        yield Wanted("filter", BRIDGE, f"-o {network.bridge} -j {DOCKER}", why)

    def _port(self, network: BridgeNetwork, port: PublishedPort) -> Iterator[Wanted]:
        if port.host_port:
            if port.host_ip.startswith("127."):
                rule = f"-d {port.host_ip} ! -i lo -p {port.proto} --dport {port.host_port} -j DROP"
                yield Wanted(
                    "raw", "PREROUTING", rule, "A port on the host's loopback device is for the host alone, whatever a neighbour claims."
                )
            yield common.publication(network, port, hairpin=self.hairpin)
            yield common.own_port(port, only_if=self.hairpin or self.choice.masquerades_own_port)
        if network.mode != "nat-unprotected":
            yield common.opening(network, port, first=True)


def _unguarded(firewall: Forward, network: BridgeNetwork) -> bool:
    """Say whether raw PREROUTING has nothing to protect on a network."""
    anyway = network.internal or network.mode in ("routed", "nat-unprotected")
    return anyway or firewall.direct_routing or not firewall.choice.drops_direct_access


def _neighbours(network: BridgeNetwork) -> Iterator[Wanted]:
    within = f"-i {network.bridge} -o {network.bridge} -j"
    if network.icc:
        yield Wanted("filter", FORWARD, f"{within} ACCEPT", f"Containers on {network.bridge} may talk to each other.")
    else:
        why = f"Inter-container communication is off: containers on {network.bridge} may not talk to each other."
        yield Wanted("filter", FORWARD, f"{within} DROP", why)


def _outgoing(network: BridgeNetwork) -> Iterator[Wanted]:
    why = f"Containers on {network.bridge} may call the world"
    if network.icc:
        yield Wanted("filter", FORWARD, f"-i {network.bridge} -j ACCEPT", f"{why}, and each other.")
    else:
        yield from _neighbours(network)
        yield Wanted("filter", FORWARD, f"-i {network.bridge} ! -o {network.bridge} -j ACCEPT", f"{why}.")


def _incoming(network: BridgeNetwork) -> Iterator[Wanted]:
    if network.mode == "routed":
        why = "A network that is routed to can be pinged."
        yield Wanted("filter", DOCKER, f"-o {network.bridge} -p icmp -j ACCEPT", why)
    verdict = "ACCEPT" if network.mode == "nat-unprotected" else "DROP"
    why = f"Whatever else is for {network.bridge} was published by nobody" + (", and is let in." if verdict == "ACCEPT" else ".")
    yield Wanted("filter", DOCKER, f"! -i {network.bridge} -o {network.bridge} -j {verdict}", why)


def _isolation(network: BridgeNetwork) -> Iterator[Wanted]:
    bridge = network.bridge
    if network.mode == "routed":
        why = f"Other bridges may send to {bridge}, which is routed to; its open ports decide."
        yield Wanted("filter", STAGE_1, f"-o {bridge} -j RETURN", why, first=True)
        answers = f"-i {bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
        yield Wanted("filter", STAGE_1, answers, "And get their answers.", first=True)
    why = f"What leaves {bridge} for elsewhere is looked at once more."
    yield Wanted("filter", STAGE_1, f"-i {bridge} ! -o {bridge} -j {STAGE_2}", why)
    yield Wanted("filter", STAGE_2, f"-o {bridge} -j DROP", f"What comes from another Docker bridge may not enter {bridge}.", first=True)
