"""The seam between plans and kernels: what a kernel is, what a plan is, and how a plan is carried out and taken back.

A plan is a generator of :class:`Step` and :class:`Passed`. It never touches a kernel. Whoever carries it out sends
back the answer to each question, and throws the refusal of a step that the plan says it can bear.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, cast, runtime_checkable

from .errors import KernelError, PynetlabError, SpecError
from .model import Answer, DnsQuery, Frame, Probe, Resolution, State, Trace
from .ops import Op, Question, Subject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One operation and the reason for it."""

    op: Op
    why: str
    node: str = ""
    """The place in the plan's chart, where it has one."""
    may_fail: bool = False
    """The plan wants to hear of a refusal: it is thrown into the generator at this step. Else it ends the plan."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A place in the chart that the plan passes without touching the kernel: a decision, or a note in a table of its own."""

    why: str
    node: str


Plan = Generator[Step | Passed, Any, T]


class Kernel(Protocol):
    """Something that operations can be applied to: a simulated kernel or the real one."""

    def apply(self, ops: Sequence[Op]) -> tuple[Any, ...]:
        """Apply operations in order and give their answers, None for those that ask nothing.

        Stops at the first that is refused and raises its KernelError, whose ``done`` holds the answers before it.
        """

    def state(self) -> State:
        """Give all that the kernel holds."""

    def sh(self, netns: str, script: str) -> tuple[int, str, str]:
        """Run a shell script in a namespace and give its exit code, its output and its errors."""

    def resolve(self, netns: str, query: DnsQuery, server: str, patience: float) -> Resolution:
        """Put a question to a name server from a namespace, once, and wait ``patience`` seconds for its reply.

        An empty ``server`` stands for the first one in the namespace's resolv.conf.
        """

    def ask(self, probes: Sequence[Probe]) -> tuple[Answer, ...]:
        """Ask questions over the networks, all at once, and give their answers in order."""

    def record(self, netns: str, device: str, *, on: bool) -> tuple[Frame, ...]:
        """Begin to record what passes a device; or end that, and give the frames in the order in which they passed."""

    def close(self) -> None:
        """Let go of all that the kernel holds; it is not used again."""


@runtime_checkable
class Observer(Protocol):
    """A kernel in which a packet can be watched on its way: the real one."""

    def observe(self, probes: Sequence[Probe], state: State) -> tuple[Trace, ...]:
        """Ask questions, all at once, while every namespace is watched, and give what was seen of the packets of each, in order.

        The state, what the kernel holds, says which rule has which number, and which socket listens where.
        Raises LiveError where an instrument missed something: what was not seen is never taken for what did not happen.
        """


@dataclass(frozen=True, slots=True)
class Taken:
    """One step that was carried out, or was refused and borne; or one place that was passed."""

    event: Step | Passed
    answer: Any = None
    refused: KernelError | None = None
    undo: tuple[Op, ...] | None = ()
    """What takes it back; None for a step that goes only together with what an earlier one made."""

    @property
    def op(self) -> Op | None:
        """Give the operation, None for a place that was only passed."""
        return self.event.op if isinstance(self.event, Step) else None


@dataclass(frozen=True, slots=True)
class _Prepared:
    ask: Question | None
    needless: bool


BATCH = 64
"""So many steps at most go to the kernel at once: their messages fit an unprivileged socket's buffer."""


