"""Names and addresses as glibc finds them: /etc/hosts first, then the name servers; nsswitch.conf(5), resolv.conf(5), hosts(5).

From glibc 2.36 of Debian 12: nss/nss_files/files-hosts.c, resolv/res_query.c, resolv/res_send.c, sysdeps/posix/getaddrinfo.c.
Only IPv4 is modelled; no machine of a lab has another address than that and ``::1``, so getaddrinfo(3) gives no other.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address

from ..model import DnsQuery, Netns, Resolution
from ..model.dns import NOERROR, NXDOMAIN, reverse_name
from ..model.resolution import HOSTS, NOWHERE, RESOLV
from ..tracer.node import Node
from ..tracer.routing import source_for

Resolve = Callable[[str, DnsQuery, str, float], Resolution]
"""Puts a question to a name server from a namespace; see :class:`pynetlab.kernel.Kernel`."""

NO_NAME, AGAIN, NO_DATA = (
    "Name or service not known",
    "Temporary failure in name resolution",
    "No address associated with hostname",
)
"""The words of gai_strerror(3) for EAI_NONAME, EAI_AGAIN and EAI_NODATA."""
MOST_SERVERS = 3
TIMEOUT, ATTEMPTS = 5.0, 2
"""Seconds, and how often all servers are asked; ``options timeout:`` and ``attempts:``."""
LOOPBACK = IPv4Address("127.0.0.1")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a name, or in ``said`` the words of gai_strerror(3) for why not."""

    name: str
    """The canonical name."""
    addresses: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    said: str = ""
    late: bool = False
    """The time that there was went by without an answer."""


@dataclass(frozen=True, slots=True)
class Resolv:
    """What resolv.conf says."""

    servers: tuple[str, ...] = (NOWHERE,)
    search: tuple[str, ...] = ()
    ndots: int = 1
    timeout: float = TIMEOUT
    attempts: int = ATTEMPTS
    named: bool = False
    """It names a server."""


@dataclass(slots=True)
class Names:
    """Finds names for a program in one namespace."""

    netns: Netns
    resolve: Resolve
    left: float = math.inf
    """Seconds that are left for it all."""
    _known: dict[str, str] = field(default_factory=dict)
    _node: Node = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the routes, which decide about the order of addresses."""
        self._node = Node(self.netns)

    def addresses(self, name: str) -> Found:
        """Find the IPv4 addresses of a name, or of an address itself, in the order of getaddrinfo(3)."""
        if number(name) is not None:
            return Found(name, (name,))
        found = self.hosts(name)
        if not found.addresses:
            found = self.asked(name, "A")
        return Found(found.name, tuple(sorted(found.addresses, key=self._preference)), found.aliases, found.said, found.late)

    def hosts(self, name: str, *, six: bool = False) -> Found:
        """Look a name up in /etc/hosts, IPv4 or IPv6 addresses; every line that has it counts ("multi on" in host.conf(5))."""
        low = name.lower()
        lines = [line for line in host_lines(self.netns, six=six) if any(low == each.lower() for each in line[1:])]
        if not lines:
            return Found(name, said=NO_NAME)
        others = [each for line in lines[1:] for each in line[1:] if each != lines[0][1]]
        return Found(lines[0][1], tuple(line[0] for line in lines), (*lines[0][2:], *others))

    def asked(self, name: str, kind: str) -> Found:
        """Ask the name servers for a name, with the domains of resolv.conf as it stands there."""
        conf = resolv(self.netns)
        said: list[Found] = []
        for full in _full_names(name, conf):
            found = self._of_servers(full, kind, conf)
            if found.addresses or found.late:
                return found
            said.append(found)
        return next((each for each in said if each.said == AGAIN), next((each for each in said if each.said == NO_DATA), said[0]))

    def _of_servers(self, name: str, kind: str, conf: Resolv) -> Found:
        for _ in range(conf.attempts):
            for server in conf.servers:
                patience = min(conf.timeout, self.left)
                found = self.resolve(self.netns.name, DnsQuery(name, kind), server, patience)
                if found.reply is not None and found.reply.truncated:
                    found = self.resolve(self.netns.name, DnsQuery(name, kind, "tcp"), server, patience)
                if found.result == "timeout":
                    self.left -= patience
                    if self.left <= 0:
                        return Found(name, said=AGAIN, late=True)
                rcode = None if found.reply is None else found.reply.rcode
                if rcode == NXDOMAIN:
                    return Found(name, said=NO_NAME)
                if rcode == NOERROR:
                    records = found.reply.records if found.reply else ()
                    data = tuple(record.data for record in records if record.kind == kind)
                    return Found(name, data, said="" if data else NO_DATA)
        return Found(name, said=AGAIN)

    def called(self, address: str) -> Found:
        """Find the name of an address: in /etc/hosts, else by a PTR record."""
        line = next((line for line in host_lines(self.netns) if line[0] == address), None)
        if line is not None:
            return Found(line[1], (address,), tuple(line[2:]))
        found = self._of_servers(reverse_name(IPv4Address(address)), "PTR", resolv(self.netns))
        names = [name.removesuffix(".") for name in found.addresses]
        return Found(names[0], (address,), tuple(names[1:])) if names else found

    def name_of(self, address: str) -> str:
        """Give the name of an address, or the address where it has none, as getnameinfo(3) does."""
        if address not in self._known:
            found = self.called(address)
            self._known[address] = found.name if found.addresses else address
        return self._known[address]

    def _preference(self, text: str) -> tuple[bool, bool, bool]:
        """Rank an address as glibc does RFC 6724: one that cannot be reached last, loopback ones first, then the machine's own.

        The others stay as they came: without IPv6 it does not learn how long the subnets' prefixes are.
        """
        ip = IPv4Address(text)
        source = source_for(self._node, int(ip))
        return not isinstance(source, int), not ip.is_loopback, source != int(ip)


def number(text: str) -> IPv4Address | None:
    """Read an address; None for a name."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        return None


