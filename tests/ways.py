"""Ways of packets, one for each thing that can decide about them: what is set up, who asks whom, and what comes of it.

One table for both: in the simulation the tracer must name the end, in the real kernel the same must be answered.

``a`` and ``b`` are machines on two sides of the router ``r``; ``c`` and ``d`` hang on its bridge br0. Everyone serves 80.
"""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from pynetlab.kernel import run
from pynetlab.model import Probe, Route, mac_address
from pynetlab.ops import (
    AddAddress,
    AddBridge,
    AddMacvlan,
    AddNetns,
    AddRoute,
    AddVeth,
    SetHairpin,
    SetMaster,
    SetSysctl,
    SetUp,
    StartProxy,
    StartServer,
)
from pynetlab.tools import host_command

ANYWHERE = IPv4Network("0.0.0.0/0")
PORTS = {"a": ("ra", "10.1.0.2/24"), "b": ("rb", "10.2.0.2/24"), "c": ("rc", "10.3.0.2/24"), "d": ("rd", "10.3.0.3/24")}
GATEWAYS = {"ra": "10.1.0.1/24", "rb": "10.2.0.1/24", "br0": "10.3.0.1/24"}


def base():
    """Give the operations that make the machines."""
    yield from (AddNetns(name) for name in ("r", *PORTS))
    yield from (SetUp(name, "lo") for name in ("r", *PORTS))
    yield AddBridge("r", "br0", mac_address("br0"))
    for name, (port, address) in PORTS.items():
        yield AddVeth("r", port, mac_address("r", port), name, "eth0", mac_address(name, "eth0"))
        yield AddAddress(name, "eth0", IPv4Interface(address))
        if name in "cd":
            yield SetMaster("r", port, "br0")
        yield from (SetUp("r", port), SetUp(name, "eth0"))
    for port, address in GATEWAYS.items():
        yield from (AddAddress("r", port, IPv4Interface(address)), SetUp("r", port))
    for name, (port, _) in PORTS.items():
        gateway = IPv4Interface(GATEWAYS.get(port, GATEWAYS["br0"])).ip
        yield AddRoute(name, Route(ANYWHERE, "eth0", gateway))
    yield SetSysctl("r", "net.ipv4.ip_forward", "1")
    yield from (StartServer(name, proto, "0.0.0.0", 80, name) for name in ("r", *PORTS) for proto in ("tcp", "udp"))  # noqa: S104


def build(kernel, lines):
    """Make the machines in a kernel, and what a case adds: operations, or lines such as ``r: iptables …``."""
    kernel.apply(list(base()))
    for line in lines:
        if isinstance(line, str):
            netns, _, command = line.partition(": ")
            run(host_command(netns, command), kernel)
        else:
            kernel.apply([line])


def asked(text):
    """Read ``a -> 10.2.0.2:80/tcp``, with the patience in seconds after a blank."""
    question, _, patience = text.partition(" for ")
    source, _, rest = question.partition(" -> ")
    target, _, proto = rest.partition("/")
    ip, _, port = target.partition(":")
    return Probe(source, proto, IPv4Address(ip), int(port or 0), patience=float(patience) if patience else None)


def rules(*lines):
    return [f"r: iptables {line}" for line in lines]


TO_B, PING_B, UDP_B = "a -> 10.2.0.2:80/tcp", "a -> 10.2.0.2/icmp", "a -> 10.2.0.2:80/udp"
DROP, OK = "dropped by rule", "delivered"
MACVLANS = [
    op
    for name, ip in (("m", "10.2.0.11"), ("n", "10.2.0.12"))
    for op in (
        AddNetns(name),
        AddMacvlan(name, "eth0", mac_address(name, "eth0"), "b", "eth0"),
        AddAddress(name, "eth0", IPv4Interface(f"{ip}/24")),
        SetUp(name, "eth0"),
        StartServer(name, "tcp", "0.0.0.0", 80, name),  # noqa: S104
    )
]


def macvlans(mode):
    return [
        AddMacvlan(op.netns, op.name, op.mac, op.parent_netns, op.parent, mode) if isinstance(op, AddMacvlan) else op for op in MACVLANS
    ]


