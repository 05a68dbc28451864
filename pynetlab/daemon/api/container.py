"""A container as ``docker inspect`` shows it; moby daemon/inspect.go (getInspectData, getDefaultNetworkSettings)."""

from typing import Any

from ...engine.names import SHORT, identity
from ...engine.network import Endpoint
from ...engine.releases.shape import pick
from ...gotext.values import NO_MAP, NO_POINTER, NO_SLICE, Struct
from ...spec.network import EndpointSpec
from ..memory import Container, Daemon
from ..names import names_in
from .network import created, labels
from .ports import bindings, port_map

NEVER = "0001-01-01T00:00:00Z"
"""Go's first moment: what did not happen."""


def container(daemon: Daemon, found: Container) -> Struct:
    """Give a container: what it is, how it is, what was asked for, and its place in the networks."""
    path, *arguments = found.spec.program or ("",)
    home = f"/var/lib/docker/containers/{found.id}"
    files = {"ResolvConfPath": "resolv.conf", "HostnamePath": "hostname", "HostsPath": "hosts"}
    return Struct(
        {
            "ID": found.id,
            "Created": created(daemon),
            "Path": path,
            "Args": arguments,
            "State": _state(daemon, found),
            "Image": f"sha256:{identity('image', found.spec.image)}",
            **{key: f"{home}/{name}" if found.started else "" for key, name in files.items()},
            "LogPath": f"{home}/{found.id}-json.log" if found.started else "",
            "Name": f"/{found.name}",
            "RestartCount": 0,
            "Platform": "linux",
            "HostConfig": _host_config(daemon, found),
            "Config": _config(found),
            "NetworkSettings": settings(daemon, found),
        },
        {"ID": "Id"},
        "container.InspectResponse",
    )


def _state(daemon: Daemon, found: Container) -> Struct:
    return Struct(
        {
            "Status": found.state,
            "Running": found.running,
            "Paused": found.paused,
            "Restarting": False,
            "OOMKilled": False,
            "Dead": False,
            "Pid": 0,
            "ExitCode": 0 if found.running else found.code,
            "Error": "",
            "StartedAt": created(daemon) if found.started else NEVER,
            "FinishedAt": created(daemon) if found.state == "exited" else NEVER,
        }
    )


def _host_config(daemon: Daemon, found: Container) -> Struct:
    spec = found.spec
    mode, _, other = spec.mode.partition(":")
    if other:
        known = daemon.containers.get(other)
        mode = f"container:{known.id if known else other}"
    return Struct(
        {
            "NetworkMode": mode,
            "PortBindings": bindings(spec.publish),
            "AutoRemove": spec.auto_remove,
            "Dns": list(spec.dns),
            "DnsOptions": list(spec.dns_options),
            "DnsSearch": list(spec.dns_search),
            "ExtraHosts": [f"{name}:{address}" for name, address in spec.extra_hosts] or NO_SLICE,
            "Links": [f"/{name}:/{found.name}/{alias}" for name, alias in spec.links] or NO_SLICE,
            "PublishAllPorts": spec.publish_all,
        }
    )


def _config(found: Container) -> Struct:
    spec = found.spec
    exposed: dict[str, Any] = {f"{port}/{proto}": {} for port, proto in sorted(found.exposed())}
    return Struct(
        {
            "Hostname": found.hostname,
            "Domainname": spec.domainname,
            **({"ExposedPorts": exposed} if exposed else {}),
            "Cmd": list(spec.command) or NO_SLICE,
            "Image": spec.image,
            "Entrypoint": [spec.entrypoint] if spec.entrypoint else NO_SLICE,
            "Labels": labels(spec.labels),
        }
    )


def settings(daemon: Daemon, found: Container) -> Struct:
    """Give ``.NetworkSettings``: the sandbox, the ports, the default network's own, and each network."""
    shape = daemon.release.shape
    default = _endpoint(daemon, found, "bridge").fields if "bridge" in found.networks else {}
    inside = found.apart and (found.running or (found.started and shape.keeps_sandbox))
    sandbox = identity("sandbox", found.id) if inside or (found.mode == "host" and found.running) else ""
    key = "default" if found.mode == "host" else sandbox[:SHORT]
    values: dict[str, Any] = {
        "Bridge": "",
        "SandboxID": sandbox,
        "SandboxKey": f"/var/run/docker/netns/{key}" if sandbox else "",
        "Ports": port_map(found),
        "HairpinMode": False,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "SecondaryIPAddresses": NO_SLICE,
        "SecondaryIPv6Addresses": NO_SLICE,
        **{name: default.get(name, "") for name in ("EndpointID", "Gateway", "IPAddress", "MacAddress")},
        "IPPrefixLen": default.get("IPPrefixLen", 0),
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "IPv6Gateway": "",
        "Networks": {name: _endpoint(daemon, found, name) for name in sorted(found.networks)},
    }
    return Struct(pick(shape.settings, values), type="container.NetworkSettings")


def _endpoint(daemon: Daemon, found: Container, name: str) -> Struct:
    """Give a container's place in a network: what it asked for, and what it has while it runs."""
    wanted, at = found.networks[name], found.endpoints.get(name, Endpoint("", name, found.name, ""))
    known = daemon.networks.get(name)
    named = known is not None and daemon.user_defined(known) and found.started
    by_connect = name not in {found.mode, *(each.network for each in found.spec.networks)}
    short = list(dict.fromkeys([found.short, found.hostname])) if daemon.release.shape.short_id_is_alias and named else []
    values = {
        "IPAMConfig": _ipam_config(wanted, by_connect=by_connect),
        "Links": [f"{other}:{alias}" for other, alias in wanted.links] or NO_SLICE,
        "Aliases": [*wanted.aliases, *short] or NO_SLICE,
        "MacAddress": at.mac,
        "DriverOpts": dict(wanted.options) or ({} if by_connect else NO_MAP),
        "GwPriority": wanted.priority,
        "NetworkID": known.id if known and found.started else "",
        "EndpointID": at.id,
        "Gateway": str(at.gateway or ""),
        "IPAddress": str(at.address.ip) if at.address else "",
        "IPPrefixLen": at.address.network.prefixlen if at.address else 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "DNSNames": list(names_in(daemon, found, name)) if named else NO_SLICE,
    }
    return Struct(pick(daemon.release.shape.endpoint, values), type="network.EndpointSettings")


def _ipam_config(wanted: EndpointSpec, *, by_connect: bool) -> Any:  # noqa: ANN401 - a struct or nothing
    """Give what was asked of the address management; ``docker network connect`` always asks, ``docker run`` only with ``--ip``."""
    if wanted.address:
        return Struct({"IPv4Address": wanted.address})
    return Struct({}) if by_connect else NO_POINTER
