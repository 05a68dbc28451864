"""The exercises of the notebooks: what was asked for, and what is there instead."""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Interface

from .errors import SpecError
from .lab import Lab
from .model import Rule
from .views.checked import Checked

Check = Callable[[Lab], Iterator[str]]
"""Yields a sentence for each thing that is not as asked, with a hint."""


def check(exercise: str, lab: Lab) -> Checked:
    """Check an exercise by what the lab's kernel holds. Raises SpecError for an exercise that there is not."""
    if exercise not in CHECKS:
        raise SpecError(f"there is no exercise {exercise!r}; there are {', '.join(CHECKS)}")
    return Checked(exercise, tuple(CHECKS[exercise](lab)))


def _own_network(lab: Lab) -> Iterator[str]:
    host = lab.state()["host"]
    wanted = IPv4Interface("10.10.0.1/24")
    bridge = host.links.get("docker0")
    has = " ".join(map(str, bridge.addresses)) if bridge else "no docker0"
    if bridge is None or wanted not in bridge.addresses:
        yield f"docker0 shall have {wanted}; there is {has}. One flag names the bridge's address."
    forward = host.chain("filter", "FORWARD")
    if forward is None or Rule.parse("-i docker0 -o docker0 -j DROP") not in forward.rules:
        yield "Containers shall not speak to each other; FORWARD lets them. One flag is about inter-container communication."
    ports = [where for container in lab.containers.values() for _, where in container.ports]
    if not ports:
        yield 'No port is published; run a container with lab.run("web", publish=["8080:80"]).'
    elif any(not where.startswith("192.0.2.10:") for where in ports):
        yield f"Ports shall be published on 192.0.2.10 only; there is {', '.join(ports)}. One flag names the address for ports."


CHECKS: Mapping[str, Check] = {"own-network": _own_network}
"""Name of the exercise → what checks it."""
