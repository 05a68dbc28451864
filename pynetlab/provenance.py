"""Which steps made what a kernel holds: a simulated kernel does a lab's history again, and what comes with a step is its work.

So nothing has to be known of any operation, and what Linux does unasked (a subnet's route, the far end of a cable) has
its step too. What no step brought was there before, or somebody made it by hand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import KernelError
from .kernel import Taken, Walk
from .model import Hop, Link, Netns, Rule, State, Step, Trace
from .model.firewall import Chain, Table
from .ops import Op, Question
from .sim import SimKernel
from .stage import HOST

Fact = tuple[str, ...]
"""A namespace, a kind (``link address route sysctl chain listener file``), and words that name the thing."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One step: its place in the lab's history, from 1, and the command line that its plan was for."""

    number: int
    taken: Taken
    line: str

    @property
    def why(self) -> str:
        """Give its reason."""
        return self.taken.event.why

    @property
    def command(self) -> str:
        """Give its command, for a shell on the Docker host."""
        return self.taken.op.shell(HOST) if self.taken.op else ""


@dataclass(slots=True)
class Origins:
    """The steps behind everything that a history left."""

    facts: dict[Fact, tuple[Cause, ...]] = field(default_factory=dict)
    """The step that made each, then those that changed it."""
    rules: dict[Fact, list[tuple[Rule, Cause]]] = field(default_factory=dict)
    """Of each chain: its namespace, table and name."""
    steps: int = 0
    """The length of the history."""

    def of(self, *fact: str) -> tuple[Cause, ...]:
        """Give the steps behind a fact, the one that made it first; none where no step did."""
        return self.facts.get(fact, ())

    def why(self, *fact: str) -> str:
        """Give the reason of the step that made a fact; empty where no step did."""
        return next((cause.why for cause in self.of(*fact)), "")

    def of_rules(self, netns: str, table: str, chain: str, rules: Sequence[Rule]) -> list[Cause | None]:
        """Give the step that made each rule of a chain; equal rules stand in the same order in both."""
        known = list(self.rules.get((netns, table, chain), ()))
        found: list[Cause | None] = []
        for rule in rules:
            entry = next((entry for entry in known if entry[0] == rule), None)
            if entry is not None:
                known.remove(entry)
            found.append(entry[1] if entry else None)
        return found


def origins(walks: Iterable[Walk[Any]]) -> Origins:
    """Follow all that was carried out, the oldest walk first."""
    found, kernel = Origins(), SimKernel()
    for walk in walks:
        for taken in walk.taken[: walk.position]:
            found.steps += 1
            before = kernel.state()
            if _again(kernel, taken):
                _follow(found, before, kernel.state(), Cause(found.steps, taken, walk.line))
    return found


def state_after(walks: Iterable[Walk[Any]]) -> State:
    """Give what a kernel holds that does all that was carried out again."""
    kernel = SimKernel()
    for walk in walks:
        for taken in walk.taken[: walk.position]:
            _again(kernel, taken)
    return kernel.state()


def _again(kernel: SimKernel, taken: Taken) -> bool:
    """Do a step again; False for one that changed nothing."""
    if taken.op is None or taken.refused is not None or isinstance(taken.op, Question):
        return False
    # what somebody did by hand in between is not in the history, so that the real kernel may have been in another state
    with suppress(KernelError):
        kernel.apply([taken.op])
    return True


def _follow(found: Origins, before: State, after: State, cause: Cause) -> None:
    for name in before.netns.keys() - after.netns.keys():
        for fact in [fact for fact in found.facts if fact[0] == name]:
            del found.facts[fact]
        for place in [place for place in found.rules if place[0] == name]:
            del found.rules[place]
    for name, new in after.netns.items():
        old = before.netns.get(name)
        if old is new:
            continue
        for fact, there in _changes(old or Netns(name), new):
            if there:
                found.facts[name, *fact] = (*found.facts.get((name, *fact), ()), cause)
            else:
                found.facts.pop((name, *fact), None)
        for table, chain, rules in _chains(old or Netns(name), new):
            place = (name, table, chain)
            found.rules[place] = _aligned(found.rules.get(place, []), rules, cause)


