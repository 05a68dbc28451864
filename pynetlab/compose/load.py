"""Compose files, read, filled in and merged into one model; compose-go loader/{loader,extends,include}.go (v2.14.0)."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import SpecError
from ..spec.publish import PortBinding, published
from .document import Document, Tree, documents
from .environment import with_file
from .fields import validated
from .interpolate import Environment, interpolated
from .merge import merge, unique

SKIPPED = """
    annotations attach blkio_config cap_add cap_drop cgroup_parent command configs cpu_count cpu_percent cpu_period
    cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec develop device_cgroup_rules
    devices entrypoint env_file environment gpus group_add healthcheck init isolation label_file logging mem_limit
    mem_reservation mem_swappiness memswap_limit models oom_kill_disable oom_score_adj pids_limit platform
    post_start pre_start pre_stop privileged pull_policy pull_refresh_after read_only restart runtime secrets
    security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt tmpfs tty ulimits use_api_socket user
    userns_mode volumes working_dir
"""
"""Fields of a service that mean nothing to the network."""
IMPORTED = ("services", "volumes", "networks", "secrets", "configs", "models")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reading of one file needs to know."""

    directory: Path
    """Where the paths in the file start from."""
    environment: Environment
    notes: list[str]
    """What Compose warns of."""
    included: tuple[Path, ...] = ()
    """The files that include this one, the outermost first."""


def read(files: Sequence[Path], reading: Reading) -> Tree:
    """Read files, each of which changes what those before it said. Raises SpecError, one sentence."""
    model: Tree = {}
    for path in files:
        for document in documents(path):
            model = _added(model, document, path, replace(reading, included=(*reading.included, path)))
    return model


def _added(model: Tree, document: Document, path: Path, reading: Reading) -> Tree:
    tree = _included(_filled(document, reading.environment, path), document, reading)
    document.clear(model)
    tree = {**tree, "services": _extended(tree, document, path, reading)} if isinstance(tree.get("services"), dict) else tree
    model = unique(merge(model, tree))
    try:
        validated(_long(model))
    except SpecError as error:
        raise SpecError(f"validating {path}: {error}") from None
    if model.pop("version", None) is not None:
        reading.notes.append(
            f"{path}: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion"
        )
    return unique(_long(model))  # type: ignore[no-any-return] # a mapping stays one


def _filled(document: Document, environment: Environment, path: Path) -> Tree:
    """Fill the variables in, and leave out what means nothing to the network."""
    if document.data is not None and not isinstance(document.data, dict):
        raise SpecError(f"{path}: top-level object must be a mapping")
    tree = interpolated(document.data or {}, environment)
    services = tree.get("services") if isinstance(tree, dict) else None
    if not isinstance(tree, dict) or not isinstance(services, dict):
        return tree if isinstance(tree, dict) else {}
    return {**tree, "services": {name: _kept(service) for name, service in services.items()}}


def _kept(service: object) -> object:
    return {key: value for key, value in service.items() if key not in SKIPPED.split()} if isinstance(service, dict) else service


def _long(model: Tree) -> Tree:
    """Write every published port in its long form. Raises SpecError for one that cannot be understood."""
    services = model.get("services")
    if not isinstance(services, dict):
        return model
    return {**model, "services": {name: _long_ports(name, service) for name, service in services.items()}}


def _long_ports(name: str, service: object) -> object:
    if not isinstance(service, dict) or not isinstance(service.get("ports"), list):
        return service
    found: list[object] = []
    for at, port in enumerate(service["ports"]):
        if isinstance(port, dict) and "target" not in port:
            raise SpecError(f"service ports services.{name}.ports.[{at}] is missing a target port")
        short = isinstance(port, (str, int, float)) and not isinstance(port, bool)
        try:
            found += [_port(each) for each in published(str(port))] if short else [port]
        except SpecError as error:
            raise SpecError(f"services.{name}.ports: {error}") from None
    return {**service, "ports": found}


