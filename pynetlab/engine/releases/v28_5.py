"""Docker 28.5 (September 2025): what differs from 26.1.

moby v28.5.2: libnetwork/drivers/bridge/internal/iptabler, daemon/container_operations.go, libnetwork/errors.go,
libnetwork/internal/resolvconf.
"""

from dataclasses import replace

from .release import Firewall
from .v26_1 import V26_1

SHAPE = replace(
    V26_1.shape,
    api="1.51",
    endpoint=(
        "IPAMConfig Links Aliases MacAddress DriverOpts GwPriority NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway "
        "GlobalIPv6Address GlobalIPv6PrefixLen DNSNames"
    ),
    network=(
        "Name Id Created Scope Driver EnableIPv4 EnableIPv6 IPAM Internal Attachable Ingress ConfigFrom ConfigOnly Containers Options "
        "Labels"
    ),
    row=V26_1.shape.row + " Platform",
    network_row="ID Name Driver Scope IPv4 IPv6 Internal Labels CreatedAt",
)
SETUP = "failed to set up container networking: "

V28_5 = V26_1.but(
    {
        "network-in-use": "error while removing network: network {name} has active endpoints ({endpoints})",
        "bridge-name": "numerical result out of range",
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
        "bad-status": (
            "invalid filter 'status={status}': invalid value for state ({status}): "
            "must be one of created, running, paused, restarting, removing, exited, dead"
        ),
        "bad-object": (
            'unknown type: "{type}": must be one of "config", "container", "image", "network", "node", "plugin", "secret", "service", '
            '"task", "volume"'
        ),
        "start": SETUP + "{error}",
        "bad-name": "Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
    },
    name="28.5",
    version="28.5.2",
    date="2025-11-05",
    shape=SHAPE,
    news="rules move to chains of Docker's own; ports that are not published are closed to everybody outside; MAC addresses are random",
    firewall=Firewall("forward", returns=False, masquerades_own_port=False, fills_sctp_checksum=False, drops_direct_access=True),
    names=replace(V26_1.names, asks_from_host=True, falls_back=False),
    daemon_flags=V26_1.daemon_flags | {"ip-forward-no-drop", "allow-direct-routing"},
    options=V26_1.options | {"--gw-priority", "--ipv4", "--use-api-socket", "restart--timeout", "stop--timeout"},
    gateway_modes=("nat", "nat-unprotected", "routed", "isolated"),
    mac_from_address=False,
    hosts_zeros="::",
    ports_descending=False,
    wildcard_conflicts=True,
    names_devices=True,
    reuses_devices=True,
    shares_parent=True,
    sandbox_first=True,
    stop_clears_hosts=True,
    hosts_by_name=False,
    proxy_pktinfo=True,
    tells_absent=False,
)
