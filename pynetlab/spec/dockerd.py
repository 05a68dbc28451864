"""The flags of today's daemon that are about the network: dockerd(8), moby daemon/command/config_unix.go (cmd/dockerd before 29)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network, NetmaskValueError
from typing import Any, Self

from ..errors import SpecError
from . import words

ANY = IPv4Address(0)
"""Every address of the host."""


@dataclass(frozen=True, slots=True)
class DaemonFlags:
    """What the daemon was told about its network, with the defaults of 20.10 to 29."""

    bip: IPv4Interface | None = None
    """The address of docker0 with its prefix length; None: Docker chooses."""
    fixed_cidr: IPv4Network | None = None
    """Where in that subnet containers get their addresses."""
    default_gateway: IPv4Address | None = None
    bridge: str = ""
    """Another bridge in place of docker0, which has to be there; ``none``: no default network."""
    icc: bool = True
    ip: IPv4Address = ANY
    """Where ports are published that name no address."""
    ip_masq: bool = True
    iptables: bool = True
    ip_forward: bool = True
    ip_forward_no_drop: bool = False
    userland_proxy: bool = True
    allow_direct_routing: bool = False
    mtu: int = 1500
    """In bytes."""
    default_address_pool: tuple[tuple[str, int], ...] = ()
    """Each a block and the prefix length of its parts; none: those of the release."""
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    dns_opt: tuple[str, ...] = ()

    @classmethod
    def parse(cls, flags: Sequence[str], newer: frozenset[str] = frozenset()) -> Self:
        """Read the words of a command line, such as ``["--icc=false", "--bip", "10.1.0.1/24"]``.

        ``newer`` are those of :data:`NEWER` that the release has. Raises SpecError in the words of dockerd.
        """
        values: dict[str, Any] = {}
        left = list(flags)
        while left:
            word = left.pop(0)
            name, equals, text = word.partition("=")
            if name not in FLAGS or (name in NEWER and name.removeprefix("--") not in newer):
                raise SpecError(f"unknown flag: {name}")
            field, read = FLAGS[name]
            if not equals and read is words.boolean:
                text = "true"
            elif not equals:
                if not left:
                    raise SpecError(f"flag needs an argument: {name}")
                text = left.pop(0)
            value = read(name, text)
            values[field] = (*values.get(field, ()), value) if field in LISTS else value
        return cls(**values)


def _interface(_flag: str, text: str) -> IPv4Interface:
    try:
        if "/" in text:
            return IPv4Interface(text)
    except (AddressValueError, NetmaskValueError):
        pass
    raise SpecError(f"invalid CIDR address: {text}")


def _network(flag: str, text: str) -> IPv4Network:
    return _interface(flag, text).network


def _pool(flag: str, text: str) -> tuple[str, int]:
    """Read ``base=CIDR,size=N``; moby opts/address_pools.go."""
    parts = dict(part.partition("=")[::2] for part in text.split(","))
    if set(parts) != {"base", "size"}:
        raise SpecError(f'invalid argument "{text}" for "{flag}" flag: invalid key {", ".join(sorted(set(parts) - {"base", "size"}))!r}')
    block, size = _network(flag, parts["base"]), words.number(flag, parts["size"])
    if not block.prefixlen <= size <= 32:  # noqa: PLR2004 - the whole address
        raise SpecError(f"invalid size {size} of the address pool {block}: give {block.prefixlen} to 32")
    return str(block), size


FLAGS: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "--bip": ("bip", _interface),
    "--fixed-cidr": ("fixed_cidr", _network),
    "--default-gateway": ("default_gateway", words.address),
    "--bridge": ("bridge", words.text),
    "-b": ("bridge", words.text),
    "--icc": ("icc", words.boolean),
    "--ip": ("ip", words.address),
    "--ip-masq": ("ip_masq", words.boolean),
    "--iptables": ("iptables", words.boolean),
    "--ip-forward": ("ip_forward", words.boolean),
    "--ip-forward-no-drop": ("ip_forward_no_drop", words.boolean),
    "--userland-proxy": ("userland_proxy", words.boolean),
    "--allow-direct-routing": ("allow_direct_routing", words.boolean),
    "--mtu": ("mtu", words.number),
    "--default-address-pool": ("default_address_pool", _pool),
    "--dns": ("dns", lambda flag, text: str(words.address(flag, text))),
    "--dns-search": ("dns_search", words.text),
    "--dns-opt": ("dns_opt", words.text),
}
"""Flag → the field that it sets, and how its value is read."""
LISTS = ("default_address_pool", "dns", "dns_search", "dns_opt")
NEWER = ("--ip-forward-no-drop", "--allow-direct-routing")
"""Flags that not every release has."""
