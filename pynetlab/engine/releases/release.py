"""What differs from one release of Docker to the next, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...errors import ClientError, DaemonError
from ...model import Manners
from .shape import V1_41, Shape

BASE_POOLS = (
    ("172.17.0.0/16", 16),
    ("172.18.0.0/16", 16),
    ("172.19.0.0/16", 16),
    ("172.20.0.0/14", 16),
    ("172.24.0.0/14", 16),
    ("172.28.0.0/14", 16),
    ("192.168.0.0/16", 20),
)
"""Where networks without a subnet get theirs, in this order: a block, and the prefix length of its parts.

moby libnetwork/ipamutils/utils.go (localScopeDefaultNetworks); the same from 20.10 to 29.
"""


@dataclass(frozen=True, slots=True)
class Firewall:
    """What a release writes into iptables."""

    layout: str = "stages"
    """``stages``: each bridge has its rules in FORWARD. ``forward``: FORWARD only jumps to chains of Docker's own."""
    returns: bool = True
    """DOCKER-USER and the isolation chains end with RETURN."""
    isolation: bool = True
    """DOCKER-ISOLATION-STAGE-1 and -2 keep bridges apart; without them DOCKER-INTERNAL holds the internal ones."""
    skips_own_bridge: bool = True
    """nat DOCKER returns what comes from a bridge, so that the userland proxy serves it."""
    masquerades_own_port: bool = True
    """A container that calls its own published port is masqueraded, whether the userland proxy runs or not."""
    fills_sctp_checksum: bool = True
    drops_direct_access: bool = False
    """raw PREROUTING drops what comes to a container from elsewhere than its bridge."""


OLD_MANNERS = Manners(silent=True, compresses=False)


@dataclass(frozen=True, slots=True)
class Names:
    """What a release's name service does, and what it writes into /etc/resolv.conf."""

    manners: Manners = OLD_MANNERS
    names_unnamed: bool = False
    """A container that nobody named is known by the name that Docker gave it; else only by its id and its aliases."""
    always_forwards: bool = True
    """It asks the host's servers for containers of internal networks too."""
    asks_from_host: bool = False
    """All of the host's servers are asked from the host; else only those on its loopback device."""
    falls_back: bool = True
    """Public servers are asked where the host names none."""
    generated: bool = False
    """/etc/resolv.conf is written anew and says where it came from; else it is the host's, filtered."""


@dataclass(frozen=True, slots=True)
class Release:
    """One release of Docker."""

    name: str
    version: str
    words: Mapping[str, str]
    """What it says when it refuses: a key → a text with holes."""
    date: str = ""
    """When it was released. The clock of a lab stands still there."""
    shape: Shape = V1_41
    news: str = ""
    """What it does that the release before did not."""
    firewall: Firewall = Firewall()
    names: Names = Names()
    pools: tuple[tuple[str, int], ...] = BASE_POOLS
    daemon_flags: frozenset[str] = frozenset()
    """Flags of the daemon that not every release has."""
    options: frozenset[str] = frozenset()
    """Options of the command line that not every release has: those of :data:`pynetlab.spec.commands.NEWER` that it has."""
    gateway_modes: tuple[str, ...] = ()
    mac_from_address: bool = True
    """A container's MAC address is 02:42 and its IPv4 address; else it is random."""
    hosts_zeros: str = "::0"
    """How /etc/hosts writes the ends of fe00:: and ff00::."""
    ports_descending: bool = True
    """Published ports are taken the largest first; else what names its host port first, then in their order."""
    wildcard_conflicts: bool = False
    """A port on 0.0.0.0 and one on an address of the host exclude each other when they are allocated; else when bound."""
    sets_bridge_mtu: bool = False
    """The bridge itself is told the MTU of its network, not only its ports."""
    shares_parent: bool = False
    """Several macvlan networks may use one device of the host."""
    internal_gateway: bool = True
    """Containers of an internal network get a default route all the same."""
    proxy_pktinfo: bool = False
    """The userland proxy answers over UDP from the address that a client asked (moby/moby#48571)."""
    shows_gateway: bool = False
    """A network shows its gateway, even one that nobody named."""
    reserves_all_routes: bool = True
    """A new subnet avoids all that the host routes; else only what is on its own wires."""
    subnets_in_turn: bool = False
    """A new network gets the subnet behind the latest one, so that a removed network's comes again last."""
    checks_range: bool = True
    """A range has to be a part of its subnet."""
    hosts_by_name: bool = False
    """A container that leaves a network loses every line of /etc/hosts with its name, whatever the address."""
    sandbox_first: bool = False
    """A container has its files before its networks are looked up."""
    many_networks: bool = False
    """A container can be made in several networks at once."""
    names_devices: bool = False
    """A container's device can be given a name (moby/moby#49155), and settings of the kernel."""
    reuses_devices: bool = False
    """A new device gets the lowest number that is free; else the one behind the latest, however many have gone."""
    static_on_any: bool = False
    """A container can ask for an address in a network whose subnet Docker chose."""
    opens_routed_anyway: bool = False
    """Ports in a network that is routed to are open on every container, not only where its way out is."""
    checks_early: bool = False
    """Endpoint settings are checked when the container is created, not when it starts."""
    stop_clears_hosts: bool = False
    """/etc/hosts of a container that stopped no longer has its address."""
    tells_absent: bool = True
    """``docker rm -f`` tells of a container that is not there."""
    failure_clears: bool = False
    """A container that could not start forgets its networks, and its address in /etc/hosts."""

    def error(self, key: str, **holes: object) -> DaemonError:
        """Give the refusal in this release's words."""
        return DaemonError(self.words[key].format(**holes))

    def client_error(self, key: str, **holes: object) -> ClientError:
        """Give what the command line of this release says when it gives up by itself."""
        return ClientError(self.words[key].format(**holes))

    def but(self, words: Mapping[str, str] | None = None, **changes: object) -> "Release":
        """Give the release that differs from this one in these points."""
        return replace(self, words={**self.words, **(words or {})}, **changes)  # type: ignore[arg-type] # replace checks the names
