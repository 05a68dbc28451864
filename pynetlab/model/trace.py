"""Where a packet went and why: ``Trace ▸ Hop ▸ Step``, of a simulated packet or of one that was seen in the real kernel."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from .packet import Packet
from .probe import Answer, Probe


class Outcome(StrEnum):
    """What became of a packet, or of a question that took several."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """The other machine answered that nobody listens, or a rule answered so in its place."""
    DROPPED = "dropped by rule"
    POLICY = "policy drop"
    REJECTED = "rejected by rule"
    NO_ROUTE = "no route"
    UNRESOLVED = "unresolved neighbour"
    TTL = "ttl exceeded"
    MTU = "mtu exceeded"
    MARTIAN = "martian"
    REVERSE_PATH = "reverse path"
    NOT_FORWARDED = "not forwarded"
    """The machine is no router: net.ipv4.ip_forward is 0."""
    NO_LISTENER = "no listener"
    LOOP = "loop"
    PROHIBITED = "prohibited"
    """The answer was that an administrator does not allow it."""
    DOWN = "device down"
    OTHER_HOST = "for another machine"
    """A frame whose MAC address is not the device's."""
    NOT_BRIDGED = "not bridged"
    """A bridge, or a macvlan's mode, lets no frame pass between these two devices."""
    INVALID = "invalid"
    """A packet that makes no sense where it came to, such as an answer that nobody waits for."""
    SILENT = "silent"
    """It was delivered, and nothing came back."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step happened; parts that do not apply are empty."""

    netns: str
    device: str = ""
    hook: str = ""
    """``PREROUTING``, ``INPUT``, ``FORWARD``, ``OUTPUT`` or ``POSTROUTING``."""
    table: str = ""
    chain: str = ""

    def __str__(self) -> str:
        """Print the parts that there are."""
        parts = [self.netns, self.device, " ".join(filter(None, (self.table, self.chain or self.hook)))]
        return " ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Cause:
    """What decided a step."""

    kind: str
    """``rule``, ``policy``, ``return``, ``route``, ``neighbour``, ``socket``, ``sysctl``, ``bridge port``, ``connection``,
    ``device``, ``local address`` or ``proxy``."""
    text: str = ""
    """In the words of the tool that shows it: a rule of iptables-save, a route of ``ip route``, ``KEY = VALUE`` of sysctl."""
    number: int | None = None
    """The rule's number in its chain, from 1; after the last rule for a policy or a return, as TRACE counts."""
    origin: str = ""
    """Why it is there: the reason of the step that made it, where that is known."""

    def __str__(self) -> str:
        """Print it as one phrase."""
        number = f" {self.number}" if self.number is not None and self.kind == "rule" else ""
        return f"{self.kind}{number}{': ' if self.text else ''}{self.text}"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a packet."""

    where: Place
    what: str
    """``sent``, ``received``, ``matched``, ``translated``, ``routed``, ``resolved``, ``bridged``, ``flooded``,
    ``delivered``, ``answered`` or ``dropped``."""
    packet: Packet
    """As it was before."""
    after: Packet | None = None
    """As it is after, where the step changed it."""
    verdict: str = ""
    """What a rule or a policy said: ``ACCEPT``, ``DROP``, ``RETURN``, ``DNAT``, the name of a chain …."""
    cause: Cause | None = None

    def __str__(self) -> str:
        """Print one line without the namespace, which its hop names."""
        where = str(replace(self.where, netns="")).strip()
        changed = f" → now {self.after}" if self.after else ""
        cause = f" ({self.cause})" if self.cause else ""
        return f"{where}: {self.what}{' ' if self.verdict else ''}{self.verdict}{cause}{changed}"


@dataclass(frozen=True, slots=True)
class Hop:
    """One stay of one packet in one namespace, from where it came in or was made to where it left or ended."""

    netns: str
    leg: str
    """Which packet of the conversation: ``request``, ``reply`` or ``error``; those of a proxy's own flow begin with ``proxy``.
    What a router says of a shorter way is the ``redirect`` about it, such as ``request redirect``."""
    steps: tuple[Step, ...] = ()

    def __str__(self) -> str:
        """Print the namespace and its steps."""
        return "\n".join([f"{self.netns} ({self.leg})", *(f"  {step}" for step in self.steps)])


@dataclass(frozen=True, slots=True)
class Trace:
    """The way of a packet and of what answered it, and what became of it all."""

    netns: str
    """Where it was sent."""
    packet: Packet
    """As it was sent."""
    outcome: Outcome
    why: str
    """One sentence."""
    remedy: str = ""
    """What would help, one sentence; empty where nothing is wrong."""
    hops: tuple[Hop, ...] = ()
    probe: Probe | None = None
    answer: Answer | None = None
    """What the sender saw, where it asked a question."""

    def steps(self) -> Iterator[tuple[Hop, Step]]:
        """Give every step with its hop, in order."""
        for hop in self.hops:
            for step in hop.steps:
                yield hop, step

    def devices(self, leg: str | None = None) -> list[tuple[str, str]]:
        """List the devices passed, (namespace, name), as packet sockets there see them."""
        seen = (step.where for hop, step in self.steps() if step.what in ("sent", "received") and leg in (None, hop.leg))
        return [(place.netns, place.device) for place in seen]

    def matched(self, leg: str | None = None) -> list[tuple[str, str, str, int]]:
        """List the rules matched: (namespace, table, chain, number)."""
        return [
            (step.where.netns, step.where.table, step.where.chain, step.cause.number)
            for hop, step in self.steps()
            if step.cause and step.cause.kind == "rule" and step.cause.number is not None and leg in (None, hop.leg)
        ]

    def answered(self, probe: Probe, answer: Answer) -> Self:
        """Give this trace with the question that it answers."""
        return replace(self, probe=probe, answer=answer)
