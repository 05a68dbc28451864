"""The stage of every lab: the Docker host with a network card, and another machine on the same wire."""

from collections.abc import Sequence
from ipaddress import IPv4Interface, IPv4Network

from .kernel import Plan, Step
from .model import Route, mac_address
from .ops import AddAddress, AddNetns, AddRoute, AddVeth, SetSysctl, SetUp, WriteFile

HOST, OUTSIDE = "host", "outside"
HOST_ADDRESS, OUTSIDE_ADDRESS = IPv4Interface("192.0.2.10/24"), IPv4Interface("192.0.2.99/24")


def stage(resolv: Sequence[str] = ()) -> Plan[None]:
    """Set the stage: a Docker host, and another machine on its wire. Raises nothing on an empty kernel."""
    yield Step(AddNetns(HOST), "A network namespace plays the Docker host, so that the machine that runs this is left alone.")
    yield Step(AddNetns(OUTSIDE), "Another one plays a machine on the same wire.")
    for name in (HOST, OUTSIDE):
        yield Step(SetUp(name, "lo"), f"Programs on {name} reach each other over 127.0.0.1 once the loopback device is up.")
    cable = AddVeth(HOST, "eth0", mac_address(HOST, "eth0"), OUTSIDE, "eth0", mac_address(OUTSIDE, "eth0"))
    yield Step(cable, "The wire between them has two ends, a network card for each.")
    for name, address in ((HOST, HOST_ADDRESS), (OUTSIDE, OUTSIDE_ADDRESS)):
        yield Step(AddAddress(name, "eth0", address), f"{name} is {address.ip} in 192.0.2.0/24, a network kept for examples (RFC 5737).")
        yield Step(SetUp(name, "eth0"), f"The card of {name} is switched on; the kernel adds the route to its neighbours.")
    default = Route(IPv4Network("0.0.0.0/0"), "eth0", OUTSIDE_ADDRESS.ip)
    yield Step(AddRoute(HOST, default), "What the host has no better route for goes to the other machine.")
    yield Step(SetSysctl(HOST, "net.ipv4.ip_forward", "0"), "The host is no router until somebody makes it one.")
    lines = "".join(f"{line}\n" for line in resolv or ["nameserver 127.0.0.1"])
    yield Step(WriteFile(HOST, "/etc/resolv.conf", lines), "These are the name servers that the host asks, and Docker will read them.")


HOSTS_FILE = "127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost ip6-loopback\nff02::1\t\tip6-allnodes\nff02::2\t\tip6-allrouters\n\n"
"""What Debian writes into /etc/hosts of a machine that has no name of its own."""


def files() -> Plan[None]:
    """Give the Docker host an /etc/hosts, which containers in its network see, and both machines their names."""
    yield Step(WriteFile(HOST, "/etc/hosts", HOSTS_FILE), "A machine knows at least itself.")
    for name in (HOST, OUTSIDE):
        yield Step(WriteFile(name, "/etc/hostname", f"{name}\n"), "And it knows what it is called.")
