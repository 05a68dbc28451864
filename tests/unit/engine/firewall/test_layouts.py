"""The rules of one bridge with one container and one published port, in every combination of what a network can want.

What is expected was checked once against all that moby's own tests expect of its iptables backend: 192 combinations at
docker-v29.7.2, the same at v28.5.2 (drivers/bridge/internal/iptabler).
"""

from ipaddress import IPv4Address, IPv4Network
from itertools import product

import pytest

from pynetlab.engine.firewall import BridgeNetwork, PublishedPort, firewall
from pynetlab.engine.releases import RELEASES
from pynetlab.kernel import Step, run
from pynetlab.ops import AddNetns
from pynetlab.sim import SimKernel

BR, SUBNET, CONTAINER = "br0", "10.1.0.0/24", "10.1.0.2"
BOTH = (False, True)
EXTERNAL = [
    (False, hairpin, icc, masquerade, snat, mode, loopback)
    for hairpin, icc, masquerade, snat, mode, loopback in product(BOTH, BOTH, BOTH, BOTH, ("nat", "nat-unprotected", "routed"), BOTH)
]
INTERNAL = [(True, hairpin, icc, True, False, "nat", False) for hairpin, icc in product(BOTH, BOTH)]


def forward(internal, icc):
    """DOCKER-FORWARD's own part for the bridge."""
    if internal:
        return [f"-i {BR} -o {BR} -j {'ACCEPT' if icc else 'DROP'}"]
    return [f"-i {BR} -j ACCEPT"] if icc else [f"-i {BR} -o {BR} -j DROP", f"-i {BR} ! -o {BR} -j ACCEPT"]


def expected(release, internal, hairpin, icc, masquerade, snat, mode, loopback):
    """Give the rules of each chain that has some, without the jumps that do not depend on the network."""
    ports, routed = not internal and mode != "routed", not internal and mode == "routed"
    opened = not internal and mode != "nat-unprotected"
    nat = "SNAT --to-source 192.0.2.7" if snat else "MASQUERADE"
    here, place = "-d 127.0.0.1/32 ", "" if hairpin else f"! -i {BR} "
    closed = [f"! -d {SUBNET} -i {BR} -j DROP", f"! -s {SUBNET} -o {BR} -j DROP"][::-1]
    wanted = {
        ("raw", "PREROUTING"): [f"-d {CONTAINER}/32 ! -i {BR} -j DROP"] * (ports and mode == "nat")
        + [f"{here}! -i lo -p tcp -m tcp --dport 8080 -j DROP"] * (ports and loopback),
        ("filter", "DOCKER"): [f"-d {CONTAINER}/32 ! -i {BR} -o {BR} -p tcp -m tcp --dport 80 -j ACCEPT"] * opened
        + [f"-o {BR} -p icmp -j ACCEPT"] * routed
        + [f"! -i {BR} -o {BR} -j {'ACCEPT' if mode == 'nat-unprotected' else 'DROP'}"] * (not internal),
        ("filter", "DOCKER-CT"): [f"-o {BR} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"] * (not internal),
        ("filter", "DOCKER-BRIDGE"): [f"-o {BR} -j DOCKER"] * (not internal),
        ("filter", "DOCKER-FORWARD"): forward(internal, icc),
        ("nat", "POSTROUTING"): [f"-o {BR} -m addrtype --src-type LOCAL -j {nat}"] * (not internal and hairpin)
        + [f"-s {SUBNET} ! -o {BR} -j {nat}"] * (ports and masquerade)
        + [f"-s {CONTAINER}/32 -d {CONTAINER}/32 -p tcp -m tcp --dport 80 -j MASQUERADE"] * (ports and hairpin),
        ("nat", "DOCKER"): [f"-i {BR} -j RETURN"] * (release == "28.5" and not internal and masquerade and not hairpin)
        + [f"{here if loopback else ''}{place}-p tcp -m tcp --dport 8080 -j DNAT --to-destination {CONTAINER}:80"] * ports,
    }
    if release == "29.7":
        wanted["filter", "DOCKER-INTERNAL"] = closed * internal
    else:
        passes = [f"-i {BR} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", f"-o {BR} -j RETURN"]
        leaves = passes * routed + [f"-i {BR} ! -o {BR} -j DOCKER-ISOLATION-STAGE-2"] * (not internal)
        wanted["filter", "DOCKER-ISOLATION-STAGE-1"] = leaves + closed * internal
        wanted["filter", "DOCKER-ISOLATION-STAGE-2"] = [f"-o {BR} -j DROP"] * (not internal)
    return {chain: rules for chain, rules in wanted.items() if rules}


def written(kernel):
    """Give the rules of each chain that speak of the bridge or of a published port."""
    tables = kernel.state()["host"].tables
    rules = {(table, name): [str(rule) for rule in chain.rules] for table in tables for name, chain in tables[table].chains.items()}
    mine = {place: [rule for rule in found if BR in rule or "--dport" in rule] for place, found in rules.items()}
    return {place: found for place, found in mine.items() if found}


@pytest.mark.parametrize("release", ["28.5", "29.7"])
@pytest.mark.parametrize("wants", [*EXTERNAL, *INTERNAL])
def test_a_network_has_the_rules_that_it_wants_and_takes_them_with_it(release, wants):
    internal, hairpin, icc, masquerade, snat, mode, loopback = wants
    kernel = SimKernel()
    rules = firewall(RELEASES[release], "host", iptables=True, hairpin=hairpin, direct_routing=False)
    network = BridgeNetwork(BR, IPv4Network(SUBNET), internal, icc, masquerade, mode, IPv4Address("192.0.2.7") if snat else None)
    port = PublishedPort("tcp", "127.0.0.1" if loopback else "0.0.0.0", 0 if mode == "routed" else 8080, CONTAINER, 80)  # noqa: S104
    run((Step(AddNetns("host"), "") for _ in range(1)), kernel)
    run(rules.start(), kernel)
    address = IPv4Address(CONTAINER)
    ports = ([], []) if internal else ([rules.port_up(network, port)], [rules.port_down(network, port)])
    for plan in (rules.network_up(network), rules.endpoint_up(network, address), *ports[0]):
        run(plan, kernel)
    assert written(kernel) == expected(release, *wants)
    for plan in (*ports[1], rules.endpoint_down(network, address), rules.network_down(network)):
        run(plan, kernel)
    assert written(kernel) == {}
