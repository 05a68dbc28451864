"""A kernel's network state, of one machine or of many: namespaces and what each of them holds.

Two states are equal when an engineer would call them equal: interface indexes and the time of day are not part
of them, sysctls stand only where they differ from the default, and tables that nobody touched are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Self

from .firewall import Chain, Table
from .qdisc import Tbf
from .resolver import Resolver, Zones

SYSCTL_DEFAULTS = {"net.ipv4.ip_forward": "0", "net.bridge.bridge-nf-call-iptables": "1"}
"""The sysctls that a state shows, and what a new namespace has."""

DEVICE_SETTINGS = ("accept_local", "arp_ignore", "route_localnet", "rp_filter")
"""Those of ``net.ipv4.conf.DEV``, for each device and for ``all``, that a state shows too; each starts at 0."""

VLAN_TAG = 4
SMALLEST_MTU = 68
"""In bytes; the kernel takes IPv4 off a device with less (RFC 791, section 3.2)."""


@dataclass(frozen=True, slots=True)
class Link:
    """A network device, as ip-link(8) shows it, with its IPv4 addresses."""

    name: str
    kind: str
    """``loopback``, ``bridge``, ``veth`` … : the word after ``type`` in ip-link(8)."""
    mac: str = "00:00:00:00:00:00"
    mtu: int = 1500
    up: bool = False
    """The administrative state, IFF_UP."""
    master: str | None = None
    """The bridge that this device is a port of."""
    peer: tuple[str, str] | None = None
    """The other end of a veth: its namespace and its name there."""
    addresses: tuple[IPv4Interface, ...] = ()
    """In the order of ip-address(8): of each subnet the first is the primary one, and all primary ones stand first."""
    parent: tuple[str, str] | None = None
    """The device that a macvlan shares the wire of: its namespace and its name there."""
    mode: str = ""
    """How macvlan devices on one parent reach each other, such as ``bridge``."""
    hairpin: bool = False
    """A bridge port that may send a frame back the way it came, bridge(8)."""
    qdisc: Tbf | None = None
    """What slows down that which leaves by this device; only what somebody set."""
    mtu_by_hand: bool = field(default=False, compare=False)
    """A bridge whose MTU somebody set no longer follows its ports. No tool shows this; the simulated kernel knows it."""
    answers: frozenset[IPv4Network] = field(default=frozenset(), compare=False)
    """What the loopback device answers for as a whole: the networks of its addresses, from when it first was up."""
    index: int = field(default=0, compare=False)
    """The number that the simulated kernel gave it, 1 for the loopback device; 0 where it is not known."""
    was_up: bool = field(default=False, compare=False)
    """Whether it ever was up: from then on it has a queueing discipline. The simulated kernel knows it."""

    @property
    def speaks_ip(self) -> bool:
        """Say whether the device can have IPv4 at all."""
        return self.mtu >= SMALLEST_MTU

    @property
    def longest(self) -> int:
        """Tell the bytes of the longest packet that a cable brings in: a VLAN's tag finds room (__is_skb_forwardable of netdevice.h)."""
        return self.mtu + VLAN_TAG


@dataclass(frozen=True, slots=True)
class Route:
    """One IPv4 route of the main table; its text is that of ``ip route``, without protocol and scope."""

    dst: IPv4Network
    dev: str
    via: IPv4Address | None = None
    src: IPv4Address | None = None
    metric: int = 0
    kernel: bool = False
    """Made by the kernel itself, for an address on an interface that is up (protocol ``kernel``)."""

    def __str__(self) -> str:
        """Print the words of ``ip route``."""
        words = ["default" if self.dst.prefixlen == 0 else str(self.dst) if self.dst.prefixlen < 32 else str(self.dst.network_address)]  # noqa: PLR2004
        words += ["via", str(self.via)] if self.via else []
        words += ["dev", self.dev]
        words += ["src", str(self.src)] if self.src else []
        words += ["metric", str(self.metric)] if self.metric else []
        return " ".join(words)


@dataclass(frozen=True, slots=True, order=True)
class Listener:
    """A socket that waits for clients; ``forwards_to`` says where a userland proxy sends them, ``serves`` who answers."""

    proto: str
    ip: str
    port: int
    forwards_to: str | None = field(default=None, compare=False)
    serves: str | None = field(default=None, compare=False)
    """The name that a server of the lab answers with."""
    pktinfo: bool = field(default=False, compare=False)
    """Over UDP it answers from the address that it was asked at (IP_PKTINFO of ip(7)), else from the one that routes choose."""


@dataclass(frozen=True, slots=True)
class Netns:
    """One network namespace: a machine's, a Docker host's or a container's."""

    name: str
    links: Mapping[str, Link] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    """Sorted by destination; routes to the same destination keep the order in which they came."""
    sysctl: Mapping[str, str] = field(default_factory=dict)
    """Only what differs from :data:`SYSCTL_DEFAULTS`."""
    tables: Mapping[str, Table] = field(default_factory=dict)
    """iptables; only tables that somebody touched."""
    listeners: frozenset[Listener] = frozenset()
    files: Mapping[str, str] = field(default_factory=dict)
    """The few files of /etc that the engine reads or writes, by absolute path."""
    resolver: Resolver | None = None
    """The name server that waits here, with what it was told; its sockets stand among the listeners."""
    zones: Zones = field(default_factory=dict)
    """The names that name servers know of networks, where the daemon is that tells them."""
    had_address: bool = field(default=False, compare=False)
    """Whether it ever had an address. No tool shows this; before it, the kernel lets sockets be bound to any address."""
    next_index: int = field(default=1, compare=False)
    """What the next device is numbered with; a number is never used twice."""

    @classmethod
    def fresh(cls, name: str) -> Self:
        """Give what the kernel makes for ``unshare --net``: a loopback device that is down, and nothing else."""
        return cls(name, links={"lo": Link("lo", "loopback", mtu=65536, index=1)}, next_index=2)

    def chain(self, table: str, chain: str) -> Chain | None:
        """Look up a chain; None where it does not exist. A built-in chain exists always."""
        found = self.tables.get(table) or Table.fresh(table)
        return found.chains.get(chain)

    def with_link(self, link: Link) -> Self:
        """Give this namespace with the device added or replaced; one that has no number gets the next."""
        if not link.index:
            link = replace(link, index=self.next_index)
        return replace(self, links={**self.links, link.name: link}, next_index=max(self.next_index, link.index + 1))


@dataclass(frozen=True, slots=True)
class State:
    """Every namespace of a lab, by name."""

    netns: Mapping[str, Netns] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Netns:
        """Look a namespace up by name."""
        return self.netns[name]

    def with_netns(self, *changed: Netns) -> "State":
        """Give this state with the namespaces added or replaced."""
        return State({**self.netns, **{n.name: n for n in changed}})
