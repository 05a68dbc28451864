"""Macvlan devices, simulated: what macvlan_common_newlink of Linux does."""

import errno

from ..model import Link, State
from ..ops import AddMacvlan
from .change import change, existing, refuse
from .link import check_mac


@change.register
def _(op: AddMacvlan, state: State) -> State:
    netns, outer = existing(state, op), state.netns.get(op.parent_netns)
    if outer is None:
        raise refuse(errno.ENOENT, op)
    parent = outer.links.get(op.parent)
    if parent is None:
        raise refuse(errno.ENODEV, op)
    check_mac(op, op.mac)
    if op.name in netns.links:
        raise refuse(errno.EEXIST, op)
    if parent.kind == "loopback":
        raise refuse(errno.EINVAL, op)
    if parent.master is not None:
        raise refuse(errno.EBUSY, op)
    below = parent.parent or (op.parent_netns, op.parent)
    return state.with_netns(netns.with_link(Link(op.name, "macvlan", op.mac, parent.mtu, parent=below, mode=op.mode)))
