"""``docker version`` and ``docker info``, as far as they are true of a lab: no build, no machine, no clock.

docker/cli cli/command/system/{version,info}.go.
"""

from collections.abc import Iterator
from typing import Any

from ...drivers import DRIVERS
from ...errors import ClientError
from ...gotext import Struct, columns, compact, parse, render
from ...output import Output
from ...spec.cli import Parsed
from ..memory import Daemon
from .host import DockerHost


def version(docker: DockerHost, parsed: Parsed) -> Output:
    """Say which release the command line and the daemon are; both are the same one."""
    release = docker.running.release
    shape, client = release.shape, "Client:"
    details = {"ApiVersion": shape.api, "Experimental": "false", "MinAPIVersion": shape.oldest_api, "Os": "linux"}
    engine = Struct({"Name": "Engine", "Version": release.version, "Details": details})
    server = {"Platform": Struct({"Name": ""}), "Components": [engine], "Version": release.version}
    server |= {"APIVersion": shape.api, "MinAPIVersion": shape.oldest_api, "Os": "linux"}
    own = {"Version": release.version, "APIVersion": shape.api, "DefaultAPIVersion": shape.api, "Os": "linux", "Context": "default"}
    json = {"APIVersion": "ApiVersion"}
    whole = Struct({"Client": Struct(own, json), "Server": Struct(server, json)})
    if parsed.get("format"):
        return Output(_filled(parsed.get("format"), whole))
    rows = [client, f" Version:\t{release.version}", f" API version:\t{shape.api}", " Context:\tdefault", "", "Server:", " Engine:"]
    rows += [
        f"  Version:\t{release.version}",
        f"  API version:\t{shape.api} (minimum version {shape.oldest_api})",
        "  Experimental:\tfalse",
    ]
    return Output(columns("\n".join(rows) + "\n", least=20, padding=1))


def info(docker: DockerHost, parsed: Parsed) -> Output:
    """Say how many containers there are, and what the daemon can do."""
    facts = _info(docker.running)
    if parsed.get("format"):
        return Output(_filled(parsed.get("format"), facts))
    return Output("".join(f"{line}\n" for line in _lines(docker.running, facts.fields)))


def _info(daemon: Daemon) -> Struct:
    states = [container.state for container in daemon.containers.values()]
    stopped = sum(state in ("created", "exited") for state in states)
    pools = [Struct({"Base": block, "Size": size}) for block, size in daemon.flags.default_address_pool]
    return Struct(
        {
            "Containers": len(states),
            "ContainersRunning": states.count("running"),
            "ContainersPaused": states.count("paused"),
            "ContainersStopped": stopped,
            "Plugins": Struct({"Network": sorted(DRIVERS)}),
            "IPv4Forwarding": True,
            "Swarm": Struct({"LocalNodeState": "inactive"}),
            "OSType": "linux",
            "ServerVersion": daemon.release.version,
            "DockerRootDir": "/var/lib/docker",
            "DefaultAddressPools": pools,
            "ClientInfo": Struct({"Version": daemon.release.version, "Context": "default", "Debug": False}),
        }
    )


def _lines(daemon: Daemon, facts: Any) -> Iterator[str]:  # noqa: ANN401 - the fields of a struct
    yield from ("Client:", f" Version:    {daemon.release.version}", " Context:    default", " Debug Mode: false", "", "Server:")
    yield f" Containers: {facts['Containers']}"
    for state in ("Running", "Paused", "Stopped"):
        yield f"  {state}: {facts[f'Containers{state}']}"
    yield f" Server Version: {daemon.release.version}"
    yield from (" Plugins:", f"  Network: {' '.join(facts['Plugins'].fields['Network'])}", " Swarm: inactive", " OSType: linux")
    yield from (" Docker Root Dir: /var/lib/docker", " Debug Mode: false", " Experimental: false", " Live Restore Enabled: false")
    if facts["DefaultAddressPools"]:
        yield " Default Address Pools:"
        yield from (f"   Base: {block}, Size: {size}" for block, size in daemon.flags.default_address_pool)
    yield ""


def _filled(form: str, facts: Struct) -> str:
    if form == "json":
        return f"{compact(facts)}\n"
    template = parse(form)
    try:
        return f"{render(template, facts)}\n"
    except ClientError as error:
        raise ClientError(f"template parsing error: {error}") from None
