"""The commands of docker(1) that are about the network: their options, as data, and what they ask for.

docker/cli cli/command/container/opts.go, cli/command/network/{create,connect}.go.
"""

import shlex
from collections.abc import Iterator, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from ..errors import SpecError
from . import words
from .cli import Command, Option, Parsed, parse
from .network import EndpointSpec, NetworkSpec
from .publish import exposed, published
from .run import RunSpec

SWITCHES = """
    interactive:i tty:t init privileged read-only sig-proxy no-healthcheck oom-kill-disable quiet:q disable-content-trust
    use-api-socket
"""
"""Options of ``docker run`` without a value that cannot change the network; after the colon their letter."""
VALUES = """
    env:e env-file volume:v mount tmpfs volumes-from workdir:w user:u memory:m memory-swap memory-reservation memory-
    swappiness cpus cpu-shares:c cpuset-cpus cpuset-mems cpu-period cpu-quota blkio-weight pids-limit ulimit shm-size device
    gpus cap-add cap-drop security-opt group-add userns uts ipc pid cgroup-parent cgroupns isolation runtime platform pull
    restart stop-signal stop-timeout log-driver log-opt entrypoint cidfile health-cmd health-interval health-retries health-
    timeout health-start-period attach:a detach-keys label-file annotation storage-opt oom-score-adj kernel-memory volume-
    driver health-start-interval device-cgroup-rule
"""
"""Options of ``docker run`` with a value that cannot change the network."""


def _names(text: str) -> Iterator[tuple[str, ...]]:
    for word in text.split():
        name, colon, letter = word.partition(":")
        yield (f"--{name}", f"-{letter}") if colon else (f"--{name}",)


def _sysctl(_flag: str, text: str) -> str:
    if text.startswith("net."):
        raise SpecError(f"--sysctl {text.partition('=')[0]} would change the network and is not modelled")
    return text


CREATE = (
    Option(("--name",)),
    Option(("--network", "--net"), many=True),
    Option(("--network-alias", "--net-alias"), many=True),
    Option(("--ip",), lambda flag, text: str(words.address(flag, text))),
    Option(("--ip6",), about="missing"),
    Option(("--link-local-ip",), many=True, about="missing"),
    Option(("--link",), many=True),
    Option(("--mac-address",)),
    Option(("--publish", "-p"), many=True),
    Option(("--publish-all", "-P"), words.boolean),
    Option(("--expose",), many=True),
    Option(("--hostname", "-h")),
    Option(("--domainname",)),
    Option(("--add-host",), many=True),
    Option(("--dns",), lambda flag, text: str(words.address(flag, text)), many=True),
    Option(("--dns-search",), many=True),
    Option(("--dns-option", "--dns-opt"), many=True),
    Option(("--label", "-l"), many=True),
    Option(("--sysctl",), _sysctl, many=True, about="other"),
    Option(("--rm",), words.boolean),
    *(Option(names, words.boolean, about="other") for names in _names(SWITCHES)),
    *(Option(names, many=True, about="other") for names in _names(VALUES)),
)
ENDPOINT = (
    Option(("--ip",), lambda flag, text: str(words.address(flag, text))),
    Option(("--ip6",), about="missing"),
    Option(("--link-local-ip",), many=True, about="missing"),
    Option(("--link",), many=True),
    Option(("--alias",), many=True),
    Option(("--driver-opt",), words.pair, many=True),
)
FORCE = Option(("--force", "-f"), words.boolean)

COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        Command("run", (*CREATE, Option(("--detach", "-d"), words.boolean)), 1, None, stops=True),
        Command("create", CREATE, 1, None, stops=True),
        Command("start", (Option(("--attach", "-a"), words.boolean, about="other"),), 1),
        Command("stop", (Option(("--time", "--timeout", "-t"), words.number, about="other"), Option(("--signal", "-s"), about="other")), 1),
        Command("restart", (Option(("--time", "--timeout", "-t"), words.number, about="other"),), 1),
        Command("kill", (Option(("--signal", "-s"), about="other"),), 1),
        Command("rm", (FORCE, Option(("--volumes", "-v"), words.boolean, about="other")), 1),
        Command(
            "network create",
            (
                Option(("--driver", "-d")),
                Option(("--subnet",), many=True),
                Option(("--ip-range",), many=True),
                Option(("--gateway",), many=True),
                Option(("--aux-address",), words.pair, many=True),
                Option(("--internal",), words.boolean),
                Option(("--opt", "-o"), words.pair, many=True),
                Option(("--ipam-opt",), words.pair, many=True),
                Option(("--ipam-driver",), about="missing"),
                Option(("--ipv6",), words.boolean, about="missing"),
                Option(("--label",), many=True),
                Option(("--attachable",), words.boolean, about="other"),
                Option(("--scope",), about="missing"),
                Option(("--config-from",), about="missing"),
                Option(("--config-only",), words.boolean, about="missing"),
                Option(("--ingress",), words.boolean, about="missing"),
            ),
            1,
            1,
        ),
        Command("network rm", (FORCE,), 1),
        Command("network connect", (*ENDPOINT, Option(("--gw-priority",), words.number, newer=True)), 2, 2),
        Command("network disconnect", (FORCE,), 2, 2),
        Command("network prune", (FORCE, Option(("--filter",), many=True, about="missing")), 0, 0),
        Command("network ls", (Option(("--quiet", "-q"), words.boolean), Option(("--no-trunc",), words.boolean)), 0, 0),
        Command("port", (), 1, 2),
    )
}
ALIASES = {"network remove": "network rm", "network list": "network ls", "container rm": "rm", "container run": "run"}


def read(line: str, newer: frozenset[str] = frozenset()) -> Parsed:
    """Read a whole command line, with ``docker`` in front or without.

    ``newer`` are the options of the release that not every release has. Raises SpecError.
    """
    try:
        left = shlex.split(line)
    except ValueError as error:
        raise SpecError(f"{line!r}: {error}") from None
    left = left[1:] if left[:1] == ["docker"] else left
    for count in (2, 1):
        name = " ".join(left[:count])
        name = ALIASES.get(name, name.removeprefix("container "))
        if name in COMMANDS and len(left) >= count:
            return parse(COMMANDS[name], left[count:], newer)
    raise SpecError(f"docker: {' '.join(left[:2])!r} is not modelled; there are {', '.join(COMMANDS)}")


def network_spec(parsed: Parsed) -> NetworkSpec:
    """Give what ``docker network create`` asks for. Raises SpecError where its addresses do not fit together."""
    spec = NetworkSpec(
        parsed.arguments[0],
        parsed.get("driver", "bridge"),
        parsed.all("subnet"),
        parsed.all("ip-range"),
        parsed.all("gateway"),
        dict(parsed.all("aux-address")),
        parsed.get("internal", False),
        dict(parsed.all("opt")),
        dict(parsed.all("ipam-opt")),
        parsed.all("label"),
    )
    _check_addresses(spec)
    return spec


def _check_addresses(spec: NetworkSpec) -> None:
    """Refuse what the command line refuses before it asks the daemon; cli/command/network/create.go (consolidateIpam)."""
    if len(spec.subnets) < len(spec.ranges) or len(spec.subnets) < len(spec.gateways):
        raise SpecError("every ip-range or gateway must have a corresponding subnet")
    if len(spec.subnets) > 1:
        raise SpecError("bridge driver doesn't support multiple subnets" if spec.driver == "bridge" else "several subnets are not modelled")
    try:
        subnets = [IPv4Network(text, strict=False) for text in spec.subnets if "/" in text]
    except (AddressValueError, NetmaskValueError, ValueError):
        return  # the daemon has its own words for it
    for what, texts in (("gateway", spec.gateways), ("aux-address", tuple(spec.auxiliary.values()))):
        for text in texts:
            try:
                address = IPv4Address(text)
            except AddressValueError:
                raise SpecError(f"invalid {what} address: {text}") from None
            if not any(address in subnet for subnet in subnets):
                raise SpecError(f"no matching subnet for {what} {text}")


