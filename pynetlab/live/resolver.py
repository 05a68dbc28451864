"""Name servers of the lab: started and told by operations, and asked by clients in the lab's namespaces."""

import asyncio
import errno
import socket
from contextlib import suppress
from importlib.util import find_spec

from ..errors import LiveError
from ..model import DnsQuery, Resolution
from ..model.resolution import server_of
from ..model.state import Netns
from ..ops import AddNames, RemoveNames, StartResolver, StopResolver, TellResolver
from ..ops.resolver import listeners
from .exchange import exchange
from .lab import Lab, refuse
from .nameserver import NameServer
from .sockets import KINDS, made
from .tell import tell

RESULTS = {errno.ECONNREFUSED: "refused", errno.ENETUNREACH: "network-unreachable", errno.EHOSTUNREACH: "no-route-to-host"}


def check() -> None:
    """Raise LiveError where what writes the messages is not installed."""
    if find_spec("dns") is None:
        raise LiveError("a name service in a live lab needs the package dnspython; pip install 'pynetlab[live]'")


@tell.register
def _(op: StartResolver, lab: Lab) -> None:
    space, told = lab.space(op), op.resolver
    lab.flush()
    if space.resolver is not None:
        raise refuse(errno.EEXIST, op)
    tcp, udp = (made(lab, space, KINDS[proto]) for proto in ("tcp", "udp"))
    try:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind((told.ip, told.tcp))
        udp.bind((told.ip, told.udp))
        server = NameServer(lab, space, told, tcp, udp)
        server.start()
    except OSError:
        tcp.close()
        udp.close()
        raise
    space.resolver = server


@tell.register
def _(op: StopResolver, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    if space.resolver is None:
        raise refuse(errno.ESRCH, op)
    space.resolver.close()
    space.resolver = None


@tell.register
def _(op: TellResolver, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    if space.resolver is None:
        raise refuse(errno.ESRCH, op)
    if listeners(space.resolver.told) != listeners(op.resolver):
        raise refuse(errno.EINVAL, op)
    space.resolver.told = op.resolver


@tell.register
def _(op: AddNames, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    zone = space.zones.setdefault(op.network, {})
    if op.address in zone:
        raise refuse(errno.EEXIST, op)
    zone[op.address] = op.names


@tell.register
def _(op: RemoveNames, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    zone = space.zones.get(op.network, {})
    if zone.pop(op.address, None) is None:
        raise refuse(errno.ENOENT, op)
    if not zone:
        del space.zones[op.network]


async def ask(lab: Lab, netns: str, query: DnsQuery, server: str, patience: float) -> Resolution:
    """Put a question to a name server from a namespace, by a socket there, and wait for its reply; see Kernel.resolve."""
    check()
    from . import dns_wire  # noqa: PLC0415 - a tenth of a second, which only who asks for a name has to wait

    space = lab.spaces.get(netns)
    if space is None:
        raise KeyError(netns)
    server = server or server_of(Netns(netns, files=space.files))
    message, said = dns_wire.question(query), None
    with suppress(TimeoutError):
        try:
            async with asyncio.timeout(patience):
                said = dns_wire.answer(message, await exchange(lab, space, query.proto, server, message.to_wire()))
        except TimeoutError:
            raise
        except OSError as error:
            return Resolution(query, server, RESULTS.get(error.errno or 0, errno.errorcode.get(error.errno or 0, "failed")))
    return Resolution(query, server, "timeout" if said is None else "ok", said)