def host_lines(netns: Netns, *, six: bool = False) -> Iterator[Sequence[str]]:
    """Give the lines of /etc/hosts as address and names, IPv4 or IPv6; ``::1`` is 127.0.0.1 to who wants IPv4."""
    for line in netns.files.get(HOSTS, "").splitlines():
        words = line.partition("#")[0].split()
        if len(words) < 2:  # noqa: PLR2004 - an address and a name
            continue
        if six == (":" in words[0]):
            yield words
        elif words[0] == "::1" and not six:
            yield [str(LOOPBACK), *words[1:]]


def resolv(netns: Netns) -> Resolv:
    """Read resolv.conf of a namespace; of servers with IPv6 addresses, which no lab has, none is asked."""
    servers: list[str] = []
    search: tuple[str, ...] = ()
    options: dict[str, str] = {}
    for line in netns.files.get(RESOLV, "").splitlines():
        words = line.split()
        if words[:1] == ["nameserver"] and len(words) > 1 and number(words[1]) is not None:
            servers.append(words[1])
        elif words[:1] in (["search"], ["domain"]):
            search = tuple(words[1:])
        elif words[:1] == ["options"]:
            options |= {key: value for key, _, value in (word.partition(":") for word in words[1:]) if value.isdigit()}
    ndots, timeout, attempts = (int(options.get(key, usual)) for key, usual in (("ndots", 1), ("timeout", 5), ("attempts", ATTEMPTS)))
    return Resolv(tuple(servers[:MOST_SERVERS]) or (NOWHERE,), search, ndots, float(timeout), attempts, bool(servers))


def _full_names(name: str, conf: Resolv) -> Iterator[str]:
    """Give the names to ask for, in order; one with a dot at its end is only asked for as it stands."""
    if name.endswith("."):
        yield name.removesuffix(".")
        return
    within = [f"{name}.{domain}" for domain in conf.search if domain != "."]
    yield from [name, *within] if name.count(".") >= conf.ndots else [*within, name]
