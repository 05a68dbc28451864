"""What the daemon remembers of a network and of a container's end in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from .firewall.seam import Firewall, PublishedPort
from .releases import Release


@dataclass(frozen=True, slots=True)
class Network:
    """One network."""

    id: str
    name: str
    driver: str
    options: Mapping[str, str] = field(default_factory=dict)
    """As they were asked for, ``-o KEY=VALUE``."""
    subnet: IPv4Network | None = None
    """None for the networks that have no addresses: host and none."""
    gateway: IPv4Address | None = None
    within: IPv4Network | None = None
    auxiliary: Mapping[str, IPv4Address] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    """``subnet``, ``iprange`` and ``gateway`` as somebody named them."""
    internal: bool = False
    labels: tuple[str, ...] = ()
    ipam_options: Mapping[str, str] = field(default_factory=dict)
    attachable: bool = False
    default_bridge: bool = False
    foreign: bool = False
    """Its device was there before it, and stays after it."""

    @property
    def own(self) -> bool:
        """Say whether Docker made it by itself: bridge, host or none."""
        return self.name in PREDEFINED


PREDEFINED = ("bridge", "host", "none")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A container's end in a network."""

    id: str
    network: str
    container: str
    netns: str
    device: str = ""
    """The device inside the container; empty where there is none."""
    host_device: str = ""
    """The other end of its cable; empty where there is none."""
    address: IPv4Interface | None = None
    mac: str = ""
    gateway: IPv4Address | None = None
    """Where the network offers a way out; None where it does not."""
    ports: tuple[PublishedPort, ...] = ()
    links: tuple["Link", ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """What ``--link`` opens: the container that is linked to, and its ports."""

    child: IPv4Address
    ports: tuple[tuple[str, int], ...]
    """Protocol and port."""


@dataclass(frozen=True, slots=True)
class Host:
    """What a driver may know of the Docker host."""

    netns: str
    release: Release
    firewall: Firewall
    userland_proxy: bool = True
    iptables: bool = True
    ip_forward: bool = True
    forward_drop: bool = True
    """The policy of FORWARD becomes DROP when Docker switches forwarding on."""
