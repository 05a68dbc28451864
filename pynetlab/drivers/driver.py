"""What every network driver does, and the record of what it may know; moby libnetwork/driverapi."""

from collections.abc import Sequence
from typing import Protocol

from ..engine.network import Endpoint, Host, Network
from ..kernel import Plan


class Driver(Protocol):
    """A kind of network. It decides nothing about addresses: it is given them."""

    @property
    def name(self) -> str:
        """The word after ``docker network create -d``."""

    @property
    def addressed(self) -> bool:
        """Its networks have subnets."""

    @property
    def single(self) -> bool:
        """There is one network of this kind, and Docker makes it."""

    def check(self, host: Host, network: Network, others: Sequence[Network]) -> None:
        """Refuse what this driver cannot do. Raises DaemonError in the release's words."""

    def gateway(self, host: Host, network: Network) -> bool:
        """Say whether an address of the subnet is set apart for a gateway."""

    def create_network(self, host: Host, network: Network) -> Plan[bool]:
        """Make what the network needs on the host; say whether its device is the network's own, and goes with it."""

    def delete_network(self, host: Host, network: Network) -> Plan[None]:
        """Take it away."""

    def endpoint(self, host: Host, network: Network, endpoint: Endpoint) -> Endpoint:
        """Fill in what the driver decides: the devices' names, and the way out."""

    def join(self, host: Host, network: Network, endpoint: Endpoint) -> Plan[None]:
        """Give the container its device."""

    def leave(self, host: Host, network: Network, endpoint: Endpoint) -> Plan[None]:
        """Take it away."""
