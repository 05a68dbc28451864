"""Which devices ``ip link show`` and ``ip addr show`` are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network

from ..model import Link, Netns
from .call import Refused, absent
from .devices import in_order

KNOWN = ("dev NAME", "up", "type KIND", "master NAME", "to PREFIX", "scope SCOPE")
SCOPES = ("global", "host", "link")


@dataclass(frozen=True, slots=True)
class Selection:
    """What a device must be, and what an address must be."""

    dev: str = ""
    up: bool = False
    kind: str = ""
    master: str = ""
    to: IPv4Network | None = None
    scope: str = ""

    def links(self, netns: Netns) -> list[Link]:
        """List the devices that fit. Raises Refused for one that is named and not there."""
        for name in filter(None, (self.dev, self.master)):
            if name not in netns.links:
                raise Refused(f'Device "{name}" does not exist.')
        return [
            link
            for link in in_order(netns)
            if self.dev in ("", link.name)
            and (link.up or not self.up)
            and self.kind in ("", link.kind)
            and self.master in ("", link.master)
        ]

    def addresses(self, link: Link) -> list[IPv4Interface]:
        """List the addresses of a device that fit."""
        return [each for each in link.addresses if (self.to is None or each.ip in self.to) and self.scope in ("", scope(each))]


def scope(address: IPv4Interface) -> str:
    """Give the scope that ip-address(8) chose for an address."""
    return "host" if address.ip.is_loopback else "global"


def selection(words: Sequence[str]) -> Selection:
    """Read what stands behind ``show``. Raises Refused for what is not modelled."""
    left, found = list(words), Selection()
    while left:
        word = left.pop(0)
        if word == "up":
            found = _with(found, up=True)
            continue
        value = left.pop(0) if word in ("dev", "type", "master", "to", "scope") and left else ""
        match word:
            case "type" | "master" | "dev":
                found = _with(found, **{"kind" if word == "type" else word: value})
            case "to":
                found = _with(found, to=prefix(value))
            case "scope" if value in SCOPES:
                found = _with(found, scope=value)
            case _ if (
                found.dev or word.startswith("-") or word in ("scope", "label", "dynamic", "permanent", "secondary", "primary", "vrf")
            ):
                raise absent(f"'show {word}'", KNOWN)
            case _:
                found = _with(found, dev=word)
    return found


def _with(found: Selection, **changed: object) -> Selection:
    values = {name: getattr(found, name) for name in Selection.__slots__} | changed
    return Selection(**values)


def prefix(text: str) -> IPv4Network:
    """Read a destination as ip(8) does: ``default``, an address, or a network whose last zeros may be left out."""
    if text in ("default", "any", "all"):
        return IPv4Network("0.0.0.0/0")
    try:
        address, slash, bits = text.partition("/")
        octets = address.split(".")
        whole = ".".join([*octets, *["0"] * (4 - len(octets))]) if slash else address
        return IPv4Network(f"{whole}{slash}{bits}")
    except ValueError as error:
        if "host bits" in str(error):
            raise Refused("Error: Invalid prefix for given prefix length.", 2) from None
        raise Refused(f'Error: any valid prefix is expected rather than "{text}".') from None
