"""The fork server: one process that has loaded all that an agent needs, from which agents are forked; fork(2).

To load it takes half a second, to fork a hundredth of that. Each Python process starts its own with its first lab. It
holds nothing of any lab: where it is killed, labs go on, and the next one starts another.
"""

import atexit
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from socket import socketpair

PATIENCE = 10.0
"""Seconds in which a process has to end after it was told to."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """The process that keeps an agent: it ends with its agent and with the process that wanted the lab, and takes all with it."""

    pid: int
    descriptor: int
    """See pidfd_open(2)."""

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; say whether it has."""
        waiter = select.poll()
        waiter.register(self.descriptor, select.POLLIN)
        return bool(waiter.poll(seconds * 1000))

    def end(self) -> None:
        """Wait until it has ended, and kill it where that takes too long."""
        if not self.wait(PATIENCE):
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)
            self.wait(PATIENCE)
        os.close(self.descriptor)


class ForkServer:
    """The fork server of this process."""

    def __init__(self) -> None:
        """Start it."""
        here, there = socketpair()
        self.line = Connection(here.detach())
        self.owner = os.getpid()
        with there:
            self.process = _started(there.fileno())

    def fork(self, line: int, said: int, dialect: str) -> Keeper:
        """Fork an agent that serves a line, and writes its errors to a file. Raises OSError or EOFError where the server is gone."""
        self.line.send((dialect, environment(os.environ)))
        for descriptor in (line, said):
            send_handle(self.line, descriptor, None)
        return Keeper(self.line.recv(), recv_handle(self.line))

    def close(self) -> None:
        """End it; agents go on."""
        self.line.close()
        if self.owner == os.getpid():
            self.process.wait(PATIENCE)


def _started(descriptor: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - this very Python, with words of our own
        [sys.executable, "-P", "-m", "pynetlab.live", str(descriptor), str(os.getpid())],
        pass_fds=[descriptor],
        env=environment(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt in the notebook is not for the agents
    )


def environment(of: Mapping[str, str]) -> dict[str, str]:
    """Give the environment in which this very package is found, and every tool speaks English."""
    root = str(Path(__file__).parents[2])
    return {**of, "PYTHONPATH": os.pathsep.join(filter(None, (root, of.get("PYTHONPATH")))), "LC_ALL": "C.UTF-8"}


_running: list[ForkServer] = []
_alone = threading.Lock()


def fork_agent(line: int, said: int, dialect: str) -> Keeper:
    """Fork an agent, from a new fork server where this process has none that runs. Raises OSError or EOFError where that fails."""
    with _alone:
        if _running and _running[0].owner == os.getpid():
            try:
                return _running[0].fork(line, said, dialect)
            except (EOFError, OSError):  # somebody killed it
                pass
        close()
        _running.append(ForkServer())
        return _running[0].fork(line, said, dialect)


@atexit.register
def close() -> None:
    """End the fork server of this process, if it has one."""
    while _running:
        _running.pop().close()
