"""The real kernel, through an agent: what :class:`pynetlab.kernel.Kernel` asks for, and shell scripts besides."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Self

from ..errors import LiveError
from ..model import Answer, DnsQuery, Frame, Probe, Resolution, State, Trace
from ..ops import Op
from .client import Client
from .observed import observed


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
        self.agent = Client(iptables or "")
        try:
            self.dialect: str = self.agent.ask("hello")
        except LiveError:
            self.close()
            raise

    def apply(self, ops: Sequence[Op]) -> tuple[Any, ...]:
        """Apply operations in order and give their answers; see :class:`pynetlab.kernel.Kernel`."""
        return tuple(self.agent.ask("apply", tuple(ops)))

    def state(self) -> State:
        """Read all that the kernel holds for this lab."""
        found: State = self.agent.ask("state")
        return found

    def sh(self, netns: str, script: str) -> tuple[int, str, str]:
        """Run a shell script in a namespace and give its exit code, its output and its errors.

        ``ip netns`` and ``ip -n`` know the lab's namespaces; ``iptables`` is the lab's dialect; /etc/resolv.conf and
        its like are the namespace's own. What the script made is taken in when it ends.
        """
        code, out, err = self.agent.ask("sh", netns, script)
        return code, out, err

    def resolve(self, netns: str, query: DnsQuery, server: str, patience: float) -> Resolution:
        """Put a question to a name server from a namespace; see :class:`pynetlab.kernel.Kernel`."""
        found: Resolution = self.agent.ask("resolve", netns, query, server, patience)
        return found

    def ask(self, probes: Sequence[Probe]) -> tuple[Answer, ...]:
        """Ask questions over the network, all at once; see :class:`pynetlab.kernel.Kernel`."""
        return tuple(self.agent.ask("ask", tuple(probes)))

    def observe(self, probes: Sequence[Probe], state: State) -> tuple[Trace, ...]:
        """Ask questions, all at once, while every namespace is watched; see :class:`pynetlab.kernel.Observer`."""
        return observed(self.agent.ask("observe", tuple(probes)), state)

    def record(self, netns: str, device: str, *, on: bool) -> tuple[Frame, ...]:
        """Begin or end a recording; see :class:`pynetlab.kernel.Kernel`."""
        return tuple(self.agent.ask("record", netns, device, on))

    def adopt(self) -> None:
        """Take in the namespaces that a process in the background has made with ``ip netns add`` since the last script."""
        self.agent.ask("adopt")

    def close(self) -> None:
        """Remove everything and end the agent. Closing twice is no error."""
        self.agent.close()

    def __enter__(self) -> Self:
        """Give the kernel itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()
