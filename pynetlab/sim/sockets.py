"""Sockets that wait for clients, simulated: what matters to the network is where they wait; bind(2), listen(2)."""

import errno
from dataclasses import replace
from ipaddress import IPv4Address

from ..model import Listener, State
from ..ops import Op
from ..ops.resolver import listeners
from .change import existing, refuse
from .effects import is_local

ANY = "0.0.0.0"  # noqa: S104 - the address of a socket, not of one of ours


def opened(op: Op, wanted: Listener, state: State) -> State:
    """Give the state with the socket; EADDRNOTAVAIL and EADDRINUSE as bind(2) has them."""
    netns = existing(state, op)
    ip = IPv4Address(wanted.ip)
    # a namespace has no table of local addresses before its first, and then __inet_bind refuses none
    if wanted.ip != ANY and netns.had_address and not is_local(netns, ip):
        raise refuse(errno.EADDRNOTAVAIL, op)
    for other in netns.listeners:
        same = (other.proto, other.port) == (wanted.proto, wanted.port)
        if same and (other.ip == wanted.ip or ANY in (other.ip, wanted.ip)):
            raise refuse(errno.EADDRINUSE, op)
    return state.with_netns(replace(netns, listeners=netns.listeners | {wanted}))


def closed(op: Op, gone: Listener, state: State) -> State:
    """Give the state without the socket; ESRCH where there is none."""
    netns = existing(state, op)
    # those of a name server are its own: no other operation knows them
    if gone not in netns.listeners or (netns.resolver is not None and gone in listeners(netns.resolver)):
        raise refuse(errno.ESRCH, op)
    return state.with_netns(replace(netns, listeners=netns.listeners - {gone}))