def _port(binding: PortBinding) -> Tree:
    first, last = binding.host_ports
    found: Tree = {"target": binding.container_port, "protocol": binding.proto, "mode": "ingress"}
    found |= {"published": str(first) if first == last else f"{first}-{last}"} if first else {}
    return found | ({"host_ip": binding.host_ip} if binding.host_ip else {})


def _extended(tree: Tree, document: Document, path: Path, reading: Reading) -> Tree:
    services: Tree = dict(tree["services"])
    for name in services:
        services[name] = _extend(name, services, path, reading, document.clear, ())
    return services


def _extend(
    name: str, services: Tree, path: Path, reading: Reading, clear: Callable[[Tree], None], seen: tuple[tuple[str, Path], ...]
) -> Any:  # noqa: ANN401 - whatever stands there; validation comes later
    """Give a service with all that it takes over from the service that it extends."""
    service = services[name]
    if not isinstance(service, dict) or "extends" not in service:
        return service
    if (name, path) in seen:
        ring = " extends ".join(f"{each} in {where}" for each, where in (*seen[seen.index((name, path)) :], (name, path)))
        raise SpecError(f"Circular reference: {ring}")
    wanted = service["extends"]
    reference = {"service": wanted} if isinstance(wanted, str) else wanted
    if not isinstance(reference, dict) or not isinstance(reference.get("service"), str):
        raise SpecError(f"extends.{name}.service is required")
    there, where = services, path
    if reference.get("file"):
        where = reading.directory / str(reference["file"])
        there = _services_of(name, str(reference["service"]), where, reading)
        reading = replace(reading, directory=where.parent)
    if reference["service"] not in there:
        raise SpecError(f'cannot extend service "{name}" in {path}: service "{reference["service"]}" not found')
    base = _extend(reference["service"], there, where, reading, clear, (*seen, (name, path)))
    held: Tree = {"services": {name: deepcopy(base)}}
    clear(held)
    own = {key: value for key, value in service.items() if key != "extends"}
    return merge(held["services"].get(name, {}), own, ("services", name))


def _services_of(name: str, reference: str, path: Path, reading: Reading) -> Tree:
    """Read the services of another file, as they stand there."""
    model: Tree = {}
    for document in documents(path):
        model = merge(model, _filled(document, reading.environment, path))
    services = model.get("services")
    if not isinstance(services, dict):
        raise SpecError(f'cannot extend service "{name}" in {path}: no services section')
    if reference not in services:
        raise SpecError(f'cannot extend service "{name}" in {path}: service "{reference}" not found')
    return services


def _included(tree: Tree, document: Document, reading: Reading) -> Tree:
    """Add what the files bring that a file includes; what it says itself about the same counts more."""
    wanted = tree.get("include")
    tree = {key: value for key, value in tree.items() if key != "include"}
    if wanted is not None and not isinstance(wanted, list):
        raise SpecError("`include` must be a list")
    for entry in wanted or []:
        brought = _brought({"path": entry} if isinstance(entry, str) else entry, reading)
        for kind in IMPORTED:
            held = {kind: dict(brought.get(kind) or {})}
            own = tree.get(kind)
            if isinstance(own, dict):
                document.clear(held)
            if held[kind]:
                tree[kind] = merge(held[kind], own or {}, (kind,))
    return tree


def _brought(entry: object, reading: Reading) -> Tree:
    keys = {"path", "env_file", "project_directory"}
    if not isinstance(entry, dict) or "path" not in entry or set(entry) - keys:
        raise SpecError("include: give a path, or a mapping of path, env_file and project_directory")
    paths = [reading.directory / str(each) for each in _list(entry["path"])]
    main = paths[0]
    if main in reading.included:
        raise SpecError(f"include cycle detected: {' include '.join(str(each) for each in (*reading.included, main))}")
    directory = reading.directory / str(entry["project_directory"]) if entry.get("project_directory") else main.parent
    values = reading.environment.values
    files = [reading.directory / str(each) for each in _list(entry.get("env_file", []))]
    for file in files or [each for each in [directory / ".env"] if each.is_file()]:
        values = with_file(values, file)
    environment = Environment(values)
    environment.missing = reading.environment.missing
    return read(paths, replace(reading, directory=directory, environment=environment))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
