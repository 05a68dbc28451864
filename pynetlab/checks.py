"""The exercises of the notebooks: what was asked for, and what is there instead."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from ipaddress import IPv4Interface

from .errors import SpecError
from .faults import Told
from .faults.questions import all_around, shown
from .lab import Lab
from .model import Answer, Probe, Route, Rule, State
from .model.diff import difference
from .provenance import state_after
from .stage import HOST_ADDRESS
from .tracer import World
from .tracer import trace as follow
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


def _two_tiers(lab: Lab) -> Iterator[str]:
    missing = [name for name in ("proxy", "db") if name not in lab.containers]
    if missing:
        yield f"There shall be containers proxy and db; {' and '.join(missing)} is missing."
        return
    proxy, db = (set(lab.containers[name].endpoints) for name in ("proxy", "db"))
    if not {"front", "back"} <= proxy:
        yield f"proxy shall be on front and back; it is on {', '.join(sorted(proxy))}. A container can be connected to one more network."
    if db != {"back"}:
        yield f"db shall be on back alone; it is on {', '.join(sorted(db))}."
    if lab.ask("outside -> host:8080").server != "proxy":
        yield "Port 8080 of the host shall be answered by proxy. One option of docker run publishes a port."
    if "back" in proxy and lab.ping("db -> 192.0.2.99").result == "ok":
        yield "Nothing shall lead from back to the outside. One option of docker network create closes a network."
    if not lab.resolve("proxy", "db").addresses:
        yield "proxy shall reach db by its name; names are known to those on the same network."


def _neighbours_only(lab: Lab) -> Iterator[str]:
    if lab.ask("outside -> host:8080").result != "ok":
        yield (
            "A neighbour, 192.0.2.99, shall reach port 8080. Answers pass DOCKER-USER too, and they come from the container: "
            "-i eth0 names what comes in."
        )
    if follow(World(_far_away(lab.state())), Probe("outside", "tcp", HOST_ADDRESS.ip, 8080)).answer == Answer("timeout"):
        return
    yield "A client from 198.51.100.7 still reaches port 8080. The packet is for port 80 by then; conntrack knows what was asked for."


def _two_doors(lab: Lab) -> Iterator[str]:
    if lab.ask("outside -> host:8443").result != "ok":
        yield "Outside shall be answered at port 8443 of 192.0.2.10. An address stands before the port of the host."
    if lab.ask("host -> 127.0.0.1:8443").result == "ok":
        yield "Port 8443 shall be at 192.0.2.10 only, and 127.0.0.1 answers there too."
    if lab.ask("host -> 127.0.0.1:8080").result != "ok":
        yield "The host shall be answered at 127.0.0.1:8080."
    if lab.ask("outside -> host:8080").result == "ok":
        yield "Port 8080 shall be for this host only, and outside is answered there too."


def _repaired(lab: Lab) -> Iterator[str]:
    struck = [number for number, walk in enumerate(lab.walks) if isinstance(walk.result, Told)]
    if not struck:
        yield 'No fault is in this lab: bring one with lab.fault("any", seed=1). What undo() took out, nobody repaired.'
        return
    before, broken, now = state_after(lab.walks[: struck[0]]), state_after(lab.walks[: struck[-1] + 1]), lab.state()
    gone = sorted(before.netns.keys() - now.netns.keys())
    if gone:
        yield f"{' and '.join(gone)} shall run as before."
        return
    found = shown(before, now, all_around(before))
    if found:
        probe, outcome = found
        ends = f": {outcome.value}" if outcome else ""
        yield f"{probe} is not answered as it was before{ends}. lab.trace tells where the packet ends."
    elif not shown(before, broken, all_around(before)):  # chance decides, so that an answer proves nothing
        touched = {(change.netns, change.kind) for change in difference(before, broken)}
        for netns, kind in sorted(touched & {(change.netns, change.kind) for change in difference(before, now)}):
            yield f"Once in a while it still goes wrong: a {kind} of {netns} is not as it was."


def _far_away(state: State) -> State:
    """Let the machine outside speak from another network, which the host reaches by its default route."""
    outside, stranger = state["outside"], IPv4Interface("198.51.100.7/32")
    card = outside.links["eth0"]
    own = replace(outside, routes=(Route(HOST_ADDRESS.network, "eth0", src=stranger.ip),))
    return state.with_netns(own.with_link(replace(card, addresses=(*card.addresses, stranger))))


CHECKS: Mapping[str, Check] = {
    "own-network": _own_network,
    "two-tiers": _two_tiers,
    "neighbours-only": _neighbours_only,
    "two-doors": _two_doors,
    "repaired": _repaired,
}
"""Name of the exercise → what checks it."""
