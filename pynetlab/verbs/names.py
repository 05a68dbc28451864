"""Names in a lab: who answers to which, asked by a program in a container; and name servers of the world outside."""

from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Any, Protocol

from ..errors import SpecError
from ..kernel import Kernel, Plan, Step
from ..model import DnsQuery, Manners, Resolution, Resolver, Scope
from ..model.dns import KINDS, reverse_name
from ..model.resolution import PATIENCE, PORT
from ..ops import AddNames, StartResolver
from ..stage import HOST, HOST_ADDRESS, OUTSIDE, OUTSIDE_ADDRESS

ADDRESSES = {OUTSIDE: str(OUTSIDE_ADDRESS.ip), HOST: str(HOST_ADDRESS.ip)}
LONGEST_LABEL, LONGEST_NAME = 63, 253
"""In bytes; RFC 1035, section 2.3.4."""


class Host(Protocol):
    """What of a lab is needed."""

    kernel: Kernel
    containers: dict[str, Any]

    def carry_out(self, plan: Plan[None]) -> Any:  # noqa: ANN401 - the lab's own kind of walk
        """Carry a plan out; one that fails is undone, and its error raised."""


def resolve(
    lab: Host,
    asker: str,
    name: str,
    kind: str = "A",
    *,
    server: str = "",
    proto: str = "udp",
    room: int = 0,
    patience: float = PATIENCE,
) -> Resolution:
    """Ask for a name from a container, or from ``host`` or ``outside``, as dig(1) does: once, without search domains.

    Without ``server`` the first one in the asker's resolv.conf is asked. ``kind`` is a type of record; for ``PTR`` the
    name may be an address. ``room`` is what the asker takes over UDP, in bytes, as EDNS0 says it; 0: it does not say.
    ``patience`` is in seconds. In a live lab a real question goes out from the asker's namespace. Raises SpecError for
    an asker that is not there and for a question that cannot be asked.
    """
    query = DnsQuery(_name(name, kind.upper()), kind.upper(), proto, room)
    if query.kind not in KINDS:
        raise SpecError(f"no type of record is called {kind}; there are {', '.join(KINDS)}")
    if proto not in ("udp", "tcp"):
        raise SpecError(f"names are asked for over udp or tcp, not over {proto}")
    if not 0 <= room <= 65535 or patience <= 0:  # noqa: PLR2004 - two bytes say it
        raise SpecError("room is from 0 to 65535 bytes, and patience more than 0 seconds")
    return lab.kernel.resolve(_netns(lab, asker), query, server and str(_address(server)), patience)


def _name(name: str, kind: str) -> str:
    if kind == "PTR" and name.replace(".", "").isdigit():
        return reverse_name(_address(name))
    wanted = name.removesuffix(".")
    labels = wanted.split(".")
    if not wanted.isascii() or len(wanted) > LONGEST_NAME or not all(0 < len(label) <= LONGEST_LABEL for label in labels):
        raise SpecError(f"{name!r} is no name that can be asked for: parts of 1 to 63 letters with dots between, 253 at most")
    return wanted


def _address(text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise SpecError(f"{text!r} is no IPv4 address") from None


def _netns(lab: Host, asker: str) -> str:
    if asker in (HOST, OUTSIDE):
        return asker
    container = lab.containers.get(asker)
    if container is None:
        raise SpecError(f"nobody is called {asker} in this lab; there are {', '.join([HOST, OUTSIDE, *sorted(lab.containers)])}")
    if not container.netns:
        raise SpecError(f"{asker} does not run, so it can ask for nothing; start it first")
    found: str = container.netns
    return found


def name_server(lab: Host, names: Mapping[str, str], machine: str = OUTSIDE, *, ip: str = "") -> None:
    """Let a machine, ``outside`` or ``host``, be a name server on port 53 that knows these names and their addresses alone.

    To other names it says NXDOMAIN, with authority. ``ip`` is where it waits, without it the machine's own address; on
    the host 127.0.0.1 is where its resolv.conf leads. Raises SpecError for what is no address, KernelError where one
    runs already.
    """
    if machine not in ADDRESSES:
        raise SpecError(f"a name server can be on {' or '.join(ADDRESSES)}, not on {machine}")
    known: dict[IPv4Address, list[str]] = {}
    for name, address in names.items():
        known.setdefault(_address(address), []).append(_name(name, "A"))
    at, zone = str(_address(ip or ADDRESSES[machine])), f"names of {machine}"

    def plan() -> Plan[None]:
        server = Resolver(PORT, PORT, at, machine, (Scope(zone),), manners=Manners(authority=True))
        yield Step(StartResolver(machine, server), f"{machine} answers questions about names at {at}.")
        for address, called in known.items():
            yield Step(AddNames(machine, zone, address, tuple(called)), f"It knows {', '.join(called)}.")

    lab.carry_out(plan())
