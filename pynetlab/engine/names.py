"""What Docker draws at random, derived from names, so that a lab is the same every time: ids, devices, MAC addresses."""

import hashlib
from ipaddress import IPv4Address

SHORT = 12
"""So many digits of an id are shown."""

ADJECTIVES = ("amber", "brisk", "calm", "dusty", "early", "fabled", "gentle", "hardy", "idle", "jolly", "keen", "lively")
PEOPLE = ("cerf", "kahn", "postel", "perlman", "baran", "davies", "roberts", "metcalfe", "floyd", "jacobson", "radia", "mockapetris")
"""People who made networks, for containers that nobody named."""


def identity(*words: str) -> str:
    """Give an id of 64 hexadecimal digits that depends only on the words, such as ``("network", "front")``."""
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def bridge_name(network_id: str) -> str:
    """Name the bridge of a user-defined network, as bridge_linux.go does."""
    return f"br-{network_id[:SHORT]}"


def veth_name(endpoint_id: str) -> str:
    """Name the host's end of a cable: ``veth`` and seven digits."""
    return f"veth{endpoint_id[:7]}"


def mac_of(address: IPv4Address) -> str:
    """Give the MAC address that releases up to 27 derive from an IPv4 address: 02:42 and its octets."""
    return "02:42:" + ":".join(f"{octet:02x}" for octet in address.packed)


def container_name(serial: int) -> str:
    """Name a container that nobody named."""
    adjective, person = ADJECTIVES[serial % len(ADJECTIVES)], PEOPLE[serial // len(ADJECTIVES) % len(PEOPLE)]
    return f"{adjective}_{person}" + (str(serial) if serial >= len(ADJECTIVES) * len(PEOPLE) else "")
