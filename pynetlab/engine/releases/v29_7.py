"""Docker 29.7 (2026), with its iptables backend: what differs from 28.5.

moby docker-v29.7.2: daemon/network.go, daemon/libnetwork/drivers/bridge/internal/iptabler.
"""

from dataclasses import replace

from .v28_5 import V28_5

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
        "join-self": "joining network namespace of container: cannot join own network namespace",
    },
    name="29.7",
    version="29.7.2",
    firewall=replace(V28_5.firewall, isolation=False, skips_own_bridge=False),
    static_on_any=True,
    opens_routed_anyway=True,
    shows_gateway=True,
    failure_clears=True,
)