ROUTING = {
    "forwarded": ([], TO_B, "ok b 10.1.0.2", OK),
    "forwarded echo": ([], PING_B, "ok", OK),
    "forwarded datagram": ([], UDP_B, "ok b 10.1.0.2", OK),
    "dropped on its way out of the router": (["r: iptables -t mangle -A POSTROUTING -j DROP"], PING_B, "timeout", "dropped by rule"),
    "a datagram dropped there": (["r: iptables -t mangle -A POSTROUTING -j DROP"], UDP_B, "timeout", "dropped by rule"),
    "no router": (["r: sysctl -w net.ipv4.ip_forward=0"], TO_B, "timeout", "not forwarded"),
    "no route here": (["a: ip route del default"], TO_B, "network-unreachable", "no route"),
    "no route there": ([], "a -> 10.9.0.1:80/tcp", "network-unreachable", "no route"),
    "no route there for a datagram": ([], "a -> 10.9.0.1:80/udp", "timeout", "no route"),
    "no route there for a ping": ([], "a -> 10.9.0.1/icmp", "Destination Net Unreachable", "no route"),
    "nobody has the address": ([], "a -> 10.1.0.9:80/tcp", "timeout", "unresolved neighbour"),
    "nobody has it, and one waits": ([], "a -> 10.1.0.9:80/tcp for 5", "no-route-to-host", "unresolved neighbour"),
    "nobody has it there": ([], "a -> 10.2.0.9/icmp for 5", "Destination Host Unreachable", "unresolved neighbour"),
    "a loop of routes": (
        ["b: sysctl -w net.ipv4.ip_forward=1", "r: ip route add 10.9.0.0/24 via 10.2.0.2"],
        "a -> 10.9.0.1/icmp",
        "Time to live exceeded",
        "loop",
    ),
    "a more special route": (
        ["r: ip route add 10.9.0.5 via 10.2.0.2", "r: ip route add 10.9.0.0/24 via 10.1.0.2", "b: ip addr add 10.9.0.5/32 dev lo"],
        "a -> 10.9.0.5:80/tcp",
        "ok b 10.1.0.2",
        OK,
    ),
    "the smaller metric": (
        [
            "b: ip addr add 10.9.0.5/32 dev lo",
            "r: ip route add 10.9.0.5 via 10.1.0.2 metric 20",
            "r: ip route add 10.9.0.5 via 10.2.0.2 metric 10",
        ],
        "r -> 10.9.0.5:80/tcp",
        "ok b 10.2.0.1",
        OK,
    ),
    "the route names the source": (
        ["r: ip addr add 10.2.0.77/24 dev rb", "r: ip route add 10.2.0.2 dev rb src 10.2.0.77"],
        "r -> 10.2.0.2:80/tcp",
        "ok b 10.2.0.77",
        OK,
    ),
    "any address of a machine answers": ([], "a -> 10.2.0.1:80/tcp", "ok r 10.1.0.2", OK),
    "itself by its own address": ([], "a -> 10.1.0.2:80/tcp", "ok a 10.1.0.2", OK),
    "itself by another loopback address": ([], "a -> 127.0.0.9:80/tcp", "ok a 127.0.0.1", OK),
    "the address of another device by ARP": (["a: ip route add 10.3.0.0/24 dev eth0"], "a -> 10.3.0.1:80/tcp", "ok r 10.1.0.2", OK),
    "a source that is the router's own": (
        ["a: ip addr add 10.2.0.1/32 dev lo", "a: ip route add 10.2.0.2 via 10.1.0.1 src 10.2.0.1"],
        TO_B,
        "timeout",
        "unresolved neighbour",
    ),
    "a device that is down": (["r: ip link set rb down"], TO_B, "network-unreachable", "no route"),
    "the other end is down": (["b: ip link set eth0 down"], TO_B, "timeout", "unresolved neighbour"),
    "nobody listens": ([], "a -> 10.2.0.2:81/tcp", "refused", "refused"),
    "nobody takes a datagram": ([], "a -> 10.2.0.2:81/udp", "refused", "refused"),
    "a broadcast": ([], "a -> 10.1.0.255:80/udp", "permission-denied", "prohibited"),
}

