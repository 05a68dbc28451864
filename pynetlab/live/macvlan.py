"""Macvlan devices, by rtnetlink(7)."""

import errno

from ..ops import AddMacvlan
from .lab import Lab, refuse
from .messages import add_macvlan, delete_link
from .tell import tell


@tell.register
def _(op: AddMacvlan, lab: Lab) -> None:
    near, outer = lab.space(op), lab.space(op, op.parent_netns)
    lab.flush()
    try:
        parent = outer.index(op.parent)
    except OSError:
        raise refuse(errno.ENODEV, op) from None
    index = lab.new_index(near, op.name)
    where = None if near is outer else near.fd
    # asked of the parent's namespace, since only there the parent's index means it; so it cannot be taken back unasked
    lab.send(outer, add_macvlan(index, op.name, op.mac, parent, op.mode, where), delete_link(index) if near is outer else None)
    lab.parents[near, index] = outer, parent
