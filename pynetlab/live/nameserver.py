"""A name server that really answers: two sockets in a namespace of the lab, served by the agent.

What it answers from what it knows is decided by :mod:`pynetlab.model.resolver`; this is how questions come and go.
"""

import asyncio
import socket
from collections.abc import Coroutine, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..model import Resolver, Upstream
from ..model.resolver import UPSTREAM_PATIENCE, Forward, Silence, decide, forward
from .exchange import CHUNK, LENGTH, exchange, framed
from .lab import Lab, Space

if TYPE_CHECKING:
    from ..model import DnsReply
    from .dns_wire import Raw

IDLE = 8.0
"""Seconds for which a client may keep a connection without a word; miekg/dns server.go."""


@dataclass(slots=True, eq=False)
class NameServer:
    """A name server that runs."""

    lab: Lab
    space: Space
    told: Resolver
    tcp: socket.socket
    udp: socket.socket
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self) -> None:
        """Wait for questions."""
        self.tcp.listen(128)
        asyncio.get_running_loop().add_reader(self.udp, self._datagram)
        asyncio.get_running_loop().add_reader(self.tcp, self._connection)

    def close(self) -> None:
        """Stop, with all that is under way."""
        for waiting in (self.udp, self.tcp):
            asyncio.get_running_loop().remove_reader(waiting)
            waiting.close()
        for task in tuple(self.tasks):
            task.cancel()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _datagram(self) -> None:
        with suppress(OSError):
            data, client = self.udp.recvfrom(CHUNK)
            self._do(self._reply_to(data, client))

    async def _reply_to(self, data: bytes, client: Any) -> None:  # noqa: ANN401 - the address of a socket
        said = await self._answer(data, "udp")
        if said is not None:
            with suppress(OSError):
                self.udp.sendto(said, client)

    def _connection(self) -> None:
        with suppress(OSError):
            client, _ = self.tcp.accept()
            client.settimeout(0)
            self._do(self._serve(client))

    async def _serve(self, client: socket.socket) -> None:
        """Answer the questions of one connection, one after the other."""
        reader, writer = await asyncio.open_connection(sock=client)
        try:
            with suppress(OSError, EOFError, TimeoutError):
                while True:
                    async with asyncio.timeout(IDLE):
                        (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                        data = await reader.readexactly(length)
                    said = await self._answer(data, "tcp")
                    if said is not None:
                        writer.write(framed(said))
                        await writer.drain()
        finally:
            writer.close()

    async def _answer(self, data: bytes, proto: str) -> bytes | None:
        from . import dns_wire  # noqa: PLC0415 - a tenth of a second, which only who asks for a name has to wait

        found = dns_wire.parsed(data, proto)
        if found is None:
            return None
        message, query = found
        holder = self.lab.spaces.get(self.told.zones_in)
        decided = decide(self.told, holder.zones if holder else {}, query)
        said: DnsReply | Silence | Raw = await self._forward(decided, data, proto) if isinstance(decided, Forward) else decided
        if isinstance(said, dns_wire.Raw):
            return said.data
        return None if isinstance(said, Silence) else dns_wire.encoded(message, said)

    async def _forward(self, decided: Forward, data: bytes, proto: str) -> "DnsReply | Silence | Raw":
        """Pass a question on to others, in order."""
        asking: Generator[Upstream, Raw | None, DnsReply | Silence | Raw] = forward(self.told.manners, decided.servers)
        said: Raw | None = None
        try:
            upstream = next(asking)
            while True:
                said = await self._asked(upstream, data, proto)
                upstream = asking.send(said)
        except StopIteration as end:
            found: DnsReply | Silence | Raw = end.value
            return found

    async def _asked(self, upstream: Upstream, data: bytes, proto: str) -> "Raw | None":
        from . import dns_wire  # noqa: PLC0415 - as above

        space = self.lab.spaces.get(self.told.zones_in) if upstream.from_host else self.space
        if space is None:
            return None
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(UPSTREAM_PATIENCE):
                return dns_wire.raw(await exchange(self.lab, space, proto, upstream.address, data), data)
        return None