FILTERS = {
    "policy": (rules("-P FORWARD DROP"), TO_B, "timeout", "policy drop"),
    "rule": (rules("-A FORWARD -s 10.1.0.0/24 -j DROP"), TO_B, "timeout", DROP),
    "input": (["b: iptables -A INPUT -p tcp -j DROP"], TO_B, "timeout", DROP),
    "its own output": (["a: iptables -A OUTPUT -d 10.2.0.2 -j DROP"], TO_B, "timeout", DROP),
    "its own output for a datagram": (["a: iptables -A OUTPUT -d 10.2.0.2 -j DROP"], UDP_B, "operation-not-permitted", DROP),
    "its own output for a ping": (["a: iptables -A OUTPUT -d 10.2.0.2 -j DROP"], PING_B, "Operation not permitted", DROP),
    "its own output rejects": (["a: iptables -A OUTPUT -d 10.2.0.2 -j REJECT"], TO_B, "refused", "rejected by rule"),
    "reject": (rules("-A FORWARD -j REJECT"), TO_B, "refused", "rejected by rule"),
    "reject a datagram": (rules("-A FORWARD -j REJECT"), UDP_B, "refused", "rejected by rule"),
    "reject a ping": (rules("-A FORWARD -j REJECT"), PING_B, "Destination Port Unreachable", "rejected by rule"),
    "reject with a reset": (rules("-A FORWARD -p tcp -j REJECT --reject-with tcp-reset"), TO_B, "refused", "rejected by rule"),
    "reject as prohibited": (rules("-A FORWARD -j REJECT --reject-with icmp-admin-prohibited"), TO_B, "no-route-to-host", "prohibited"),
    "reject a ping as prohibited": (
        rules("-A FORWARD -j REJECT --reject-with icmp-admin-prohibited"),
        PING_B,
        "Packet filtered",
        "prohibited",
    ),
    "reject as no network": (
        rules("-A FORWARD -j REJECT --reject-with icmp-net-unreachable"),
        TO_B,
        "network-unreachable",
        "rejected by rule",
    ),
    "a datagram hears no passing error": (
        rules("-A FORWARD -j REJECT --reject-with icmp-host-unreachable"),
        UDP_B,
        "timeout",
        "rejected by rule",
    ),
    "the answer is dropped": (rules("-A FORWARD -s 10.2.0.2 -j DROP"), TO_B, "timeout", DROP),
    "the error is dropped": (rules("-A OUTPUT -p icmp -j DROP", "-A FORWARD -j REJECT"), TO_B, "timeout", "rejected by rule"),
    "return to the policy": (rules("-N one", "-A one -j RETURN", "-A one -j DROP", "-A FORWARD -j one"), TO_B, "ok b 10.1.0.2", OK),
    "goto": (
        rules("-N one", "-N two", "-A one -g two", "-A one -j DROP", "-A FORWARD -j one", "-A FORWARD -j ACCEPT"),
        TO_B,
        "ok b 10.1.0.2",
        OK,
    ),
    "goto from a built-in chain": (
        rules("-N one", "-A FORWARD -g one", "-A FORWARD -j ACCEPT", "-P FORWARD DROP"),
        TO_B,
        "timeout",
        "policy drop",
    ),
    "raw": (rules("-t raw -A PREROUTING -i ra -j DROP"), TO_B, "timeout", DROP),
    "mangle": (rules("-t mangle -A POSTROUTING -o rb -j DROP"), TO_B, "timeout", DROP),
}

