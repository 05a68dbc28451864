"""Who reaches whom on what: everybody who runs asks everybody, in the kernel of the lab."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from typing import Protocol

from ..errors import SpecError
from ..kernel import Kernel
from ..model import Netns, Probe, State
from ..views.reachability import Reachability, Service
from .asking import LAST_PORT, MACHINES, Asked, addresses, nearest, wires

PROTOCOLS = ("tcp", "udp", "icmp")
BATCH = 256
"""So many questions at most are under way at once: in a live lab each holds a socket."""


class Reaching(Asked, Protocol):
    """What has to be known of a lab."""

    kernel: Kernel


def reachability(lab: Reaching, ports: Iterable[int] | None = None, protos: Iterable[str] = PROTOCOLS) -> Reachability:
    """Ask everybody from everybody: running containers, ``host`` and ``outside``: ``print(lab.reachability())``.

    What is asked are the ports that somebody serves or publishes there, over ``tcp`` and ``udp``, and an echo for
    ``icmp``; with ``ports`` these alone, whether somebody listens or not. In a live lab real questions go out. Raises
    SpecError for a port or a protocol that there is not.
    """
    wanted = tuple(dict.fromkeys(protos))
    strange = [each for each in wanted if each not in PROTOCOLS]
    if strange or not wanted:
        raise SpecError(f"reachability is asked over {', '.join(PROTOCOLS)}, not over {', '.join(map(repr, strange)) or 'nothing'}")
    chosen = None if ports is None else sorted(set(ports))
    for port in chosen or ():
        if not 0 < port <= LAST_PORT:
            raise SpecError(f"{port} is no port, which is a number from 1 to {LAST_PORT}")
    return matrix(lab.kernel, parties(lab), services(lab, chosen, wanted))


def parties(lab: Asked) -> dict[str, str]:
    """Give everybody who can ask, by name, with the namespace that they are in: containers first, then the machines."""
    state = lab.state()
    running = {name: str(each.netns) for name, each in sorted(lab.containers.items()) if str(each.netns) in state.netns}
    return running | {name: name for name in MACHINES if name in state.netns}


def services(lab: Asked, ports: Sequence[int] | None, protos: Sequence[str]) -> tuple[Service, ...]:
    """List what can be asked, by name and then in the order of the protocols."""
    state = lab.state()
    return tuple(
        Service(name, proto, port)
        for name, netns in parties(lab).items()
        for proto in protos
        for port in ((0,) if proto == "icmp" else sorted(set(_open(state[netns], proto))) if ports is None else ports)
    )


def _open(netns: Netns, proto: str) -> Iterator[int]:
    """Give the ports at which others can find somebody: sockets that are not for this machine alone, and published ports."""
    yield from (each.port for each in netns.listeners if each.proto == proto and not ip_address(each.ip).is_loopback)
    table = netns.tables.get("nat")
    for chain in table.chains.values() if table else ():
        for rule in chain.rules:
            match = rule.match(proto) if rule.target == "DNAT" else None
            port = match.option("--dport") if match else None
            own = rule.destination is not None and rule.destination.value.is_loopback  # as that of the resolver in a container
            if port is not None and not port.negated and not own:
                yield int(port.words[0].partition(":")[0])


def matrix(kernel: Kernel, who: dict[str, str], asked: Sequence[Service]) -> Reachability:
    """Ask for every service from everybody; a service whose owner is not there, or has no address, is not asked."""
    state = kernel.state()
    probes = [list(_probes(state, netns, who, asked)) for netns in who.values()]
    flat = [probe for row in probes for probe in row if probe is not None]
    answers = iter([answer for at in range(0, len(flat), BATCH) for answer in kernel.ask(flat[at : at + BATCH])])
    rows = tuple(tuple(None if probe is None else next(answers) for probe in row) for row in probes)
    return Reachability(tuple(who), tuple(asked), rows)


def _probes(state: State, source: str, who: dict[str, str], asked: Sequence[Service]) -> Iterator[Probe | None]:
    near = wires(state[source])
    places = {name: nearest(addresses(state[netns]), near, netns) for name, netns in who.items()}
    for each in asked:
        ip = places.get(each.name)
        yield None if ip is None else Probe(source, each.proto, ip, each.port)
