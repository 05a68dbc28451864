"""The plan that every method builds: containers on one bridge, as Docker wires them."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from pynetlab.kernel import Step
from pynetlab.model import Route, mac_address
from pynetlab.ops import AddAddress, AddBridge, AddNetns, AddRoute, AddVeth, SetMaster, SetUp

GATEWAY = IPv4Interface("10.99.0.1/16")


def switch():
    """The host and its bridge."""
    yield Step(AddNetns("host"), "a Docker host")
    yield Step(AddBridge("host", "docker0", mac_address("docker0")), "a switch")
    yield Step(AddAddress("host", "docker0", GATEWAY), "the containers' gateway")
    yield Step(SetUp("host", "docker0"), "on")


def address(number: int) -> IPv4Interface:
    return IPv4Interface(f"{GATEWAY.network.network_address + 2 + number}/16")


def containers(count: int, first: int = 0):
    """Namespace, cable, bridge port, both ends up, address, default route."""
    for number in range(first, first + count):
        name = f"c{number}"
        yield Step(AddNetns(name), "a container")
        yield Step(AddVeth("host", f"veth{number}", mac_address(name, "host"), name, "eth0", mac_address(name)), "its cable")
        yield Step(SetMaster("host", f"veth{number}", "docker0"), "into the switch")
        yield Step(SetUp("host", f"veth{number}"), "on")
        yield Step(SetUp(name, "lo"), "on")
        yield Step(AddAddress(name, "eth0", address(number)), "its address")
        yield Step(SetUp(name, "eth0"), "on")
        yield Step(AddRoute(name, Route(IPv4Network("0.0.0.0/0"), "eth0", via=IPv4Address(GATEWAY.ip))), "its way out")
