"""Docker's name service at 127.0.0.11: the names of a container, and the rules in its namespace that lead to the service.

moby daemon/container_operations.go (buildEndpointDNSNames), libnetwork/resolver_unix.go.
The service listens on two ports that Linux chooses; here they follow from the
container's name, so that a lab is the same every time.
"""

import hashlib
from collections.abc import Sequence

from ..kernel import Plan, Step
from ..model import Resolver, Rule
from ..ops import AppendRule, InsertRule, NewChain, StartResolver
from .releases import Names
from .resolvconf import SERVICE

OUTPUT, POSTROUTING = "DOCKER_OUTPUT", "DOCKER_POSTROUTING"
FIRST, COUNT = 32768, 28232
"""The ports that Linux gives to a socket that asks for none: 32768 to 60999."""


def listening(container: str) -> dict[str, int]:
    """Give the ports on which the name service of a container waits, by protocol; never the same for both."""
    number = int.from_bytes(hashlib.sha256(f"name service\0{container}".encode()).digest()[:8], "big")
    tcp = FIRST + number % COUNT
    udp = FIRST + (tcp - FIRST + 1 + number // COUNT % (COUNT - 1)) % COUNT
    return {"tcp": tcp, "udp": udp}


def known_as(names: Names, name: str, aliases: Sequence[str], short: str, hostname: str, *, unnamed: bool) -> tuple[str, ...]:
    """List the names of a container in a network, each once; a PTR record gives the first.

    ``unnamed`` says that Docker chose the name.
    """
    own = [name] if names.names_unnamed or not unnamed else []
    return tuple(dict.fromkeys([*own, *aliases, short, hostname]))


def start(netns: str, resolver: Resolver) -> Plan[None]:
    """Start the service in a container's namespace, and lead questions there."""
    yield Step(StartResolver(netns, resolver), f"The daemon waits in the namespace of {netns} for questions about names.")
    yield from _lead_to_service(netns)


def _lead_to_service(netns: str) -> Plan[None]:
    """Lead questions from port 53 of 127.0.0.11 to where the service really waits, and its answers back."""
    for chain, built_in in ((OUTPUT, "OUTPUT"), (POSTROUTING, "POSTROUTING")):
        yield Step(NewChain(netns, "nat", chain), f"A chain of its own keeps Docker's rules in {built_in} together.")
        jump = Rule.parse(f"-d {SERVICE} -j {chain}")
        yield Step(InsertRule(netns, "nat", built_in, jump), f"Only what goes to {SERVICE}, the name service, is led there.")
    for proto, port in listening(netns).items():
        there = Rule.parse(f"-d {SERVICE} -p {proto} --dport 53 -j DNAT --to-destination {SERVICE}:{port}")
        why = f"A container asks on port 53; the daemon waits on {port}, since the container may want 53 for itself."
        yield Step(AppendRule(netns, "nat", OUTPUT, there), why)
        back = Rule.parse(f"-s {SERVICE} -p {proto} --sport {port} -j SNAT --to-source :53")
        yield Step(AppendRule(netns, "nat", POSTROUTING, back), "The answer has to come from the port that was asked.")
