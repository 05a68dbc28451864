"""Docker 20.10 (December 2020), as Debian 12 has it.

moby v20.10.24: daemon/network.go, daemon/container_operations.go, daemon/errors.go, vendored libnetwork.
"""

from .release import Release

WORDS = {
    "network-exists": "network with name {name} already exists",
    "network-missing": "network {name} not found",
    "network-predefined": "{name} is a pre-defined network and cannot be removed",
    "network-predefined-name": "operation is not permitted on predefined {name} network ",
    "network-in-use": "error while removing network: network {name} id {id} has active endpoints",
    "one-instance": 'only one instance of "{driver}" network is allowed',
    "driver-missing": 'plugin "{driver}" not found',
    "bad-subnet": "Invalid subnet {subnet} : invalid CIDR address: {subnet}",
    "pool-overlap": "Pool overlaps with other one on this address space",
    "no-pool": "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
    "bad-range": 'failed to parse pool request for address space "LocalDefault" pool "{subnet}" subpool "{range}": Invalid Address SubPool',
    "gateway-outside": "failed to allocate gateway ({gateway}): Requested address is out of range",
    "aux-outside": "auxiliary address: ({name}:{address}) must belong to the master pool: {subnet}",
    "aux-taken": "failed to allocate secondary ip address ({name}:{address}): Address already in use",
    "no-address": "no available IPv4 addresses on this network's address pools: {name} ({id})",
    "no-gateway": "failed to allocate gateway (): No available addresses on this pool",
    "endpoint": "{error}",
    "endpoint-early": "{error}",
    "address-taken": "Address already in use",
    "address-outside": "Invalid address {address}: It does not belong to any of this network's subnets",
    "address-predefined": "user specified IP address is supported on user defined networks only",
    "address-unconfigured": "user specified IP address is supported only when connecting to networks with user configured subnets",
    "alias-predefined": "network-scoped alias is supported only for containers in user defined networks",
    "bridge-conflict": "cannot create network {id} ({bridge}): conflicts with network {other_id} ({other_bridge}): networks have {what}",
    "bridge-option": "failed to parse {label} value: {value} ({error})",
    "bridge-name": "failed to check bridge interface existence: numerical result out of range",
    "gateway-mode": "unknown gateway mode {mode}",
    "isolated-external": "gateway mode 'isolated' can only be used for an internal network",
    "bad-mtu": "invalid MTU number: {mtu}",
    "default-gateway": "default gateway ip must be part of the network",
    "bridge-by-hand": "bridge device with non default name {name} must be created manually",
    "macvlan-mode": "requested macvlan mode '{mode}' is not valid, 'bridge' mode is the macvlan driver default",
    "macvlan-parent": "network {other} is already using parent interface {parent}",
    "macvlan-missing": "invalid subinterface vlan name {parent}, example formatting is eth0.10",
    "macvlan-vlan": "-o parent interface does was not found on the host: {parent}",
    "parent-loopback": "loopback interface is not a valid macvlan parent link",
    "port-taken": (
        "driver failed programming external connectivity on endpoint {endpoint} ({id}): "
        "Bind for {ip}:{port} failed: port is already allocated"
    ),
    "port-bound": (
        "driver failed programming external connectivity on endpoint {endpoint} ({id}): "
        "Error starting userland proxy: listen {proto}4 {ip}:{port}: bind: address already in use"
    ),
    "port-address": (
        "driver failed programming external connectivity on endpoint {endpoint} ({id}): "
        "Error starting userland proxy: listen {proto}4 {ip}:{port}: bind: cannot assign requested address"
    ),
    "no-port": "driver failed programming external connectivity on endpoint {endpoint} ({id}): all ports are allocated",
    "name-taken": (
        'Conflict. The container name "/{name}" is already in use by container "{id}". '
        "You have to remove (or rename) that container to be able to reuse that name."
    ),
    "bad-name": "Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
    "container-missing": "No such container: {name}",
    "running": ("You cannot remove a running container {id}. Stop the container before attempting removal or force remove"),
    "attached": "endpoint with name {container} already exists in network {network}",
    "not-attached": "container {id} is not connected to network {network}",
    "host-connect": "container cannot be disconnected from host network or connected to host network",
    "host-disconnect": "container cannot be disconnected from host network or connected to host network",
    "private-connect": "container sharing network namespace with another container or host cannot be connected to any other network",
    "private-none": "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    "join-missing": "No such container: {name}",
    "join-stopped": "cannot join network of a non running container: {id}",
    "join-self": "cannot join own network",
    "link-missing": "could not get container for {name}: No such container: {name}",
    "link-stopped": "Cannot link to a non running container: /{name} AS /{container}/{alias}",
    "link-elsewhere": "Cannot link to /{name}, as it does not belong to the default network",
    "ports-of-another": "conflicting options: port publishing and the container type network mode",
    "hostname-of-another": "conflicting options: hostname and the network mode",
    "links-host": "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
    "links-container": "conflicting options: container type network can't be used with links. This would result in undefined behavior",
    "mac-of-another": "conflicting options: mac-address and the network mode",
    "multiple": "Container cannot be connected to network endpoints: {networks}",
    "bip-and-bridge": ("You specified -b & --bip, mutually exclusive options. Please specify only one."),
    "icc-needs-iptables": (
        "You specified --iptables=false with --icc=false. ICC=false uses iptables to function. Please set --icc or --iptables to true."
    ),
    "start": "{error}",
    "restart": "Cannot restart container {name}: {error}",
    "kill": "Cannot kill container: {name}: {error}",
    "not-running": "Container {id} is not running",
    "paused": "Container {name} is paused, unpause the container before exec",
    "already-paused": "Container {id} is already paused",
    "not-paused": "Container {id} is not paused",
    "rename": "Error when allocating new name: {error}",
    "rename-same": "Renaming a container with the same name as its current name",
    "bad-filter": "Invalid filter '{filter}'",
    "bad-status": "Invalid filter 'status={status}'",
    "bad-type": "invalid filter: 'type'='{type}'",
    "bad-dangling": """invalid value for filter 'dangling', must be "true" (or "1"), or "false" (or "0")""",
    # what follows is said by the command line itself
    "no-daemon": "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    "no-object": "Error: No such object: {name}",
    "bad-object": '"{type}" is not a valid value for --type',
    "port-unpublished": "Error: No public port '{port}' published for {name}",
    "port-invalid": 'Error: invalid port ({port}): strconv.ParseUint: parsing "{port}": invalid syntax',
    "not-started": "Error: failed to start containers: {names}",
}

NEWS = (
    "networks of your own beside docker0; each bridge has its rules in FORWARD, DOCKER-ISOLATION keeps bridges apart, DOCKER-USER is yours"
)

V20_10 = Release(
    "20.10",
    "20.10.24",
    WORDS,
    "2023-04-04",
    news=NEWS,
    subnets_in_turn=True,
    checks_range=False,
    hosts_by_name=True,
    options=frozenset({"--disable-content-trust"}),
)
