"""IPv4 routes of the main table: ip-route(8)."""

from dataclasses import dataclass
from typing import Any

from ..model import Netns, Route, State
from .base import Op, Question, Subject
from .netns import ReadNetns


@dataclass(frozen=True, slots=True)
class AddRoute(Op):
    """Add a route. One that says ``kernel`` is put back behind those to the same destination, as the kernel puts its own.

    EEXIST where there is one to the same destination with the same metric, ENODEV for a missing device, ENETDOWN for
    one that is down, ENETUNREACH for a gateway that no connected network holds, EINVAL for a source address that the
    namespace does not have.
    """

    route: Route

    def command(self) -> str:
        """Give the command of ip-route(8)."""
        if self.route.kernel:
            return f"ip route append {self.route} proto kernel scope link"
        return f"ip route add {self.route}"

    @property
    def subject(self) -> Subject:
        """Name the device that the route leads over, since the route goes with it."""
        return (self.netns, self.route.dev)

    def undo(self, before: Any) -> tuple[Op, ...]:  # noqa: ANN401
        """Delete it."""
        return (DeleteRoute(self.netns, self.route),)


@dataclass(frozen=True, slots=True)
class DeleteRoute(Op):
    """Delete a route; ESRCH where there is none like it."""

    route: Route

    def command(self) -> str:
        """Give the command of ip-route(8)."""
        return f"ip route del {self.route}"

    @property
    def subject(self) -> Subject:
        """Name the device that the route leads over."""
        return (self.netns, self.route.dev)

    def ask(self) -> Question:
        """Ask for all of the namespace: a route that the kernel made is not put back like one that a user made."""
        return ReadNetns(self.netns)

    def undo(self, before: Netns) -> tuple[Op, ...]:
        """Add it again, as it was."""
        from .rebuild import route_again  # noqa: PLC0415 - rebuild is made of all the other operations

        return tuple(route_again(before, self.route))


def like(wanted: Route, route: Route) -> bool:
    """Say whether a command to delete a route means this one: what it leaves out fits anything; see fib_table_delete."""
    return (
        (wanted.dst, wanted.dev) == (route.dst, route.dev)
        and wanted.via in (None, route.via)
        and wanted.src in (None, route.src)
        and wanted.metric in (0, route.metric)
    )


@dataclass(frozen=True, slots=True)
class ListRoutes(Question):
    """Ask for the routes of the main table."""

    def command(self) -> str:
        """Give the command of ip-route(8)."""
        return "ip -4 route show table main"

    def answer(self, state: State) -> tuple[Route, ...]:
        """Look them up."""
        return state[self.netns].routes
