"""A record of what an engine left: the shape of those of real engines, in which names stand for what is drawn at random."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from typing import Any

from ..daemon import Container, Daemon
from ..daemon.api.network import shown_ipam
from ..daemon.api.ports import ports_of
from ..engine.hosts import HOSTS, RESOLV
from ..engine.names import bridge_name
from ..engine.nameservice import listening
from ..model import Link, Netns, State
from ..model.state import SYSCTL_DEFAULTS

Record = dict[str, Any]
LOOPBACK = IPv4Interface("127.0.0.1/8")
ANY_ID = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(slots=True)
class Names:
    """The names that stand for ids, devices and ports."""

    daemon: Daemon
    known: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Learn them; a long one comes before a short one that it begins with."""
        for network in self.daemon.networks.values():
            self.known |= {network.id: f"<{network.name}>", bridge_name(network.id): f"br-<{network.name}>"}
        for container in self.daemon.containers.values():
            self.known |= {container.id: f"<{container.name}>", container.short: f"<{container.name}>"}
            for endpoint in container.endpoints.values():
                if endpoint.host_device:
                    self.known[endpoint.host_device] = f"veth-{container.name}-{endpoint.network}"

    def shown(self, text: str) -> str:
        """Give a text with names in place of what was drawn."""
        for drawn, name in self.known.items():
            text = text.replace(drawn, name)
        return ANY_ID.sub("<id>", text)


def networks_record(daemon: Daemon) -> Record:
    """Write the networks down."""
    return {
        name: {
            "driver": network.driver,
            "scope": "local",
            "internal": network.internal,
            "ipam": [{key.lower(): value for key, value in shown_ipam(daemon, network).items()}] if network.subnet else [],
            # the default bridge has options that the daemon gave it; a record holds those that somebody asked for
            "options": {} if network.own else dict(sorted(network.options.items())),
        }
        for name, network in sorted(daemon.networks.items())
    }


def host_record(netns: Netns, names: Names) -> Record:
    """Write down what the Docker host holds."""
    return _namespace(netns, names, macs=False, ports=())


def containers_record(daemon: Daemon, state: State, names: Names) -> Record:
    """Write the containers down, those that do not run too."""
    return {name: _container(daemon, daemon.containers[name], state, names) for name in sorted(daemon.containers)}


def _container(daemon: Daemon, container: Container, state: State, names: Names) -> Record:
    files = daemon.disk.get(container.name, {})
    mode, _, other = container.mode.partition(":")
    found: Record = {
        "mode": f"container:<{other}>" if other else mode,
        "running": container.running,
        "hosts": names.shown(files[HOSTS]).splitlines() if HOSTS in files else None,
        "resolv": [line for line in files.get(RESOLV, "").splitlines() if line and not line.startswith("#")],
    }
    if container.running and container.netns != daemon.netns:
        ports = tuple(listening(container.netns).values())
        found |= _namespace(state[container.netns], names, macs=daemon.release.mac_from_address, ports=ports)
    found["networks"] = {name: _place(container, name) for name in sorted(container.networks)}
    return found | {"ports": _ports(container)}


def _ports(container: Container) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for port in ports_of(container):
        if port.host_ip:
            found.setdefault(f"{port.number}/{port.proto}", []).append(f"{port.host_ip}:{port.host_port}")
    return found


def _place(container: Container, name: str) -> Record:
    endpoint = container.endpoints.get(name)
    return {
        "ip": str(endpoint.address.ip) if endpoint and endpoint.address else "",
        "gateway": str(endpoint.gateway) if endpoint and endpoint.gateway else "",
        "aliases": sorted(container.networks[name].aliases),
    }


def _namespace(netns: Netns, names: Names, *, macs: bool, ports: tuple[int, ...]) -> Record:
    return {
        "links": [_link(link, names, macs=macs) for link in _links(netns)],
        "addresses": {names.shown(link.name): list(map(str, link.addresses)) for link in netns.links.values() if link.addresses},
        "routes": [names.shown(str(route)) for route in netns.routes],
        "iptables": _tables(netns, names, ports),
        "sysctl": {key: netns.sysctl.get(key, default) for key, default in SYSCTL_DEFAULTS.items()},
        "route_localnet": [
            names.shown(key.split(".")[3]) for key, value in netns.sysctl.items() if key.endswith("route_localnet") and value == "1"
        ],
    }


def _links(netns: Netns) -> Iterator[Link]:
    yield from sorted((link for link in netns.links.values() if link.kind != "loopback"), key=lambda link: link.name)


def _link(link: Link, names: Names, *, macs: bool) -> Record:
    found: Record = {"name": names.shown(link.name), "kind": link.kind, "mtu": link.mtu, "up": link.up}
    found |= {"master": names.shown(link.master)} if link.master else {}
    found |= {"hairpin": True} if link.hairpin else {}
    found |= {"mode": link.mode} if link.mode else {}
    return found | ({"mac": link.mac} if macs else {})


def _tables(netns: Netns, names: Names, ports: tuple[int, ...]) -> Record:
    def shown(rule: str) -> str:
        for port in ports:
            rule = rule.replace(f"127.0.0.11:{port}", "127.0.0.11:<dns>").replace(f"--sport {port} ", "--sport <dns> ")
        return names.shown(rule)

    return {
        table.name: {
            name: {"policy": chain.policy, "rules": [shown(f"-A {name} {rule}".rstrip()) for rule in chain.rules]}
            for name, chain in table.chains.items()
        }
        for table in netns.tables.values()
    }
