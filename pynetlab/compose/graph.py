"""The networks of a project as a map, without bringing it up."""

from ..views.service_map import Box, Bus, ServiceMap, Tap
from .fields import Network, Port, Service
from .order import SERVICE
from .project import Project, by_priority

PREDEFINED = {
    "host": Bus("host", "host", "the host's own network"),
    "bridge": Bus("bridge", "bridge", "bridge", ("the default network",)),
}
CONTAINER = "container:"


def service_map(project: Project) -> ServiceMap:
    """Give the map of a project: its services, the networks that they use, and what they publish."""
    boxes = tuple(_box(name, service) for name, service in project.services.items())
    used = {tap.bus for box in boxes for tap in box.taps}
    own = [_bus(key, network) for key, network in project.networks.items()]
    others = [PREDEFINED.get(key) or Bus(key, key, _kind(key)) for key in sorted(used - set(project.networks))]
    return ServiceMap(project.name, boxes, (*own, *others))


def _kind(mode: str) -> str:
    return "the network of another container" if mode.startswith(CONTAINER) else "there already"


def _box(name: str, service: Service) -> Box:
    mode = service.network_mode
    places = service.networks or {}
    taps = [
        Tap(key, place.ipv4_address if place else "", place.aliases if place else ())
        for key in by_priority(service)
        for place in [places[key]]
    ]
    if mode and mode != "none" and not mode.startswith(SERVICE):
        taps = [Tap(mode)]
    ports = () if mode == "host" else tuple(_published(port) for port in service.ports)
    links = tuple(dict.fromkeys(link.partition(":")[0] for link in service.links))
    return Box(name, service.replicas, tuple(taps), ports, mode.removeprefix(SERVICE) if mode.startswith(SERVICE) else "", links)


def _published(port: Port) -> str:
    host = f"{port.host_ip}:" if port.host_ip else ""
    return f"{host}{port.published or 'any'} -> {port.target}/{port.protocol}"


def _bus(key: str, network: Network) -> Bus:
    if network.external:
        return Bus(key, network.name, "external", ("made by somebody else",))
    config = network.ipam.config[0] if network.ipam.config else None
    details = [config.subnet] if config and config.subnet else []
    details += [f"gateway {config.gateway}"] if config and config.gateway else []
    details += [f"on {network.driver_opts['parent']}"] if "parent" in network.driver_opts else []
    return Bus(key, network.name, network.driver or "bridge", tuple(details), network.internal)