DENY = "-A FORWARD {} -j DROP"
HITS = {
    "negated source": "! -s 10.1.0.9",
    "wildcard device": "-i r+ -o rb",
    "negated device": "! -i rb -p tcp",
    "ports": "-p tcp --dport 70:90",
    "negated port": "-p tcp ! --dport 81",
    "flags": "-p tcp --syn",
    "flags and mask": "-p tcp --tcp-flags SYN,ACK,RST ACK,SYN",
    "new": "-m conntrack --ctstate NEW",
    "established": "-m conntrack --ctstate ESTABLISHED",
    "direction": "-m conntrack --ctdir REPLY",
    "original destination": "-m conntrack --ctorigdst 10.2.0.2 --ctorigdstport 80",
    "state": "-m state --state ESTABLISHED,RELATED",
    "several ports": "-p tcp -m multiport --dports 22,70:90",
    "some end has the port": "-p tcp -m multiport --ports 80",
    "address types": "-m addrtype --src-type UNICAST ! --dst-type LOCAL",
    "no IPsec": "-m policy --dir in --pol none",
    "bytes": "-m u32 --u32 '16=0x0a020002 && 6&0xff=6 && 0>>22&0x3c@0&0xffff=80'",
    "a limit": "-p tcp -m limit --limit 1/hour --limit-burst 5",
    "every packet": "-m statistic --mode random --probability 1",
}
MISSES = {
    "another source": "-s 10.1.0.9",
    "another port": "-p tcp --dport 81",
    "another protocol": "-p udp",
    "negated protocol": "! -p tcp",
    "a mark": "-m mark --mark 5",
    "IPsec": "-m policy --dir in --pol ipsec",
    "untracked": "-m conntrack --ctstate UNTRACKED",
    "translated": "-m conntrack --ctstate DNAT",
    "invalid": "-m conntrack --ctstate INVALID",
    "local addresses": "-m addrtype --dst-type LOCAL",
    "other bytes": "-m u32 --u32 '16=0x0a020003'",
    "a bridge's port": "-m physdev --physdev-is-bridged",
}
MATCHES = {f"match {name}": (rules(DENY.format(words)), TO_B, "timeout", DROP) for name, words in HITS.items()}
MATCHES |= {f"no match {name}": (rules(DENY.format(words)), TO_B, "ok b 10.1.0.2", OK) for name, words in MISSES.items()}
MATCHES |= {
    "match echo": (rules(DENY.format("-p icmp --icmp-type echo-request")), PING_B, "timeout", DROP),
    "match echo's answer": (rules(DENY.format("-p icmp --icmp-type echo-reply")), PING_B, "timeout", DROP),
    "match a mac": (rules(DENY.format(f"-m mac --mac-source {mac_address('a', 'eth0')}")), TO_B, "timeout", DROP),
    "a mark set before": (
        rules("-t mangle -A PREROUTING -p tcp -j MARK --set-mark 5", DENY.format("-m mark --mark 0x4/0xc")),
        TO_B,
        "timeout",
        DROP,
    ),
    "a mark stays on its machine": (
        ["a: iptables -t mangle -A OUTPUT -j MARK --set-mark 5", *rules(DENY.format("-m mark --mark 5"))],
        TO_B,
        "ok b 10.1.0.2",
        OK,
    ),
    "not tracked": (rules("-t raw -A PREROUTING -j NOTRACK", DENY.format("-m conntrack --ctstate UNTRACKED")), TO_B, "timeout", DROP),
    "only what was asked for comes back": (
        rules("-A FORWARD -i ra -j ACCEPT", "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT", "-P FORWARD DROP"),
        TO_B,
        "ok b 10.1.0.2",
        OK,
    ),
    "nothing comes unasked": (
        rules("-A FORWARD -i ra -j ACCEPT", "-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT", "-P FORWARD DROP"),
        "b -> 10.1.0.2:80/tcp",
        "timeout",
        "policy drop",
    ),
    "errors belong to what they tell of": (
        rules("-A FORWARD -i ra -j ACCEPT", "-A FORWARD -m conntrack --ctstate RELATED -j ACCEPT", "-P FORWARD DROP"),
        "a -> 10.2.0.2:81/udp",
        "refused",
        "refused",
    ),
    "a packet of data is dropped": (rules("-A FORWARD -p tcp --tcp-flags SYN,PSH PSH -j DROP"), TO_B, "timeout", DROP),
}

