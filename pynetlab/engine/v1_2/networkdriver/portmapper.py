"""Publishing a port: a reservation, two rules and a proxy. moby v1.2.0 daemon/networkdriver/portmapper/mapper.go."""

import contextlib
from ipaddress import IPv4Address

from ....errors import DaemonError, KernelError
from ....kernel import Passed, Plan, Step
from ....ops import ProxyOp, StartProxy, StopProxy
from ..engine import Engine
from ..gonet import IP, to4
from .chain import forward
from .driver import HostAddress, Mapping


def map_port(engine: Engine, proto: str, container: tuple[IPv4Address, int], host_ip: IP, host_port: int) -> Plan[HostAddress]:
    """Publish a container's port on the host; host port 0 asks for any. Raises DaemonError, the reservation given back."""
    driver = engine.driver
    port = driver.ports.request(host_ip, proto, host_port)
    host = HostAddress(host_ip, port, proto)
    mapping = Mapping(host, *container)
    try:
        yield from _claim(engine, mapping)
    except DaemonError:
        driver.ports.release(host_ip, proto, port)
        raise
    why = f"Rules do not catch what the host sends to 127.0.0.1 and what containers send to {host}; a proxy answers those."
    yield from _proxy(engine, StartProxy, mapping, why)
    driver.mappings[host] = mapping
    return host


def _claim(engine: Engine, mapping: Mapping) -> Plan[None]:
    """Write the rules, unless the mapper's own books say that the port is in use, which the allocator's can be wrong about."""
    if mapping.host in engine.driver.mappings:
        raise DaemonError("port is already mapped to ip")
    yield from forward(engine, "-A", mapping)


def unmap_port(engine: Engine, host: HostAddress) -> Plan[None]:
    """Take a published port back: proxy, books, rules, reservation, in this order. Raises DaemonError for an unknown one."""
    mapping = engine.driver.mappings.get(host)
    if mapping is None:
        raise DaemonError("port is not mapped")
    yield from _proxy(engine, StopProxy, mapping, f"The proxy on {host} gets SIGINT, and the daemon waits for its end.")
    del engine.driver.mappings[host]
    try:
        yield from forward(engine, "-D", mapping)
    except DaemonError as error:
        engine.stderr.append(f"Error on iptables delete: {error}")
    engine.driver.ports.release(host.ip, host.proto, host.port)


def stop_proxies(engine: Engine) -> Plan[None]:
    """End the proxies of a daemon that ends: each asked the kernel for SIGTERM when its parent dies (PR_SET_PDEATHSIG)."""
    for mapping in engine.driver.mappings.values():
        yield from _proxy(
            engine, StopProxy, mapping, f"The daemon has ended, so the kernel ends its proxy on {mapping.host}. The rules stay."
        )


def _proxy(engine: Engine, op: type[ProxyOp], mapping: Mapping, why: str) -> Plan[None]:
    """Start or stop a mapping's proxy. The daemon of 1.2 does not look whether it runs, so a failure stays unseen."""
    host = mapping.host
    ip = IPv4Address(0) if host.ip is None else to4(host.ip)
    if ip is None:
        yield Passed(f"The proxy on {host} speaks IPv6 on the host's side, which this lab leaves out.", "")
        return
    with contextlib.suppress(KernelError):
        yield Step(op(engine.netns, host.proto, str(ip), host.port, str(mapping.container_ip), mapping.container_port), why, may_fail=True)
