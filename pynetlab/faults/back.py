"""Taking a fault back: what it changed is put back as it was, beside whatever Docker did since.

Each thing that a step changed is looked at by itself. As the fault left it: the operation's own way back is exact. Gone,
or changed by somebody since: it stays as it is, and that is said. A chain of rules is mended rule by rule, since Docker
writes into it all the time.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from ..errors import KernelError
from ..kernel import Plan, Step, Taken
from ..model import Netns, Route, State
from ..ops import (
    AddAddress,
    AddRoute,
    DeleteAddress,
    DeleteRoute,
    FirewallOp,
    LinkOp,
    Op,
    ProxyOp,
    SetDown,
    SetSysctl,
    WriteFile,
)
from . import chains

WHY = "What somebody broke here is mended: it was so before."


class Thing(NamedTuple):
    """One kind of thing that operations change."""

    ops: tuple[type[Op], ...]
    words: Callable[[Any], str]
    """Names the thing that an operation changes."""
    look: Callable[[Any, Netns], Any]
    """Gives what is now of it; None where it is gone."""


def _routes(op: AddRoute | DeleteRoute, netns: Netns) -> tuple[Route, ...] | None:
    rivals = tuple(route for route in netns.routes if (route.dst, route.metric) == (op.route.dst, op.route.metric))
    return rivals if op.route.dev in netns.links else None


THINGS = (
    Thing((LinkOp,), lambda op: f"{op.name} of {op.netns}", lambda op, netns: netns.links.get(op.name)),
    Thing((AddRoute, DeleteRoute), lambda op: f"the route to {op.route.dst} in {op.netns}", _routes),
    Thing((SetSysctl,), lambda op: f"{op.key} of {op.netns}", lambda op, netns: netns.sysctl.get(op.key, "")),
    Thing((WriteFile,), lambda op: f"{op.path} of {op.netns}", lambda op, netns: netns.files.get(op.path)),
    Thing((ProxyOp,), lambda op: f"port {op.host_port}/{op.proto} of {op.netns}", lambda op, netns: op.listener in netns.listeners),
    Thing(
        (FirewallOp,),
        lambda op: f"chain {op.chain} of the {op.table} table of {op.netns}",
        lambda op, netns: netns.chain(op.table, op.chain),
    ),
)
ROUTING = (AddRoute, DeleteRoute, AddAddress, DeleteAddress, SetDown)
"""With addresses, and with devices that go down, the kernel changes routes."""


def thing(op: Op) -> Thing:
    """Find what kind of thing an operation changes."""
    return next(each for each in THINGS if isinstance(op, each.ops))


def changed(ops: Iterable[Op]) -> set[str]:
    """Name all that operations change, the routes of a namespace as one."""
    found = set()
    for op in ops:
        found |= {f"the routes of {op.netns}"} if isinstance(op, ROUTING) else set()
        found |= set() if isinstance(op, AddRoute | DeleteRoute) else {thing(op).words(op)}
    return found


def _look(op: Op, state: State) -> Any:  # noqa: ANN401 - each kind of operation changes another kind of thing
    return thing(op).look(op, state[op.netns]) if op.netns in state.netns else None


def back(taken: Sequence[Taken], before: State, after: State, now: State, since: Sequence[Taken]) -> Plan[tuple[str, ...]]:
    """Take steps back and say what was left as it is; ``since`` is what happened after them."""
    left: dict[str, None] = {}
    mended: set[str] = set()
    for each in reversed(taken):
        op = each.op
        if op is None or not each.undo or thing(op).words(op) in mended:
            continue
        held, name = _look(op, now), thing(op).words(op)
        ways: Iterable[Op] = each.undo
        if held is None:
            left[f"{name} is gone, and there is nothing to put back"] = None
            continue
        if isinstance(op, FirewallOp):
            old, new = _look(op, before), _look(op, after)
            rules = chains.restored(op, old, new, held, since)
            left |= dict.fromkeys(f"nobody wants {rule} in {name} any more" for rule in chains.missing(old, new, rules))
            ways = chains.lead(op, held.rules, rules)
            mended.add(name)
        elif held != _look(op, after) or any(later.op == op for later in since):
            left[f"{name} was changed since, and stays as it is"] = None
            continue
        for way in ways:
            try:
                yield Step(way, WHY, may_fail=True)
            except KernelError as refusal:
                left[f"{refusal}, so this was not put back"] = None
    return tuple(left)
