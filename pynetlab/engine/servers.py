"""The programs in containers, as far as the network sees them: sockets that wait for clients, and answer."""

from collections.abc import Iterable

from ..errors import KernelError
from ..kernel import Passed, Plan, Step
from ..ops import StartServer, StopServer
from .images import Port

ANY = "0.0.0.0"  # noqa: S104 - the address of a socket in the lab


def start_servers(container: str, netns: str, ports: Iterable[Port]) -> Plan[tuple[StartServer, ...]]:
    """Let a container's program wait on its ports, and give what was started.

    In a namespace that it shares, a port may be taken: then the program has it not.
    """
    started = []
    for port, proto in ports:
        server = StartServer(netns, proto, ANY, port, container)
        try:
            yield Step(server, f"The program in {container} waits for clients on port {port}/{proto}.", may_fail=netns != container)
        except KernelError as refused:
            yield Passed(f"{container} cannot listen on port {port}/{proto} of {netns}: {refused.name}, another program does.", "")
        else:
            started.append(server)
    return tuple(started)


def stop_servers(servers: Iterable[StartServer]) -> Plan[None]:
    """End a container's program."""
    for each in servers:
        op = StopServer(each.netns, each.proto, each.ip, each.port, each.name)
        try:
            yield Step(op, f"The program in {each.name} ends, and its socket is closed.", may_fail=each.netns != each.name)
        except KernelError:
            yield Passed(f"The namespace {each.netns} is gone, and with it all its sockets.", "")
