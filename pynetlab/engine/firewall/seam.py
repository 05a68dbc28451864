"""The seam between a bridge and the firewall: what a bridge asks for, whichever rules answer it.

Every request is a plan that gives nothing back. moby docker-v29.7.2 daemon/libnetwork/drivers/bridge/internal/firewaller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Protocol

from ...kernel import Plan


@dataclass(frozen=True, slots=True)
class BridgeNetwork:
    """A bridge and what its network wants."""

    bridge: str
    subnet: IPv4Network
    internal: bool = False
    icc: bool = True
    """Containers on the bridge may talk to each other."""
    masquerade: bool = True
    mode: str = "nat"
    """``nat``, ``nat-unprotected``, ``routed`` or ``isolated``."""
    snat: IPv4Address | None = None
    """The address that outgoing packets get; None for that of the way out."""
    trusted: tuple[str, ...] = ()
    """Devices of the host from which containers may be reached directly."""


@dataclass(frozen=True, slots=True)
class PublishedPort:
    """A port of a container, and where it appears on the host; host port 0 where it is only opened."""

    proto: str
    host_ip: str
    host_port: int
    container_ip: str
    container_port: int
    proxied: bool = False
    """A userland proxy waits on it."""


class Firewall(Protocol):
    """What a bridge asks of a firewall."""

    def start(self) -> Plan[None]:
        """Lay the ground when the daemon starts."""

    def drop_forwarded(self) -> Plan[None]:
        """Drop what is forwarded and nobody accepts, since Docker has just made the host a router."""

    def users_chain(self) -> Plan[None]:
        """Put the chain of the user's own rules before all of Docker's."""

    def network_up(self, network: BridgeNetwork) -> Plan[None]:
        """Write the rules of a network."""

    def network_down(self, network: BridgeNetwork) -> Plan[None]:
        """Take them away."""

    def endpoint_up(self, network: BridgeNetwork, address: IPv4Address) -> Plan[None]:
        """Write the rules of a container on a bridge."""

    def endpoint_down(self, network: BridgeNetwork, address: IPv4Address) -> Plan[None]:
        """Take them away."""

    def port_up(self, network: BridgeNetwork, port: PublishedPort) -> Plan[None]:
        """Write the rules of a published port."""

    def port_down(self, network: BridgeNetwork, port: PublishedPort) -> Plan[None]:
        """Take them away."""

    def link_up(self, network: BridgeNetwork, parent: IPv4Address, child: IPv4Address, ports: Sequence[tuple[str, int]]) -> Plan[None]:
        """Open the ports of a linked container to the one that links."""

    def link_down(self, network: BridgeNetwork, parent: IPv4Address, child: IPv4Address, ports: Sequence[tuple[str, int]]) -> Plan[None]:
        """Close them."""
