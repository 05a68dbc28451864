"""``docker ps`` and ``docker network ls``: docker/cli cli/command/formatter/container.go, moby daemon/list.go, daemon/network/filter.go."""

import re
from collections.abc import Mapping
from typing import Any

from ...engine.network import PREDEFINED, Network
from ...engine.releases.shape import pick
from ...errors import SpecError
from ...gotext import Struct
from ...gotext.values import NO_POINTER
from ...output import Output
from ...spec.cli import Parsed
from ...spec.publish import exposed
from ..api.network import labels
from ..api.ports import displayed, ports_of
from ..memory import Container, Daemon
from .filters import Filters
from .formats import listed
from .host import DockerHost

AGO = "Less than a second ago"
"""How long ago all is, where no clock runs."""
SHORT, COMMAND = 12, 20
PS = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}"
NETWORKS = "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}"
KEYS = [
    "ancestor",
    "before",
    "exited",
    "expose",
    "health",
    "id",
    "is-task",
    "isolation",
    "label",
    "name",
    "network",
    "publish",
    "since",
    "status",
    "volume",
]
NOT_MODELLED = ("health", "is-task", "isolation", "volume")
STATES = ("created", "running", "paused", "restarting", "removing", "exited", "dead")
DANGLING = {"0": False, "false": False, "1": True, "true": True}
NETWORK_KEYS = ("dangling", "driver", "id", "label", "name", "scope", "type")


def _heads(**known: str) -> Mapping[str, Any]:
    def label(name: str) -> str:
        return re.sub("[-_]", " ", name.rpartition(".")[2])

    return {**known, "Label": label}


PS_HEADS = _heads(
    ID="CONTAINER ID", Names="NAMES", Image="IMAGE", Command="COMMAND", CreatedAt="CREATED AT", RunningFor="CREATED", Ports="PORTS",
    State="STATE", Status="STATUS", Size="SIZE", Labels="LABELS", Mounts="MOUNTS", LocalVolumes="LOCAL VOLUMES", Networks="NETWORKS",
    Platform="PLATFORM", HealthStatus="HEALTH STATUS",
)  # fmt: skip
NETWORK_HEADS = _heads(
    ID="NETWORK ID", Name="NAME", Driver="DRIVER", Scope="SCOPE", IPv4="IPV4", IPv6="IPV6", Internal="INTERNAL", Labels="LABELS",
    CreatedAt="CREATED AT",
)  # fmt: skip


def ps(docker: DockerHost, parsed: Parsed) -> Output:
    """List containers, the newest first: those that run, or all."""
    daemon = docker.running
    filters = Filters.parse(docker.release, parsed.all("filter"), KEYS)
    _check(docker, filters)
    limit = parsed.get("last", -1) if parsed.get("last", -1) != -1 else 1 if parsed.get("latest") else -1
    whole = parsed.get("all", False) or limit > 0 or bool(filters.given("status") or filters.given("exited"))
    found = [each for each in _between(daemon, filters) if (whole or each.running) and _chosen(docker, filters, each)]
    rows = [_row(daemon, each, whole=parsed.get("no-trunc", False)) for each in (found[:limit] if limit > 0 else found)]
    template, quiet = parsed.get("format", ""), parsed.get("quiet", False)
    warned = ("WARNING: Ignoring custom format, because both --format and --quiet are set.",) if template and quiet else ()
    return Output(listed(rows, PS_HEADS, PS, template="" if quiet else template, quiet=quiet), notes=warned)


def _between(daemon: Daemon, filters: Filters) -> list[Container]:
    """List containers, the newest first, those alone that are older than ``before`` and newer than ``since``."""
    found = list(reversed(daemon.containers.values()))
    for name in filters.given("before"):
        found = found[found.index(daemon.container(name)) + 1 :]
    for name in filters.given("since"):
        other = daemon.container(name)
        found = found[: found.index(other)] if other in found else found
    return found


def _check(docker: DockerHost, filters: Filters) -> None:
    for key in NOT_MODELLED:
        if filters.given(key):
            raise SpecError(f"--filter {key} is not modelled")
    for status in filters.given("status"):
        if status not in STATES:
            raise docker.release.error("bad-status", status=status)


def _chosen(docker: DockerHost, filters: Filters, found: Container) -> bool:
    codes = [int(code) for code in filters.given("exited") if code.isdigit()]
    networks = [(name, known.id if (known := docker.running.networks.get(name)) else "") for name in found.networks]
    wanted = filters.given("network")
    return (
        filters.match("name", found.name, f"/{found.name}")
        and filters.match("id", found.id)
        and filters.labelled("label", labels(found.spec.labels))
        and filters.match("status", found.state)
        and filters.exact("ancestor", found.spec.image, f"{found.spec.image}:latest")
        and (not filters.given("exited") or (found.state == "exited" and found.code in codes))
        and (not wanted or any(name in wanted or identity.startswith(wanted) for name, identity in networks))
        and _with_port(filters, found)
    )


