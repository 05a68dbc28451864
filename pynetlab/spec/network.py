"""What ``docker network create`` and ``docker network connect`` ask for, as it was typed: the engine judges it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A network to make."""

    name: str
    driver: str = "bridge"
    subnets: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    auxiliary: Mapping[str, str] = field(default_factory=dict)
    """Addresses that no container may get, by the names that somebody gave them."""
    internal: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    ipam_options: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    attachable: bool = False


@dataclass(frozen=True, slots=True)
class EndpointSpec:
    """A container's place in a network."""

    network: str
    aliases: tuple[str, ...] = ()
    address: str = ""
    mac: str = ""
    priority: int = 0
    """The network with the highest leads out, where a container has several."""
    links: tuple[tuple[str, str], ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
