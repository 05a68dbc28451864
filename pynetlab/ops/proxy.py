"""The userland proxy: a listening socket on the host that passes what it gets to a container."""

from dataclasses import astuple, dataclass
from typing import Any

from ..model import Listener
from .base import Op, Question


@dataclass(frozen=True, slots=True)
class ProxyOp(Op):
    """An operation on one proxy, which its protocol and host address name."""

    proto: str
    """``tcp`` or ``udp``."""
    host_ip: str
    host_port: int
    container_ip: str
    container_port: int
    pktinfo: bool = False
    """Over UDP it answers from the address that a client asked, else from the one that routes choose."""

    @property
    def listener(self) -> Listener:
        """Give the socket that the proxy waits on."""
        return Listener(self.proto, self.host_ip, self.host_port, f"{self.container_ip}:{self.container_port}", pktinfo=self.pktinfo)

    @property
    def _variable(self) -> str:
        return f"proxy_{self.proto}_{self.host_ip.replace('.', '_')}_{self.host_port}"


@dataclass(frozen=True, slots=True)
class StartProxy(ProxyOp):
    """Start a userland proxy; EADDRINUSE where the port is taken, EADDRNOTAVAIL where the host has not that address.

    Docker runs ``docker-proxy``; in a script socat(1) does the same.
    """

    def command(self) -> str:
        """Give the command of socat(1)."""
        kind = self.proto.upper()
        listen = f"{kind}4-LISTEN:{self.host_port},bind={self.host_ip},fork,reuseaddr"
        return f"socat {listen} {kind}4:{self.container_ip}:{self.container_port} & {self._variable}=$!"

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Stop it."""
        return (StopProxy(*astuple(self)),)


@dataclass(frozen=True, slots=True)
class StopProxy(ProxyOp):
    """Stop a userland proxy; ESRCH where none runs on that port."""

    def shell(self, here: str) -> str:
        """Give the command of kill(1)."""
        return f'kill "${self._variable}"'

    def ask(self) -> Question | None:
        """Ask nothing: the operation names all of it."""
        return None

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Start it again."""
        return (StartProxy(*astuple(self)),)
