"""The names of containers: told to the name service when one joins a network, forgotten when it leaves.

moby libnetwork/network.go (updateSvcRecord), libnetwork/sandbox_dns_unix.go (startResolver), libnetwork/endpoint.go.
"""

from dataclasses import replace

from ..engine.nameservice import known_as, listening, start
from ..engine.network import Network
from ..engine.resolvconf import sets_ndots, upstream
from ..kernel import Plan, Step
from ..model import Resolver, Scope
from ..ops import AddNames, RemoveNames, StopResolver, TellResolver
from .files import wishes
from .memory import Container, Daemon


def joined(daemon: Daemon, container: Container, network: Network, host: str) -> Plan[Container]:
    """Make a container known in a network that it joined; the first user-defined one brings it the name service.

    ``host`` is the host's resolv.conf: whom the service asks outside is decided from it then, once.
    """
    yield from known(daemon, container, network)
    if container.resolver is not None or not daemon.user_defined(network):
        return (yield from told(daemon, container))
    resolver = _resolver(daemon, container, host)
    yield from start(container.netns, resolver)
    return daemon.keep(replace(container, resolver=resolver))


def known(daemon: Daemon, container: Container, network: Network) -> Plan[None]:
    """Make a container known in a network that somebody made."""
    address = container.endpoints[network.name].address
    if daemon.user_defined(network) and address is not None:
        names = names_in(daemon, container, network.name)
        why = f"In {network.name}, {names[0]} is {address.ip} from now on, for every container that asks."
        yield Step(AddNames(daemon.netns, network.name, address.ip, names), why)


def names_in(daemon: Daemon, container: Container, network: str) -> tuple[str, ...]:
    """List the names that a container has in a network."""
    wanted, unnamed = container.networks[network], not container.spec.name
    return known_as(daemon.release.names, container.name, wanted.aliases, container.short, container.hostname, unnamed=unnamed)


def told(daemon: Daemon, container: Container) -> Plan[Container]:
    """Tell a container's name service in which networks it is, where that changed."""
    before = container.resolver
    if before is None:
        return container
    after = replace(before, scopes=_scopes(daemon, container), forwards=_forwards(daemon, container))
    if after != before:
        why = f"The name service of {container.name} searches the networks that {container.name} is in, and asks others if one leads out."
        yield Step(TellResolver(container.netns, after), why)
    return daemon.keep(replace(container, resolver=after))


def left(daemon: Daemon, container: Container, network: Network) -> Plan[None]:
    """Forget the names of a container that is about to leave a network."""
    address = container.endpoints[network.name].address
    if daemon.user_defined(network) and address is not None:
        yield Step(RemoveNames(daemon.netns, network.name, address.ip), f"Nobody is {address.ip} in {network.name} any more.")


def stopped(container: Container) -> Plan[None]:
    """End the name service of a container that stops."""
    if container.resolver is not None:
        yield Step(StopResolver(container.netns), f"Nobody in {container.name} asks for names any more.")


def _resolver(daemon: Daemon, container: Container, host: str) -> Resolver:
    """Decide where the service waits and what it is told."""
    names, wanted = daemon.release.names, wishes(daemon, container)
    ports = listening(container.netns)
    return Resolver(
        ports["tcp"],
        ports["udp"],
        zones_in=daemon.netns,
        scopes=_scopes(daemon, container),
        upstream=upstream(names, host, wanted),
        forwards=_forwards(daemon, container),
        ndots=sets_ndots(names, host, wanted),
        manners=names.manners,
    )


def _scopes(daemon: Daemon, container: Container) -> tuple[Scope, ...]:
    found = [each.network for each in daemon.in_order(container) if daemon.user_defined(daemon.networks[each.network])]
    return tuple(Scope(name, tuple((alias, child) for child, alias in container.networks[name].links)) for name in found)


def _forwards(daemon: Daemon, container: Container) -> bool:
    leads_out = any(each.gateway is not None and not daemon.networks[each.network].internal for each in container.endpoints.values())
    return leads_out or daemon.release.names.always_forwards
