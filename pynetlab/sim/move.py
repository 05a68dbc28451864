"""Devices that go to another namespace, simulated: what dev_change_net_namespace of Linux does (net/core/dev.c)."""

import errno
from dataclasses import replace

from ..model import Link, Netns, State
from ..ops import MoveLink
from .change import change, device, existing, refuse
from .effects import fitted, link_down, without_ip

IMMUTABLE = ("loopback", "bridge")
"""Kinds of devices that stay in the namespace where they were made."""


@change.register
def _(op: MoveLink, state: State) -> State:
    link, there = device(state, op, op.name), state.netns.get(op.to)
    if there is None:
        raise refuse(errno.ENOENT, op)
    if op.to == op.netns:
        return state
    if link.kind in IMMUTABLE:
        raise refuse(errno.EINVAL, op)
    if op.name in there.links:
        raise refuse(errno.EEXIST, op)
    here = without_ip(link_down(existing(state, op), op.name), op.name)
    bare = replace(here.links[op.name], up=False, was_up=False, master=None, hairpin=False, qdisc=None)
    here = replace(here, links={name: other for name, other in here.links.items() if name != op.name})
    taken = any(other.index == bare.index for other in there.links.values())
    state = state.with_netns(here, there.with_link(replace(bare, index=0 if taken else bare.index)))
    state = fitted(state, op.netns, link.master)
    return State({name: _pointing(netns, (op.netns, op.name), (op.to, op.name)) for name, netns in state.netns.items()})


def _pointing(netns: Netns, old: tuple[str, str], new: tuple[str, str]) -> Netns:
    """Let what leads to the old place lead to the new one: the other end of a cable, and macvlans."""

    def led(link: Link) -> Link:
        return replace(link, peer=new if link.peer == old else link.peer, parent=new if link.parent == old else link.parent)

    if not any(old in (link.peer, link.parent) for link in netns.links.values()):
        return netns
    return replace(netns, links={name: led(link) for name, link in netns.links.items()})
