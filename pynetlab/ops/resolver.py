"""Name servers of a lab: the one that Docker runs in a container's namespace, and the names that it knows of networks.

A network's names are told once, to the namespace of the daemon, whatever the number of those who ask for them.
"""

import errno
import shlex
from dataclasses import dataclass
from ipaddress import IPv4Address

from ..errors import KernelError
from ..model import Listener, Resolver, State
from ..model.resolver import TTL, Zones
from .base import Op, Question

NAMES = "/run/names"
"""Where a script keeps the names of networks: a folder a network, a file an address."""


def listeners(resolver: Resolver) -> tuple[Listener, Listener]:
    """Give the two sockets that a name server waits on."""
    return Listener("tcp", resolver.ip, resolver.tcp), Listener("udp", resolver.ip, resolver.udp)


@dataclass(frozen=True, slots=True)
class StartResolver(Op):
    """Start a name server on its two ports; EEXIST where one runs, EADDRINUSE where a port is taken.

    Docker's own is part of the daemon; in a script dnsmasq(8) does nearly the same, without links and without the
    host's own servers.
    """

    resolver: Resolver

    def command(self) -> str:
        """Give the command of dnsmasq(8), which is told one port for both protocols: so it runs once for each."""
        told = self.resolver
        words = ["dnsmasq", "--conf-file=/dev/null", "--user=root", "--no-hosts", "--no-resolv", "--bind-interfaces"]
        words += [f"--listen-address={told.ip}", "--expand-hosts", f"--local-ttl={TTL}"]
        words += [f"--hostsdir={NAMES}/{scope.network}" for scope in told.scopes]
        words += [f"--server={each.address}" for each in told.asks if not each.from_host]
        ports = dict.fromkeys((told.tcp, told.udp))
        return (
            f"sh -c {shlex.quote(' && '.join(f'{shlex.join(words)} --port={port} --pid-file={_pid(self.netns, port)}' for port in ports))}"
        )

    def undo(self, before: Resolver | None) -> tuple[Op, ...]:
        """Stop it."""
        return (StopResolver(self.netns),)


def _pid(netns: str, port: int | str) -> str:
    return f"/run/resolver-{netns}-{port}.pid"


@dataclass(frozen=True, slots=True)
class StopResolver(Op):
    """Stop the name server of a namespace; ESRCH where none runs."""

    def shell(self, here: str) -> str:
        """Give the command of kill(1); dnsmasq(8) removes its files itself."""
        return f"kill $(cat {_pid(self.netns, '*')})"

    def ask(self) -> Question:
        """Ask what it was told."""
        return ReadResolver(self.netns)

    def undo(self, before: Resolver | None) -> tuple[Op, ...]:
        """Start it again."""
        return (StartResolver(self.netns, before),) if before else ()


@dataclass(frozen=True, slots=True)
class TellResolver(Op):
    """Tell a name server that runs of other networks or servers; ESRCH where none runs, EINVAL for other sockets than it has."""

    resolver: Resolver

    def shell(self, here: str) -> str:
        """Stop it and start another once its ports are free: dnsmasq(8) learns no folders while it runs."""
        return f"{StopResolver(self.netns).shell(here)} && sleep 0.2 && {StartResolver(self.netns, self.resolver).shell(here)}"

    def ask(self) -> Question:
        """Ask what it was told before."""
        return ReadResolver(self.netns)

    def undo(self, before: Resolver | None) -> tuple[Op, ...]:
        """Tell it that again."""
        return (TellResolver(self.netns, before),) if before else ()


@dataclass(frozen=True, slots=True)
class ReadResolver(Question):
    """Ask what the name server of a namespace was told; None where none runs."""

    def command(self) -> str:
        """Give the nearest thing that a shell has."""
        return f"cat {_pid(self.netns, '*')}"

    def answer(self, state: State) -> Resolver | None:
        """Look it up."""
        return state[self.netns].resolver


@dataclass(frozen=True, slots=True)
class AddNames(Op):
    """Make an address of a network known by names, the first of which a PTR record gives; EEXIST where it has names."""

    network: str
    address: IPv4Address
    names: tuple[str, ...]

    def shell(self, here: str) -> str:
        """Write a file in the form of hosts(5), which a name server of the script reads at once."""
        folder = shlex.quote(f"{NAMES}/{self.network}")
        return f"mkdir -p {folder} && echo {shlex.quote(' '.join((str(self.address), *self.names)))} > {folder}/{self.address}"

    def undo(self, before: Zones) -> tuple[Op, ...]:
        """Forget them."""
        return (RemoveNames(self.netns, self.network, self.address),)


@dataclass(frozen=True, slots=True)
class RemoveNames(Op):
    """Forget the names of an address in a network; ENOENT where it has none."""

    network: str
    address: IPv4Address

    def shell(self, here: str) -> str:
        """Remove its file."""
        return f"rm {shlex.quote(f'{NAMES}/{self.network}')}/{self.address}"

    def ask(self) -> Question:
        """Ask for its names."""
        return ReadNames(self.netns, self.network, self.address)

    def undo(self, before: tuple[str, ...]) -> tuple[Op, ...]:
        """Make it known again."""
        return (AddNames(self.netns, self.network, self.address, before),)


@dataclass(frozen=True, slots=True)
class ReadNames(Question):
    """Ask by which names an address of a network is known; ENOENT where it has none."""

    network: str
    address: IPv4Address

    def command(self) -> str:
        """Give the command of cat(1)."""
        return f"cat {shlex.quote(f'{NAMES}/{self.network}')}/{self.address}"

    def answer(self, state: State) -> tuple[str, ...]:
        """Look them up."""
        found = state[self.netns].zones.get(self.network, {}).get(self.address)
        if found is None:
            raise KernelError(errno.ENOENT, self.command())
        return found
