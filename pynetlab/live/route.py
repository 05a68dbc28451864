"""IPv4 routes of the main table, by rtnetlink(7)."""

from ..ops import AddRoute, DeleteRoute
from .lab import Lab
from .messages import DELROUTE, NEWROUTE, route
from .tell import tell


@tell.register
def _(op: AddRoute, lab: Lab) -> None:
    space, index = lab.device(op, op.route.dev)
    lab.send(space, route(NEWROUTE, index, op.route), route(DELROUTE, index, op.route))


@tell.register
def _(op: DeleteRoute, lab: Lab) -> None:
    space, index = lab.device(op, op.route.dev)
    lab.send(space, route(DELROUTE, index, op.route))
