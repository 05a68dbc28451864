"""Questions as one writes them: ``web -> db:5432/tcp``, ``outside -> host:8080``, ``web -> 8.8.8.8/icmp``, ``web -> db/dns``."""

import re
from collections.abc import Container, Iterable, Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network
from typing import Any, Protocol

from ..errors import SpecError
from ..model import DnsQuery, Listener, Netns, Probe, State, resolve
from ..model.resolution import in_hosts, server_of
from ..stage import HOST, HOST_ADDRESS, OUTSIDE, OUTSIDE_ADDRESS
from ..tracer import World, carrying

QUESTION = re.compile(r"\s*(?P<source>\S+)\s*(?:->|→)\s*(?P<target>[^\s:/]+)(?::(?P<port>[^\s/]*))?(?:/(?P<proto>\S*))?\s*")
PROTOCOLS = ("tcp", "udp", "icmp", "dns")
GRAMMAR = "write it as 'web -> db:5432/tcp', 'outside -> host:8080', 'web -> 8.8.8.8/icmp' or 'web -> db/dns'"
LAST_PORT = 65535
SERVICE = "com.docker.compose.service"
MACHINES = {HOST: HOST_ADDRESS.ip, OUTSIDE: OUTSIDE_ADDRESS.ip}


class Asked(Protocol):
    """What has to be known of a lab."""

    @property
    def containers(self) -> Mapping[str, Any]:
        """Its containers, by name; each with the namespace that it is in."""

    def state(self) -> State:
        """Give all that the kernel holds now."""


def parse(lab: Asked, question: str | Probe, proto: str = "", state: State | None = None) -> Probe:
    """Read a question, unless it is one already, as a fault's is.

    Without a protocol it is tcp where a port is named, else icmp; ``proto`` is the one it must have.
    ``state`` is the lab's own, where it is known already.

    A target is a container, a machine of the stage, an IPv4 address, ``localhost``, or a name that the one who asks can
    resolve. Raises SpecError, which names what there is.
    """
    if isinstance(question, Probe):
        return question
    found = QUESTION.fullmatch(question)
    if found is None:
        raise SpecError(f"question {question!r} is not understood: {GRAMMAR}")
    state = state or lab.state()
    wanted = found["proto"] or proto or ("icmp" if found["port"] is None else "tcp")
    if wanted not in PROTOCOLS or (proto and wanted != proto):
        raise SpecError(f"question {question!r}: protocol {wanted!r} cannot be asked here; there is {proto or ', '.join(PROTOCOLS)}")
    source, target = namespace(lab, state, found["source"]), found["target"]
    if wanted == "dns":
        return Probe(source, "dns", _server(state[source]), name=target)
    ip = _address(lab, state, source, target)
    return Probe(source, wanted, ip, _port(state, question, wanted, found["port"], (target, ip)))


def namespace(lab: Asked, state: State, name: str) -> str:
    """Find the namespace of a container, the first of a Compose service, or a machine.

    Raises SpecError for one that is not there or does not run.
    """
    container = lab.containers.get(name) or (None if name in MACHINES else _of_service(lab, name))
    netns = name if container is None else str(container.netns)
    if netns in state.netns:
        return netns
    if container is not None:
        raise SpecError(f"{name} does not run, so nobody is there; the lab has {_known(lab, state)}")
    raise SpecError(f"there is nothing called {name}; the lab has {_known(lab, state)}")


def _of_service(lab: Asked, name: str) -> Any:  # noqa: ANN401 - each release has its own containers
    """Find a container by the service that Compose made it for; docker/compose pkg/api/labels.go."""
    label = f"{SERVICE}={name}"
    return next((each for each in lab.containers.values() if label in getattr(getattr(each, "spec", None), "labels", ())), None)


def _known(lab: Asked, state: State) -> str:
    return ", ".join([*(name for name in MACHINES if name in state.netns), *sorted(lab.containers)])


def _server(netns: Netns) -> IPv4Address:
    text = server_of(netns)
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise SpecError(f"{netns.name} asks the name server {text}, and only IPv4 is modelled") from None


def _address(lab: Asked, state: State, source: str, target: str) -> IPv4Address:
    if target == "localhost":
        return IPv4Address("127.0.0.1")
    if re.fullmatch(r"[\d.]+", target):
        try:
            return IPv4Address(target)
        except AddressValueError:
            raise SpecError(f"{target!r} is no IPv4 address") from None
    if target in MACHINES and target in state.netns:
        return MACHINES[target]
    if target in lab.containers:
        return _of_container(lab, state, source, target)
    known = in_hosts(state[source], target)
    if known is None:
        found = resolve(state, source, DnsQuery(target), carrying(World(state)))
        known = IPv4Address(found.addresses[0]) if found.addresses else None
    if known is not None:
        return known
    if _of_service(lab, target) is not None:
        return _of_container(lab, state, source, target)
    raise SpecError(f"there is nothing called {target}, and {source} cannot resolve it; the lab has {_known(lab, state)}")


def _of_container(lab: Asked, state: State, source: str, name: str) -> IPv4Address:
    netns = namespace(lab, state, name)
    found = nearest(addresses(state[netns]), wires(state[source]), netns)
    if found is None:
        raise SpecError(f"{name} has no address, so it cannot be asked; connect it to a network first")
    return found


def addresses(netns: Netns) -> list[IPv4Interface]:
    """List a namespace's addresses that others can reach it at."""
    return [address for link in netns.links.values() for address in link.addresses if not address.ip.is_loopback]


def wires(netns: Netns) -> set[IPv4Network]:
    """Give the networks that a namespace is on."""
    return {address.network for link in netns.links.values() for address in link.addresses}


def nearest(own: Iterable[IPv4Interface], near: Container[IPv4Network], netns: str) -> IPv4Address | None:
    """Choose of a container's addresses one on a wire that both are on, as its name service does; else the first.

    A machine of the stage is asked at its address on the wire outside. None where there is no address.
    """
    if netns in MACHINES:
        return MACHINES[netns]
    found = list(own)
    return next((address.ip for address in found if address.network in near), found[0].ip if found else None)


def _port(state: State, question: str, proto: str, text: str | None, target: tuple[str, IPv4Address]) -> int:
    if proto == "icmp":
        if text is not None:
            raise SpecError(f"question {question!r}: icmp has no ports; leave :{text} out")
        return 0
    if not text:
        raise SpecError(f"question {question!r}: {proto} needs a port, such as {target[0]}:80; {_listening(state, target, proto)}")
    if not text.isdigit() or not 0 < int(text) <= LAST_PORT:
        raise SpecError(f"question {question!r}: {text!r} is no port, which is a number from 1 to {LAST_PORT}")
    return int(text)


def _listening(state: State, target: tuple[str, IPv4Address], proto: str) -> str:
    name, ip = target
    holders = (netns for netns in state.netns.values() if any(ip == a.ip for link in netns.links.values() for a in link.addresses))
    found: set[Listener] = {each for netns in holders for each in netns.listeners if each.proto == proto}
    ports = ", ".join(map(str, sorted({each.port for each in found})))
    return f"{name} listens on {ports}" if ports else f"nobody listens at {name}"
