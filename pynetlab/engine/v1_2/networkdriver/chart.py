"""How the daemon initialises its network, as a chart: data that a run of it is held against.

Drawn from moby v1.2.0 daemon/daemon.go (NewDaemonFromDirectory) and daemon/networkdriver/bridge/driver.go
(InitDriver, createBridge, setupIPTables). Nodes have ``label``, ``kind`` (``start``, ``decision``, ``action``, ``exit``
or ``end``) and ``group``; edges have ``label``, which is the answer where they leave a decision.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import networkx as nx

from ....kernel import Passed, Step, Taken

_NODES = """
daemon flags   | start                     | start    | docker -d, with its flags
daemon flags   | bridge-and-bip            | decision | BridgeIface and BridgeIP?
daemon flags   | exit-bridge-and-bip       | exit     | -b and --bip exclude each other
daemon flags   | icc-without-iptables      | decision | EnableIptables and icc both false?
daemon flags   | exit-icc-without-iptables | exit     | --icc=false needs iptables
mode           | mode                      | decision | BridgeIface = none?
mode           | no-network                | end      | DisableNetwork: no driver
mode           | init                      | action   | job init_networkdriver
bridge         | bridge-iface              | decision | BridgeIface given?
bridge         | docker0                   | action   | usingDefaultBridge: docker0
bridge         | find-bridge               | decision | bridge has an IPv4 address?
bridge         | default-bridge            | decision | usingDefaultBridge?
bridge         | exit-no-bridge            | exit     | bridge not found
bridge         | bip-to-check              | decision | BridgeIP given?
bridge         | parse-bip                 | decision | BridgeIP is a CIDR?
bridge         | exit-parse-bip            | exit     | invalid CIDR address
bridge         | same-ip                   | decision | same IP as the bridge's?
bridge         | exit-same-ip              | exit     | bridge ip does not match
create bridge  | name-servers              | action   | read /etc/resolv.conf
create bridge  | bip-given                 | decision | BridgeIP given?
create bridge  | bip-valid                 | decision | BridgeIP is a CIDR?
create bridge  | exit-bip-valid            | exit     | invalid CIDR address
create bridge  | candidate                 | decision | a candidate left?
create bridge  | exit-no-candidate         | exit     | no free IP address range
create bridge  | check-name-servers        | decision | overlaps a name server?
create bridge  | check-routes              | decision | overlaps a route?
create bridge  | create-device             | action   | create the bridge device
create bridge  | exit-create-device        | exit     | cannot create the device
create bridge  | mac                       | action   | set its MAC address
create bridge  | bind-address              | action   | bind the IP address
create bridge  | link-up                   | action   | bring it up
create bridge  | exit-link-up              | exit     | unable to start the bridge
create bridge  | look-again                | decision | has an IPv4 address now?
create bridge  | exit-look-again           | exit     | still no IP address
iptables       | iptables                  | decision | EnableIptables?
iptables       | masquerade                | action   | NAT: POSTROUTING MASQUERADE
iptables       | exit-masquerade           | exit     | unable to enable NAT
iptables       | icc                       | decision | InterContainerCommunication?
iptables       | icc-accept                | action   | bridge to bridge: ACCEPT
iptables       | icc-drop                  | action   | bridge to bridge: DROP
iptables       | exit-icc                  | exit     | unable to set icc
iptables       | outgoing                  | action   | outgoing packets: ACCEPT
iptables       | exit-outgoing             | exit     | unable to allow outgoing
iptables       | incoming                  | action   | answers: ACCEPT
iptables       | exit-incoming             | exit     | unable to allow incoming
forwarding     | ip-forward                | decision | EnableIpForward?
forwarding     | write-ip-forward          | action   | ip_forward = 1
chain          | remove-chain              | action   | remove the old chain DOCKER
chain          | chain                     | decision | EnableIptables?
chain          | new-chain                 | action   | new chain DOCKER, two jumps
chain          | exit-new-chain            | exit     | cannot make the chain
jobs           | remember                  | action   | bridgeNetwork = network
jobs           | register                  | action   | register the four jobs
jobs           | exit-register             | exit     | handler exists
jobs           | ready                     | end      | ready for containers
"""
"""Group, id, kind and label, in the order of the code."""

_EDGES = """
start                -> bridge-and-bip
bridge-and-bip       -> exit-bridge-and-bip       : yes
bridge-and-bip       -> icc-without-iptables      : no
icc-without-iptables -> exit-icc-without-iptables : yes
icc-without-iptables -> mode                      : no
mode                 -> no-network                : yes
mode                 -> init                      : no
init                 -> bridge-iface
bridge-iface         -> docker0                   : no
bridge-iface         -> find-bridge               : yes
docker0              -> find-bridge
find-bridge          -> bip-to-check              : yes
find-bridge          -> default-bridge            : no
default-bridge       -> exit-no-bridge            : no
default-bridge       -> name-servers              : yes
bip-to-check         -> iptables                  : no
bip-to-check         -> parse-bip                 : yes
parse-bip            -> exit-parse-bip            : no
parse-bip            -> same-ip                   : yes
same-ip              -> exit-same-ip              : no
same-ip              -> iptables                  : yes
name-servers         -> bip-given
bip-given            -> bip-valid                 : yes
bip-given            -> candidate                 : no
bip-valid            -> exit-bip-valid            : no
bip-valid            -> create-device             : yes
candidate            -> exit-no-candidate         : no
candidate            -> check-name-servers        : yes
check-name-servers   -> candidate                 : yes
check-name-servers   -> check-routes              : no
check-routes         -> candidate                 : yes
check-routes         -> create-device             : no
create-device        -> exit-create-device        : fails
create-device        -> mac
mac                  -> bind-address
bind-address         -> link-up
link-up              -> exit-link-up              : fails
link-up              -> look-again
look-again           -> exit-look-again           : no
look-again           -> iptables                  : yes
iptables             -> masquerade                : yes
iptables             -> ip-forward                : no
masquerade           -> exit-masquerade           : fails
masquerade           -> icc
icc                  -> icc-accept                : yes
icc                  -> icc-drop                  : no
icc-accept           -> exit-icc                  : fails
icc-drop             -> exit-icc                  : fails
icc-accept           -> outgoing
icc-drop             -> outgoing
outgoing             -> exit-outgoing             : fails
outgoing             -> incoming
incoming             -> exit-incoming             : fails
incoming             -> ip-forward
ip-forward           -> write-ip-forward          : yes
ip-forward           -> remove-chain              : no
write-ip-forward     -> remove-chain
remove-chain         -> chain
chain                -> new-chain                 : yes
chain                -> remember                  : no
new-chain            -> exit-new-chain            : fails
new-chain            -> remember
remember             -> register
register             -> exit-register             : fails
register             -> ready
"""


def _chart() -> "nx.DiGraph[str]":
    graph: nx.DiGraph[str] = nx.DiGraph()
    for line in _NODES.strip().splitlines():
        group, name, kind, label = (word.strip() for word in line.split("|"))
        graph.add_node(name, label=label, kind=kind, group=group)
    for line in _EDGES.strip().splitlines():
        move, _, label = line.partition(" : ")
        start, end = (word.strip() for word in move.split("->"))
        graph.add_edge(start, end, label=label.strip())
    nx.freeze(graph)
    return graph


CHART = _chart()


def path(events: Iterable[Taken | Step | Passed]) -> list[str]:
    """Give the nodes that a run passed, in order; several steps at one place count once."""
    nodes: list[str] = []
    for each in events:
        node = each.event.node if isinstance(each, Taken) else each.node
        if node and node != (nodes[-1] if nodes else ""):
            nodes.append(node)
    return nodes


def strays(nodes: Sequence[str]) -> list[str]:
    """List what of a path is not in the chart: nodes, and moves as ``a -> b``; empty for a path along its edges."""
    unknown = [node for node in nodes if node not in CHART]
    return unknown + [f"{start} -> {end}" for start, end in pairwise(nodes) if not CHART.has_edge(start, end)]
