"""The two drivers that give a container no device: moby libnetwork/drivers/{host,null}."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..engine.network import Endpoint, Host, Network
from ..kernel import Passed, Plan


@dataclass(frozen=True, slots=True)
class Bare:
    """A driver with nothing to do; see :class:`pynetlab.drivers.driver.Driver`."""

    name: str
    joined: str
    """What a container that joins should know."""
    addressed: bool = False
    single: bool = True

    def check(self, host: Host, network: Network, others: Sequence[Network]) -> None:
        """Refuse a second network."""
        if others:
            raise host.release.error("one-instance", driver=self.name)

    def gateway(self, host: Host, network: Network) -> bool:
        """Say no: there is no subnet."""
        return False

    def create_network(self, host: Host, network: Network) -> Plan[bool]:
        """Do nothing."""
        yield Passed(f"The network {network.name} needs nothing on the host.", "")
        return True

    def delete_network(self, host: Host, network: Network) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"The network {network.name} had nothing on the host.", "")

    def endpoint(self, host: Host, network: Network, endpoint: Endpoint) -> Endpoint:
        """Add nothing."""
        return endpoint

    def join(self, host: Host, network: Network, endpoint: Endpoint) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"{endpoint.container}: {self.joined}", "")

    def leave(self, host: Host, network: Network, endpoint: Endpoint) -> Plan[None]:
        """Do nothing."""
        yield Passed(f"{endpoint.container} had no device of its own.", "")


NONE = Bare("null", "it has a loopback device and nothing else.")
HOST = Bare("host", "it uses the host's own network, with all of its devices, addresses and ports.")