LAN = "c -> 10.3.0.3:80/tcp"
TRANSLATION = {
    "destination": (
        rules("-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80"),
        "a -> 10.1.0.1:8080/tcp",
        "ok b 10.1.0.2",
        OK,
    ),
    "a range of ports": (
        rules("-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80-80"),
        "a -> 10.1.0.1:8080/tcp",
        "ok b 10.1.0.2",
        OK,
    ),
    "source": (rules("-t nat -A POSTROUTING -o rb -j SNAT --to-source 10.2.0.1"), TO_B, "ok b 10.2.0.1", OK),
    "masquerade": (rules("-t nat -A POSTROUTING -s 10.1.0.0/24 -j MASQUERADE"), TO_B, "ok b 10.2.0.1", OK),
    "masquerade a ping": (rules("-t nat -A POSTROUTING -s 10.1.0.0/24 -j MASQUERADE"), PING_B, "ok", OK),
    "both": (
        rules(
            "-t nat -A PREROUTING -d 10.1.0.1 -p udp --dport 53 -j DNAT --to-destination 10.2.0.2:80", "-t nat -A POSTROUTING -j MASQUERADE"
        ),
        "a -> 10.1.0.1:53/udp",
        "ok b 10.2.0.1",
        OK,
    ),
    "an error is translated back": (
        rules("-t nat -A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.2.0.2:81", "-t nat -A POSTROUTING -j MASQUERADE"),
        "a -> 10.1.0.1:53/udp",
        "refused",
        "refused",
    ),
    "a rejection is translated back": (
        rules("-t nat -A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.2.0.2:81", "-A FORWARD -j REJECT"),
        "a -> 10.1.0.1:53/udp",
        "refused",
        "rejected by rule",
    ),
    "a reset is translated back": (
        rules(
            "-t nat -A PREROUTING -p tcp --dport 53 -j DNAT --to-destination 10.2.0.2:81",
            "-A FORWARD -p tcp -j REJECT --reject-with tcp-reset",
        ),
        "a -> 10.1.0.1:53/tcp",
        "refused",
        "rejected by rule",
    ),
    "redirect": (
        rules("-t nat -A PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 80"),
        "a -> 10.2.0.2:8080/tcp",
        "ok r 10.1.0.2",
        OK,
    ),
    "redirect its own": (
        ["a: iptables -t nat -A OUTPUT -p tcp --dport 8080 -j REDIRECT --to-ports 80"],
        "a -> 10.2.0.2:8080/tcp",
        "ok a 10.1.0.2",
        OK,
    ),
    "its own destination": (
        ["a: iptables -t nat -A OUTPUT -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80"],
        "a -> 10.1.0.1:8080/tcp",
        "ok b 10.1.0.2",
        OK,
    ),
    "its own loopback address leads out": (
        ["a: iptables -t nat -A OUTPUT -d 127.0.0.1 -p tcp -j DNAT --to-destination 10.2.0.2:80"],
        "a -> 127.0.0.1:81/tcp",
        "timeout",
        "martian",
    ),
    "its own loopback address may lead out": (
        [
            "a: iptables -t nat -A OUTPUT -d 127.0.0.1 -p tcp -j DNAT --to-destination 10.2.0.2:80",
            "a: iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE",
            "a: sysctl -w net.ipv4.conf.eth0.route_localnet=1",
        ],
        "a -> 127.0.0.1:81/tcp",
        "ok b 10.1.0.2",
        OK,
    ),
    "the loopback device as destination": (
        rules("-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 127.0.0.1:80"),
        "a -> 10.1.0.1:8080/tcp",
        "timeout",
        "martian",
    ),
    "the loopback device as destination, allowed": (
        [
            *rules("-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 127.0.0.1:80"),
            "r: sysctl -w net.ipv4.conf.ra.route_localnet=1",
        ],
        "a -> 10.1.0.1:8080/tcp",
        "ok r 10.1.0.2",
        OK,
    ),
    "back on the same wire": (
        rules("-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.3.0.3:80"),
        "c -> 10.1.0.1:8080/tcp",
        "ok d 10.3.0.2",
        OK,
    ),
    "back on the same wire unseen": (
        [
            *rules("-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.3.0.3:80"),
            "r: sysctl -w net.bridge.bridge-nf-call-iptables=0",
        ],
        "c -> 10.1.0.1:8080/tcp",
        "timeout",
        "invalid",
    ),
    "back to itself": (
        rules("-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.3.0.2:80"),
        "c -> 10.1.0.1:8080/tcp",
        "timeout",
        "not bridged",
    ),
    "back to itself by hairpin": (
        [
            *rules(
                "-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.3.0.2:80",
                "-t nat -A POSTROUTING -s 10.3.0.2 -d 10.3.0.2 -j MASQUERADE",
            ),
            SetHairpin("r", "rc", on=True),
        ],
        "c -> 10.1.0.1:8080/tcp",
        "ok c 10.3.0.1",
        OK,
    ),
    "not what is not tracked": (
        rules("-t raw -A PREROUTING -j NOTRACK", "-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80"),
        "a -> 10.1.0.1:8080/tcp",
        "refused",
        "refused",
    ),
    "input": (rules("-t nat -A INPUT -p tcp -j SNAT --to-source 10.1.0.77"), "a -> 10.1.0.1:80/tcp", "ok r 10.1.0.77", OK),
    "the translated is known as such": (
        rules(
            "-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.2.0.2:80",
            "-A FORWARD -m conntrack --ctstate DNAT -j DROP",
        ),
        "a -> 10.1.0.1:8080/tcp",
        "timeout",
        DROP,
    ),
}

