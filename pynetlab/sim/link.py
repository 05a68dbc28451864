"""Devices, simulated."""

import errno
from collections.abc import Iterator
from dataclasses import replace

from ..model import Link, State
from ..ops import AddBridge, AddVeth, DeleteLink, Op, SetDown, SetMaster, SetMtu, SetUp
from .change import change, device, existing, refuse
from .effects import fitted, link_down, link_up, macvlans_on, with_mtu, without_link

MTU = {"loopback": (0, 2**31 - 1), "bridge": (68, 65535), "veth": (68, 65535), "macvlan": (68, 65535), "dummy": (0, 2**31 - 1)}
MASTERLESS = {"loopback": errno.EINVAL, "bridge": errno.ELOOP}


def check_mac(op: Op, mac: str) -> None:
    """Refuse the address of a group, and the one that is nobody's; see is_valid_ether_addr."""
    octets = bytes.fromhex(mac.replace(":", ""))
    if octets[0] & 1 or not any(octets):
        raise refuse(errno.EADDRNOTAVAIL, op)


@change.register
def _(op: AddBridge, state: State) -> State:
    netns = existing(state, op)
    check_mac(op, op.mac)
    if op.name in netns.links:
        raise refuse(errno.EEXIST, op)
    return state.with_netns(netns.with_link(Link(op.name, "bridge", op.mac)))


@change.register
def _(op: AddVeth, state: State) -> State:
    near, far = existing(state, op), state.netns.get(op.peer_netns)
    if far is None:
        raise refuse(errno.ENOENT, op)
    check_mac(op, op.mac)
    check_mac(op, op.peer_mac)
    here, there = (op.netns, op.name), (op.peer_netns, op.peer_name)
    if op.name in near.links or op.peer_name in far.links or here == there:
        raise refuse(errno.EEXIST, op)
    # the far end is made first, and has the smaller index where both are in one namespace; see veth_newlink
    state = state.with_netns(far.with_link(Link(op.peer_name, "veth", op.peer_mac, peer=here)))
    return state.with_netns(state[op.netns].with_link(Link(op.name, "veth", op.mac, peer=there)))


@change.register
def _(op: DeleteLink, state: State) -> State:
    link = device(state, op, op.name)
    if link.kind == "loopback":
        raise refuse(errno.EOPNOTSUPP, op)
    state = without_link(state, op.netns, op.name)
    return without_link(state, *link.peer) if link.peer is not None else state


@change.register
def _(op: SetUp, state: State) -> State:
    link = device(state, op, op.name)
    if link.parent is not None and not link.up and link.mac in _macs_in_use(state, link.parent):
        raise refuse(errno.EADDRINUSE, op)
    return state.with_netns(link_up(state[op.netns], op.name))


def _macs_in_use(state: State, parent: tuple[str, str]) -> Iterator[str]:
    """Give the addresses that a wire knows already; see macvlan_addr_busy."""
    yield state[parent[0]].links[parent[1]].mac
    others = (state[netns].links[name] for netns, name in macvlans_on(state, *parent))
    yield from (other.mac for other in others if other.up)


@change.register
def _(op: SetDown, state: State) -> State:
    device(state, op, op.name)
    return state.with_netns(link_down(state[op.netns], op.name))


@change.register
def _(op: SetMaster, state: State) -> State:
    link, netns = device(state, op, op.name), state[op.netns]
    if op.master is not None:
        master = device(state, op, op.master)
        if master.kind != "bridge":
            raise refuse(errno.EOPNOTSUPP, op)
        if link.kind in MASTERLESS:
            raise refuse(MASTERLESS[link.kind], op)
        if next(macvlans_on(state, op.netns, op.name), None) is not None:
            raise refuse(errno.EBUSY, op)
    # a port that is taken off its bridge, or put on another, is a new port: it forgets its settings
    netns = netns.with_link(replace(link, master=op.master, hairpin=link.hairpin and op.master == link.master))
    return fitted(fitted(state.with_netns(netns), op.netns, link.master), op.netns, op.master)


@change.register
def _(op: SetMtu, state: State) -> State:
    link = device(state, op, op.name)
    low, high = MTU[link.kind]
    wire = state[link.parent[0]].links[link.parent[1]].mtu if link.parent else high
    if not low <= op.mtu <= min(high, wire):
        raise refuse(errno.EINVAL, op)
    if op.mtu == link.mtu:
        return state
    return with_mtu(state, op.netns, replace(link, mtu=op.mtu, mtu_by_hand=link.kind == "bridge"))
