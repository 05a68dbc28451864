"""The files of a container that tell it names: written when it joins a network, and when it leaves one."""

from ..engine.hosts import HOST_GATEWAY, HOSTS, RESOLV, hosts
from ..engine.network import Endpoint
from ..engine.resolvconf import Wishes, resolv
from ..errors import DaemonError, KernelError
from ..kernel import Plan, Step
from ..ops import ReadFile, WriteFile
from .memory import DEFAULT, Container, Daemon


def prepare(daemon: Daemon, container: Container) -> Plan[None]:
    """Write what a container has before it is in any network."""
    daemon.disk[container.name] = {
        HOSTS: _hosts(daemon, container, addresses=False),
        RESOLV: resolv(daemon.release.names, (yield from host_file(daemon, RESOLV)), wishes(daemon, container), place="host"),
    }


def host_file(daemon: Daemon, path: str) -> Plan[str]:
    """Read a file of the host; empty where there is none."""
    try:
        text: str = yield Step(ReadFile(daemon.netns, path), f"What the host has in {path} is where Docker starts from.", may_fail=True)
    except KernelError:
        return ""
    return text


def joined(daemon: Daemon, container: Container, *, first: bool) -> Plan[str]:
    """Write hosts and resolv.conf after a container joined a network, and give the host's resolv.conf.

    Once it has the name service its resolv.conf stays, and nobody reads the host's.
    """
    text = (
        _hosts(daemon, container) if first else daemon.disk[container.name][HOSTS] + _own(container, list(container.endpoints.values())[-1])
    )
    yield from _write(daemon, container, HOSTS, text, "A container knows its own name, and the addresses that it has.")
    return (yield from resolvers(daemon, container)) if container.resolver is None else ""


def left(daemon: Daemon, container: Container, endpoint: Endpoint) -> Plan[None]:
    """Take what a container had in a network out of its hosts file.

    To 26 every line goes that names it as the network's name service does, by its short id: moby v26.1.5
    libnetwork/endpoint.go (sbLeave), etchosts.go (Delete). The default bridge has no name service, so there all stays.
    """
    lines = daemon.disk.get(container.name, {}).get(HOSTS, "").splitlines(keepends=True)
    if not daemon.release.hosts_by_name:
        kept = [line for line in lines if line != _own(container, endpoint)]
    elif daemon.user_defined(daemon.networks[endpoint.network]):
        kept = [line for line in lines if not line.endswith(f"\t{container.short}\n")]
    else:
        kept = lines
    yield from _write(daemon, container, HOSTS, "".join(kept), "It no longer has the address of the network that it left.")


def _own(container: Container, endpoint: Endpoint) -> str:
    return f"{endpoint.address.ip}\t{container.own_names}\n" if endpoint.address else ""


def resolvers(daemon: Daemon, container: Container) -> Plan[str]:
    """Write resolv.conf from the host's, and give that."""
    service = any(daemon.user_defined(daemon.networks[name]) for name in container.endpoints)
    host = yield from host_file(daemon, RESOLV)
    text = resolv(daemon.release.names, host, wishes(daemon, container), place="service" if service else "bridge")
    why = (
        "In a network that somebody made, Docker's own name service knows the other containers."
        if service
        else "The default network has no name service: the container asks the host's servers, or public ones if it cannot reach those."
    )
    yield from _write(daemon, container, RESOLV, text, why)
    return host


def wishes(daemon: Daemon, container: Container) -> Wishes:
    """Give what the container, or else the daemon, wants in resolv.conf."""
    spec, flags = container.spec, daemon.flags
    return Wishes(spec.dns or flags.dns, spec.dns_search or flags.dns_search, spec.dns_options or flags.dns_opt)


def on_host(daemon: Daemon, container: Container) -> Plan[None]:
    """Give a container on the host's own network the host's files, but where it asks for something of its own."""
    hosts = yield from host_file(daemon, HOSTS)
    host = yield from host_file(daemon, RESOLV)
    daemon.disk[container.name] = {
        HOSTS: _hosts(daemon, container, addresses=False) if container.spec.extra_hosts else hosts,
        RESOLV: resolv(daemon.release.names, host, wishes(daemon, container), place="host"),
    }


def _write(daemon: Daemon, container: Container, path: str, text: str, why: str) -> Plan[None]:
    yield Step(WriteFile(container.netns, path, text), why)
    daemon.disk.setdefault(container.name, {})[path] = text


def without_addresses(daemon: Daemon, container: Container) -> None:
    """Take a container's own addresses out of its hosts file, now that it does not run."""
    if HOSTS in daemon.disk.get(container.name, {}):
        daemon.disk[container.name][HOSTS] = _hosts(daemon, container, addresses=False)


def _hosts(daemon: Daemon, container: Container, *, addresses: bool = True) -> str:
    extra = [(gateway(daemon) if address == HOST_GATEWAY else address, name) for name, address in container.spec.extra_hosts]
    linked = list(_linked(daemon, container)) if addresses else []
    own = [(str(each.address.ip), container.own_names) for each in container.endpoints.values() if each.address] if addresses else []
    return hosts(daemon.release.hosts_zeros, [*extra, *linked, *own])


def gateway(daemon: Daemon) -> str:
    """Give the host's address on the default bridge; moby daemon/daemon_unix.go (setHostGatewayIP). Raises DaemonError without one."""
    default = daemon.networks.get(DEFAULT)
    if default is None or default.gateway is None:
        raise DaemonError("unable to derive the IP value for host-gateway")
    return str(default.gateway)


def _linked(daemon: Daemon, container: Container) -> list[tuple[str, str]]:
    """Name the containers that this one links to, on the default bridge."""
    found = []
    for name, alias in container.spec.links if "bridge" in container.endpoints else ():
        child = daemon.containers.get(name)
        there = child.endpoints.get("bridge") if child else None
        if child and there and there.address:
            names = [alias, child.hostname] + ([child.name] if alias != child.name else [])
            found.append((str(there.address.ip), " ".join(names)))
    return found
