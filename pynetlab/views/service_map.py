"""Who is on which network, before anything runs: services, their networks, their ports and the outside, as records and as text."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import text

OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Bus:
    """A network."""

    key: str
    """What services call it."""
    name: str
    """What the engine calls it."""
    kind: str = "bridge"
    """Its driver."""
    details: tuple[str, ...] = ()
    """What else is to say of it, such as its subnet."""
    closed: bool = False
    """It has no way to the outside."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A service's place in a network."""

    bus: str
    """The network's key."""
    address: str = ""
    """An address that it asks for; empty: the engine chooses."""
    aliases: tuple[str, ...] = ()
    """The names that it has there besides its own."""


@dataclass(frozen=True, slots=True)
class Box:
    """A service."""

    name: str
    count: int = 1
    """So many containers."""
    taps: tuple[Tap, ...] = ()
    ports: tuple[str, ...] = ()
    """What it publishes, such as ``8080 -> 80/tcp``."""
    inside: str = ""
    """The service whose network namespace it uses."""
    links: tuple[str, ...] = ()
    """The services that it calls by names of its own."""

    @property
    def label(self) -> str:
        """Give its name, and how many containers it has where that is not one."""
        return self.name if self.count == 1 else f"{self.name} \u00d7{self.count}"


@dataclass(frozen=True, slots=True)
class ServiceMap:
    """Services and networks; each tap names one of the networks."""

    name: str
    boxes: tuple[Box, ...]
    buses: tuple[Bus, ...]

    @property
    def title(self) -> str:
        """Say what it is a map of."""
        return f"The networks of {self.name}"

    def __str__(self) -> str:
        """Say it in words, as :func:`twin` does."""
        return f"{self.title}\n\n{twin(self)}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Draw it in a notebook, trusted or not."""
        from .service_map_svg import draw  # noqa: PLC0415 - the drawing needs the record

        return {"text/plain": str(self), "text/html": draw(self).html()}

    def box(self, name: str) -> Box | None:
        """Find a service."""
        return next((box for box in self.boxes if box.name == name), None)


def about(bus: Bus) -> str:
    """Say in one line what a network is."""
    return ", ".join([bus.kind, *bus.details, *(["no way out"] if bus.closed else [])])


def twin(chart: ServiceMap) -> str:
    """Say it in words: what each service has, and who is on each network."""
    services = [(box.label, _places(box), "\n".join(box.ports)) for box in chart.boxes]
    networks = [(bus.name, about(bus), ", ".join(_members(chart, bus))) for bus in chart.buses]
    tables = [text.table("Services", ("service", "networks", f"ports on the {OUTSIDE}"), services)]
    tables += [text.table("Networks", ("network", "kind", "services"), networks)] if networks else []
    return "\n\n".join(tables)


def _places(box: Box) -> str:
    if box.inside:
        return f"those of {box.inside}: the same namespace"
    lines = [" ".join([tap.bus, *([tap.address] if tap.address else []), *(f"as {name}" for name in tap.aliases)]) for tap in box.taps]
    return "\n".join(lines) or "none"


def _members(chart: ServiceMap, bus: Bus) -> Iterator[str]:
    for box in chart.boxes:
        if any(tap.bus == bus.key for tap in box.taps):
            yield box.label
