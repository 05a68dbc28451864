"""A project: what Compose files ask for, checked as a whole; compose-go loader/{normalize,validate}.go, types/project.go (v2.14.0)."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import SpecError
from .environment import with_file
from .fields import File, Network, Service, validated
from .interpolate import Environment
from .load import Reading, read
from .order import dependencies, in_order

FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""What Compose looks for in a directory, the first that is there."""
OVERRIDES = ("compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml")
INVALID = "invalid compose project"
MOST = 1000
"""So many containers of one service are tried at most: more is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Project:
    """What shall be up: the services whose profiles are active, and the networks that they use."""

    name: str
    services: Mapping[str, Service]
    """By name, those that another one depends on first."""
    networks: Mapping[str, Network]
    """By the key that services use, in order; each has its name on the engine."""
    notes: tuple[str, ...] = ()
    """What Compose warns of."""


def load(
    paths: str | Path | Sequence[str | Path], *, name: str = "", profiles: Iterable[str] = (), env: Mapping[str, str] | None = None
) -> Project:
    """Read a project from its files, or from a directory that holds one.

    ``env`` are the variables, those of this process where it is None; a file ``.env`` beside the first file adds to them.
    Raises SpecError, one sentence, in Compose's words where it has some.
    """
    files = _files([paths] if isinstance(paths, (str, Path)) else list(paths))
    directory = files[0].parent
    values = dict(os.environ if env is None else env)
    if (directory / ".env").is_file():
        values = with_file(values, directory / ".env")
    reading = Reading(directory, Environment(values), [])
    model = read(files, reading)
    if not model:
        raise SpecError(f"{files[0]}: empty compose file")
    project_name = _name(name or values.get("COMPOSE_PROJECT_NAME", ""), str(model.get("name", "")), directory)
    active = [*profiles, *filter(None, values.get("COMPOSE_PROFILES", "").split(","))]
    blank = [f'The "{each}" variable is not set. Defaulting to a blank string.' for each in reading.environment.missing]
    return _checked(project_name, validated(model), active, (*blank, *reading.notes))


def _files(paths: Sequence[str | Path]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.is_dir():
            found.append(path)
            continue
        main = next((path / each for each in FILES if (path / each).is_file()), None)
        if main is None:
            raise SpecError(f"no configuration file provided: not found; {path} holds none of {', '.join(FILES)}")
        found += [main, *[path / each for each in OVERRIDES if (path / each).is_file()][:1]]
    if not found:
        raise SpecError("no compose file specified")
    return found


def _name(asked: str, written: str, directory: Path) -> str:
    """Choose the project's name: the one that was asked for, that of the file, or the directory's."""
    if asked and normalised(asked) != asked:
        raise SpecError(
            f'invalid project name "{asked}": must consist only of lowercase alphanumeric characters, hyphens, and underscores '
            "as well as start with a letter or number"
        )
    name = asked or normalised(written) or normalised(directory.resolve().name)
    if not name:
        raise SpecError("project name must not be empty; give one with -p or with name: in the file")
    return name


def normalised(name: str) -> str:
    """Give a name as Compose writes it: small letters, digits, ``-`` and ``_``, a letter or digit first."""
    return "".join(re.findall(r"[a-z0-9_-]", name.lower())).lstrip("_-")


def _checked(name: str, file: File, profiles: Sequence[str], notes: tuple[str, ...]) -> Project:
    services = {key: _on_default(each) for key, each in file.services.items() if _active(each, profiles)}
    declared = {**file.networks}
    if any("default" in (each.networks or {}) for each in services.values()):
        declared.setdefault("default", None)
    for key, service in services.items():
        for sentence in _wrong(key, service, services, declared):
            raise SpecError(sentence)
    used = {network for service in services.values() for network in service.networks or {}}
    networks = {key: _called(key, declared[key] or Network(), name) for key in sorted(used)}
    for sentence in (*_missing(services), *_missing_of_networks(networks)):
        raise SpecError(sentence)
    return Project(name, {key: services[key] for key in in_order(services)}, networks, notes)


def _active(service: Service, profiles: Sequence[str]) -> bool:
    return not service.profiles or "*" in profiles or any(each in profiles for each in service.profiles)


def _on_default(service: Service) -> Service:
    """Put a service that names no network on the default one."""
    if service.network_mode or service.networks or service.provider:
        return service
    return service.model_copy(update={"networks": {"default": None}})


def _called(key: str, network: Network, project: str) -> Network:
    return network.model_copy(update={"name": network.name or (key if network.external else f"{project}_{key}")})


def _wrong(name: str, service: Service, services: Mapping[str, Service], networks: Mapping[str, Network | None]) -> Iterator[str]:
    """Say what Compose refuses of a service; compose-go loader/validate.go (checkConsistency)."""
    if service.image is None and service.build is None and service.provider is None:
        yield f'service "{name}" has neither an image nor a build context specified: {INVALID}'
    if service.network_mode and service.networks:
        yield f"service {name} declares mutually exclusive `network_mode` and `networks`: {INVALID}"
    yield from (
        f'service "{name}" refers to undefined network {network}: {INVALID}'
        for network in sorted(service.networks or {})
        if network not in networks
    )
    yield from _wrong_needs(name, service, services)
    yield from _wrong_together(name, service)


def _wrong_needs(name: str, service: Service, services: Mapping[str, Service]) -> Iterator[str]:
    for other, how in sorted(dependencies(service).items()):
        if other not in services and how.required:
            yield _unknown(name, other, service)


def _wrong_together(name: str, service: Service) -> Iterator[str]:
    if service.scale is not None and service.deploy.replicas not in (None, service.scale):
        yield f"services.{name}: can't set distinct values on 'scale' and 'deploy.replicas': {INVALID}"
    if service.replicas > 1 and service.container_name:
        field = "deploy.replicas" if service.scale is None else "scale"
        yield f"services.{name}: can't set container_name and {field} as container name must be unique: {INVALID}"
    for first in by_priority(service)[:1]:
        place = (service.networks or {})[first]
        if service.mac_address and place and place.mac_address not in ("", service.mac_address):
            yield f"the service-level mac_address should have the same value as network {first}"


def _unknown(name: str, other: str, service: Service) -> str:
    if service.network_mode == f"service:{other}" and other not in service.depends_on:
        return f"service \"{other}\" not found for network_mode 'service:{other}'"
    return f'service "{name}" depends on undefined service "{other}": {INVALID}'


def _priority(service: Service, network: str) -> int:
    place = (service.networks or {}).get(network)
    return place.priority if place else 0


def by_priority(service: Service) -> list[str]:
    """List the networks of a service as it joins them; compose-go types/types.go (NetworksByPriority)."""
    return sorted(service.networks or {}, key=lambda key: (-_priority(service, key), key))


def _missing(services: Mapping[str, Service]) -> Iterator[str]:
    """Name what would change the network and is not modelled."""
    for name, service in services.items():
        if service.provider is not None:
            yield f"services.{name}.provider: a service that another program runs has no container, and is not modelled"
        if service.replicas > MOST:
            yield f"services.{name}: a lab brings up at most {MOST} containers of a service"
        for key, place in (service.networks or {}).items():
            if place and place.ipv6_address:
                yield f"services.{name}.networks.{key}.ipv6_address: IPv6 is not modelled; leave it out"
            if place and place.link_local_ips:
                yield f"services.{name}.networks.{key}.link_local_ips: link-local addresses are not modelled; leave them out"
        for key in service.sysctls:
            if key.startswith("net."):
                yield f"services.{name}.sysctls.{key}: it would change the network and is not modelled; leave it out"


def _missing_of_networks(networks: Mapping[str, Network]) -> Iterator[str]:
    for key, network in networks.items():
        if network.external:
            continue
        if network.enable_ipv6 or any(":" in each.subnet for each in network.ipam.config):
            yield f"networks.{key}: IPv6 is not modelled; leave enable_ipv6 and its subnets out"
        if not network.enable_ipv4:
            yield f"networks.{key}.enable_ipv4: a network without IPv4 is not modelled; leave it out"
        if network.ipam.driver not in ("", "default"):
            yield f'networks.{key}.ipam.driver: "{network.ipam.driver}" is not modelled; there is default'
        if len(network.ipam.config) > 1:
            yield f"networks.{key}.ipam.config: several subnets are not modelled; give one"
