"""The notebook's side of an agent: requests go to it one after the other, each with its answer."""

import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from ..errors import LiveError
from .forkserver import PATIENCE, fork_agent


class Client:
    """An agent that runs. Raises LiveError where none can be started."""

    def __init__(self, dialect: str) -> None:
        """Start the agent; with an empty word it chooses the dialect of iptables."""
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the agent
        # a thread of its own, since an interrupt in the notebook must not cut a message in two
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="pynetlab")
        here, there = socket.socketpair()
        self._line = Connection(here.detach())
        try:
            with there:
                self.keeper = self._worker.submit(fork_agent, there.fileno(), self._said.fileno(), dialect).result()
        except (EOFError, OSError) as error:
            why = str(error) or "its server ended"
            raise LiveError(f"no agent for a live lab could be started: {why}; see pynetlab doctor") from None
        finally:
            if not hasattr(self, "keeper"):
                self._let_go()

    @property
    def closed(self) -> bool:
        """Say whether it was told to end."""
        return self._line.closed

    def ask(self, verb: str, *arguments: Any) -> Any:  # noqa: ANN401 - each verb has its own type of answer
        """Send a request and give its answer. Raises what the agent says is wrong, and LiveError where it was ended."""
        if self.closed:
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

    def close(self) -> None:
        """Let it remove everything and end. Closing twice is no error."""
        if self.closed:
            return
        with suppress(LiveError):
            self.ask("close")
        self._let_go()
        self.keeper.end()

    def _let_go(self) -> None:
        self._line.close()
        self._worker.shutdown()
        self._said.close()

    def _exchange(self, verb: str, arguments: tuple[Any, ...]) -> Any:  # noqa: ANN401
        try:
            self._line.send((verb, arguments))
            return self._line.recv()
        except (EOFError, OSError):
            raise self._lost() from None

    def _lost(self) -> LiveError:
        self.keeper.wait(PATIENCE)
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()
        return LiveError(said or "the agent of this live lab was ended, and all that it held is gone; make a new lab")
