"""Faults: bringing one into a lab, named or drawn, and listing what there is."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, overload

from ..errors import SpecError
from ..faults import FAULTS, Fault, Kind, Place
from ..faults.fault import Host
from ..faults.questions import shown
from ..kernel import run
from ..model import State
from ..sim import SimKernel
from ..stage import HOST
from ..views.table import Table

ANY = "any"


class Faulty(Host, Protocol):
    """What of a lab is needed."""

    @property
    def containers(self) -> Mapping[str, Any]:
        """Its containers, by name; each with the namespace that it is in, empty where it does not run."""


@overload
def fault(lab: Faulty) -> Table: ...
@overload
def fault(lab: Faulty, name: str, where: str = "", *, seed: int = 0, **options: float) -> Fault: ...
def fault(lab: Faulty, name: str = "", where: str = "", *, seed: int = 0, **options: float) -> Fault | Table:
    """Bring a fault into the lab, and give its record, which can undo it; without a name list what there is.

    ``where`` is a container, or a device of one such as ``"web:eth1"``; a fault of the host needs none. ``"any"`` draws
    one of those that are possible now, by ``seed``, and does not tell which until it is asked to reveal it. Raises
    SpecError for what there is not, or cannot be here; then nothing changes.
    """
    state = lab.state()
    if not name:
        return listed(lab, state)
    kind = FAULTS.get(name)
    if kind is None and name != ANY:
        raise SpecError(f"there is no fault {name!r}; there are {', '.join((*FAULTS, ANY))}")
    known = kind.options if kind else {}
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise SpecError(f"{name} has no option {unknown[0]!r}; it has {', '.join(known) or 'none'}")
    if kind is None:
        return _drawn(lab, state, where, seed)
    given = {word: _number(kind, word, value) for word, value in options.items()}
    return _brought(lab, kind, _place(lab, state, kind, where), {**known, **given})


def _number(kind: Kind, option: str, value: float) -> float:
    try:
        return type(kind.options[option])(value)
    except (TypeError, ValueError):
        raise SpecError(f"{kind.name}: {option} has to be a number, not {value!r}") from None


def _brought(lab: Faulty, kind: Kind, at: Place, options: Mapping[str, float]) -> Fault:
    walk = lab.carry_out(kind.plan(at, **options))
    told, after = walk.done(), lab.state()
    question, outcome = shown(at.state, after, told.questions, by_chance=kind.by_chance) or (None, None)
    return Fault(kind.name, at.netns, kind.noticed(at.netns), told.cause, question, outcome, lab, walk, before=at.state, after=after)


def _running(lab: Faulty) -> dict[str, str]:
    """Give the containers that have a network of their own, with their namespaces."""
    return {name: each.netns for name, each in sorted(lab.containers.items()) if each.netns not in ("", HOST)}


def _place(lab: Faulty, state: State, kind: Kind, where: str) -> Place:
    """Find the place of a fault. Raises SpecError, which names what there is."""
    if kind.of_host:
        if where not in ("", HOST):
            raise SpecError(f"{kind.name} is a fault of the host, not of {where!r}")
        return Place(state, HOST)
    name, _, device = where.partition(":")
    found = _running(lab)
    if name not in found:
        wrong = f"no container {name!r} runs in a network of its own" if name else f"{kind.name} strikes a container: name one"
        raise SpecError(f"{wrong}; there are {', '.join(found) or 'none'}")
    return Place.find(state, found[name], device)


def possible(lab: Faulty, state: State) -> Iterator[tuple[Kind, Place]]:
    """Give the faults that can be brought into the lab now, with their places: of each the plan is read, and not carried out."""
    for kind in FAULTS.values():
        for where in [""] if kind.of_host else _running(lab):
            try:
                at = _place(lab, state, kind, where)
                for _ in kind.plan(at, **kind.options):
                    pass
            except SpecError:
                continue
            yield kind, at


def _drawn(lab: Faulty, state: State, where: str, seed: int) -> Fault:
    def place_in_line(choice: tuple[Kind, Place]) -> str:
        return hashlib.sha256(f"{seed} {choice[0].name} {choice[1].netns}".encode()).hexdigest()

    wanted = _running(lab).get(where, where)
    for kind, at in sorted(possible(lab, state), key=place_in_line):
        if wanted in ("", at.netns) and _noticed(kind, at):
            brought = _brought(lab, kind, at, kind.options)
            brought.hidden = True
            return brought
    raise SpecError(f"no fault is possible {f'at {where}' if where else 'here'}; run a container that has a network of its own")


def _noticed(kind: Kind, at: Place) -> bool:
    """Say whether somebody would notice a fault, by trying it in a simulation."""
    kernel = SimKernel(at.state)
    told = run(kind.plan(at, **kind.options), kernel).done()
    return shown(at.state, kernel.state(), told.questions, by_chance=kind.by_chance) is not None


def listed(lab: Faulty, state: State) -> Table:
    """List the faults: name, options, where each is possible now, and what one notices."""
    places: dict[str, list[str]] = {}
    for kind, at in possible(lab, state):
        places.setdefault(kind.name, []).append(at.netns)
    rows = tuple((kind.name, options(kind), ", ".join(places.get(kind.name, ())), kind.noticed("a container")) for kind in FAULTS.values())
    return Table("Faults, and where they are possible now", ("name", "options", "where", "what one notices"), rows, ("options",))


def options(kind: Kind) -> str:
    """Print what can be set of a kind of fault, and what it is else."""
    return ", ".join(f"{name}={value}" for name, value in kind.options.items())
