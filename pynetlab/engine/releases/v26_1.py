"""Docker 26.1 (April 2024), as Debian 13 has it: what differs from 20.10.

moby v26.1.5: api/types/types.go, api/types/network/{ipam,endpoint}.go, libnetwork/ipams/defaultipam,
libnetwork/{resolver,endpoint}.go, libnetwork/internal/resolvconf.
"""

from dataclasses import replace

from ...model import Manners
from .release import Names
from .v20_10 import V20_10

SHAPE = replace(
    V20_10.shape,
    api="1.45",
    oldest_api="1.24",
    settings=(
        "Bridge SandboxID SandboxKey Ports HairpinMode LinkLocalIPv6Address LinkLocalIPv6PrefixLen SecondaryIPAddresses "
        "SecondaryIPv6Addresses EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen IPv6Gateway MacAddress "
        "Networks"
    ),
    endpoint=(
        "IPAMConfig Links Aliases MacAddress NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address "
        "GlobalIPv6PrefixLen DriverOpts DNSNames"
    ),
    short_id_is_alias=False,
    keeps_sandbox=False,
)

V26_1 = V20_10.but(
    {
        "bad-subnet": "invalid network config:\ninvalid subnet {subnet}: invalid CIDR block notation",
        "loose-subnet": "invalid network config:\ninvalid subnet {subnet}: it should be {masked}",
        "bad-range": "invalid network config:\ninvalid ip-range {range}: {why}",
        "gateway-outside": "invalid network config:\ninvalid gateway {gateway}: parent subnet {subnet} doesn't contain this address",
        "aux-outside": "invalid network config:\ninvalid auxiliary address {name}: parent subnet {subnet} doesn't contain this address",
        "no-gateway": "failed to allocate gateway (): no available addresses on this pool",
        "endpoint": "invalid endpoint settings:\n{error}",
        "endpoint-early": "invalid config for network {network}: {error}",
        "address-outside": "no configured subnet or ip-range contain the IP address {address}",
        "running": 'cannot remove container "/{name}": container is running: stop the container before removing or force remove',
        "host-disconnect": "container cannot be disconnected from host network or connected to host network",
        "macvlan-vlan": "-o parent interface was not found on the host: {parent}",
        "network-predefined-name": "operation is not permitted on predefined {name} network",
        "kill": "cannot kill container: {name}: {error}",
        "not-running": "container {id} is not running",
        "bad-filter": "invalid filter '{filter}'",
        "bad-status": "invalid filter 'status={status}'",
    },
    name="26.1",
    version="26.1.5",
    news="a container can start in several networks; in an internal one it has no default route; bridges show their network's MTU",
    names=Names(Manners(), names_unnamed=True, always_forwards=False, generated=True),
    date="2024-07-23",
    shape=SHAPE,
    options=V20_10.options
    | {
        "--annotation",
        "--health-start-interval",
        "create--quiet",
        "network-rm--force",
        "restart--signal",
        "run--quiet",
        "stop--signal",
    },
    subnets_in_turn=False,
    checks_range=True,
    sets_bridge_mtu=True,
    internal_gateway=False,
    reserves_all_routes=False,
    many_networks=True,
    checks_early=True,
)
