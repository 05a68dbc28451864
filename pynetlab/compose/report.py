"""What came up, as a table: the containers with their networks, addresses and ports."""

from ..daemon import Container, Daemon
from ..engine.firewall import PublishedPort

HEADS = ("Container", "Networks", "Addresses", "Ports")


def rows(daemon: Daemon) -> list[tuple[str, str, str, str]]:
    """List the containers of a daemon, each with what it has on its networks, in the same order."""
    return [_row(daemon, each) for each in daemon.containers.values()]


def _row(daemon: Daemon, container: Container) -> tuple[str, str, str, str]:
    shares = container.mode.startswith("container:")
    if shares:
        return container.name, f"those of {daemon.container(container.mode.partition(':')[2]).name}", "", ""
    ends = list(container.endpoints.values())
    ports = [_port(port) for end in ends for port in end.ports]
    return (
        container.name,
        ", ".join(end.network for end in ends),
        ", ".join(str(end.address) for end in ends if end.address),
        ", ".join(ports),
    )


def _port(port: PublishedPort) -> str:
    inside = f"{port.container_port}/{port.proto}"
    return f"{port.host_ip}:{port.host_port}->{inside}" if port.host_port else inside
