"""A question that one program of a lab asks another over the network, and the answer that it sees."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from .packet import DEFAULT_TTL, Packet

PATIENCE = {"tcp": 1.2, "udp": 1.2, "icmp": 1.0, "dns": 1.2}
"""How long a question waits for its answer, in seconds."""


@dataclass(frozen=True, slots=True)
class Socket:
    """What a program asks of its socket before it sends; ip(7), socket(7)."""

    ttl: int = DEFAULT_TTL
    pmtud: str = "want"
    """IP_MTU_DISCOVER: ``want`` forbids fragments where the packet fits as a whole, ``do`` always, ``dont`` never."""
    source: IPv4Address | None = None
    """The address that it speaks from; None for the one that routes choose."""
    device: str = ""
    """SO_BINDTODEVICE: the device that it must use; empty for any."""
    ident: int = 0
    """Its port, or the identifier of its echo requests; 0 for one that is free."""


USUAL = Socket()


@dataclass(frozen=True, slots=True)
class Probe:
    """One question: a connection, a datagram, an echo request, or a name to resolve."""

    source: str
    """The namespace of the program that asks."""
    proto: str
    """``tcp``, ``udp``, ``icmp`` or ``dns``."""
    ip: IPv4Address
    """Whom it asks; of ``dns`` the name server."""
    port: int = 0
    name: str = ""
    """The name to resolve, of ``dns``."""
    patience: float | None = None
    """In seconds; without it that of :data:`PATIENCE`."""
    size: int = 56
    """Bytes that an echo request carries after its header; 56 as ping(8) sends."""
    socket: Socket = USUAL

    @property
    def waits(self) -> float:
        """Give how long it waits, in seconds."""
        return PATIENCE.get(self.proto, 1.0) if self.patience is None else self.patience

    def __str__(self) -> str:
        """Print it as it would be asked on a command line of the lab."""
        if self.proto == "dns":
            return f"{self.source} -> {self.name} asked of {self.ip}"
        size = f" size {self.size}" if self.size != 56 else ""  # noqa: PLR2004 - what goes without saying
        ttl = f" ttl {self.socket.ttl}" if self.socket.ttl != DEFAULT_TTL else ""
        return f"{self.source} -> {self.ip}{f':{self.port}' if self.port else ''}/{self.proto}{size}{ttl}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the one who asked saw."""

    result: str
    """``ok``, ``refused``, ``timeout``, ``no-route-to-host``, ``network-unreachable``; of a ping its own words, such as
    ``Network is unreachable``."""
    server: str = ""
    """The name of the server that answered."""
    saw: str = ""
    """The source address that the server saw."""
    rcode: int | None = None
    """Of ``dns``: RFC 1035, section 4.1.1."""
    answers: tuple[str, ...] = ()
    """Of ``dns``: the addresses."""

    def __str__(self) -> str:
        """Print it in a few words."""
        words = [self.result]
        words += [f"from {self.server}"] if self.server else []
        words += [f"who saw {self.saw}"] if self.saw else []
        words += [f"({', '.join(self.answers)})"] if self.answers else []
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Got:
    """What one question brought to the socket that sent it."""

    answer: Answer
    packet: Packet | None = None
    """The first that came back, as it arrived: a reply, or an ICMP error."""
    errno: str = ""
    """The error that the socket reports, such as ``ENETUNREACH``; of a ping only what its own kernel refuses."""
    after: float = 0.0
    """Seconds until it was known; 0 for at once."""
    mtu: int = 0
    """How large a packet may be at most, where it was too large for the way."""