BRIDGES = {
    "on one bridge": ([], LAN, "ok d 10.3.0.2", OK),
    "iptables sees frames": (rules("-A FORWARD -i br0 -o br0 -j DROP"), LAN, "timeout", DROP),
    "iptables need not see frames": (
        [*rules("-A FORWARD -i br0 -o br0 -j DROP"), "r: sysctl -w net.bridge.bridge-nf-call-iptables=0"],
        LAN,
        "ok d 10.3.0.2",
        OK,
    ),
    "its ports": (rules("-A FORWARD -m physdev --physdev-in rc --physdev-out rd -j DROP"), LAN, "timeout", DROP),
    "other ports": (rules("-A FORWARD -m physdev --physdev-in rd --physdev-out rc -p tcp --syn -j DROP"), LAN, "ok d 10.3.0.2", OK),
    "from a port to the machine": (rules("-A INPUT -m physdev --physdev-in rc -j DROP"), "c -> 10.3.0.1:80/tcp", "timeout", DROP),
    "no forwarding is needed": (["r: sysctl -w net.ipv4.ip_forward=0"], LAN, "ok d 10.3.0.2", OK),
    "a bridge that is down": (["r: ip link set br0 down"], LAN, "timeout", "unresolved neighbour"),
    "a cable out of its bridge": (["r: ip link set rd nomaster"], LAN, "timeout", "unresolved neighbour"),
    "through the router": ([], "c -> 10.2.0.2:80/tcp", "ok b 10.3.0.2", OK),
    "macvlan and the wire": (macvlans("bridge"), "r -> 10.2.0.11:80/tcp", "ok m 10.2.0.1", OK),
    "macvlan and its sibling": (macvlans("bridge"), "m -> 10.2.0.12:80/tcp", "ok n 10.2.0.11", OK),
    "macvlan and its parent's machine": (macvlans("bridge"), "m -> 10.2.0.2:80/tcp", "timeout", "unresolved neighbour"),
    "the parent's machine and its macvlan": (macvlans("bridge"), "b -> 10.2.0.11:80/tcp", "timeout", "unresolved neighbour"),
    "private macvlans": (macvlans("private"), "m -> 10.2.0.12:80/tcp", "timeout", "unresolved neighbour"),
    "vepa without a switch that sends back": (macvlans("vepa"), "m -> 10.2.0.12:80/tcp", "timeout", "unresolved neighbour"),
}


def proxy(*, pktinfo, port=80):
    return [StartProxy("r", proto, "0.0.0.0", 8080, "10.2.0.2", port, pktinfo) for proto in ("tcp", "udp")]  # noqa: S104


PROXIES = {
    "proxy": (proxy(pktinfo=False), "a -> 10.1.0.1:8080/tcp", "ok b 10.2.0.1", OK),
    "proxy for datagrams": (proxy(pktinfo=False), "a -> 10.1.0.1:8080/udp", "ok b 10.2.0.1", OK),
    "proxy that answers from another address": (proxy(pktinfo=False), "a -> 10.3.0.1:8080/udp", "timeout", "invalid"),
    "proxy that answers as asked": (proxy(pktinfo=True), "a -> 10.3.0.1:8080/udp", "ok b 10.2.0.1", OK),
    "proxy without anyone behind": (proxy(pktinfo=False, port=81), "a -> 10.1.0.1:8080/tcp", "closed", "refused"),
    "proxy for datagrams without anyone behind": (proxy(pktinfo=False, port=81), "a -> 10.1.0.1:8080/udp", "timeout", "no listener"),
    "proxy's own way is filtered": (
        [*proxy(pktinfo=False), *rules("-A OUTPUT -d 10.2.0.2 -p tcp -j REJECT")],
        "a -> 10.1.0.1:8080/tcp",
        "closed",
        "rejected by rule",
    ),
}


def conf(*settings):
    return [f"{netns}: sysctl -w net.ipv4.conf.{setting}" for netns, setting in (each.split(" ") for each in settings)]


