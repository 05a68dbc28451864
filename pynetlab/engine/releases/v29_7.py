"""Docker 29.7 (2026), with its iptables backend: what differs from 28.5.

moby docker-v29.7.2: daemon/network.go, daemon/libnetwork/drivers/bridge/internal/iptabler.
"""

from dataclasses import replace

from .v28_5 import V28_5

SHAPE = replace(
    V28_5.shape,
    api="1.55",
    oldest_api="1.40",
    settings="SandboxID SandboxKey Ports Networks",
    endpoint=(
        "IPAMConfig Links Aliases DriverOpts GwPriority NetworkID EndpointID Gateway IPAddress MacAddress IPPrefixLen IPv6Gateway "
        "GlobalIPv6Address GlobalIPv6PrefixLen DNSNames"
    ),
    network=(
        "Name Id Created Scope Driver EnableIPv4 EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom ConfigOnly Options Labels "
        "Containers Status"
    ),
    row=V28_5.shape.row + " HealthStatus",
)
V29_7 = V28_5.but(
    {
        "bad-subnet": 'invalid JSON: netip.ParsePrefix("{subnet}"): {why}',
        "address-outside": "no configured subnet contains IP address {address}",
        "address-predefined": "user-specified IP address is supported on user-defined networks only",
        "alias-predefined": "network-scoped aliases are only supported for user-defined networks",
        "join-stopped": (
            "joining network namespace of container: cannot join network namespace of a non running container: container {name} is {state}"
        ),
        "join-missing": "joining network namespace of container: No such container: {name}",
        "no-object": "error: no such object: {name}",
        "port-unpublished": "no public port '{port}' published for {name}",
        "port-invalid": 'invalid port ({port}): strconv.ParseUint: parsing "{port}": invalid syntax',
        "not-started": "failed to start containers: {names}",
        "join-self": "joining network namespace of container: cannot join own network namespace",
    },
    name="29.7",
    version="29.7.2",
    date="2026-08-05",
    shape=SHAPE,
    options=V28_5.options - {"--disable-content-trust"},
    news="DOCKER-ISOLATION is gone: each bridge's own DROP keeps bridges apart, DOCKER-INTERNAL closes internal ones",
    firewall=replace(V28_5.firewall, isolation=False, skips_own_bridge=False),
    static_on_any=True,
    opens_routed_anyway=True,
    shows_gateway=True,
    failure_clears=True,
)