def endpoint_spec(parsed: Parsed) -> tuple[str, EndpointSpec]:
    """Give what ``docker network connect`` asks for: the container, and its place in the network."""
    network, container = parsed.arguments
    spec = EndpointSpec(
        network,
        parsed.all("alias"),
        parsed.get("ip", ""),
        priority=parsed.get("gw-priority", 0),
        links=tuple(_link(text) for text in parsed.all("link")),
        options=dict(parsed.all("driver-opt")),
    )
    return container, spec


def _link(text: str) -> tuple[str, str]:
    name, _, alias = text.partition(":")
    if not name:
        raise SpecError(f"bad format for links: {text}")
    return name, alias or name


def run_spec(parsed: Parsed) -> RunSpec:
    """Give what ``docker run`` and ``docker create`` ask for. Raises SpecError."""
    places = tuple(_place(text, parsed.newer) for text in parsed.all("network"))
    mode = places[0].network if places else "default"
    links = tuple(_link(text) for text in parsed.all("link"))
    user_defined = mode not in ("default", "bridge", "host", "none") and not mode.startswith("container:")
    if len(places) > 1 and not user_defined:
        raise SpecError("conflicting options: cannot attach both user-defined and non-user-defined network-modes")
    return RunSpec(
        name=parsed.get("name", ""),
        image=parsed.arguments[0],
        mode=mode,
        networks=_networks(parsed, places, links if user_defined else ()),
        publish=tuple(binding for text in parsed.all("publish") for binding in published(text)),
        publish_all=parsed.get("publish-all", False),
        expose=tuple(port for text in parsed.all("expose") for port in exposed(text)),
        links=() if user_defined else links,
        hostname=parsed.get("hostname", ""),
        domainname=parsed.get("domainname", ""),
        extra_hosts=tuple(_extra_host(text) for text in parsed.all("add-host")),
        dns=parsed.all("dns"),
        dns_search=parsed.all("dns-search"),
        dns_options=parsed.all("dns-option"),
        mac=parsed.get("mac-address", ""),
        auto_remove=parsed.get("rm", False),
        detach=parsed.get("detach", False),
        labels=parsed.all("label"),
        command=parsed.arguments[1:],
    )


def _networks(parsed: Parsed, places: tuple[EndpointSpec, ...], links: tuple[tuple[str, str], ...]) -> tuple[EndpointSpec, ...]:
    """Give the wishes that stand beside ``--network`` to the first network."""
    if places and places[0].network.startswith("container:"):
        return ()
    first = places[0] if places else EndpointSpec("bridge")
    network = "bridge" if first.network == "default" else first.network
    own = EndpointSpec(
        network,
        (*first.aliases, *parsed.all("network-alias")),
        first.address or parsed.get("ip", ""),
        first.mac or parsed.get("mac-address", ""),
        first.priority,
        (*first.links, *links),
        first.options,
    )
    return own, *places[1:]


def _place(text: str, newer: frozenset[str]) -> EndpointSpec:
    """Read ``--network``: a name, or ``name=NET,ip=ADDRESS,alias=NAME…``; docker/cli opts/network.go."""
    if "=" not in text:
        return EndpointSpec(text)
    pairs = [part.partition("=")[::2] for part in text.split(",")]
    known = ("name", "alias", "ip", "mac-address", "gw-priority", "driver-opt")
    for key, _ in pairs:
        if key not in known or (key == "gw-priority" and "--gw-priority" not in newer):
            raise SpecError(f"invalid field key {key}" + ("" if key not in ("ip6", "link-local-ip") else ": not modelled"))
    values = dict(pairs)
    if not values.get("name"):
        raise SpecError("network name/id is not specified")
    return EndpointSpec(
        values["name"],
        tuple(value for key, value in pairs if key == "alias"),
        values.get("ip", ""),
        values.get("mac-address", ""),
        words.number("gw-priority", values.get("gw-priority", "0")),
        options=dict(words.pair("driver-opt", value) for key, value in pairs if key == "driver-opt"),
    )


def _extra_host(text: str) -> tuple[str, str]:
    name, sep, address = text.partition("=" if "=" in text else ":")
    if not sep or not name:
        raise SpecError(f'bad format for add-host: "{text}"')
    return name, address
