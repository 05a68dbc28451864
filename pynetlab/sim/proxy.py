"""Userland proxies, simulated: what matters to the network is the socket that they listen on."""

import errno
from dataclasses import replace
from ipaddress import IPv4Address

from ..model import State
from ..ops import StartProxy, StopProxy
from .change import change, existing, refuse
from .effects import is_local

ANY = "0.0.0.0"  # noqa: S104 - the address of a socket, not of one of ours


@change.register
def _(op: StartProxy, state: State) -> State:
    netns, wanted = existing(state, op), op.listener
    ip = IPv4Address(op.host_ip)
    # a namespace has no table of local addresses before its first, and then __inet_bind refuses none
    if op.host_ip != ANY and netns.had_address and not is_local(netns, ip):
        raise refuse(errno.EADDRNOTAVAIL, op)
    for other in netns.listeners:
        same = (other.proto, other.port) == (wanted.proto, wanted.port)
        if same and (other.ip == wanted.ip or ANY in (other.ip, wanted.ip)):
            raise refuse(errno.EADDRINUSE, op)
    return state.with_netns(replace(netns, listeners=netns.listeners | {wanted}))


@change.register
def _(op: StopProxy, state: State) -> State:
    netns = existing(state, op)
    if op.listener not in netns.listeners:
        raise refuse(errno.ESRCH, op)
    return state.with_netns(replace(netns, listeners=netns.listeners - {op.listener}))
