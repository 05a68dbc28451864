"""States for the tests of views, made by the simulated kernel, and what is found in the drawings."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from xml.etree import ElementTree as ET

from pynetlab.model import Route, mac_address
from pynetlab.ops import AddAddress, AddBridge, AddNetns, AddRoute, AddVeth, SetMaster, SetSysctl, SetUp
from pynetlab.sim import SimKernel
from pynetlab.views import metrics

EVERYWHERE = IPv4Network("0.0.0.0/0")


def cable(host, device, other, name, address):
    return [
        AddVeth(host, device, mac_address(host, device), other, name, mac_address(other, name)),
        AddAddress(other, name, IPv4Interface(address)),
        SetUp(host, device),
    ]


def stage():
    yield from (AddNetns("host"), AddNetns("outside"))
    yield from cable("host", "eth0", "outside", "eth0", "192.0.2.99/24")
    yield from (AddAddress("host", "eth0", IPv4Interface("192.0.2.10/24")), SetUp("outside", "eth0"))
    yield AddRoute("host", Route(EVERYWHERE, "eth0", IPv4Address("192.0.2.99")))
    yield SetSysctl("host", "net.ipv4.ip_forward", "1")


def bridge(number, name, containers, down=()):
    gateway = f"172.{17 + number}.42.1"
    yield from (AddBridge("host", name, mac_address(name)), AddAddress("host", name, IPv4Interface(f"{gateway}/16")), SetUp("host", name))
    for i, container in enumerate(containers):
        device = f"v{number}-{i}"
        yield AddNetns(container)
        yield from cable("host", device, container, "eth0", f"172.{17 + number}.0.{i + 2}/16")
        yield SetMaster("host", device, name)
        if container not in down:
            yield SetUp(container, "eth0")
            yield AddRoute(container, Route(EVERYWHERE, "eth0", IPv4Address(gateway)))


def made_by(*plans):
    kernel = SimKernel()
    kernel.apply([op for plan in plans for op in plan])
    return kernel.state()


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - the text is this project's own


def found(svg, tag):
    return list(parsed(svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def cut_off(svg):
    """Give the texts that do not fit on the page."""
    page, found_ = float(parsed(svg).get("width")), []
    for each in found(svg, "text"):
        wide = metrics.width(
            each.text, float(each.get("font-size")), mono=each.get("font-family") == "monospace", bold=bool(each.get("font-weight"))
        )
        left = float(each.get("x")) - wide * {None: 0, "middle": 0.5, "end": 1}[each.get("text-anchor")]
        found_ += [each.text] if left < 0 or left + wide > page else []
    return found_
