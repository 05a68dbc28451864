"""What ``docker run`` and ``docker create`` ask of the network."""

from dataclasses import dataclass

from .network import EndpointSpec
from .publish import PortBinding


@dataclass(frozen=True, slots=True)
class RunSpec:
    """A container to make."""

    name: str = ""
    """Empty: Docker chooses one."""
    image: str = ""
    mode: str = "default"
    """``default``, ``bridge``, ``host``, ``none``, ``container:NAME`` or the name of a network."""
    networks: tuple[EndpointSpec, ...] = ()
    """Where it shall be, the network of its mode first."""
    publish: tuple[PortBinding, ...] = ()
    publish_all: bool = False
    expose: tuple[tuple[int, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Containers that this one links to, with the alias of each."""
    hostname: str = ""
    domainname: str = ""
    extra_hosts: tuple[tuple[str, str], ...] = ()
    """Names and their addresses, for /etc/hosts."""
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    dns_options: tuple[str, ...] = ()
    mac: str = ""
    auto_remove: bool = False
    detach: bool = False
    labels: tuple[str, ...] = ()
    entrypoint: str = ""
    command: tuple[str, ...] = ()

    @property
    def program(self) -> tuple[str, ...]:
        """Give the words of the program that it runs, as far as they were named: what an image runs by itself is not known."""
        return (self.entrypoint, *self.command) if self.entrypoint else self.command
