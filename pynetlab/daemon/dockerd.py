"""A Docker host that takes command lines: the daemon's memory, and whatever carries its plans out."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from ..engine.releases import Release
from ..kernel import Plan, Walk
from ..output import Output
from ..spec.commands import SUBSTITUTION, read
from ..spec.dockerd import DaemonFlags
from . import containers
from .memory import Daemon
from .start import start
from .verbs import VERBS


class CarryOut(Protocol):
    """Carries a plan out; one that fails is undone, and its error raised."""

    def __call__(self, plan: "Plan[Any]") -> "Walk[Any]":
        """Do so."""


Shell = Callable[[str, str], tuple[int, str, str]]
"""Runs a script in a namespace; see :meth:`pynetlab.kernel.Kernel.sh`."""


class Dockerd:
    """The daemon of a release on a Docker host."""

    def __init__(self, release: Release, carry_out: CarryOut, sh: Shell, netns: str = "host") -> None:
        """Take a release; nothing runs yet."""
        self.release = release
        self.netns = netns
        self.sh = sh
        self._carry_out = carry_out
        self.memory: Daemon | None = None

    @property
    def running(self) -> Daemon:
        """What the daemon remembers. Raises ClientError where it does not run."""
        if self.memory is None:
            raise self.release.client_error("no-daemon")
        return self.memory

    def starting(self, flags: Sequence[str] = ()) -> tuple[Plan[None], Daemon]:
        """Give the plan that starts the daemon, and what it will remember then; :attr:`memory` is not changed yet.

        Where one runs already its containers are stopped and forgotten; its bridges and rules stay. Raises SpecError
        for a bad flag; the plan raises DaemonError with Docker's words.
        """
        new = Daemon(self.release, DaemonFlags.parse(flags, self.release.daemon_flags), self.netns)
        old = self.memory.copy() if self.memory else None

        def plan() -> Plan[None]:
            if old is not None:
                for name in list(old.containers):
                    yield from containers.stop(old, name)
            yield from start(new)

        return plan(), new

    def start(self, flags: Sequence[str] = ()) -> None:
        """Start the daemon as :meth:`starting` says."""
        plan, memory = self.starting(flags)
        self._carry_out(plan)
        self.memory = memory

    def command(self, line: str) -> Output:
        """Do what a command line of docker(1) says; ``$(docker …)`` in it stands for what that command prints.

        Raises SpecError, ClientError, or DaemonError with the engine's words; then nothing changed, but a container
        that cannot start stays made, as ``docker ps -a`` would show it. Where a command takes several arguments and
        one fails, it goes on with the rest: then the output says what went well and what not, and has the exit code 1.
        """
        line = SUBSTITUTION.sub(lambda found: shlex.join(self.command(found["line"]).text.split()), line)
        parsed = read(line, self.release.options)
        self.running  # noqa: B018 - it is asked before anything is done
        output = VERBS[parsed.command.name](self, parsed)
        return replace(output, notes=(*parsed.notes, *output.notes))

    def do(self, plan: Callable[[Daemon], "Plan[Any]"]) -> Any:  # noqa: ANN401 - each plan has its own result
        """Carry out a plan of the daemon and give its result; where it fails, the daemon remembers what it did before."""
        memory = self.running.copy()
        walk = self._carry_out(plan(memory))
        self.memory = memory
        return walk.result
