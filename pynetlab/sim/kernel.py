"""The simulated kernel: the current state, and the one function that leads to the next."""

import errno
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..errors import KernelError, SpecError
from ..kernel import Step
from ..model import Answer, DnsQuery, Frame, Probe, Resolution, State, Trace, resolve
from ..ops import FirewallOp, Op, Question
from ..tools import TOOLS, asking, shell
from ..tracer import Run, World, ask, carrying, frames, line, trace
from ..tracer.frames import MICROSECOND
from . import address, dummy, file, firewall, hairpin, link, macvlan, move, netns, proxy, qdisc, resolver, route, server, sysctl
from .change import change, existing, refuse

__all__ = [
    "SimKernel",
    "address",
    "dummy",
    "file",
    "firewall",
    "hairpin",
    "link",
    "macvlan",
    "move",
    "netns",
    "proxy",
    "qdisc",
    "resolver",
    "route",
    "server",
    "sysctl",
]


class SimKernel:
    """A kernel of plain values. It refuses what Linux refuses, with the same errno.

    ``dialect`` is whose iptables it imitates where the two differ: ``"nft"`` or ``"legacy"``. ``lacks`` names kinds of
    devices that it was built without, such as ``"dummy"``.
    """

    def __init__(self, state: State | None = None, *, dialect: str = "nft", lacks: Iterable[str] = ()) -> None:
        """Start from a state; without one, from a machine with nothing in it."""
        self._state = state or State()
        self._world = World(self._state)
        self.dialect = dialect
        self.lacks = frozenset(lacks)
        self._recording: dict[tuple[str, str], list[Frame]] = {}

    def apply(self, ops: Sequence[Op]) -> tuple[Any, ...]:
        """Apply operations in order and give their answers; see :class:`pynetlab.kernel.Kernel`."""
        answers: list[Any] = []
        for op in ops:
            try:
                answers.append(self._one(op))
            except KernelError as error:
                raise KernelError(self._errno(op, error), error.what, tuple(answers)) from None
        return tuple(answers)

    def state(self) -> State:
        """Give the current state: a value, which later operations do not change."""
        return self._state

    def sh(self, netns: str, script: str) -> tuple[int, str, str]:
        """Run a script of the commands in :mod:`pynetlab.tools`; see :class:`pynetlab.kernel.Kernel`."""
        words = asking(self.ask, lambda: line(self.world(), self._recorded if self._recording else None), self.resolve)
        plan = shell(netns, script, {**TOOLS, **words})
        answer: Any = None
        try:
            while True:
                step = plan.throw(answer) if isinstance(answer, KernelError) else plan.send(answer)
                try:
                    answer = self.apply([step.op])[0] if isinstance(step, Step) else None
                except KernelError as error:
                    answer = error
        except StopIteration as end:
            return end.value.code, end.value.text, end.value.err

    def resolve(self, netns: str, query: DnsQuery, server: str, patience: float) -> Resolution:
        """Put a question to a name server; see :class:`pynetlab.kernel.Kernel`."""
        return resolve(self._state, netns, query, carrying(self.world()), server=server, patience=patience)

    def ask(self, probes: Sequence[Probe]) -> tuple[Answer, ...]:
        """Ask questions over the networks; see :class:`pynetlab.kernel.Kernel`."""
        world = self.world()
        if self._recording:
            return tuple(self._recorded(trace(world, probe)) for probe in probes)
        return tuple(ask(world, Run(), probe).answer for probe in probes)

    def _recorded(self, told: Trace) -> Answer:
        for frame in frames(told, self._state):
            kept = self._recording.get((frame.netns, frame.device))
            if kept is not None:
                kept.append(replace(frame, time=len(kept) * MICROSECOND))
        return told.answer or Answer("timeout")

    def record(self, netns: str, device: str, *, on: bool) -> tuple[Frame, ...]:
        """Begin or end a recording of what questions send over a device; see :class:`pynetlab.kernel.Kernel`."""
        if on and (netns, device) in self._recording:
            raise SpecError(f"{device} of {netns} is recorded already; stop that capture first")
        if on:
            self._recording[netns, device] = []
            return ()
        return tuple(self._recording.pop((netns, device)))

    def world(self) -> World:
        """Give the wires of the current state, ready for packets."""
        self._world = self._world.at(self._state)
        return self._world

    def close(self) -> None:
        """Do nothing: a simulated kernel holds nothing of this machine."""

    def _one(self, op: Op) -> Any:  # noqa: ANN401 - answers are of many types
        if isinstance(op, Question):
            existing(self._state, op)
            return op.answer(self._state)
        if getattr(op, "kind", None) in self.lacks:
            raise refuse(errno.EOPNOTSUPP, op)
        self._state = change(op, self._state)
        return None

    def _errno(self, op: Op, error: KernelError) -> int:
        other = isinstance(op, FirewallOp) and self.dialect == "nft"
        return firewall.NFT_ERRNO.get(error.errno, error.errno) if other else error.errno
