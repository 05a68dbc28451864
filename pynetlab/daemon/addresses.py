"""Which subnet a network gets, and which address a container; moby libnetwork/network.go (ipamAllocate), endpoint.go."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from ..engine import ipam
from ..engine.hosts import RESOLV, servers
from ..engine.network import Network
from ..errors import KernelError
from ..kernel import Plan, Step
from ..model import Route
from ..ops import ListRoutes, ReadFile
from ..spec.network import NetworkSpec
from .memory import Daemon

SERIAL = "com.docker.network.ipam.serial"


def requested(daemon: Daemon, spec: NetworkSpec) -> IPv4Network:
    """Read the subnet that somebody named. Raises DaemonError in the release's words."""
    text = spec.subnets[0]
    try:
        subnet = IPv4Network(text, strict=False)
        if "/" not in text:
            raise NetmaskValueError(text)  # noqa: TRY301 - both are told alike
    except (AddressValueError, NetmaskValueError, ValueError):
        raise daemon.release.error("bad-subnet", subnet=text, why=_why(text)) from None
    if "loose-subnet" in daemon.release.words and str(subnet) != text:
        raise daemon.release.error("loose-subnet", subnet=text, masked=subnet)
    return subnet


def check_overlap(daemon: Daemon, subnet: IPv4Network, within: IPv4Network | None) -> None:
    """Refuse a subnet that another network has. With a range only the same range counts (moby#46756): the driver may refuse more."""
    for pool in daemon.pools.values():
        if (pool.subnet, pool.within) == (subnet, within) if within else subnet.overlaps(pool.subnet):
            raise daemon.release.error("pool-overlap")


def _why(text: str) -> str:
    address, slash, bits = text.partition("/")
    if not slash:
        return "no '/'"
    try:
        IPv4Address(address)
    except AddressValueError:
        return f'ParseAddr("{address}"): unable to parse IP'
    return "prefix length out of range" if bits.isdigit() else f'bad bits after slash: "{bits}"'


def restricted(daemon: Daemon, spec: NetworkSpec, subnet: IPv4Network) -> IPv4Network | None:
    """Read the part of the subnet from which containers get their addresses. Raises DaemonError."""
    if not spec.ranges:
        return None
    text = spec.ranges[0]
    try:
        within = IPv4Network(text, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        raise daemon.release.error("bad-range", range=text, subnet=subnet, why="invalid CIDR block notation") from None
    if not daemon.release.checks_range:
        return within
    if within.prefixlen < subnet.prefixlen:
        why = f"CIDR block is bigger than its parent subnet {subnet}"
        raise daemon.release.error("bad-range", range=text, subnet=subnet, why=why)
    if not within.overlaps(subnet):
        why = f"parent subnet {subnet} doesn't contain ip-range"
        raise daemon.release.error("bad-range", range=text, subnet=subnet, why=why)
    return within


def chosen(daemon: Daemon) -> Plan[IPv4Network]:
    """Choose the first subnet of the address pools that is free: no network has it, and the host needs it for nothing else."""
    routes: tuple[Route, ...] = yield Step(ListRoutes(daemon.netns), "A subnet that the host reaches elsewhere would hide what is there.")
    try:
        text = yield Step(ReadFile(daemon.netns, RESOLV), "So would one that holds the host's name servers.", may_fail=True)
    except KernelError:
        text = ""
    used = [pool.subnet for pool in daemon.pools.values()]
    blocks = daemon.flags.default_address_pool or daemon.release.pools
    after = daemon.latest_subnet[-1] if daemon.latest_subnet and daemon.release.subnets_in_turn else None
    found = ipam.choose(blocks, [*used, *_routed(daemon, routes), *_servers(text)], after)
    if found is None:
        raise daemon.release.error("no-pool")
    daemon.latest_subnet[:] = [found]
    return found


def _routed(daemon: Daemon, routes: tuple[Route, ...]) -> Iterator[IPv4Network]:
    for route in routes:
        if route.dst.prefixlen and (daemon.release.reserves_all_routes or route.via is None):
            yield route.dst


def _servers(text: str) -> Iterator[IPv4Network]:
    for server in servers(text):
        try:
            yield IPv4Network(server)
        except AddressValueError:
            continue


def gateway(daemon: Daemon, pool: ipam.Pool, wanted: str) -> tuple[IPv4Address, ipam.Pool]:
    """Set an address apart for the gateway: the one that somebody named, else the first that is free."""
    if not wanted:
        address = ipam.next_free(pool)
        if address is None:
            raise daemon.release.error("no-gateway")
        return address, ipam.take(pool, address)
    address = IPv4Address(wanted)
    if address not in pool.subnet:
        raise daemon.release.error("gateway-outside", gateway=wanted, subnet=pool.subnet)
    return address, ipam.take(pool, address)


def set_apart(daemon: Daemon, pool: ipam.Pool, auxiliary: dict[str, IPv4Address]) -> ipam.Pool:
    """Set addresses apart that no container may get. Raises DaemonError."""
    for name, address in auxiliary.items():
        if address not in pool.subnet:
            raise daemon.release.error("aux-outside", name=name, address=address, subnet=pool.subnet)
        if not ipam.free(pool, address):
            raise daemon.release.error("aux-taken", name=name, address=address)
        pool = ipam.take(pool, address)
    return pool


def wrong(daemon: Daemon, network: Network, wanted: str) -> Iterator[str]:
    """Say what is wrong with an address that a container asks for, whether or not it is free."""
    words = daemon.release.words
    if not wanted:
        return
    if not daemon.user_defined(network):
        yield words["address-predefined"]
    elif "subnet" not in network.asked and not daemon.release.static_on_any:
        yield words["address-unconfigured"]
    elif network.subnet is None or IPv4Address(wanted) not in network.subnet:
        yield words["address-outside"].format(address=wanted)


def take(daemon: Daemon, network: Network, wanted: str) -> IPv4Address:
    """Take an address for a container: the one that it asks for, else the lowest that is free. Raises DaemonError."""
    pool = daemon.pools[network.name]
    if not wanted:
        address = ipam.next_free(pool, serial=network.options.get(SERIAL) == "true")
        if address is None:
            raise daemon.release.error("no-address", name=network.name, id=network.id)
    else:
        address = IPv4Address(wanted)
        if not ipam.free(pool, address):
            raise daemon.release.error("address-taken")
    daemon.pools[network.name] = ipam.take(pool, address)
    return address