@dataclass(slots=True)
class Walk(Generic[T]):
    """A plan on its way: forwards step by step or to the end, and backwards.

    ``taken`` is what happened so far; ``position`` how much of it is in force, less after going back.
    """

    plan: Plan[T]
    kernel: Kernel
    line: str = ""
    """The command line that the plan is for, such as ``docker run …``; empty for a plan of somebody's own."""
    taken: list[Taken] = field(default_factory=list)
    position: int = 0
    finished: bool = False
    result: T | None = None
    error: PynetlabError | None = None
    _pending: Any = None
    _fresh: set[Subject] = field(default_factory=set)

    def next(self) -> Taken | None:
        """Take one step, again if it was taken back; None at the end of the plan.

        Raises what ended the plan; what was done until then stays until :meth:`undo`.
        """
        if self.position < len(self.taken):
            again = self.taken[self.position]
            if again.op is not None and again.refused is None:
                self.kernel.apply([again.op])
        elif not self._advance(1):
            return None
        self.position += 1
        return self.taken[self.position - 1]

    def back(self) -> Taken | None:
        """Take the latest step back; None at the start. Raises SpecError for one that was not taken alone, by :meth:`next`."""
        if self.position == 0:
            return None
        latest = self.taken[self.position - 1]
        if latest.undo is None:
            raise SpecError(f"step {self.position} was taken by finish(), which keeps no way back for it alone; undo() takes all back")
        self.position -= 1
        self.kernel.apply(latest.undo)
        return latest

    def finish(self) -> T:
        """Take all steps that are left, in batches, and give the plan's result. Raises what ended the plan."""
        while self.position < len(self.taken):
            self.next()
        while self._advance(BATCH):
            self.position = len(self.taken)
        self.position = len(self.taken)
        return self.done()

    def done(self) -> T:
        """Give the result of a plan that has come to its end."""
        if not self.finished or self.error is not None:
            raise RuntimeError("the walk has not come to its end")
        return cast("T", self.result)

    def undo(self) -> None:
        """Take everything back, in reverse order, and end the plan."""
        self.plan.close()
        self.finished = True
        ops = [op for taken in reversed(self.taken[: self.position]) for op in taken.undo or ()]
        self.position = 0
        for start in range(0, len(ops), BATCH):
            self.kernel.apply(ops[start : start + BATCH])

    def _advance(self, most: int) -> bool:
        """Get events from the plan until one has to be answered or there are enough, and carry them out."""
        events: list[Step | Passed] = []
        while not self.finished and len(events) < most:
            event = self._event()
            if event is None:
                break
            events.append(event)
            if isinstance(event, Step) and (event.may_fail or isinstance(event.op, Question)):
                break
        self._carry_out(events, alone=most == 1)
        if self.error is not None:
            self.position = len(self.taken)
            raise self.error
        return bool(events)

    def _event(self) -> Step | Passed | None:
        pending, self._pending = self._pending, None
        try:
            if isinstance(pending, KernelError):
                return self.plan.throw(pending)
            return self.plan.send(pending)
        except StopIteration as end:
            self.finished, self.result = True, end.value
        except PynetlabError as error:
            self.finished, self.error = True, error
        return None

    def _carry_out(self, events: list[Step | Passed], *, alone: bool) -> None:
        prepared = [self._prepare(event.op, alone=alone) if isinstance(event, Step) else None for event in events]
        ops = [
            op
            for event, plan in zip(events, prepared, strict=True)
            if isinstance(event, Step) and plan
            for op in (plan.ask, event.op)
            if op
        ]
        refusal: KernelError | None = None
        try:
            answers = list(self.kernel.apply(ops)) if ops else []
        except KernelError as error:
            answers, refusal = list(error.done), error
        for event, plan in zip(events, prepared, strict=True):
            if isinstance(event, Passed) or plan is None:
                self.taken.append(Taken(event))
                continue
            before = answers.pop(0) if plan.ask is not None and answers else None
            if not answers:
                self._refused(event, refusal)
                return
            answer = answers.pop(0)
            if isinstance(event.op, Question):
                self._pending = answer
            self.taken.append(Taken(event, answer, undo=None if plan.needless else event.op.undo(before)))

    def _prepare(self, op: Op, *, alone: bool) -> "_Prepared":
        """Find what must be known to undo an operation.

        Nothing, where undoing an earlier one removes its subject; but a step that was taken alone is also taken back
        alone.
        """
        if alone:
            return _Prepared(op.ask(), needless=False)
        if op.removes:
            self._fresh.clear()
        holder = op.subject[:-1] if op.creates else op.subject
        needless = any(holder[:n] in self._fresh for n in range(1, len(holder) + 1))
        self._fresh.update(op.creates)
        return _Prepared(None if needless else op.ask(), needless)

    def _refused(self, step: Step, refusal: KernelError | None) -> None:
        if refusal is None:
            raise RuntimeError("the kernel gave fewer answers than it was asked for")
        refusal.what = step.op.shell("host")  # which may have been refused at the question that goes before it
        if step.may_fail:
            self._fresh.difference_update(step.op.creates)
            self.taken.append(Taken(step, refused=refusal))
            self._pending = refusal
        else:
            self.plan.close()
            self.finished, self.error = True, refusal


def run(plan: Plan[T], kernel: Kernel, *, line: str = "", keep: bool = False) -> Walk[T]:
    """Carry a plan out to its end and give the finished walk.

    A plan that fails is undone in reverse order and its error raised; with ``keep`` what was done until then stays,
    as it does after a daemon that gives up half way.
    """
    walk = Walk(plan, kernel, line)
    try:
        walk.finish()
    except PynetlabError:
        if not keep:
            walk.undo()
        raise
    return walk
