"""The rules that every release since 20.10 writes alike: address translation, and the user's own chain."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

from ...kernel import Plan, Step
from ...ops import SetPolicy
from .rules import Wanted, chain, lead, put
from .seam import BridgeNetwork, PublishedPort

DOCKER, USER = "DOCKER", "DOCKER-USER"
STAGE_1, STAGE_2 = "DOCKER-ISOLATION-STAGE-1", "DOCKER-ISOLATION-STAGE-2"
ANY = "0.0.0.0"  # noqa: S104 - the address of a rule, not of a socket of ours


def nat_jumps(*, hairpin: bool) -> Iterator[Wanted]:
    """Lead what is for the host itself through the DOCKER chain of nat."""
    local = f"-m addrtype --dst-type LOCAL -j {DOCKER}"
    yield Wanted("nat", "PREROUTING", local, "Whatever comes for one of the host's own addresses may be for a published port.")
    beyond = "" if hairpin else "! -d 127.0.0.0/8 "
    why = "So may what the host sends to itself" + ("." if hairpin else ", but not over 127.0.0.1: there the userland proxy answers.")
    yield Wanted("nat", "OUTPUT", beyond + local, why)


def translation(network: BridgeNetwork, *, hairpin: bool, skip: bool) -> Iterator[Wanted]:
    """Hide the network's containers behind the host's address."""
    bridge, target = network.bridge, f"SNAT --to-source {network.snat}" if network.snat else "MASQUERADE"
    if network.masquerade and network.mode != "routed":
        why = f"Nobody outside knows {network.subnet}, so its packets leave with an address of the host."
        yield Wanted("nat", "POSTROUTING", f"-s {network.subnet} ! -o {bridge} -j {target}", why, first=True)
    if network.masquerade and skip and not hairpin:
        why = f"What containers on {bridge} send to a published port is left to the userland proxy."
        yield Wanted("nat", DOCKER, f"-i {bridge} -j RETURN", why, first=True)
    why = f"Without a userland proxy the host's own 127.0.0.1 would reach containers on {bridge}, who could not answer it."
    rule = f"-o {bridge} -m addrtype --src-type LOCAL -j {target}"
    yield Wanted("nat", "POSTROUTING", rule, why, first=True, only_if=hairpin)


def publication(network: BridgeNetwork, port: PublishedPort, *, hairpin: bool) -> Wanted:
    """Lead a port of the host to a container."""
    where = "" if port.host_ip == ANY else f"-d {port.host_ip} "
    elsewhere = "" if hairpin else f"! -i {network.bridge} "
    rule = f"{where}{elsewhere}-p {port.proto} --dport {port.host_port} -j DNAT --to-destination {port.container_ip}:{port.container_port}"
    why = f"Port {port.host_port} of {'the host' if port.host_ip == ANY else port.host_ip} is {port.container_ip}:{port.container_port}."
    return Wanted("nat", DOCKER, rule, why)


def opening(network: BridgeNetwork, port: PublishedPort, *, first: bool) -> Wanted:
    """Let a published port be reached from outside its bridge."""
    rule = f"-d {port.container_ip} ! -i {network.bridge} -o {network.bridge} -p {port.proto} --dport {port.container_port} -j ACCEPT"
    why = f"{port.container_port}/{port.proto} of {port.container_ip} is published: what is led there may pass."
    return Wanted("filter", DOCKER, rule, why, first=first)


def own_port(port: PublishedPort, *, only_if: bool = True) -> Wanted:
    """Let a container reach itself over its published port."""
    rule = f"-s {port.container_ip} -d {port.container_ip} -p {port.proto} --dport {port.container_port} -j MASQUERADE"
    why = f"{port.container_ip} may call its own published port: with its own address as the source no answer would come back."
    return Wanted("nat", "POSTROUTING", rule, why, only_if=only_if)


def links(network: BridgeNetwork, parent: IPv4Address, child: IPv4Address, ports: Sequence[tuple[str, int]]) -> Iterator[Wanted]:
    """Let one container reach the ports of another, which --icc=false forbids."""
    both = f"-i {network.bridge} -o {network.bridge}"
    for proto, port in ports:
        asks = f"-s {parent} -d {child} {both} -p {proto} --dport {port} -j ACCEPT"
        yield Wanted("filter", DOCKER, asks, f"{parent} is linked to {child} and may use its port {port}.")
        answers = f"-s {child} -d {parent} {both} -p {proto} --sport {port} -j ACCEPT"
        yield Wanted("filter", DOCKER, answers, f"The answers of {child} may come back.")


def users_chain(netns: str, *, returns: bool) -> Plan[None]:
    """Put the chain of the user's own rules first in FORWARD; moby libnetwork/firewall_linux.go."""
    yield from chain(netns, "filter", USER, "Rules of the host's administrator have a chain that Docker never empties.")
    if returns:
        yield from put(netns, [Wanted("filter", USER, "-j RETURN", "Where the user's rules say nothing, Docker's follow.")])
    yield from lead(netns, "FORWARD", USER, "The user's rules come before Docker's, or they could not forbid anything.")


def drop_forwarded(netns: str) -> Plan[None]:
    """Set FORWARD's policy to DROP; moby libnetwork/drivers/bridge/setup_ip_forwarding.go."""
    why = "The host was no router before. It shall route for containers, and for nobody else."
    yield Step(SetPolicy(netns, "filter", "FORWARD", "DROP"), why)
