"""Published ports as today's command line takes them: docker/go-connections nat/nat.go, with ranges."""

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from ..errors import SpecError

LAST_PORT = 65535
PROTOCOLS = ("tcp", "udp", "sctp")


@dataclass(frozen=True, slots=True)
class PortBinding:
    """A port of the container, and where on the host it shall appear."""

    container_port: int
    proto: str = "tcp"
    host_ip: str = ""
    """Empty: the daemon's default address."""
    host_ports: tuple[int, int] = (0, 0)
    """A range of which the daemon takes one; ``(0, 0)``: any port."""


def exposed(text: str) -> list[tuple[int, str]]:
    """Read ``--expose``: ``PORT[-PORT][/PROTO]``, each as a port and a protocol."""
    ports, _, proto = text.partition("/")
    proto = _proto(proto or "tcp")
    try:
        first, last = _range(ports)
    except ValueError:
        raise SpecError(f"invalid range format for --expose: {text}, error: invalid start port '{ports}'") from None
    return [(port, proto) for port in range(first, last + 1)]


def published(text: str) -> list[PortBinding]:
    """Read ``-p``: ``[[IP:][HOST_PORT[-HOST_PORT]]:]PORT[-PORT][/PROTO]``, one binding for each port of the container.

    Raises SpecError in Docker's words.
    """
    host_ip, host, container, proto = _split(text)
    if not container:
        raise SpecError(f"no port specified: {text}<empty>")
    first, last = _checked(container, "containerPort", container)
    host_first, host_last = _checked(host, "hostPort", host) if host else (0, 0)
    if host and first != last and last - first != host_last - host_first:
        raise SpecError(f"invalid ranges specified for container and host Ports: {container} and {host}")
    if not host or first == last:
        return [PortBinding(port, proto, host_ip, (host_first, host_last)) for port in range(first, last + 1)]
    return [PortBinding(port, proto, host_ip, (host_first + port - first,) * 2) for port in range(first, last + 1)]


def _split(text: str) -> tuple[str, str, str, str]:
    if "=" in text:
        return _long(text)
    rest, slash, proto = text.partition("/")
    if text.startswith("["):
        ip, _, rest = rest.partition("]:")
        host, _, container = rest.rpartition(":")
        return _ip(ip.removeprefix("[")), host, container, _proto(proto or "tcp")
    parts = rest.split(":")
    if len(parts) > 3:  # noqa: PLR2004 - address, host port, container port
        raise SpecError(f"invalid hostPort: {':'.join(parts[1:-1])}")
    ip, host, container = ["", "", *parts][-3:]
    return _ip(ip), host, container, _proto(proto if slash else "tcp")


def _long(text: str) -> tuple[str, str, str, str]:
    """Read the long form, ``target=80,published=8080,protocol=tcp``; docker/cli opts/port.go."""
    parts = dict(part.partition("=")[::2] for part in text.split(","))
    unknown = set(parts) - {"target", "published", "protocol", "mode"}
    if unknown:
        raise SpecError(f"invalid field key {min(unknown)}")
    return "", parts.get("published", ""), parts.get("target", ""), _proto(parts.get("protocol", "tcp"))


def _proto(text: str) -> str:
    if text.lower() not in PROTOCOLS:
        raise SpecError(f"invalid proto: {text}")
    return text.lower()


def _ip(text: str) -> str:
    if not text:
        return ""
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        pass
    try:
        raise SpecError(f"{IPv6Address(text)}: publishing on an IPv6 address is not modelled; name an IPv4 address")
    except AddressValueError:
        raise SpecError(f"invalid IP address: {text}") from None


def _checked(ports: str, what: str, shown: str) -> tuple[int, int]:
    try:
        return _range(ports)
    except ValueError:
        raise SpecError(f"invalid {what}: {shown}") from None


def _range(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    low, high = int(first), int(last) if dash else int(first)
    if not 0 <= low <= high <= LAST_PORT:
        raise ValueError(text)
    return low, high
