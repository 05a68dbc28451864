"""The four jobs for single containers: moby v1.2.0 daemon/networkdriver/bridge/driver.go.

Allocate, Release, AllocatePort, LinkContainers.
"""

from ipaddress import IPv4Interface

from ....errors import DaemonError
from ....kernel import Passed, Plan
from ..engine import Engine, Env, Job
from ..gonet import ip_text, parse_ip, to4
from ..iptables import raw
from .driver import NetworkInterface
from .portmapper import map_port, unmap_port

PANIC = "runtime error: invalid memory address or nil pointer dereference"
"""What the daemon of 1.2 dies of where it trusts a caller and should not."""


def allocate_interface(engine: Engine, job: Job) -> Plan[Env]:
    """Give a container an address of the bridge network. Argument: its id; environment: RequestedIP, if any."""
    driver, name = engine.driver, job.argument(0)
    network = _network(engine)
    wanted = parse_ip(job.get("RequestedIP"))
    if wanted is not None and to4(wanted) is None:
        raise DaemonError("runtime error: index out of range [3] with length 0")
    ip = driver.ips.request(network, to4(wanted))
    why = f"{name} gets {ip}, " + ("which was asked for." if wanted else "the next address behind the last one that was given out.")
    yield Passed(f"{why} Only the daemon's memory changes.", "")
    driver.interfaces[name] = NetworkInterface(ip)
    return {
        "IP": str(ip),
        "Mask": f"{int(network.netmask):08x}",
        "Gateway": str(network.ip),
        "Bridge": driver.bridge_iface,
        "IPPrefixLen": str(network.network.prefixlen),
    }


def release_interface(engine: Engine, job: Job) -> Plan[Env]:
    """Take a container's ports and address back. Argument: its id. The entry itself stays, as in moby."""
    driver, name = engine.driver, job.argument(0)
    interface = driver.interfaces.get(name)
    if interface is None:
        raise DaemonError(f"No network information to release for {name}")
    for host in interface.port_mappings:
        try:
            yield from unmap_port(engine, host)
        except DaemonError as error:
            engine.stderr.append(f"Unable to unmap port {host}: {error}")
    driver.ips.release(_network(engine), interface.ip)
    yield Passed(f"{interface.ip} is free again. It is given out when the search has come round.", "")
    return {}


def allocate_port(engine: Engine, job: Job) -> Plan[Env]:
    """Publish a port of a container. Argument: its id; environment: HostIP, HostPort, ContainerPort, Proto.

    moby tries up to ten times, but only where a port that the allocator chose itself is taken, which its allocator
    never reports; so one try is all there is.
    """
    driver, name, proto = engine.driver, job.argument(0), job.get("Proto")
    ip = parse_ip(job.get("HostIP")) if job.get("HostIP") else driver.default_binding_ip
    if proto not in ("tcp", "udp"):
        raise DaemonError(f"unsupported address type {proto}")
    interface = driver.interfaces.get(name)
    if interface is None:
        raise DaemonError(PANIC)
    container = (interface.ip, job.get_int("ContainerPort"))
    host = yield from map_port(engine, proto, container, to4(ip) or ip, job.get_int("HostPort"))
    interface.port_mappings.append(host)
    return {"HostIP": ip_text(host.ip), "HostPort": str(host.port)}


def link(engine: Engine, job: Job) -> Plan[Env]:
    """Let a parent container reach ports of a child, and the child answer.

    Argument: ``-I`` to add the rules, ``-D`` to delete them; environment: ParentIP, ChildIP, Ports such as
    ``["5432/tcp"]``, IgnoreErrors.
    """
    action, parent, child = job.argument(0), job.get("ParentIP"), job.get("ChildIP")
    bridge = engine.driver.bridge_iface
    for text in job.get_list("Ports"):
        port, slash, proto = text.partition("/")
        if not slash:
            raise DaemonError("runtime error: index out of range [1] with length 1")
        between = (action, "FORWARD", "-i", bridge, "-o", bridge, "-p", proto.partition("/")[0])
        directions = [
            (
                ("-s", parent, "--dport", port, "-d", child),
                f"{parent} is linked to {child}, so it may speak to its port {port}, whatever --icc says.",
            ),
            (("-s", child, "--sport", port, "-d", parent), f"The answers of {child} may go back to {parent}."),
        ]
        for match, why in directions:
            error = yield from raw(engine, (*between, *match, "-j", "ACCEPT"), why)
            if error and not job.get_bool("IgnoreErrors"):
                raise DaemonError(error)
    return {}


def _network(engine: Engine) -> IPv4Interface:
    network = engine.driver.bridge_network
    if network is None:
        raise DaemonError(PANIC)
    return network
