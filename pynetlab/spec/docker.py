"""What a command line of docker(1) asks for, once its options are known.

docker/cli cli/command/container/opts.go, cli/command/network/{create,connect}.go.
"""

from collections.abc import Iterable, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network, NetmaskValueError

from ..errors import SpecError
from . import words
from .cli import Parsed
from .network import EndpointSpec, NetworkSpec
from .publish import exposed, published
from .run import RunSpec


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
        parsed.get("attachable", False),
    )
    _check_addresses(spec)
    return spec


def _check_addresses(spec: NetworkSpec) -> None:
    """Refuse what the command line refuses before it asks the daemon; cli/command/network/create.go (consolidateIpam)."""
    if len(spec.subnets) < len(spec.ranges) or len(spec.subnets) < len(spec.gateways):
        raise SpecError("every ip-range or gateway must have a corresponding subnet")
    if len(spec.subnets) > 1 and spec.driver != "bridge":  # which the daemon refuses itself
        raise SpecError("several subnets are not modelled")
    try:
        subnets = [IPv4Network(text, strict=False) for text in spec.subnets if "/" in text]
    except (AddressValueError, NetmaskValueError, ValueError):
        return  # the daemon has its own words for it
    _check_ranges(spec.ranges, subnets)
    for what, texts in (("gateway", spec.gateways), ("aux-address", tuple(spec.auxiliary.values()))):
        for text in texts:
            try:
                address = IPv4Address(text)
            except AddressValueError:
                raise SpecError(f"invalid {what} address: {text}") from None
            if not any(address in subnet for subnet in subnets):
                raise SpecError(f"no matching subnet for {what} {text}")


def _check_ranges(ranges: Iterable[str], subnets: Sequence[IPv4Network]) -> None:
    for text in ranges:
        try:
            first = IPv4Interface(text).ip if "/" in text else None
        except (AddressValueError, NetmaskValueError, ValueError):
            first = None
        if first is None:
            raise SpecError(f"invalid CIDR address: {text}")
        if not any(first in subnet for subnet in subnets):
            raise SpecError(f"no matching subnet for range {text}")


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
    places = tuple(_place(text, parsed.missing) for text in parsed.all("network"))
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
        mac=words.mac(parsed.get("mac-address", "")),
        auto_remove=parsed.get("rm", False),
        detach=parsed.get("detach", False),
        labels=parsed.all("label"),
        entrypoint=parsed.get("entrypoint", ""),
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
        first.mac or words.mac(parsed.get("mac-address", "")),
        first.priority,
        (*first.links, *links),
        first.options,
    )
    return own, *places[1:]


def _place(text: str, missing: frozenset[str]) -> EndpointSpec:
    """Read ``--network``: a name, or ``name=NET,ip=ADDRESS,alias=NAME…``; docker/cli opts/network.go."""
    if "=" not in text:
        return EndpointSpec(text)
    pairs = [part.partition("=")[::2] for part in text.split(",")]
    known = ("name", "alias", "ip", "mac-address", "gw-priority", "driver-opt")
    for key, _ in pairs:
        if key not in known or (key == "gw-priority" and "--gw-priority" in missing):
            raise SpecError(f"invalid field key {key}" + ("" if key not in ("ip6", "link-local-ip") else ": not modelled"))
    values = dict(pairs)
    if not values.get("name"):
        raise SpecError("network name/id is not specified")
    return EndpointSpec(
        values["name"],
        tuple(value for key, value in pairs if key == "alias"),
        values.get("ip", ""),
        words.mac(values.get("mac-address", "")),
        words.number("gw-priority", values.get("gw-priority", "0")),
        options=dict(words.pair("driver-opt", value) for key, value in pairs if key == "driver-opt"),
    )


def _extra_host(text: str) -> tuple[str, str]:
    name, sep, address = text.partition("=" if "=" in text else ":")
    if not sep or not name:
        raise SpecError(f'bad format for add-host: "{text}"')
    return name, address
