"""A server of the lab: a socket that answers who asks with its own name and with the address that it saw, in HTTP too."""

import re
from dataclasses import dataclass
from typing import Any

from ..model import Listener
from .base import Op, Question

ANSWER = "{name} {saw}\n"
"""What a server says; ``saw`` is the client's address as it arrived, after all translation."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
HTTP = "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n"


def said(name: str, saw: str, heard: str = "") -> str:
    """Give what a server says to what it heard over TCP: to a request of HTTP a response of it, else its line alone.

    It knows GET and HEAD, of any path (RFC 9110). There is no Date, since a lab has no clock.
    """
    line = ANSWER.format(name=name, saw=saw)
    method = heard.partition(" ")[0]
    if method not in METHODS:
        return line
    good = method in ("GET", "HEAD")
    head = HTTP.format(status="200 OK" if good else "405 Method Not Allowed", length=len(line), more="" if good else "Allow: GET, HEAD\r\n")
    return head if method == "HEAD" else head + line


@dataclass(frozen=True, slots=True)
class ServerOp(Op):
    """An operation on one server, which its protocol and address name."""

    proto: str
    """``tcp`` or ``udp``."""
    ip: str
    """``0.0.0.0`` for every address of the namespace."""
    port: int
    name: str
    """What it calls itself."""

    @property
    def listener(self) -> Listener:
        """Give the socket that the server waits on."""
        return Listener(self.proto, self.ip, self.port, serves=self.name, pktinfo=self.proto == "udp")

    @property
    def _variable(self) -> str:
        return "server_" + re.sub(r"[^A-Za-z0-9]", "_", f"{self.netns}_{self.proto}_{self.ip}_{self.port}")


@dataclass(frozen=True, slots=True)
class StartServer(ServerOp):
    """Start a server; EADDRINUSE where the port is taken, EADDRNOTAVAIL where the namespace has not that address.

    It stands for the program in a container's image; in a script socat(1) does the same, but knows no HTTP. It answers
    from the address that it was asked at.
    """

    def command(self) -> str:
        """Give the command of socat(1)."""
        listen = "TCP4-LISTEN" if self.proto == "tcp" else "UDP4-RECVFROM"
        reuse = ",reuseaddr" if self.proto == "tcp" else ""
        answer = f"SYSTEM:'echo {self.name} $SOCAT_PEERADDR'"
        return f"socat {listen}:{self.port},bind={self.ip},fork{reuse} {answer} & {self._variable}=$!"

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Stop it."""
        return (StopServer(self.netns, self.proto, self.ip, self.port, self.name),)


@dataclass(frozen=True, slots=True)
class StopServer(ServerOp):
    """Stop a server; ESRCH where none waits on that port."""

    def shell(self, here: str) -> str:
        """Give the command of kill(1)."""
        return f'kill "${self._variable}"'

    def ask(self) -> Question | None:
        """Ask nothing: the operation names all of it."""
        return None

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Start it again."""
        return (StartServer(self.netns, self.proto, self.ip, self.port, self.name),)