def _with_port(filters: Filters, found: Container) -> bool:
    wanted = {key: {port for text in filters.given(key) for port in exposed(text)} for key in ("publish", "expose")}
    if not any(wanted.values()):
        return True
    ports = ports_of(found)
    return any((port.host_port, port.proto) in wanted["publish"] or (port.number, port.proto) in wanted["expose"] for port in ports)


def _row(daemon: Daemon, found: Container, *, whole: bool) -> Struct:
    known = labels(found.spec.labels)
    first, *rest = found.spec.program or ("",)
    command = " ".join([first, *(f"'{word}'" if " " in word else word for word in rest)])
    values = {
        "ID": found.id if whole else found.id[:SHORT],
        "Names": _names(daemon, found) if whole else found.name,
        "Image": found.spec.image,
        "Command": '"' + _shortened(command, whole=whole).replace("\\", "\\\\").replace('"', '\\"') + '"',
        "CreatedAt": f"{daemon.release.date} 00:00:00 +0000 UTC",
        "RunningFor": AGO,
        "Platform": NO_POINTER,
        "Ports": displayed(ports_of(found)),
        "State": found.state,
        "Status": _status(found),
        "Size": "0B",
        "Labels": ",".join(f"{key}={value}" for key, value in sorted(known.items())),
        "Mounts": "",
        "LocalVolumes": "0",
        "Networks": ",".join(sorted(found.networks)),
        "HealthStatus": "",
    }
    return _record(daemon.release.shape.row, values, known, "*formatter.ContainerContext")


def _names(daemon: Daemon, found: Container) -> str:
    """Give a container's name, and those that it has for who links to it; moby container/view.go."""
    linked = [f"{other.name}/{alias}" for other in daemon.containers.values() for name, alias in other.spec.links if name == found.name]
    return ",".join(sorted([found.name, *linked]))


def _shortened(text: str, *, whole: bool) -> str:
    return text if whole or len(text) <= COMMAND else text[: COMMAND - 1] + "…"


def _status(found: Container) -> str:
    if found.state == "created":
        return "Created"
    if not found.running:
        return f"Exited ({found.code}) {AGO}"
    return f"Up {AGO.removesuffix(' ago')}" + (" (Paused)" if found.paused else "")


def _record(keys: str, values: Mapping[str, Any], known: Mapping[str, str], kind: str) -> Struct:
    methods = {"Label": lambda name: known.get(name, "")}
    return Struct({**pick(keys, values), **methods}, type=kind, ordered=False)


def networks(docker: DockerHost, parsed: Parsed) -> Output:
    """List networks by name."""
    filters = Filters.parse(docker.release, parsed.all("filter"), NETWORK_KEYS)
    _check_networks(docker, filters)
    found = sorted(docker.running.networks.values(), key=lambda network: natural(network.name))
    chosen = [network for network in found if _fits(docker, filters, network)]
    rows = [_network_row(docker.running, network, whole=parsed.get("no-trunc", False)) for network in chosen]
    template, quiet = parsed.get("format", ""), parsed.get("quiet", False)
    return Output(listed(rows, NETWORK_HEADS, NETWORKS, template=template, quiet=quiet))


def natural(text: str) -> list[tuple[int, int, str]]:
    """Give a key that sorts numbers within texts by their value; fvbommel/sortorder."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", text) if part]


def _check_networks(docker: DockerHost, filters: Filters) -> None:
    for kind in filters.given("type"):
        if kind not in ("builtin", "custom"):
            raise docker.release.error("bad-type", type=kind)
    for value in filters.given("dangling"):
        if value not in DANGLING:
            raise docker.release.error("bad-dangling")


def _fits(docker: DockerHost, filters: Filters, network: Network) -> bool:
    own = network.name in PREDEFINED
    dangling = not own and not docker.running.on(network.name)
    return (
        all(DANGLING[value] == dangling for value in filters.given("dangling"))
        and filters.exact("driver", network.driver)
        and filters.match("name", network.name)
        and filters.match("id", network.id)
        and filters.labelled("label", labels(network.labels))
        and filters.exact("scope", "local")
        and filters.exact("type", "builtin" if own else "custom")
    )


def _network_row(daemon: Daemon, network: Network, *, whole: bool) -> Struct:
    known = labels(network.labels)
    values = {
        "ID": network.id if whole else network.id[:SHORT],
        "Name": network.name,
        "Driver": network.driver,
        "Scope": "local",
        "IPv4": "true",
        "IPv6": "false",
        "Internal": str(network.internal).lower(),
        "Labels": ",".join(f"{key}={value}" for key, value in known.items()),
        "CreatedAt": f"{daemon.release.date} 00:00:00 +0000 UTC",
    }
    return _record(daemon.release.shape.network_row, values, known, "*network.networkContext")
