"""The firewall of a daemon that may write no rules, ``--iptables=false``."""

from collections.abc import Sequence
from ipaddress import IPv4Address

from ...kernel import Passed, Plan
from .seam import BridgeNetwork, PublishedPort


class Nothing:
    """A firewall that does nothing; see :class:`pynetlab.engine.firewall.seam.Firewall`."""

    def start(self) -> Plan[None]:
        """Do nothing."""
        yield Passed("The daemon runs with --iptables=false: it writes no rules.", "")

    def drop_forwarded(self) -> Plan[None]:
        """Do nothing."""
        yield Passed("The policy of FORWARD is left alone.", "")

    def users_chain(self) -> Plan[None]:
        """Do nothing."""
        yield Passed("There is no DOCKER-USER.", "")

    def network_up(self, network: BridgeNetwork) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"{network.bridge} gets no rules: whether its containers reach anybody is up to the host's own.", "")

    def network_down(self, network: BridgeNetwork) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"{network.bridge} had no rules.", "")

    def endpoint_up(self, network: BridgeNetwork, address: IPv4Address) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"{address} gets no rules.", "")

    def endpoint_down(self, network: BridgeNetwork, address: IPv4Address) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"{address} had no rules.", "")

    def port_up(self, network: BridgeNetwork, port: PublishedPort) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"Port {port.host_port} is not translated: only the userland proxy serves it.", "")

    def port_down(self, network: BridgeNetwork, port: PublishedPort) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"Port {port.host_port} was not translated.", "")

    def link_up(self, network: BridgeNetwork, parent: IPv4Address, child: IPv4Address, ports: Sequence[tuple[str, int]]) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"Nothing keeps {parent} from {child}, so nothing has to be opened.", "")

    def link_down(self, network: BridgeNetwork, parent: IPv4Address, child: IPv4Address, ports: Sequence[tuple[str, int]]) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"Nothing was opened between {parent} and {child}.", "")
