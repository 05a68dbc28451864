"""IPv4 addresses, by rtnetlink(7)."""

from ..ops import AddAddress, DeleteAddress
from .lab import Lab
from .messages import DELADDR, NEWADDR, address
from .tell import tell


@tell.register
def _(op: AddAddress, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    lab.send(space, address(NEWADDR, index, op.address), address(DELADDR, index, op.address))


@tell.register
def _(op: DeleteAddress, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    lab.send(space, address(DELADDR, index, op.address))
