"""The flags of the 1.2 daemon that are about the network.

moby v1.2.0 daemon/config.go and pkg/mflag; docs/sources/reference/commandline/cli.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Self

from ..errors import SpecError

ANY = IPv4Address(0)
"""Every address of the host."""
TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False")


@dataclass(frozen=True, slots=True)
class DaemonConfig:
    """What the daemon was told about its network, with the defaults of 1.2.

    Whether the values fit together, and whether BridgeIP is an address, the daemon finds out when it starts.
    """

    EnableIptables: bool = True
    EnableIpForward: bool = True
    BridgeIface: str = ""
    """Empty: docker0, which Docker makes. ``none``: no network."""
    BridgeIP: str = ""
    """An address with a prefix length for docker0; empty: Docker chooses."""
    InterContainerCommunication: bool = True
    DefaultBindingIP: IPv4Address | IPv6Address = ANY
    """Where ports are published that name no address. The daemon's own name for it is DefaultIp."""
    Mtu: int = 0
    """In bytes; 0: that of the default route's device."""
    Dns: tuple[str, ...] = field(default=())
    DnsSearch: tuple[str, ...] = field(default=())

    @classmethod
    def from_flags(cls, flags: Sequence[str]) -> Self:
        """Read the words of a command line, such as ``["--icc=false", "-b", "br0"]``.

        One dash and two are the same; a switch takes its value only after ``=``. Raises SpecError in Docker's words.
        """
        values: dict[str, Any] = {}
        left = list(flags)
        while left:
            name, equals, text = _split(left.pop(0))
            key, read = FLAGS[name]
            if not equals and read is _bool:
                text = "true"
            elif not equals:
                if not left:
                    raise SpecError(f"flag needs an argument: {_dashed(name)}")
                text = left.pop(0)
            value = read(name, text)
            values[key] = (*values.get(key, ()), value) if key in ("Dns", "DnsSearch") else value
        return cls(**values)

    def environment(self) -> dict[str, str]:
        """Give the six variables that the daemon hands to the job init_networkdriver."""
        return {
            "EnableIptables": str(int(self.EnableIptables)),
            "InterContainerCommunication": str(int(self.InterContainerCommunication)),
            "EnableIpForward": str(int(self.EnableIpForward)),
            "BridgeIface": self.BridgeIface,
            "BridgeIP": self.BridgeIP,
            "DefaultBindingIP": str(self.DefaultBindingIP),
        }


def _split(word: str) -> tuple[str, str, str]:
    name, equals, text = word.partition("=")
    bare = name.removeprefix("-").removeprefix("-")
    if not name.startswith("-") or not bare:
        raise SpecError(f"{word!r} is no flag of the daemon; it takes {', '.join(map(_dashed, FLAGS))}")
    if bare not in FLAGS:
        raise SpecError(f"flag provided but not defined: {name}; there are {', '.join(map(_dashed, FLAGS))}")
    return bare, equals, text


def _dashed(name: str) -> str:
    return f"-{name}" if len(name) == 1 else f"--{name}"


def _bool(name: str, text: str) -> bool:
    if text not in TRUE + FALSE:
        raise SpecError(f'invalid boolean value "{text}" for {_dashed(name)}: give true or false')
    return text in TRUE


def _text(_name: str, text: str) -> str:
    return text


def _ip(name: str, text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except ValueError:
        raise SpecError(f'invalid value "{text}" for flag {_dashed(name)}: {text} is not an ip address') from None


def _server(name: str, text: str) -> str:
    return str(_ip(name, text))


def _mtu(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise SpecError(
            f'invalid value "{text}" for flag {_dashed(name)}: give a number of bytes, 0 for that of the default route\'s device'
        )
    return int(text)


FLAGS: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "iptables": ("EnableIptables", _bool),
    "ip-forward": ("EnableIpForward", _bool),
    "icc": ("InterContainerCommunication", _bool),
    "b": ("BridgeIface", _text),
    "bridge": ("BridgeIface", _text),
    "bip": ("BridgeIP", _text),
    "ip": ("DefaultBindingIP", _ip),
    "mtu": ("Mtu", _mtu),
    "dns": ("Dns", _server),
    "dns-search": ("DnsSearch", _text),
}
"""Flag → the field that it sets, and how its value is read."""
