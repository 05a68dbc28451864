"""What the 1.2 daemon does for a container: its address and ports, its namespace, its cable, its files.

moby v1.2.0: daemon/container.go (initializeNetworking, allocateNetwork, buildHostnameAndHostsFiles),
daemon/execdriver/native/create.go, vendored libcontainer network/veth.go.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from ...errors import DaemonError, KernelError
from ...kernel import Passed, Plan, Step
from ...model import Route, interface_name, mac_address
from ...ops import AddAddress, AddNetns, AddRoute, AddVeth, DeleteNetns, ReadFile, SetMaster, SetMtu, SetUp, StartServer, WriteFile
from ...spec.container import ContainerSpec, Publish
from ..servers import start_servers, stop_servers
from .engine import Engine, Env, Job
from .resolvconf import resolv_conf

VETH_MTU = 1500
"""What the kernel gives a new veth, in bytes."""

LOCAL_NAMES = (
    "127.0.0.1\tlocalhost\n"
    "::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::0\tip6-localnet\n"
    "ff00::0\tip6-mcastprefix\n"
    "ff02::1\tip6-allnodes\n"
    "ff02::2\tip6-allrouters\n"
)


@dataclass(frozen=True, slots=True)
class Container:
    """A running container, as far as the network knows it."""

    spec: ContainerSpec
    netns: str
    """The namespace that its processes are in: its own, the host's, or another container's."""
    allocation: Env | None = None
    """What allocate_interface gave it; None where it was not asked."""
    ports: tuple[tuple[Publish, str], ...] = ()
    """What it publishes, and where on the host, as ``ADDRESS:PORT``."""
    servers: tuple[StartServer, ...] = ()
    """Where its program waits for clients."""

    @property
    def mode(self) -> str:
        """Give its network mode."""
        return self.spec.net

    @property
    def ip(self) -> str:
        """Give its address on the bridge; empty where it has none there."""
        return self.allocation["IP"] if self.allocation and self.spec.net == "bridge" else ""

    def __str__(self) -> str:
        """Say what it has: namespace, address, ports."""
        where = "a namespace of its own" if self.netns == self.spec.name else f"the namespace of {self.netns}"
        ports = "".join(f", {publish.container_port}/{publish.proto} published on {at}" for publish, at in self.ports)
        return f"{self.spec.name} ({self.spec.net}): in {where}{f', {self.ip}' if self.ip else ''}{ports}"


def start(engine: Engine, spec: ContainerSpec, running: Mapping[str, Container]) -> Plan[Container]:
    """Give a container its network, then run its program. Raises DaemonError where Docker refuses."""
    container = yield from _networked(engine, spec, running)
    return replace(container, servers=(yield from start_servers(spec.name, container.netns, spec.ports())))


def _networked(engine: Engine, spec: ContainerSpec, running: Mapping[str, Container]) -> Plan[Container]:
    if spec.name in running:
        raise DaemonError(f"Conflict, The name {spec.name} is already assigned. You have to delete (or rename) that container first.")
    if spec.net == "host":
        yield Passed(f"{spec.name} is to use the host's own network: it gets no namespace, no address, no cable.", "")
        return Container(spec, engine.netns)
    if spec.net.startswith("container:"):
        return (yield from _join(spec, running))
    for name, alias in spec.links:
        if name not in running or not running[name].ip:
            raise DaemonError(f"Cannot link to a non running container: {name} AS {alias}")
    container = yield from _allocate(engine, spec)
    yield from _namespace(spec.name)
    if container.allocation and spec.net == "bridge":
        yield from _cable(engine, spec.name, container.allocation)
    yield from _files(engine, container, running)
    for name, _alias in spec.links:
        yield from engine.run(_link("-I", container, running[name]))
    return container


def stop(engine: Engine, container: Container, running: Mapping[str, Container]) -> Plan[None]:
    """End a container: its namespace goes with its last process, then its links, its ports and its address are taken back."""
    yield from stop_servers(container.servers)
    if container.netns != container.spec.name:
        yield Passed(f"{container.spec.name} had no namespace of its own, so there is nothing to remove.", "")
        return
    why = "With the last process the namespace goes, and with the namespace the cable: both ends."
    yield Step(DeleteNetns(container.netns), why)
    for name, _alias in container.spec.links:
        if name in running:
            yield from engine.run(_link("-D", container, running[name]))
    if container.allocation:
        yield from engine.run(Job("release_interface", (container.spec.name,)))


def _join(spec: ContainerSpec, running: Mapping[str, Container]) -> Plan[Container]:
    name = spec.net.removeprefix("container:")
    if name not in running:
        raise DaemonError(f"no such container to join network: {name}")
    yield Passed(f"{spec.name} joins the namespace of {name}: the same devices, addresses, ports, and the same loopback.", "")
    return Container(spec, running[name].netns)


def _allocate(engine: Engine, spec: ContainerSpec) -> Plan[Container]:
    """Ask for an address and ports. The daemon of 1.2 does so for mode none too, and never uses them."""
    if "allocate_interface" not in engine.handlers:
        yield Passed("The daemon runs with -b none: no container gets an address.", "")
        return Container(spec, spec.name)
    allocation = yield from engine.run(Job("allocate_interface", (spec.name,)))
    ports = []
    for publish in spec.publish:
        wanted = {
            "HostIP": publish.host_ip,
            "HostPort": str(publish.host_port),
            "ContainerPort": str(publish.container_port),
            "Proto": publish.proto,
        }
        try:
            given = yield from engine.run(Job("allocate_port", (spec.name,), wanted))
        except DaemonError:
            yield from engine.run(Job("release_interface", (spec.name,)))
            raise
        ports.append((publish, f"{given['HostIP']}:{given['HostPort']}"))
    return Container(spec, spec.name, allocation, tuple(ports))


def _namespace(name: str) -> Plan[None]:
    yield Step(AddNetns(name), f"{name} gets a network of its own: no device but a loopback, no route, no rule.")
    yield Step(SetUp(name, "lo"), "Programmes expect to reach themselves on 127.0.0.1.")


def _cable(engine: Engine, name: str, allocation: Env) -> Plan[None]:
    """Plug the container into the bridge. libcontainer makes both ends on the host and moves one; here it is made in its place."""
    host, bridge = engine.netns, allocation["Bridge"]
    near = interface_name("veth", 4, name)
    address = IPv4Interface(f"{allocation['IP']}/{allocation['IPPrefixLen']}")
    gateway = IPv4Address(allocation["Gateway"])
    cable = AddVeth(host, near, mac_address(name, "host"), name, "eth0", mac_address(name, "eth0"))
    yield Step(cable, f"A cable with two ends: {near} stays on the host, the other end is eth0 of {name}.")
    yield Step(SetMaster(host, near, bridge), f"The host's end is plugged into the switch {bridge}.")
    if engine.mtu not in (0, VETH_MTU):
        yield Step(SetMtu(host, near, engine.mtu), "Both ends take packets of the size that the daemon was told.")
        yield Step(SetMtu(name, "eth0", engine.mtu), "A larger packet would be lost at the other end.")
    yield Step(SetUp(host, near), "The host's end is switched on.")
    yield Step(AddAddress(name, "eth0", address), f"{name} answers to {address.ip}, and knows that {address.network} is on its wire.")
    yield Step(SetUp(name, "eth0"), "With the device on, the kernel adds the subnet's route.")
    default = Route(IPv4Network("0.0.0.0/0"), "eth0", via=gateway)
    yield Step(AddRoute(name, default), f"All else goes to the bridge's address {gateway}: the host is the container's router.")


def _files(engine: Engine, container: Container, running: Mapping[str, Container]) -> Plan[None]:
    """Write hosts and resolv.conf. With no network at all the container's own name stands for 127.0.1.1."""
    name = container.spec.name
    own = container.allocation["IP"] if container.allocation else "127.0.1.1"
    links = "".join(f"{running[other].ip}\t{alias}\n" for other, alias in container.spec.links)
    yield Step(
        WriteFile(name, "/etc/hosts", f"{own}\t{name}\n{LOCAL_NAMES}{links}"), "A container knows its own name, and those it is linked to."
    )
    why = "A container asks the name servers that the host asks."
    try:
        text: str = yield Step(ReadFile(engine.netns, "/etc/resolv.conf"), why, may_fail=True)
    except KernelError:
        text = ""
    why = "Docker has no name service yet. It copies the host's file, unless that names only the host itself."
    yield Step(WriteFile(name, "/etc/resolv.conf", resolv_conf(text, engine.dns, engine.dns_search)), why)


def _link(action: str, parent: Container, child: Container) -> Job:
    ports = json.dumps(list(child.spec.expose))
    return Job(
        "link", (action,), {"ParentIP": parent.ip, "ChildIP": child.ip, "Ports": ports, "IgnoreErrors": "1" if action == "-D" else "0"}
    )
