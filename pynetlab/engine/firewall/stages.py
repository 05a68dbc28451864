"""The rules of 20.10 to 27: each bridge in FORWARD, bridges kept apart in two stages.

moby v26.1.5 libnetwork/drivers/bridge/setup_ip_tables_linux.go, libnetwork/iptables/iptables.go.
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


@dataclass(frozen=True, slots=True)
class Stages:
    """A firewall of the old layout; see :class:`pynetlab.engine.firewall.seam.Firewall`."""

    netns: str
    choice: Choice
    hairpin: bool = False
    """There is no userland proxy, so containers reach published ports by way of their bridge."""

    def start(self) -> Plan[None]:
        """Make the chains anew."""
        for table, name in (("nat", DOCKER), ("filter", DOCKER), ("filter", STAGE_1), ("filter", STAGE_2)):
            yield from no_chain(self.netns, table, name)
        yield from chain(self.netns, "nat", DOCKER, "Published ports are translated in a chain of their own.")
        yield from chain(self.netns, "filter", DOCKER, "Published ports are opened in a chain of their own.")
        yield from chain(self.netns, "filter", STAGE_1, "Which packets come from a Docker bridge and go elsewhere?")
        yield from chain(self.netns, "filter", STAGE_2, "Which of those go to another Docker bridge? They are dropped.")
        end = "Whatever is from no bridge, or for none, goes on."
        yield from put(self.netns, [Wanted("filter", name, "-j RETURN", end) for name in (STAGE_1, STAGE_2)])

    def drop_forwarded(self) -> Plan[None]:
        """Set the policy of FORWARD."""
        yield from common.drop_forwarded(self.netns)

    def users_chain(self) -> Plan[None]:
        """Put DOCKER-USER first."""
        yield from common.users_chain(self.netns, returns=self.choice.returns)

    def network_up(self, network: BridgeNetwork) -> Plan[None]:
        """Write a network's rules; what is inserted last stands first."""
        yield from put(self.netns, self._rules(network))
        if not network.internal:
            yield from put(self.netns, [*common.nat_jumps(hairpin=self.hairpin), *_passage(network)])
        yield from lead(self.netns, "FORWARD", STAGE_1, "Whether bridges may talk to each other is decided before their own rules.")
        if not network.internal:
            yield from put(self.netns, _isolation(network))
        yield from self.users_chain()

    def network_down(self, network: BridgeNetwork) -> Plan[None]:
        """Take them away."""
        yield from remove(self.netns, self._rules(network))
        if not network.internal:
            yield from remove(self.netns, [*_passage(network), *_isolation(network)])

    def endpoint_up(self, network: BridgeNetwork, address: IPv4Address) -> Plan[None]:
        """Nothing: these releases have no rule for a single container."""
        yield Passed(f"{address} needs no rule of its own: what reaches the bridge from a router may reach its containers.", "")

    def endpoint_down(self, network: BridgeNetwork, address: IPv4Address) -> Plan[None]:
        """Nothing."""
        yield Passed(f"{address} had no rule of its own.", "")

    def port_up(self, network: BridgeNetwork, port: PublishedPort) -> Plan[None]:
        """Translate, open, and let the container call itself."""
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

    def _rules(self, network: BridgeNetwork) -> Iterator[Wanted]:
        if network.internal:
            yield from internal(network, STAGE_1)
        else:
            yield from common.translation(network, hairpin=self.hairpin, skip=self.choice.skips_own_bridge)
        yield from _neighbours(network)
        if not network.internal:
            out = f"-i {network.bridge} ! -o {network.bridge} -j ACCEPT"
            yield Wanted("filter", "FORWARD", out, f"Containers on {network.bridge} may call the world.", first=True)

    def _port(self, network: BridgeNetwork, port: PublishedPort) -> Iterator[Wanted]:
        yield common.publication(network, port, hairpin=self.hairpin)
        yield common.opening(network, port, first=False)
        yield common.own_port(port)
        if port.proto == "sctp" and self.choice.fills_sctp_checksum:
            rule = f"-p sctp --sport {port.container_port} -j CHECKSUM --checksum-fill"
            yield Wanted("mangle", "POSTROUTING", rule, "Some network cards do not fill in the checksum of SCTP.")


def internal(network: BridgeNetwork, where: str) -> Iterator[Wanted]:
    """Keep an internal network to itself."""
    away = f"! -d {network.subnet} -i {network.bridge} -j DROP"
    yield Wanted("filter", where, away, f"{network.bridge} is internal: nothing leaves it.", first=True)
    foreign = f"! -s {network.subnet} -o {network.bridge} -j DROP"
    yield Wanted("filter", where, foreign, f"{network.bridge} is internal: nothing enters it.", first=True)


def _neighbours(network: BridgeNetwork) -> Iterator[Wanted]:
    within = f"-i {network.bridge} -o {network.bridge} -j"
    yes = f"Containers on {network.bridge} may talk to each other."
    no = f"Inter-container communication is off: containers on {network.bridge} may not talk to each other."
    drop = Wanted("filter", "FORWARD", f"{within} DROP", no, only_if=not network.icc)
    accept = Wanted("filter", "FORWARD", f"{within} ACCEPT", yes, first=True, only_if=network.icc)
    yield from (drop, accept) if network.icc else (accept, drop)


def _passage(network: BridgeNetwork) -> Iterator[Wanted]:
    why = f"What goes to a container on {network.bridge} has to be for a published port."
    yield Wanted("filter", "FORWARD", f"-o {network.bridge} -j {DOCKER}", why, first=True)
    answers = f"-o {network.bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    yield Wanted("filter", "FORWARD", answers, "Or an answer to what a container asked.", first=True)


def _isolation(network: BridgeNetwork) -> Iterator[Wanted]:
    leaves = f"-i {network.bridge} ! -o {network.bridge} -j {STAGE_2}"
    yield Wanted("filter", STAGE_1, leaves, f"What leaves {network.bridge} for elsewhere is looked at once more.", first=True)
    why = f"What comes from another Docker bridge may not enter {network.bridge}."
    yield Wanted("filter", STAGE_2, f"-o {network.bridge} -j DROP", why, first=True)
