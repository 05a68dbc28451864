"""Questions to a name server and its replies, as far as a lab asks and shows them: RFC 1035, RFC 3596, RFC 6891."""

from dataclasses import dataclass
from ipaddress import IPv4Address

NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
"""Response codes, RFC 1035, section 4.1.1."""
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}
KINDS = ("A", "AAAA", "MX", "PTR", "SRV", "TXT", "NS", "SOA", "CNAME", "ANY")
"""The types of records that can be asked for."""
SMALLEST = 512
"""In bytes; what a reply over UDP may have where the question does not offer more (RFC 1035, section 4.2.1)."""
LARGEST = 65535
"""In bytes; what a reply over TCP may have."""
REVERSE = ".in-addr.arpa"


@dataclass(frozen=True, slots=True)
class DnsQuery:
    """One question."""

    name: str
    """Without the dot at its end."""
    kind: str = "A"
    proto: str = "udp"
    """``udp`` or ``tcp``."""
    room: int = 0
    """How many bytes the client takes over UDP, as EDNS0 says it; 0: it does not say."""

    @property
    def largest(self) -> int:
        """Give how large a reply may be, in bytes."""
        return LARGEST if self.proto == "tcp" else max(SMALLEST, self.room)


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One record of a reply; its text is that of dig(1)."""

    name: str
    kind: str
    data: str
    ttl: int = 600
    """In seconds."""

    def __str__(self) -> str:
        """Print the line of dig(1)."""
        return f"{self.name}. {self.ttl} IN {self.kind} {self.data}"


@dataclass(frozen=True, slots=True)
class DnsReply:
    """What a name server says."""

    rcode: int = NOERROR
    records: tuple[DnsRecord, ...] = ()
    """The answer section."""
    truncated: bool = False
    """TC: there is more, which TCP would bring."""
    recursion: bool = True
    """RA: it asks others for what it does not know."""
    authoritative: bool = False
    """AA."""

    @property
    def status(self) -> str:
        """Give the response code as dig(1) names it."""
        return RCODES.get(self.rcode, f"RCODE{self.rcode}")


@dataclass(frozen=True, slots=True)
class Resolution:
    """A question, whom it was put to, and what came of it; the same in the simulation and in the real kernel."""

    query: DnsQuery
    server: str
    """The address that was asked; empty where resolv.conf names none."""
    result: str
    """``ok``, ``timeout``, ``refused``, ``network-unreachable`` or ``no-route-to-host``."""
    reply: DnsReply | None = None
    """What the server said; None where it said nothing."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Give the addresses, or for other types the data, of all records."""
        return tuple(record.data for record in self.reply.records) if self.reply else ()

    def __str__(self) -> str:
        """Print the status and each record on a line, or in a sentence why there is none."""
        asked = f"{self.query.name} {self.query.kind} @{self.server}/{self.query.proto}"
        if self.reply is None:
            return f"{asked}: {self.result}, no reply"
        lines = [f"{asked}: {self.reply.status}{', truncated' if self.reply.truncated else ''}", *map(str, self.reply.records)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Give the same, as a notebook shows it."""
        return str(self)


def reverse_name(address: IPv4Address) -> str:
    """Give the name that a PTR record of an address has."""
    return address.reverse_pointer


def asked_address(name: str) -> str:
    """Give the address whose PTR record a name asks for; empty for a name that is none of that kind."""
    octets, _, rest = name.partition(REVERSE)
    return ".".join(reversed(octets.split("."))) if octets and name.endswith(REVERSE) and not rest else ""


def fitting(reply: DnsReply, query: DnsQuery, *, compress: bool) -> DnsReply:
    """Cut a reply to what the client takes: whole records, and TC where some are left out.

    ``compress`` says whether names are shortened before records are left out (RFC 1035, section 4.1.4), as miekg/dns
    Truncate does, in docker-v29.7.2 daemon/libnetwork/resolver.go; else the name stands in full in each record.
    """
    name = len(query.name) + 2
    head = 12 + name + 4
    whole, short = name + 10 + 4, 2 + 10 + 4  # an A record: its name, type, class, time and length, and the address
    if reply.records and (head + whole * len(reply.records) <= query.largest or reply.records[0].kind != "A"):
        return reply
    count = (query.largest - head) // (short if compress else whole)
    if compress and count >= len(reply.records):
        return reply
    left = reply.records[:count]
    return DnsReply(reply.rcode, left, truncated=len(left) < len(reply.records), recursion=reply.recursion)
