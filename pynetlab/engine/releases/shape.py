"""Which fields the engine's answers have, and in which order, as each release's API has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of what ``docker inspect``, ``docker ps`` and ``docker network ls`` show. The defaults are those of 20.10.

    moby api/types/types.go, api/types/network/network.go; docker/cli cli/command/formatter/container.go.
    """

    api: str = "1.41"
    """The newest version of the API that the release speaks."""
    oldest_api: str = "1.12"
    settings: str = (
        "Bridge SandboxID HairpinMode LinkLocalIPv6Address LinkLocalIPv6PrefixLen Ports SandboxKey SecondaryIPAddresses "
        "SecondaryIPv6Addresses EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen IPv6Gateway MacAddress "
        "Networks"
    )
    """``.NetworkSettings`` of a container."""
    endpoint: str = (
        "IPAMConfig Links Aliases NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen "
        "MacAddress DriverOpts"
    )
    """``.NetworkSettings.Networks.NAME``."""
    network: str = (
        "Name Id Created Scope Driver EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom ConfigOnly Containers Options Labels"
    )
    """A network."""
    row: str = "ID Names Image Command CreatedAt RunningFor Ports State Status Size Labels Mounts LocalVolumes Networks"
    """What a line of ``docker ps`` can show."""
    network_row: str = "ID Name Driver Scope IPv6 Internal Labels CreatedAt"
    """What a line of ``docker network ls`` can show."""
    short_id_is_alias: bool = True
    """A container's short id stands among its aliases."""
    keeps_sandbox: bool = True
    """A container that stopped still shows the id of its sandbox."""


V1_41 = Shape()
"""The shape of 20.10."""


def pick(keys: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give those values that a release shows, in its order."""
    return {key: values[key] for key in keys.split()}
