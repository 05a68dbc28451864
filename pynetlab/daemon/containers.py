"""The verbs of containers, as far as the network goes: moby daemon/{create,start,delete}.go, container_operations.go."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, count

from ..engine.hosts import HOSTNAME, HOSTS
from ..engine.images import listens
from ..engine.names import container_name, identity
from ..engine.network import Endpoint
from ..engine.servers import start_servers, stop_servers
from ..errors import DaemonError
from ..kernel import Passed, Plan, Step
from ..ops import AddNetns, DeleteNetns, SetUp, WriteFile
from ..spec.container import RESERVED
from ..spec.network import EndpointSpec
from ..spec.run import RunSpec
from . import files, names
from .attach import connect, leave, wrong
from .memory import DEFAULT, Container, Daemon


def create(daemon: Daemon, spec: RunSpec) -> Plan[Container]:
    """Make a container that does not run yet. Raises DaemonError."""
    name = spec.name
    if not name:
        name, daemon.named = container_name(daemon.named), daemon.named + 1
    check_name(daemon, name)
    wanted = {each.network: each for each in _wanted(spec)}
    container = Container(_new_id(daemon, name), name, spec, wanted)
    _check_mode(daemon, container)
    if len(wanted) > 1 and not daemon.release.many_networks:
        raise daemon.release.error("multiple", networks=", ".join(sorted(wanted)))
    for other, _alias in spec.links:
        if other not in daemon.containers:
            raise daemon.release.error("link-missing", name=other)
    if daemon.release.checks_early:
        for each in wanted.values():
            if each.network in daemon.networks:
                refused = wrong(daemon, daemon.networks[each.network], each)
                if refused:
                    raise daemon.release.error("endpoint-early", network=each.network, error=refused)
    yield Passed(f"The container {name} is made; its network comes when it starts.", "")
    return daemon.keep(container)


def _new_id(daemon: Daemon, name: str) -> str:
    """Derive an id from a name; another one where a container that had the name before was renamed."""
    used = {container.id for container in daemon.containers.values()}
    others = (identity("container", name, str(at)) for at in count(2))
    return next(each for each in chain([identity("container", name)], others) if each not in used)


def check_name(daemon: Daemon, name: str, shown: str = "") -> None:
    """Refuse a name that is malformed or taken; ``shown`` is how the refusal writes it."""
    if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", name):
        raise daemon.release.error("bad-name", name=shown or name)
    if name in daemon.containers:
        raise daemon.release.error("name-taken", name=name, id=daemon.containers[name].id)
    if name in RESERVED:
        raise DaemonError(f"the name {name} is taken by a machine of the lab; choose another")


def _wanted(spec: RunSpec) -> Iterable[EndpointSpec]:
    if spec.networks or spec.mode.startswith("container:"):
        return spec.networks
    return [EndpointSpec(DEFAULT if spec.mode == "default" else spec.mode, mac=spec.mac)]


def _check_mode(daemon: Daemon, container: Container) -> None:
    """Refuse what contradicts the network mode; moby runconfig/hostconfig_unix.go."""
    spec, error = container.spec, daemon.release.error
    if container.mode == "host" and spec.links:
        raise error("links-host")
    if container.mode.startswith("container:"):
        if spec.hostname:
            raise error("hostname-of-another")
        if spec.links:
            raise error("links-container")
        if spec.mac:
            raise error("mac-of-another")
        if spec.publish or spec.publish_all:
            raise error("ports-of-another")


def start(daemon: Daemon, name: str) -> Plan[None]:
    """Give a container its network. Raises DaemonError in the release's words; what it wrote to disk may stay."""
    container = daemon.container(name)
    if container.running:
        yield Passed(f"{container.name} runs already.", "")
        return
    if container.mode.startswith("container:"):
        yield from _share(daemon, container)
    elif container.mode == "host":
        yield from _on_host(daemon, container)
    else:
        try:
            yield from _of_its_own(daemon, container)
        except DaemonError as error:
            raise daemon.release.error("start", error=error) from None
    container = daemon.container(name)
    servers = yield from start_servers(container.name, container.netns, listens(container.spec.image, container.exposed()))
    daemon.keep(replace(container, servers=servers))


def _share(daemon: Daemon, container: Container) -> Plan[None]:
    """Join another container's namespace."""
    name = container.mode.removeprefix("container:")
    if name in (container.name, container.id):
        raise daemon.release.error("join-self")
    try:
        other = daemon.container(name)
    except DaemonError:
        raise daemon.release.error("join-missing", name=name) from None
    if not other.running:
        raise daemon.release.error("join-stopped", id=other.id, name=other.name, state=other.state)
    yield Passed(f"{container.name} joins the namespace of {other.name}: the same devices, addresses, ports, and the same loopback.", "")
    daemon.disk[container.name] = daemon.disk[other.name]
    daemon.keep(replace(container, running=True, started=True, netns=other.netns))


