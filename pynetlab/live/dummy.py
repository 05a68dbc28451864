"""Dummy devices, by rtnetlink(7)."""

from ..ops import AddDummy
from .lab import Lab
from .messages import add_dummy, delete_link
from .tell import tell


@tell.register
def _(op: AddDummy, lab: Lab) -> None:
    space = lab.space(op)
    index = lab.new_index(space, op.name)
    lab.send(space, add_dummy(index, op.name, op.mac), delete_link(index))
