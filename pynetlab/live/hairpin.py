"""Hairpin mode of bridge ports, by rtnetlink(7)."""

from ..ops import SetHairpin
from .lab import Lab
from .messages import set_hairpin
from .tell import tell


@tell.register
def _(op: SetHairpin, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    lab.send(space, set_hairpin(index, on=op.on))
