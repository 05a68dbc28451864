"""A container's ports, as ``docker inspect``, ``docker ps`` and ``docker port`` show them; moby daemon/network.go (getPortMapInfo)."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ...gotext.values import NO_SLICE
from ...spec.publish import PortBinding
from ..memory import Container


@dataclass(frozen=True, slots=True, order=True)
class Port:
    """One port of a container, and one place on the host where it appears."""

    number: int
    host_ip: str = ""
    """Empty: it is exposed and not published."""
    host_port: int = 0
    proto: str = "tcp"


def ports_of(container: Container) -> list[Port]:
    """List what a running container publishes, and what it exposes without publishing it, by number."""
    if not container.running or not container.apart:
        return []
    opened = [port for endpoint in container.endpoints.values() for port in endpoint.ports]
    published = [Port(port.container_port, port.host_ip, port.host_port, port.proto) for port in opened if port.host_port]
    seen = {(port.number, port.proto) for port in published}
    exposed = [Port(number, proto=proto) for number, proto in container.exposed() if (number, proto) not in seen]
    return sorted([*published, *exposed]) if any(endpoint.address for endpoint in container.endpoints.values()) else []


def port_map(container: Container) -> dict[str, Any]:
    """Give ``.NetworkSettings.Ports``: each port with its places on the host, none where it is only exposed."""
    found: dict[str, Any] = {}
    for port in ports_of(container):
        places = found.setdefault(f"{port.number}/{port.proto}", [])
        places += [{"HostIp": port.host_ip, "HostPort": str(port.host_port)}] if port.host_ip else []
    return {key: places or NO_SLICE for key, places in found.items()}


def bindings(publish: tuple[PortBinding, ...]) -> dict[str, Any]:
    """Give ``.HostConfig.PortBindings``: what was asked for."""
    found: dict[str, Any] = {}
    for binding in publish:
        first, last = binding.host_ports
        host_port = "" if not first else f"{first}-{last}" if last != first else str(first)
        key = f"{binding.container_port}/{binding.proto}"
        found.setdefault(key, []).append({"HostIp": binding.host_ip, "HostPort": host_port})
    return found


def displayed(ports: list[Port]) -> str:
    """Write ports as ``docker ps`` does: neighbours in one range, then those whose number on the host is another one.

    docker/cli v28.5.2 cli/command/formatter/container.go (DisplayablePorts).
    """
    elsewhere = [port for port in ports if port.host_ip and port.host_port != port.number]
    same = [port for port in ports if port not in elsewhere]
    kinds = list(dict.fromkeys((port.host_ip, port.proto) for port in same))
    closed, last = [], []
    for kind in kinds:
        numbers = sorted(port.number for port in same if (port.host_ip, port.proto) == kind)
        runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0])]
        shown = [(run[-1], _range(kind, run[0], run[-1])) for run in runs]
        closed += shown[:-1]
        last.append(shown[-1][1])
    moved = [f"{port.host_ip}:{port.host_port}->{port.number}/{port.proto}" for port in elsewhere]
    return ", ".join([*(text for _, text in sorted(closed, key=lambda each: each[0])), *last, *moved])


def _range(kind: tuple[str, str], first: int, last: int) -> str:
    ip, proto = kind
    numbers = str(first) if first == last else f"{first}-{last}"
    return f"{ip}:{numbers}->{numbers}/{proto}" if ip else f"{numbers}/{proto}"
