"""How the way of one packet ended."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..model import Outcome
from .packet import Skb
from .ruling import Ruling

if TYPE_CHECKING:
    from .node import Device, Node


class Silence(NamedTuple):
    """Why nobody answers for an address on a wire."""

    ip: str = ""
    why: str = ""
    remedy: str = ""


@dataclass(slots=True, eq=False)
class Ended:
    """Where and how a packet ended; ``delivered`` where a machine's own protocols have it."""

    outcome: Outcome
    node: "Node"
    packet: Skb
    device: "Device | None" = None
    cause: str | Ruling = ""
    """The rule or policy, or the words of the setting, route or device that decided."""
    error: Skb | None = None
    """What the machine sends back because of it."""
    after: float = 0.0
    """So many seconds pass before it is known."""
    silence: Silence | None = None
    """Of a neighbour that does not answer; known where somebody wants to be told."""
    errno: str = ""
    """What the program that sent it is told at once, such as ``ENETUNREACH``."""
    sent: bool = False
    """The socket had found its way before; TCP tells its program nothing of that, and sends again."""