def _on_host(daemon: Daemon, container: Container) -> Plan[None]:
    """Use the host's own network."""
    yield Passed(f"{container.name} uses the host's own network: it gets no namespace, no address, no cable.", "")
    yield from files.on_host(daemon, container)
    endpoint = Endpoint(identity("endpoint", container.name, "host"), "host", container.name, daemon.netns)
    daemon.keep(replace(container, running=True, started=True, netns=daemon.netns, endpoints={"host": endpoint}))


def _of_its_own(daemon: Daemon, container: Container) -> Plan[None]:
    """Make a namespace and join the container's networks."""
    used = {each.netns for each in daemon.containers.values() if each.running}
    netns = container.name if container.name not in used else f"{container.name}-{container.short}"
    if daemon.release.sandbox_first:
        yield from files.prepare(daemon, container)
    joined = [each for each in container.networks.values() if not _no_bridge(daemon, each)]
    for wanted in joined:
        daemon.network(wanted.network)
    yield Step(AddNetns(netns), f"{container.name} gets a network of its own: no device but a loopback, no route, no rule.")
    yield Step(SetUp(netns, "lo"), "Programmes expect to reach themselves on 127.0.0.1.")
    yield Step(WriteFile(netns, HOSTNAME, f"{container.hostname}\n"), "A container is called as its id begins, unless it was given a name.")
    container = daemon.keep(replace(container, running=True, started=True, netns=netns, endpoints={}, devices=()))
    try:
        for wanted in joined:
            container = yield from connect(
                daemon, container, replace(wanted, network=daemon.network(wanted.network).name), first=not container.endpoints
            )
        if not joined:
            yield from files.joined(daemon, container, first=True)
        _check_links(daemon, container)
    except DaemonError:
        if daemon.release.failure_clears:
            files.without_addresses(daemon, container)
        raise


def _no_bridge(daemon: Daemon, wanted: EndpointSpec) -> bool:
    """Say whether a container would be on the default bridge, and the daemon has none: then its network is off (connectToNetwork)."""
    return wanted.network == DEFAULT and DEFAULT not in daemon.networks


def _check_links(daemon: Daemon, container: Container) -> None:
    for name, alias in container.spec.links if DEFAULT in container.networks else ():
        child = daemon.container(name)
        if DEFAULT not in child.networks:
            raise daemon.release.error("link-elsewhere", name=child.name)
        if not child.running:
            raise daemon.release.error("link-stopped", name=child.name, container=container.name, alias=alias)


def failed(daemon: Daemon, name: str) -> None:
    """Remember what a release forgets of a container that could not start for want of a port."""
    container = daemon.container(name)
    reached = HOSTS in daemon.disk.get(container.name, {}) and all(each in daemon.networks for each in container.networks)
    if daemon.release.failure_clears and reached:
        daemon.keep(replace(container, networks={}))


def stop(daemon: Daemon, name: str, code: int = 0, *, keep: bool = False) -> Plan[None]:
    """End a container: it leaves its networks, and its namespace goes with its last process, which ends with an exit code.

    One that was made with ``--rm`` is forgotten, unless ``keep`` says that it starts again.
    """
    container = daemon.container(name)
    if not container.running:
        yield Passed(f"{container.name} does not run.", "")
        return
    yield from stop_servers(container.servers)
    shared = any(each.netns == container.netns for each in daemon.containers.values() if each.running and each.name != container.name)
    if not container.apart:
        if shared or container.netns == daemon.netns:
            yield Passed(f"{container.name} had no namespace of its own, so there is nothing to remove.", "")
        else:
            yield Step(DeleteNetns(container.netns), "It was the last in a namespace whose owner had ended before.")
    else:
        for network in list(container.endpoints):
            container = yield from leave(daemon, container, network)
        yield from names.stopped(container)
        if shared:
            yield Passed(f"Others are still in {container.netns}, so the namespace stays, without a network.", "")
        else:
            yield Step(DeleteNetns(container.netns), "With the last process the namespace goes, and all that was in it.")
        if daemon.release.stop_clears_hosts:
            files.without_addresses(daemon, container)
    daemon.keep(replace(container, running=False, paused=False, code=code, netns="", endpoints={}, resolver=None, servers=()))
    if container.spec.auto_remove and not keep:
        yield from remove(daemon, container.name)


def remove(daemon: Daemon, name: str, *, force: bool = False) -> Plan[None]:
    """Forget a container; with ``force`` it is ended first."""
    container = daemon.container(name)
    if container.running and not force:
        raise daemon.release.error("running", id=container.id, name=container.name)
    if container.running:
        yield from stop(daemon, name)
    daemon.containers.pop(container.name, None)
    daemon.disk.pop(container.name, None)
