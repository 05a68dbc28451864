"""A network as ``docker network inspect`` shows it; moby daemon/network.go (buildNetworkResource)."""

from typing import Any

from ...engine import ipam
from ...engine.network import Network
from ...engine.releases.shape import pick
from ...gotext.values import NO_MAP, Struct
from ..memory import Daemon


def network(daemon: Daemon, found: Network) -> Struct:
    """Give a network with those of its containers that run."""
    on = {
        container.id: Struct(
            {
                "Name": container.name,
                "EndpointID": endpoint.id,
                "MacAddress": endpoint.mac,
                "IPv4Address": str(endpoint.address or ""),
                "IPv6Address": "",
            }
        )
        for container, endpoint in daemon.on(found.name)
    }
    values = {
        "Name": found.name,
        "Id": found.id,
        "Created": created(daemon),
        "Scope": "local",
        "Driver": found.driver,
        "EnableIPv4": True,
        "EnableIPv6": False,
        "IPAM": Struct(
            {"Driver": "default", "Options": NO_MAP if found.own else dict(found.ipam_options), "Config": _config(daemon, found)}
        ),
        "Internal": found.internal,
        "Attachable": found.attachable,
        "Ingress": False,
        "ConfigFrom": Struct({"Network": ""}),
        "ConfigOnly": False,
        "Containers": on,
        "Options": dict(found.options),
        "Labels": labels(found.labels),
        "Status": Struct({"IPAM": Struct({"Subnets": _subnets(daemon, found)})}),
    }
    fields = {"ID" if key == "Id" else key: value for key, value in pick(daemon.release.shape.network, values).items()}
    return Struct(fields, {"ID": "Id"}, "network.Inspect")


def shown_ipam(daemon: Daemon, found: Network) -> dict[str, str]:
    """Give a network's subnet, and its range and gateway as far as the release shows them; nothing where it has no addresses."""
    if found.subnet is None:
        return {}
    shown = {"Subnet": found.asked.get("subnet", str(found.subnet))}
    if found.default_bridge:
        return shown
    shown |= {"IPRange": str(found.within)} if found.within else {}
    whole = daemon.release.shows_gateway or "subnet" not in found.asked or "gateway" in found.asked
    return shown | ({"Gateway": str(found.gateway)} if found.gateway and whole else {})


def _config(daemon: Daemon, found: Network) -> list[Any]:
    shown: dict[str, Any] = dict(shown_ipam(daemon, found))
    own = {name: str(address) for name, address in found.auxiliary.items()}
    shown |= {"AuxiliaryAddresses": own} if own and "subnet" in found.asked else {}
    return [Struct({"AuxAddress" if key == "AuxiliaryAddresses" else key: value for key, value in shown.items()}, _AUX)] if shown else []


_AUX = {"AuxAddress": "AuxiliaryAddresses"}


def _subnets(daemon: Daemon, found: Network) -> dict[str, Any]:
    """Count addresses, those of the network itself and of broadcasts too; libnetwork/ipams/defaultipam/address_space.go."""
    pool = daemon.pools.get(found.name)
    if pool is None:
        return {}
    room = pool.within or pool.subnet
    first = ipam.place(pool, room.network_address)
    inside = (pool.taken >> first & ((1 << room.num_addresses) - 1)).bit_count()
    return {str(pool.subnet): Struct({"IPsInUse": pool.addresses, "DynamicIPsAvailable": room.num_addresses - inside})}


def created(daemon: Daemon) -> str:
    """Give the moment at which all is made in a lab: the day of the release."""
    return f"{daemon.release.date}T00:00:00Z"


def labels(given: tuple[str, ...]) -> dict[str, str]:
    """Give labels as a map; a key alone has an empty value."""
    return {key: value for key, _, value in (text.partition("=") for text in given)}
