"""Docker 28.5 (September 2025): what differs from 26.1.

moby v28.5.2: libnetwork/drivers/bridge/internal/iptabler, daemon/container_operations.go, libnetwork/errors.go,
libnetwork/internal/resolvconf.
"""

from dataclasses import replace

from .release import Firewall
from .v26_1 import V26_1

SETUP = "failed to set up container networking: "

V28_5 = V26_1.but(
    {
        "network-in-use": "error while removing network: network {name} has active endpoints ({endpoints})",
        "pool-overlap": "invalid pool request: Pool overlaps with other one on this address space",
        "no-pool": "all predefined address pools have been fully subnetted",
        "port-bound": (
            "driver failed programming external connectivity on endpoint {endpoint} ({id}): "
            "failed to bind host port {ip}:{port}/{proto}: address already in use"
        ),
        "port-address": (
            "driver failed programming external connectivity on endpoint {endpoint} ({id}): "
            "failed to bind host port {ip}:{port}/{proto}: cannot assign requested address"
        ),
        "host-connect": "cannot connect container to host network - container must be created in host network mode",
        "host-disconnect": "cannot disconnect container from host network - container was created in host network mode",
        "start": SETUP + "{error}",
        "bad-name": "Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
    },
    name="28.5",
    version="28.5.2",
    firewall=Firewall("forward", returns=False, masquerades_own_port=False, fills_sctp_checksum=False, drops_direct_access=True),
    names=replace(V26_1.names, asks_from_host=True, falls_back=False),
    daemon_flags=V26_1.daemon_flags | {"ip-forward-no-drop", "allow-direct-routing"},
    options=V26_1.options | {"--gw-priority"},
    gateway_modes=("nat", "nat-unprotected", "routed", "isolated"),
    mac_from_address=False,
    hosts_zeros="::",
    ports_descending=False,
    wildcard_conflicts=True,
    shares_parent=True,
    sandbox_first=True,
    stop_clears_hosts=True,
    proxy_pktinfo=True,
)
