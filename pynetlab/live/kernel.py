"""The real kernel, through an agent: what :class:`pynetlab.kernel.Kernel` asks for, and shell scripts besides."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, Self

from ..errors import LiveError
from ..model import Answer, DnsQuery, Frame, Probe, Resolution, State, Trace
from ..ops import Op
from .observed import observed

PATIENCE = 10.0
"""Seconds in which an agent has to end after it was told to."""


class LiveKernel:
    """The Linux kernel of this machine, in namespaces of a lab's own, which end with this object or this process.

    ``iptables`` is ``"nft"`` or ``"legacy"``; None takes what this machine's iptables speaks. Raises LiveError, with
    the reason and what would help, where it cannot start.
    """

    def __init__(self, iptables: str | None = None) -> None:
        """Start the agent and wait until it is ready."""
        if sys.platform != "linux":
            raise LiveError(f"the live kernel needs Linux, and this is {sys.platform}; use the simulation")
        if find_spec("pyroute2") is None:
            raise LiveError("the live kernel needs the package pyroute2; pip install 'pynetlab[live]'")
        here, there = socket.socketpair()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the agent
        # a thread of its own, since an interrupt in the notebook must not cut a message in two
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pynetlab")
        with there:
            self._agent = _started(there.fileno(), iptables or "", self._said)
        self._line = Connection(here.detach())
        try:
            self.dialect: str = self._ask("hello")
        except LiveError:
            self.close()
            raise

    def apply(self, ops: Sequence[Op]) -> tuple[Any, ...]:
        """Apply operations in order and give their answers; see :class:`pynetlab.kernel.Kernel`."""
        return tuple(self._ask("apply", tuple(ops)))

    def state(self) -> State:
        """Read all that the kernel holds for this lab."""
        found: State = self._ask("state")
        return found

    def sh(self, netns: str, script: str) -> tuple[int, str, str]:
        """Run a shell script in a namespace and give its exit code, its output and its errors.

        ``ip netns`` and ``ip -n`` know the lab's namespaces; ``iptables`` is the lab's dialect; /etc/resolv.conf and
        its like are the namespace's own. What the script made is taken in when it ends.
        """
        code, out, err = self._ask("sh", netns, script)
        return code, out, err

    def resolve(self, netns: str, query: DnsQuery, server: str, patience: float) -> Resolution:
        """Put a question to a name server from a namespace; see :class:`pynetlab.kernel.Kernel`."""
        found: Resolution = self._ask("resolve", netns, query, server, patience)
        return found

    def ask(self, probes: Sequence[Probe]) -> tuple[Answer, ...]:
        """Ask questions over the network, all at once; see :class:`pynetlab.kernel.Kernel`."""
        return tuple(self._ask("ask", tuple(probes)))

    def observe(self, probes: Sequence[Probe], state: State) -> tuple[Trace, ...]:
        """Ask questions, all at once, while every namespace is watched; see :class:`pynetlab.kernel.Observer`."""
        return observed(self._ask("observe", tuple(probes)), state)

    def record(self, netns: str, device: str, *, on: bool) -> tuple[Frame, ...]:
        """Begin or end a recording; see :class:`pynetlab.kernel.Kernel`."""
        return tuple(self._ask("record", netns, device, on))

    def adopt(self) -> None:
        """Take in the namespaces that a process in the background has made with ``ip netns add`` since the last script."""
        self._ask("adopt")

    def close(self) -> None:
        """Remove everything and end the agent. Closing twice is no error."""
        if self._line.closed:
            return
        with suppress(LiveError):
            self._ask("close")
        self._line.close()
        self._worker.shutdown()
        try:
            self._agent.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._agent.kill()
            self._agent.wait()
        self._said.close()

    def __enter__(self) -> Self:
        """Give the kernel itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _ask(self, verb: str, *arguments: Any) -> Any:  # noqa: ANN401 - each verb has its own type of answer
        if self._line.closed:
            raise LiveError("this live lab was closed; make a new one")
        waiting = self._worker.submit(self._exchange, verb, arguments)
        try:
            well, answer = waiting.result()
        except KeyboardInterrupt:
            self._line.send(("stop", ()))
            raise
        if not well:
            raise answer
        return answer

    def _exchange(self, verb: str, arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401
        try:
            self._line.send((verb, arguments))
            return self._line.recv()
        except (EOFError, OSError):
            raise self._lost() from None

    def _lost(self) -> LiveError:
        code = self._agent.wait()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()
        return LiveError(said or f"the agent of this live lab was ended (exit code {code}), and all that it held is gone; make a new lab")


def _started(descriptor: int, iptables: str, said: IO[bytes]) -> "subprocess.Popen[bytes]":
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603 - this very Python, with words of our own
        [sys.executable, "-P", "-m", "pynetlab.live", str(descriptor), str(os.getpid()), iptables],
        pass_fds=[descriptor],
        env=os.environ | {"PYTHONPATH": path, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        start_new_session=True,  # an interrupt in the notebook is not for the agent
    )
