"""A lab's drawings and tables: which view shows what."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .engine.v1_2.networkdriver.chart import CHART, path
from .errors import SpecError
from .kernel import Taken, Walk
from .model import State
from .provenance import origins
from .views.bridge_network import bridge_network
from .views.figure import Figure
from .views.flow_chart import flow_chart
from .views.modes import Tenant, modes
from .views.reach import addresses, routes
from .views.rules import rules
from .views.script import script
from .views.steps import Moment, steps, watch
from .views.table import Table


class Guest(Protocol):
    """What there is to see of a container, of whichever release."""

    @property
    def mode(self) -> str:
        """Its network mode, such as ``bridge``."""

    @property
    def netns(self) -> str:
        """The namespace that its processes are in; empty where it does not run."""


class Shown(Protocol):
    """What there is to see of a lab."""

    @property
    def containers(self) -> Mapping[str, Guest]:
        """Its containers, by name."""

    @property
    def history(self) -> list[Taken]:
        """Every step that is in force, the oldest first."""

    @property
    def walks(self) -> Sequence[Walk[Any]]:
        """All that was carried out, the oldest first."""

    def state(self) -> State:
        """All that the kernel holds now."""


class Show:
    """The views of one lab; each gives a record that a notebook draws and ``print`` puts in words."""

    def __init__(self, lab: Shown) -> None:
        """Keep the lab; nothing is drawn until it is asked for."""
        self.lab = lab

    def chart(self, walk: Walk[Any] | None = None) -> Figure:
        """Draw the chart of the daemon's network initialisation, with the path that a walk took."""
        taken = walk.taken[: walk.position] if walk is not None else []
        return flow_chart(CHART, path(taken), name="daemon-network-init", title="How the daemon initialises its network (Docker 1.2)")

    def network(self) -> Figure:
        """Draw the host, its bridges, cables and containers, from what the kernel holds now."""
        return bridge_network(self.lab.state())

    def modes(self) -> Figure:
        """Draw the containers above the namespaces that they use."""
        tenants = [Tenant(name, container.mode, container.netns) for name, container in self.lab.containers.items() if container.netns]
        return modes(self.lab.state(), tenants)

    def steps(self, walk: Walk[Any]) -> Table:
        """List what a walk did, one row a step, with its reason, its command and what it changed.

        Steps that are left are taken, one at a time. Raises what ends the plan.
        """
        done = [Moment(number, taken) for number, taken in enumerate(walk.taken[: walk.position], 1)]
        return steps([*done, *watch(walk)])

    def until(self, walk: Walk[Any], node: str) -> Table:
        """Take steps up to the first at a place in the plan's chart, that one included, and list them.

        Raises what ends the plan.
        """
        first, moments = walk.position + 1, []
        for moment in watch(walk):
            moments.append(moment)
            if moment.node == node:
                break
        return steps(moments, caption=f"Steps {first} to {walk.position}")

    def rules(self, netns: str = "host", *only: str) -> Table:
        """List the iptables rules of a namespace, and the reason of the step that made each.

        ``only`` names tables, chains or both, such as ``"nat"``, ``"DOCKER-USER"`` or ``"filter DOCKER"``. Raises SpecError for
        one that is not there.
        """
        held, found = self.lab.state()[netns], origins(self.lab.walks)
        there = {
            name: table for table in held.tables.values() for chain in table.chains for name in (table.name, chain, f"{table.name} {chain}")
        }
        for name in only:
            if name not in there:
                raise SpecError(f"{netns} has no table and no chain {name}; it has {', '.join(sorted(there))}")

        def why(table: str, chain: str) -> list[str]:
            causes = found.of_rules(netns, table, chain, held.tables[table].chains[chain].rules)
            return [cause.why if cause else "" for cause in causes]

        return rules(held, why, caption=f"iptables of {netns}" + (f": {', '.join(only)}" if only else ""), only=only)

    def addresses(self, netns: str = "host") -> Table:
        """List the addresses of a namespace, and the reason of the step that made each."""
        held, found = self.lab.state()[netns], origins(self.lab.walks)
        return addresses(held, lambda *fact: found.why(netns, *fact))

    def routes(self, netns: str = "host") -> Table:
        """List the routes of a namespace, and the reason of the step that made each, or at which Linux did."""
        held, found = self.lab.state()[netns], origins(self.lab.walks)
        return routes(held, lambda *fact: found.why(netns, *fact))

    def script(self, walk: Walk[Any] | None = None) -> str:
        """Print what a walk did, or all that the lab did, as a shell script for the Docker host."""
        return script(walk.taken[: walk.position] if walk is not None else self.lab.history)
