"""What the bridge driver keeps in its package variables for as long as the daemon runs.

moby v1.2.0 daemon/networkdriver/bridge/driver.go, portmapper/mapper.go.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface

from ..gonet import IP, host_port
from .ipallocator import IPAllocator
from .portallocator import PortAllocator

DEFAULT_NETWORK_BRIDGE = "docker0"
ANY = IPv4Address(0)
"""Every address of the host."""


@dataclass(frozen=True, slots=True)
class HostAddress:
    """Where on the host a container's port is published: net.TCPAddr or net.UDPAddr."""

    ip: IP
    port: int
    proto: str

    def __str__(self) -> str:
        """Print it as Go does, without the protocol."""
        return host_port(self.ip, self.port)


@dataclass(frozen=True, slots=True)
class Mapping:
    """One published port."""

    host: HostAddress
    container_ip: IPv4Address
    container_port: int


@dataclass(slots=True)
class NetworkInterface:
    """What a container holds: its address, and the host addresses of its ports in the order of their allocation."""

    ip: IPv4Address
    port_mappings: list[HostAddress] = field(default_factory=list)


@dataclass(slots=True)
class Driver:
    """The driver's memory; a daemon that starts again has lost all of it."""

    bridge_iface: str = ""
    bridge_network: IPv4Interface | None = None
    """The bridge's own address with its prefix length; None until the driver is initialised."""
    default_binding_ip: IP = ANY
    chain_bridge: str | None = None
    """The bridge that the port mapper's DOCKER chain serves; None where it may write no rules."""
    interfaces: dict[str, NetworkInterface] = field(default_factory=dict)
    """By container id. An entry stays when its container is released."""
    ips: IPAllocator = field(default_factory=IPAllocator)
    ports: PortAllocator = field(default_factory=PortAllocator)
    mappings: dict[HostAddress, Mapping] = field(default_factory=dict)
