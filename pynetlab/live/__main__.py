"""The fork server itself: ``python -m pynetlab.live LINE NOTEBOOK``, a descriptor and a process; see :mod:`.forkserver`."""

import asyncio
import gc
import os
import sys
import traceback
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from select import POLLIN, poll
from typing import NoReturn

from ..errors import LiveError
from . import agent
from .isolate import leave, of_parent, why_not


def main(line: Connection, notebook: int) -> None:
    """Fork an agent for each request, until the other end of the line is closed, or the notebook has ended."""
    waiter, keepers = poll(), dict[int, int]()
    for descriptor in (line.fileno(), notebook):
        waiter.register(descriptor, POLLIN)
    gc.freeze()  # what is loaded stays where it is, and the agents share it
    while notebook not in (ready := [descriptor for descriptor, _ in waiter.poll()]):
        for ended in keepers.keys() & ready:
            waiter.unregister(ended)
            os.waitpid(keepers.pop(ended), 0)
            os.close(ended)
        if line.fileno() in ready:
            pid = _forked(line, notebook)
            keepers[descriptor := os.pidfd_open(pid)] = pid
            waiter.register(descriptor, POLLIN)
            line.send(pid)
            send_handle(line, descriptor, None)


def _forked(line: Connection, notebook: int) -> int:
    dialect, environment = line.recv()
    wanted, said = recv_handle(line), recv_handle(line)
    pid = os.fork()
    if not pid:
        line.close()
        os.environ.clear()
        os.environ.update(environment)
        _serve(wanted, notebook, said, dialect or None)
    os.close(wanted)
    os.close(said)
    return pid


def _serve(line: int, notebook: int, said: int, dialect: str | None) -> NoReturn:
    """Leave the machine, then serve a lab until the other end of the line is closed."""
    os.setsid()
    for output in (1, 2):
        os.dup2(said, output)
    try:
        leave(notebook, line)
        asyncio.run(agent.serve(Connection(line), dialect))
    except OSError as refusal:
        print(why_not(refusal), file=sys.stderr)  # noqa: T201 - it is read by who wanted the lab
    except LiveError as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
    except BaseException:  # noqa: BLE001 - nothing may come back from here
        traceback.print_exc()
    os._exit(1)


if __name__ == "__main__":
    try:
        main(Connection(int(sys.argv[1])), of_parent(int(sys.argv[2])))
    except (EOFError, ConnectionError):
        sys.exit()
