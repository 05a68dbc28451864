"""Devices, by rtnetlink(7)."""

import errno

from ..ops import AddBridge, AddVeth, SetDown, SetMaster, SetMtu, SetUp
from .decoding import decoded
from .lab import LOOPBACK, Lab, Space, refuse
from .messages import add_bridge, add_veth, delete_link, one_link, set_number, set_up
from .tell import tell

NO_MASTER = 0


@tell.register
def _(op: AddBridge, lab: Lab) -> None:
    space = lab.space(op)
    index = lab.new_index(space, op.name)
    lab.send(space, add_bridge(index, op.name, op.mac), delete_link(index))


@tell.register
def _(op: AddVeth, lab: Lab) -> None:
    near, far = lab.space(op), lab.space(op, op.peer_netns)
    there, here = lab.new_index(far, op.peer_name), lab.new_index(near, op.name)  # in the order in which the kernel gives them
    where = None if near is far else far.fd
    lab.send(near, add_veth((here, op.name, op.mac), (there, op.peer_name, op.peer_mac), where), delete_link(here))
    lab.peers[near, here], lab.peers[far, there] = (far, there), (near, here)


@tell.register
def _(op: SetUp, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    # the loopback device gets 127.0.0.1 when it comes up, which bringing it down does not take away
    certain = index in space.down and index != LOOPBACK
    lab.send(space, set_up(index, up=True), set_up(index, up=False) if certain else None)
    space.down.discard(index)
    lab.raised.append((space, index))


@tell.register
def _(op: SetDown, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    lab.send(space, set_up(index, up=False))


@tell.register
def _(op: SetMaster, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    master = lab.device(op, op.master)[1] if op.master else NO_MASTER
    if op.master and index not in space.portless:
        _check_bridge(op, lab, space, master)
    free = set_number(index, "IFLA_MASTER", NO_MASTER)
    lab.send(space, set_number(index, "IFLA_MASTER", master), free if index in space.portless else None)
    space.portless.discard(index)


def _check_bridge(op: SetMaster, lab: Lab, space: Space, master: int) -> None:
    """Refuse a master that is no bridge before the kernel does: it would free the port first; see do_set_master."""
    lab.flush()
    (found,) = space.wire.ask([one_link(master)])
    info = decoded(*found)[1].get("IFLA_LINKINFO") if isinstance(found, tuple) else None
    if not info or info.get_attr("IFLA_INFO_KIND") != "bridge":
        raise refuse(errno.EOPNOTSUPP, op)


@tell.register
def _(op: SetMtu, lab: Lab) -> None:
    space, index = lab.device(op, op.name)
    lab.send(space, set_number(index, "IFLA_MTU", op.mtu))