ASTRAY = [
    AddVeth("b", "eth1", mac_address("b", "eth1"), "d", "eth1", mac_address("d", "eth1")),
    SetUp("d", "eth1"),
    SetUp("b", "eth1"),
    "b: ip addr add 10.8.0.1/24 dev eth1",
    "b: ip route add 10.1.0.0/24 dev eth1",
]
"""``b`` would send to ``a`` over another device than that from which ``a`` comes."""
NOWHERE = ["b: ip route del default"]
"""``b`` would not know where to send to ``a``."""
BESIDE = ["c: ip route add 10.2.0.1 dev eth0"]
"""``c`` takes an address of the router's other side for one on its own wire."""
SECOND = ["r: ip addr add 10.5.0.1/24 dev ra", "a: ip addr add 10.5.0.2/24 dev eth0"]
UNRESOLVED, REVERSE = "unresolved neighbour", "reverse path"

SETTINGS = {
    "rp_filter is strict": ([*ASTRAY, *conf("b eth0.rp_filter=1")], TO_B, "timeout", REVERSE),
    "rp_filter is strict, and the way is straight": (conf("r ra.rp_filter=1", "b all.rp_filter=1"), TO_B, "ok b 10.1.0.2", OK),
    "rp_filter is off, and the answer goes astray": (ASTRAY, TO_B, "timeout", UNRESOLVED),
    "rp_filter is loose": ([*ASTRAY, *conf("b eth0.rp_filter=2")], TO_B, "timeout", UNRESOLVED),
    "rp_filter of all counts": ([*ASTRAY, *conf("b all.rp_filter=1")], TO_B, "timeout", REVERSE),
    "the larger rp_filter counts": ([*ASTRAY, *conf("b all.rp_filter=1", "b eth0.rp_filter=2")], TO_B, "timeout", UNRESOLVED),
    "rp_filter is loose, and nothing leads back": ([*NOWHERE, *conf("b eth0.rp_filter=2")], TO_B, "timeout", REVERSE),
    "rp_filter is off, and nothing leads back": (NOWHERE, TO_B, "timeout", "no route"),
    "rp_filter believes no ARP either": (
        ["r: ip route add 10.1.0.2 via 10.3.0.2", *conf("r ra.rp_filter=1")],
        TO_B,
        "timeout",
        UNRESOLVED,
    ),
    "accept_local believes its own address": (
        ["a: ip addr add 10.2.0.1/32 dev lo", "a: ip route add 10.2.0.2 via 10.1.0.1 src 10.2.0.1", *conf("r ra.accept_local=1")],
        TO_B,
        "timeout",
        "invalid",
    ),
    "an address of another device is answered for": (BESIDE, "c -> 10.2.0.1:80/tcp", "ok r 10.3.0.2", OK),
    "arp_ignore 1: not for an address of another device": (
        [*BESIDE, *conf("r br0.arp_ignore=1")],
        "c -> 10.2.0.1:80/tcp",
        "timeout",
        UNRESOLVED,
    ),
    "arp_ignore 1: for the device's own": (conf("r all.arp_ignore=1"), "c -> 10.3.0.1:80/tcp", "ok r 10.3.0.2", OK),
    "arp_ignore 2: not to one from elsewhere": (
        ["c: ip addr add 10.9.0.9/32 dev eth0", "c: ip route add 10.3.0.1 dev eth0 src 10.9.0.9", *conf("r br0.arp_ignore=2")],
        "c -> 10.3.0.1:80/tcp",
        "timeout",
        UNRESOLVED,
    ),
    "arp_ignore 2: to one of the subnet": (conf("r br0.arp_ignore=2"), "c -> 10.3.0.1:80/tcp", "ok r 10.3.0.2", OK),
    "arp_ignore 8: for none": (conf("r br0.arp_ignore=8"), "c -> 10.3.0.1:80/tcp", "timeout", UNRESOLVED),
    "of several addresses the one of the subnet speaks": (SECOND, "a -> 10.5.0.1:80/tcp", "ok r 10.5.0.2", OK),
    "of several addresses the one of the gateway's subnet speaks": (
        [*SECOND, "a: ip route replace default via 10.5.0.1", "r: ip addr add 10.1.0.99/24 dev ra"],
        TO_B,
        "ok b 10.5.0.2",
        OK,
    ),
    "of two addresses in one subnet the first speaks": (["a: ip addr add 10.1.0.3/24 dev eth0"], TO_B, "ok b 10.1.0.2", OK),
}

WAYS = {**ROUTING, **FILTERS, **MATCHES, **TRANSLATION, **BRIDGES, **PROXIES, **SETTINGS}
