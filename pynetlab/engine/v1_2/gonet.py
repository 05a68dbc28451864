"""Addresses as Go's package net reads and prints them, since Docker's messages and refusals come from there.

Go 1.19 net/ip.go: ParseIP, ParseCIDR, IP.String, IP.To4.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from ...errors import DaemonError

IP = IPv4Address | IPv6Address | None
"""Go's net.IP, which may be nil: text that is no address becomes nil, and nobody notices."""


@dataclass(frozen=True, slots=True)
class CIDR:
    """An address with its prefix length, of either family."""

    ip: IPv4Address | IPv6Address
    prefixlen: int


def parse_ip(text: str) -> IP:
    """Read an address of either family; None for anything else, an address with a zone included."""
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


def parse_cidr(text: str) -> CIDR:
    """Read ``ADDRESS/BITS``; only decimal digits after the slash, no netmask.

    Raises DaemonError with Go's text.
    """
    address, _, digits = text.partition("/")
    ip = parse_ip(address)
    if ip is None or not (digits.isascii() and digits.isdigit()) or int(digits) > ip.max_prefixlen:
        raise DaemonError(f"invalid CIDR address: {text}")
    return CIDR(ip, int(digits))


def to4(ip: IP) -> IPv4Address | None:
    """Give the IPv4 address that this is, an IPv4-mapped IPv6 address included."""
    return ip.ipv4_mapped if isinstance(ip, IPv6Address) else ip


def ip_text(ip: IP) -> str:
    """Print an address as Go does: nil is ``<nil>``, and an IPv4-mapped one is printed as IPv4."""
    return "<nil>" if ip is None else str(to4(ip) or ip)


def host_port(ip: IP, port: int) -> str:
    """Join an address and a port as net.JoinHostPort does."""
    text = ip_text(ip)
    return f"[{text}]:{port}" if ":" in text else f"{text}:{port}"
