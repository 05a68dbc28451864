"""The agent of a live lab: the one process that holds its namespaces. LiveKernel starts it, by ``live/__main__.py``.

It reads requests from a socket pair, each a verb and its arguments, and answers each with whether it went well, and
the answer or the error; only "stop", which ends a script that runs, has no answer. When the socket pair closes it
ends, and the kernel removes everything that it held.
"""

import asyncio
import os
import resource
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import groupby
from multiprocessing.connection import Connection
from typing import Any

from ..errors import KernelError, LiveError, PynetlabError
from ..ops import AddQdisc, DeleteLink, DeleteNetns, FirewallOp, Op, Question, SetSysctl, StartResolver
from . import (
    address,
    ask,
    dummy,
    file,
    firewall,
    hairpin,
    libc,
    link,
    macvlan,
    move,
    netns,
    proxy,
    qdisc,
    read,
    recorder,
    removal,
    resolver,
    route,
    script,
    server,
    sysctl,
)
from .lab import Lab, Refused, refuse
from .observe import Watch
from .settle import settle
from .tell import tell

HANDLERS = (address, dummy, file, hairpin, link, macvlan, move, netns, proxy, qdisc, resolver, route, server, sysctl)
"""Imported for what they register."""
REMOVALS = (DeleteLink, DeleteNetns)
STILL = ("hello", "state", "resolve", "ask", "observe", "record")
"""Requests that change nothing, so that instruments may stay where they are."""
ASKING = ("resolve", "ask")
"""Those of them that send packets which nobody watches."""


def apply(lab: Lab, ops: Sequence[Op]) -> tuple[Any, ...]:
    """Carry out a batch; see :class:`pynetlab.kernel.Kernel`."""
    answers: list[Any] = []
    for op in ops:
        _check(lab, op)
    try:
        for run in _runs(ops):
            _carry_out(lab, run, answers)
        lab.flush()
    except Refused as refused:
        number, at = refused.number, refused.position
        raise KernelError(number, ops[at].shell("host"), tuple(answers[:at])) from None
    except KernelError as error:
        raise KernelError(error.errno, error.what, tuple(answers)) from None
    finally:
        settle(lab)
    return tuple(answers)


def _check(lab: Lab, op: Op) -> None:
    """Refuse what needs a thing that this machine lacks, before anything is changed."""
    if isinstance(op, FirewallOp):
        firewall.check()
    elif isinstance(op, SetSysctl):
        sysctl.check(op)
    elif isinstance(op, AddQdisc):
        qdisc.check(lab)
    elif isinstance(op, StartResolver):
        resolver.check()


def _runs(ops: Sequence[Op]) -> list[list[Op]]:
    """Put together what follows each other and goes faster at once: operations on one table, and removals."""

    def key(place: int) -> object:
        op = ops[place]
        return (op.netns, op.table) if isinstance(op, FirewallOp) else REMOVALS if isinstance(op, REMOVALS) else place

    return [[ops[place] for place in run] for _, run in groupby(range(len(ops)), key)]


def _carry_out(lab: Lab, run: list[Op], answers: list[Any]) -> None:
    lab.position, op = len(answers), run[0]
    try:
        if isinstance(op, Question):
            lab.flush()
            answers.append(read.answer(lab, op))
        elif isinstance(op, FirewallOp):
            lab.flush()
            _together(lab, firewall.commit, run, answers)
        elif isinstance(op, REMOVALS):
            lab.flush()
            _together(lab, removal.remove, run, answers)
        else:
            tell(op, lab)
            answers.append(None)
    except OSError as error:
        lab.flush()
        raise refuse(error.errno or 0, op) from None
    except KernelError:
        lab.flush()
        raise


def _together(lab: Lab, carry_out: Callable[[Lab, list[Any]], None], run: list[Any], answers: list[Any]) -> None:
    try:
        carry_out(lab, run)
    except Refused as refused:
        answers.extend(None for _ in run[: refused.position])
        raise Refused(len(answers), refused.number) from None
    answers.extend(None for _ in run)


def close(lab: Lab) -> None:
    """Let every namespace go, and wait, two seconds at most, until the cables of the last one to the others are gone."""
    spaces = sorted(lab.spaces.values(), key=lambda space: space.next_index)
    last = spaces.pop() if spaces else None
    libc.umount(str(netns.NAMED))  # a name that was given for scripts also holds its namespace
    netns.end_processes(*lab.spaces.values())
    for space in spaces:
        space.close()
    latest = time.monotonic() + 2
    ends = [index for (space, index), there in lab.peers.items() if space is last and there[0] is not last]
    while last and time.monotonic() < latest and any(last.name_of(index) for index in ends):
        time.sleep(0.001)
    lab.spaces.clear()


class Agent:
    """Reads requests one after the other and answers them."""

    def __init__(self, line: Connection, lab: Lab) -> None:
        """Take the end of the socket pair and an empty lab."""
        self.line = line
        self.lab = lab
        self.requests: asyncio.Queue[Any] = asyncio.Queue()
        self.scripts = script.Scripts(lab)
        self.watch = Watch(lab)

    async def serve(self) -> None:
        """Answer requests until the other end closes the line."""
        asyncio.get_running_loop().add_reader(self.line.fileno(), self._arrived)
        while (request := await self.requests.get()) is not None:
            _bury()
            self.line.send(await self._answer(*request))

    def _arrived(self) -> None:
        try:
            request = self.line.recv()
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self.line.fileno())
            request = None
        if request is None or request[0] == "stop":
            self.scripts.stop()
        if request is None or request[0] != "stop":
            self.requests.put_nowait(request)

    async def _answer(self, verb: str, arguments: Sequence[Any]) -> tuple[bool, Any]:
        waiting: dict[str, Callable[..., Awaitable[Any]]] = {
            "sh": self.scripts.run,
            "ask": lambda probes: ask.ask(self.lab, probes),
            "observe": self.watch.observe,
            "resolve": lambda *question: resolver.ask(self.lab, *question),
        }
        verbs: dict[str, Callable[..., Any]] = {
            "hello": lambda: self.lab.dialect,
            "apply": lambda ops: apply(self.lab, ops),
            "state": lambda: read.state(self.lab),
            "record": lambda *what: recorder.record(self.lab, *what),
            "adopt": lambda: script.adopt(self.lab),
            "close": lambda: close(self.lab),
        }
        if verb not in STILL:
            self.watch.close()
        elif verb in ASKING:
            self.watch.disturbed()
        try:
            if verb in waiting:
                return True, await waiting[verb](*arguments)
            return True, verbs[verb](*arguments)
        except PynetlabError as error:
            return False, error
        except Exception:  # noqa: BLE001 - the other side must hear of it, whatever it is
            return False, LiveError(f"the agent failed at {verb}; this is a bug in pynetlab:\n{traceback.format_exc()}")


def _bury() -> None:
    """Take leave of processes that scripts left behind; the first process of a PID namespace has to."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def start(dialect: str | None) -> Lab:
    """Make an empty lab in the namespaces in which this process is."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    lab = Lab(home, firewall.choose(dialect))
    netns.learn(lab)
    return lab


async def serve(line: Connection, dialect: str | None) -> None:
    """Serve a lab, then end at once: the kernel tidies up after a process quicker than the process does itself."""
    await Agent(line, start(dialect)).serve()
    os._exit(0)