def _changes(old: Netns, new: Netns) -> Iterator[tuple[Fact, bool]]:
    """Give what came or became another (True), and what went (False)."""
    for name, had, has in _differing(old.links, new.links):
        if had is None or has is None or _bare(had) != _bare(has):
            yield ("link", name), has is not None
        for address, there in _members(had.addresses if had else (), has.addresses if has else ()):
            yield ("address", name, str(address)), there
    for route, there in _members(old.routes, new.routes):
        yield ("route", str(route)), there
    for listener, there in _members(old.listeners, new.listeners):
        yield ("listener", f"{listener.proto} {listener.ip}:{listener.port}"), there
    for kind, texts, now in (("sysctl", old.sysctl, new.sysctl), ("file", old.files, new.files)):
        for name, _, text in _differing(texts, now):
            yield (kind, name), text is not None
    for table, name, was, is_now in _differing_chains(old, new):
        if was is None or is_now is None or was.policy != is_now.policy:
            yield ("chain", table, name), is_now is not None


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    if old is new:
        return
    for name, value in new.items():
        had = old.get(name)
        if had is not value and had != value:
            yield name, had, value
    for name in old.keys() - new.keys():
        yield name, old[name], None


def _members(old: Iterable[Any], new: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    if old is new:
        return
    had, has = set(old), set(new)
    yield from ((each, True) for each in new if each not in had)
    yield from ((each, False) for each in old if each not in has)


def _bare(link: Link) -> Link:
    return replace(link, addresses=())


def _differing_chains(old: Netns, new: Netns) -> Iterator[tuple[str, str, Chain | None, Chain | None]]:
    for table, was, now in _differing(old.tables, new.tables):
        had, has = was or Table.fresh(table), now or Table.fresh(table)
        yield from ((table, *change) for change in _differing(had.chains, has.chains))


def _chains(old: Netns, new: Netns) -> Iterator[tuple[str, str, tuple[Rule, ...]]]:
    yield from ((table, name, chain.rules if chain else ()) for table, name, _, chain in _differing_chains(old, new))


def _aligned(old: list[tuple[Rule, Cause]], rules: Sequence[Rule], cause: Cause) -> list[tuple[Rule, Cause]]:
    """Keep the causes of the rules that stayed. Of equal rules in a row the last is new, and the first goes."""
    had, most = [rule for rule, _ in old], min(len(old), len(rules))
    ahead = behind = 0
    if len(rules) >= len(old):
        ahead = _same(had, rules, most)
        behind = _same(had[::-1], rules[::-1], most - ahead)
    else:
        behind = _same(had[::-1], rules[::-1], most)
        ahead = _same(had, rules, most - behind)
    fresh = [(rule, cause) for rule in rules[ahead : len(rules) - behind]]
    return [*old[:ahead], *fresh, *old[len(old) - behind :]]


def _same(one: Sequence[Rule], other: Sequence[Rule], most: int) -> int:
    return next((at for at in range(most) if one[at] != other[at]), most)


def unasked(fact: Fact, op: Op | None) -> bool:
    """Say whether Linux made a route or an address by itself, when the step did something else."""
    return fact[1] in ("route", "address") and fact[1] not in type(op).__name__.lower()


def with_origins(trace: Trace, state: State, walks: Iterable[Walk[Any]]) -> Trace:
    """Give a trace whose rules and routes say which step made them, and for which command line."""
    found = origins(walks)

    def known(step: Step) -> Step:
        cause = None if step.cause is None else _behind(found, state, step)
        return step if cause is None or step.cause is None else replace(step, cause=replace(step.cause, origin=_told(cause)))

    return replace(trace, hops=tuple(Hop(hop.netns, hop.leg, tuple(map(known, hop.steps))) for hop in trace.hops))


def _behind(found: Origins, state: State, step: Step) -> Cause | None:
    place, cause = step.where, step.cause
    if cause is None or place.netns not in state.netns:
        return None
    if cause.kind == "route":
        return next(iter(found.of(place.netns, "route", cause.text)), None)
    chain = state[place.netns].chain(place.table, place.chain) if cause.kind == "rule" and place.table else None
    if chain is None or cause.number is None or cause.number > len(chain.rules):
        return None
    return found.of_rules(place.netns, place.table, place.chain, chain.rules)[cause.number - 1]


def _told(cause: Cause) -> str:
    return f"{cause.why} (step {cause.number}{f', {cause.line}' if cause.line else ''})"
