"""What Compose asks of the engine: networks and containers, with Compose's own names; compose pkg/compose/create.go (v5.5.0)."""

import hashlib
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface

from ..daemon.attach import IFNAME
from ..engine.releases import Release
from ..errors import SpecError
from ..spec import words
from ..spec.network import EndpointSpec, NetworkSpec
from ..spec.publish import PortBinding, exposed, published
from ..spec.run import RunSpec
from .fields import Network, Port, Service, Subnet
from .order import SERVICE
from .project import Project, by_priority

VERSION = "5.5.0"
"""The release of Compose that this is read from; it writes it on what it makes."""
LABEL = "com.docker.compose."


def container_name(project: Project, service: str, number: int) -> str:
    """Name a container, such as ``shop-web-1``."""
    return project.services[service].container_name or f"{project.name}-{service}-{number}"


def network_spec(project: Project, key: str) -> NetworkSpec:
    """Give what a network of the project asks for."""
    network = project.networks[key]
    config = network.ipam.config[0] if network.ipam.config else None
    if config:
        _check(key, config)
    labels = {
        **network.labels,
        f"{LABEL}network": key,
        f"{LABEL}project": project.name,
        f"{LABEL}version": VERSION,
        f"{LABEL}config-hash": _hash(network),
    }
    return NetworkSpec(
        network.name,
        network.driver or "bridge",
        (config.subnet,) if config and config.subnet else (),
        (config.ip_range,) if config and config.ip_range else (),
        (config.gateway,) if config and config.gateway else (),
        config.aux_addresses if config else {},
        network.internal,
        network.driver_opts,
        network.ipam.options,
        _labels(labels),
    )


def _check(key: str, config: Subnet) -> None:
    """Refuse what is no address or no subnet, before the engine is asked (parseIPAMPool)."""
    for what, text, read in (
        ("subnet", config.subnet, IPv4Interface),
        ("ip-range", config.ip_range, IPv4Interface),
        ("gateway address", config.gateway, IPv4Address),
        *(("auxiliary address", text, IPv4Address) for text in config.aux_addresses.values()),
    ):
        try:
            read(text or "0.0.0.0")  # noqa: S104 - what is not given is right
        except ValueError:
            raise SpecError(f'networks.{key}: invalid {what}: "{text}"') from None


def _hash(part: Network | Service) -> str:
    return hashlib.sha256(part.model_dump_json(exclude_defaults=True).encode()).hexdigest()


def _labels(pairs: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{key}={pairs[key]}" for key in sorted(pairs))


def run_spec(project: Project, key: str, number: int, ids: Mapping[str, str], release: Release) -> RunSpec:
    """Give what one container of a service asks for.

    ``ids`` are those of the containers that there are already, by name. Raises SpecError.
    """
    service = project.services[key]
    links = _links(project, service, number)
    places = tuple(_place(project, key, number, network, links, release) for network in by_priority(service))
    mode = places[0].network if places else _mode(project, service.network_mode or "none", ids)
    predefined = mode in ("default", "bridge", "host", "none") or mode.startswith("container:")
    return RunSpec(
        name=container_name(project, key, number),
        image=service.image if isinstance(service.image, str) else f"{project.name}-{key}",
        mode=mode,
        networks=places,
        publish=tuple(binding for port in service.ports for binding in _published(key, port)),
        expose=tuple(port for text in service.expose for port in exposed(text)),
        links=links if predefined else (),
        hostname=service.hostname,
        domainname=service.domainname,
        extra_hosts=service.extra_hosts,
        dns=tuple(_address(key, text) for text in service.dns),
        dns_search=service.dns_search,
        dns_options=service.dns_opt,
        mac=_mac(key, service.mac_address),
        detach=True,
        labels=_labels({**service.labels, **_own_labels(project, key, number)}),
    )


def _own_labels(project: Project, key: str, number: int) -> dict[str, str]:
    service = project.services[key]
    needs = sorted(service.depends_on.items())
    return {
        f"{LABEL}project": project.name,
        f"{LABEL}service": key,
        f"{LABEL}container-number": str(number),
        f"{LABEL}oneoff": "False",
        f"{LABEL}version": VERSION,
        f"{LABEL}config-hash": _hash(service),
        f"{LABEL}depends_on": ",".join(f"{name}:{how.condition}:{str(how.restart).lower()}" for name, how in needs),
    }


def _mode(project: Project, mode: str, ids: Mapping[str, str]) -> str:
    """Give a network mode as the engine knows it: a service stands for its first container (resolveSharedNamespaces)."""
    if not mode.startswith(SERVICE):
        return mode
    name = mode.removeprefix(SERVICE)
    first = container_name(project, name, 1)
    if first not in ids:
        raise SpecError(f"cannot share network namespace with service {name}: container missing")
    return f"container:{ids[first]}"


def _place(project: Project, key: str, number: int, network: str, links: tuple[tuple[str, str], ...], release: Release) -> EndpointSpec:
    service = project.services[key]
    wanted = (service.networks or {}).get(network)
    first = by_priority(service)[0] == network
    aliases = (container_name(project, key, number), key, *(wanted.aliases if wanted else ()))
    mac = _mac(key, (wanted.mac_address if wanted else "") or (service.mac_address if first else ""))
    name = project.networks[network].name
    if wanted is None:
        return EndpointSpec(name, aliases, mac=mac, links=links)
    if wanted.interface_name and not release.names_devices:
        raise SpecError("interface_name requires Docker Engine v28.1 or later")
    own = {**wanted.driver_opts, IFNAME: wanted.interface_name} if wanted.interface_name else wanted.driver_opts
    priority = wanted.gw_priority if "--gw-priority" in release.options else 0
    return EndpointSpec(name, aliases, _address(key, wanted.ipv4_address), mac, priority, links, own)


def _address(key: str, text: str) -> str:
    """Check an address as Compose does before it asks the engine."""
    if not text:
        return ""
    try:
        return str(IPv4Address(text))
    except AddressValueError:
        raise SpecError(f'services.{key}: invalid IPv4 address: "{text}"') from None


def _mac(key: str, text: str) -> str:
    try:
        return words.mac(text)
    except SpecError:
        raise SpecError(f"services.{key}: invalid MAC address: address {text}: invalid MAC address") from None


def _links(project: Project, service: Service, number: int) -> tuple[tuple[str, str], ...]:
    """Give the containers of the services that one links to, each with its aliases (getLinks)."""
    found: list[tuple[str, str]] = []
    for link in service.links:
        name, colon, alias = link.partition(":")
        for other in range(1, project.services[name].replicas + 1):
            container = container_name(project, name, other)
            found += [(container, each) for each in (alias if colon else name, f"{name}-{number}", f"{project.name}-{name}-{number}")]
    for link in service.external_links:
        name, colon, alias = link.partition(":")
        found.append((name, alias if colon else name))
    return tuple(found)


def _published(key: str, port: Port) -> list[PortBinding]:
    before = f"{port.host_ip}:" if port.host_ip else ""
    try:
        return published(
            f"{before}{port.published}:{port.target}/{port.protocol}" if port.published or before else f"{port.target}/{port.protocol}"
        )
    except SpecError as error:
        raise SpecError(f"services.{key}.ports: {error}") from None
