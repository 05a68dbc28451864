"""What the daemon remembers: networks, containers, addresses and ports. It can be copied, so that a refusal changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network

from ..engine.firewall import firewall
from ..engine.hosts import own_names
from ..engine.ipam import Pool
from ..engine.names import SHORT
from ..engine.network import PREDEFINED, Endpoint, Host, Network
from ..engine.ports import Ports
from ..engine.releases import Release
from ..model import Resolver
from ..ops import StartServer
from ..spec.dockerd import DaemonFlags
from ..spec.network import EndpointSpec
from ..spec.run import RunSpec

DEFAULT = "bridge"
"""The network of a container that names none."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container, as far as the network knows it."""

    id: str
    name: str
    spec: RunSpec
    networks: Mapping[str, EndpointSpec] = field(default_factory=dict)
    """Where it shall be, by the network's name."""
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    """Where it is, by the network's name; nothing while it does not run."""
    devices: tuple[str, ...] = ()
    """The names that its devices have had since it started."""
    running: bool = False
    started: bool = False
    """It ran at least once."""
    netns: str = ""
    """The namespace that its processes are in: its own, the host's, or another container's."""
    servers: tuple[StartServer, ...] = ()
    """Where its program waits for clients."""
    resolver: Resolver | None = None
    """The name service in its namespace: from its first user-defined network until it stops."""
    paused: bool = False
    code: int = 0
    """How its program ended, when it ended."""

    @property
    def state(self) -> str:
        """Give its state in Docker's word."""
        if self.running:
            return "paused" if self.paused else "running"
        return "exited" if self.started else "created"

    @property
    def apart(self) -> bool:
        """Say whether it has a namespace of its own when it runs."""
        return self.mode != "host" and not self.mode.startswith("container:")

    @property
    def short(self) -> str:
        """Give the id as it is shown."""
        return self.id[:SHORT]

    @property
    def mode(self) -> str:
        """Give the network mode, ``bridge`` where none was named."""
        return DEFAULT if self.spec.mode == "default" else self.spec.mode

    @property
    def hostname(self) -> str:
        """Give its own name for itself."""
        return self.spec.hostname or self.short

    @property
    def own_names(self) -> str:
        """Give the names that stand with its addresses in /etc/hosts."""
        return own_names(self.hostname, self.spec.domainname)

    def exposed(self) -> list[tuple[int, str]]:
        """List the ports that it exposes or publishes, each once."""
        published = [(binding.container_port, binding.proto) for binding in self.spec.publish]
        return list(dict.fromkeys([*self.spec.expose, *published]))


Files = dict[str, str]


@dataclass(slots=True)
class Daemon:
    """One daemon of one release, and all that it remembers."""

    release: Release
    flags: DaemonFlags
    netns: str = "host"
    networks: dict[str, Network] = field(default_factory=dict)
    """By name, the oldest first."""
    pools: dict[str, Pool] = field(default_factory=dict)
    """By the name of the network."""
    ports: Ports = field(default_factory=Ports)
    containers: dict[str, Container] = field(default_factory=dict)
    """By name, the oldest first."""
    disk: dict[str, Files] = field(default_factory=dict)
    """The containers' own /etc/hosts and /etc/resolv.conf, by name. Copies share them: files outlive a refusal."""
    latest_subnet: list[IPv4Network] = field(default_factory=list)
    """What the address pools gave last, if anything. Copies share it: a turn that was for nothing is gone."""
    named: int = 0
    """So many containers were named by Docker itself."""

    def copy(self) -> "Daemon":
        """Give a memory that can change without changing this one."""
        return replace(self, networks=dict(self.networks), pools=dict(self.pools), containers=dict(self.containers))

    @property
    def host(self) -> Host:
        """Give what drivers may know."""
        flags = self.flags
        rules = firewall(
            self.release,
            self.netns,
            iptables=flags.iptables,
            hairpin=not flags.userland_proxy,
            direct_routing=flags.allow_direct_routing,
        )
        return Host(
            self.netns,
            self.release,
            rules,
            flags.userland_proxy,
            flags.iptables,
            flags.ip_forward,
            forward_drop=not flags.ip_forward_no_drop,
        )

    def network(self, name: str) -> Network:
        """Find a network by its name, its id, or the start of its id. Raises DaemonError."""
        found = self._network(name)
        if found is None:
            raise self.release.error("network-missing", name=name)
        return found

    def has_network(self, name: str) -> bool:
        """Say whether :meth:`network` would find one."""
        return self._network(name) is not None

    def _network(self, name: str) -> Network | None:
        return self.networks.get(name) or next((each for each in self.networks.values() if name and each.id.startswith(name)), None)

    def container(self, name: str) -> Container:
        """Find a container by its name, its id, or the start of its id. Raises DaemonError."""
        found = self._container(name)
        if found is None:
            raise self.release.error("container-missing", name=name)
        return found

    def has_container(self, name: str) -> bool:
        """Say whether :meth:`container` would find one."""
        return self._container(name) is not None

    def _container(self, name: str) -> Container | None:
        found = self.containers.get(name.removeprefix("/"))
        return found or next((each for each in self.containers.values() if name and each.id.startswith(name)), None)

    def on(self, network: str) -> list[tuple[Container, Endpoint]]:
        """List the running containers of a network."""
        return [(each, each.endpoints[network]) for each in self.containers.values() if network in each.endpoints]

    def in_order(self, container: Container) -> list[Endpoint]:
        """List a container's endpoints, the one that leads out first; moby libnetwork/endpoint.go (Endpoint.Less)."""

        def rank(endpoint: Endpoint) -> tuple[int, bool, bool, str]:
            wanted = container.networks.get(endpoint.network)
            internal = self.networks[endpoint.network].internal
            return -(wanted.priority if wanted else 0), internal, endpoint.gateway is None, endpoint.network

        return sorted(container.endpoints.values(), key=rank)

    def user_defined(self, network: Network) -> bool:
        """Say whether somebody made the network, so that it has Docker's name service."""
        return network.name not in PREDEFINED

    def keep(self, container: Container) -> Container:
        """Remember a container as it is now."""
        self.containers[container.name] = container
        return container
