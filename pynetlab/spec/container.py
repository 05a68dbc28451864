"""What a container asks of the network: its mode, and the ports it publishes. From ``docker run`` of 1.2."""

import re
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address
from typing import Self

from ..errors import SpecError

LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Publish:
    """One ``-p``: a port of the container, and where on the host it shall appear."""

    container_port: int
    proto: str = "tcp"
    host_ip: str = ""
    """Empty: the daemon's default binding address."""
    host_port: int = 0
    """0: the daemon chooses one."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``[[IP:][HOST_PORT]:]CONTAINER_PORT[/PROTO]``.

        Raises SpecError in the words of ``ParsePortSpecs`` (moby v1.2.0 nat/nat.go).
        """
        ports, slash, proto = text.partition("/")
        proto = proto if slash else "tcp"
        parts = ports.split(":")
        if len(parts) > 3:  # noqa: PLR2004 - address, host port, container port
            raise SpecError(f"Invalid port format: {text}; write it as IP:HOST_PORT:CONTAINER_PORT/PROTO")
        host_ip, host_port, container_port = ["", "", *parts][-3:]
        if not container_port:
            raise SpecError(f"No port specified: {text}<empty>")
        if proto not in ("tcp", "udp"):
            raise SpecError(f"Invalid proto: {proto}")
        if host_ip:
            try:
                IPv4Address(host_ip)
            except AddressValueError:
                raise SpecError(f"Invalid ip address: {host_ip}") from None
        return cls(_port("containerPort", container_port), proto, host_ip, _port("hostPort", host_port) if host_port else 0)

    def __str__(self) -> str:
        """Print it as ``docker run -p`` takes it."""
        where = f"{self.host_ip}:{self.host_port or ''}:" if self.host_ip else f"{self.host_port}:" if self.host_port else ""
        return f"{where}{self.container_port}/{self.proto}"


def _port(what: str, text: str) -> int:
    if not text.isdigit() or int(text) > LAST_PORT:
        raise SpecError(f"Invalid {what}: {text}")
    return int(text)


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """A container to start, as far as the network knows it."""

    name: str
    net: str = "bridge"
    """``bridge``, ``host``, ``none`` or ``container:NAME``."""
    publish: tuple[Publish, ...] = ()
    expose: tuple[str, ...] = ()
    """Ports that links open, such as ``5432/tcp``."""
    links: tuple[tuple[str, str], ...] = field(default=())
    """Containers that this one links to, with the alias of each."""

    def __post_init__(self) -> None:
        """Refuse a name or a mode that Docker refuses."""
        if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*", self.name):
            raise SpecError(f"Invalid container name ({self.name}), only [a-zA-Z0-9_.-] are allowed")
        if self.name in RESERVED:
            raise SpecError(f"container name {self.name!r} is taken by a machine of the lab; choose another")
        if self.net not in ("bridge", "host", "none") and not re.fullmatch(r"container:.+", self.net):
            raise SpecError(f"invalid network mode: {self.net}; there are bridge, host, none and container:NAME")
        for port in self.expose:
            if not re.fullmatch(r"\d+/(tcp|udp)", port):
                raise SpecError(f"Invalid port to expose: {port}; write it as 5432/tcp")

    def ports(self) -> list[tuple[int, str]]:
        """List the ports that it exposes or publishes, each once."""
        exposed = [port.split("/") for port in self.expose]
        published = [(each.container_port, each.proto) for each in self.publish]
        return list(dict.fromkeys([*((int(port), proto) for port, proto in exposed), *published]))


RESERVED = ("host", "outside")
"""Names of the lab's own machines."""
