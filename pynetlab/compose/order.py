"""In which order services come up: after those that they need; compose pkg/compose/reconcile.go (visitInDependencyOrder, v5.5.0)."""

from collections.abc import Mapping

from ..errors import SpecError
from .fields import Dependency, Service

SERVICE = "service:"


def dependencies(service: Service) -> dict[str, Dependency]:
    """Give the services that one needs: those that it names, links to, or shares something with; compose-go loader/normalize.go."""
    found = dict(service.depends_on)
    shared = (service.network_mode, service.ipc, service.pid, service.uts, service.cgroup)
    volumes = [each.partition(":")[0] for each in service.volumes_from if not each.startswith("container:")]
    links = [each.partition(":")[0] for each in service.links]
    for name in (*links, *(each.removeprefix(SERVICE) for each in shared if each.startswith(SERVICE)), *volumes):
        found.setdefault(name, Dependency(restart=True))
    return found


def in_order(services: Mapping[str, Service]) -> list[str]:
    """List services so that each stands after those that it needs; of several that could be next the first by name.

    Raises SpecError for a cycle.
    """
    needs = {name: sorted(set(dependencies(services[name])) & set(services)) for name in sorted(services)}
    done: set[str] = set()
    for name in needs:
        _check(needs, [name], done)
    order: list[str] = []
    while len(order) < len(needs):
        order.append(next(name for name, others in needs.items() if name not in order and set(others) <= set(order)))
    return order


def _check(needs: Mapping[str, list[str]], path: list[str], done: set[str]) -> None:
    for name in needs[path[-1]]:
        if name in path:
            raise SpecError(f"dependency cycle detected: {' -> '.join([*path[path.index(name) :], name])}")
        if name not in done:
            _check(needs, [*path, name], done)
    done.add(path[-1])
