"""Random plans for Hypothesis: few names and few addresses, so that operations meet, collide and are refused.

An operation is drawn against the state that the simulated kernel reached so far, which makes most of them succeed;
one in ten names something that may not be there. Left out, because the model does not show them: addresses of
multicast and broadcast, and names or values that no tool would take.
"""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from hypothesis import strategies as st

from pynetlab import ops
from pynetlab.errors import KernelError
from pynetlab.kernel import Step
from pynetlab.model import BUILTIN, Resolver, Route, Rule, Scope, Table, Tbf, Upstream, mac_address
from pynetlab.ops.sysctl import device_settings
from pynetlab.sim import SimKernel
from pynetlab.sim.effects import is_local
from pynetlab.sim.sockets import ANY

NAMESPACES = ("host", "web", "db")
DEVICES = ("br0", "br1", "v0", "v1", "v2", "eth0")
ADDRESSES = tuple(
    IPv4Interface(text)
    for text in (
        "10.0.0.1/24", "10.0.0.2/24", "10.0.0.3/24", "10.0.0.1/16", "10.0.0.1/32", "10.0.0.2/32", "10.0.0.130/25",
        "10.0.1.1/24", "10.0.0.0/31", "172.17.42.1/16", "127.0.0.1/8", "127.0.0.5/8", "10.0.0.9/0", "192.0.2.10/30",
    )
)  # fmt: skip
GATEWAYS = tuple(IPv4Address(text) for text in ("10.0.0.1", "10.0.0.2", "10.0.0.77", "10.0.1.9", "172.17.0.9", "127.0.0.9", "192.0.2.9"))
NETWORKS = tuple(
    IPv4Network(text) for text in ("0.0.0.0/0", "10.0.0.0/24", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.9/32", "192.0.2.0/24", "10.0.0.1/32")
)
MTUS = (67, 68, 1280, 1400, 1500, 9000, 65535, 65536)
VALUES = ("0", "1", "1", "2", "-1", "01", "yes", "99999999999")
PORTS = (80, 81)
QDISCS = (Tbf(1_000_000, 10_240, 20_480), Tbf(3_000_001, 9_999, 1), Tbf(2 * 10**9, 100_001, 1_000_000), Tbf(0, 1, 1))
FILES = ("/etc/resolv.conf", "/etc/hosts")
CHAINS = ("DOCKER", "DOCKER-USER")

SELECTORS = (
    "", "", "-s 10.0.0.0/24", "-s 10.0.0.2", "! -s 10.0.0.0/24", "-d 10.0.0.0/16", "! -d 127.0.0.0/8",
    "-s 172.17.42.1/16", "-s 10.0.0.2 -d 10.0.0.3",
)  # fmt: skip
MATCHES = (
    "", "", "-p tcp --dport 80", "-p udp -m udp --sport 53 --dport 1024:2048", "-p 6", "-p icmp --icmp-type echo-request",
    "-m conntrack --ctstate RELATED,ESTABLISHED", "-m conntrack ! --ctstate ESTABLISHED,NEW", "-m addrtype --dst-type LOCAL",
    "-m comment --comment 'two words'", """-m comment --comment "it's \\"$5\\"" """, "-m comment --comment a.b",
    "-m mark --mark 0x5/0xff", "-p tcp -m multiport --dports 80,443", "-m state --state NEW", "-m limit --limit 5/m",
    "-p tcp --tcp-flags SYN,RST SYN", "-p tcp -m tcp ! --dport 80", "-m tcp --dport 80", "-m addrtype --dst-type LOCAL --limit-iface-in",
    "-m u32 --u32 '0>>22&0x3C@12&0xFFFFFF00=1048832'", "-m statistic --mode nth --every 2 --packet 1",
)  # fmt: skip
TARGETS = {
    "filter": (
        "ACCEPT", "DROP", "RETURN", "REJECT", "LOG --log-prefix 'in: ' --log-level info", "REJECT --reject-with tcp-reset -p tcp",
        "MASQUERADE", "MARK --set-mark 5",
    ),
    "nat": (
        "ACCEPT", "DROP", "RETURN", "MASQUERADE", "DNAT --to-destination 10.0.0.2:80 -p tcp", "REDIRECT",
        "SNAT --to-source 10.0.0.1", "REJECT",
    ),
    "mangle": ("ACCEPT", "DROP", "MARK --set-mark 0x1/0x1", "MARK --set-xmark 5", "DNAT --to-destination 10.0.0.2", "REJECT"),
    "raw": ("ACCEPT", "DROP", "NOTRACK", "MARK --set-mark 7", "SNAT --to-source 10.0.0.1"),
}  # fmt: skip


def _one(draw, likely, rare=()):
    """Draw one of the likely ones, in one of ten cases one of the rare."""
    likely = list(likely)
    if not likely or (rare and draw(st.integers(0, 9)) == 0):
        likely = list(rare)
    return draw(st.sampled_from(likely))


def _netns(draw, state):
    return _one(draw, sorted(state.netns), NAMESPACES)


def _links(state, netns, *kinds):
    held = state.netns.get(netns)
    return sorted(link.name for link in held.links.values() if not kinds or link.kind in kinds) if held else []


def _device(draw, state, netns, *kinds):
    return _one(draw, _links(state, netns, *kinds), (*DEVICES, "lo"))


def _free(draw, state, netns):
    return _one(draw, [name for name in DEVICES if name not in _links(state, netns)], DEVICES)


def add_netns(draw, state):
    return ops.AddNetns(_one(draw, [name for name in NAMESPACES if name not in state.netns], NAMESPACES))


def delete_netns(draw, state):
    return ops.DeleteNetns(_netns(draw, state))


def add_bridge(draw, state):
    netns = _netns(draw, state)
    name = _free(draw, state, netns)
    return ops.AddBridge(netns, name, mac_address(netns, name))


def add_veth(draw, state):
    netns, peer_netns = _netns(draw, state), _netns(draw, state)
    name, peer = _free(draw, state, netns), _free(draw, state, peer_netns)
    return ops.AddVeth(netns, name, mac_address(netns, name), peer_netns, peer, mac_address(peer_netns, peer))


def delete_link(draw, state):
    netns = _netns(draw, state)
    return ops.DeleteLink(netns, _device(draw, state, netns))


def move_link(draw, state):
    netns = _netns(draw, state)
    return ops.MoveLink(netns, _device(draw, state, netns), _netns(draw, state))


def set_up(draw, state):
    netns = _netns(draw, state)
    return ops.SetUp(netns, _device(draw, state, netns))


def set_down(draw, state):
    netns = _netns(draw, state)
    return ops.SetDown(netns, _device(draw, state, netns))


def set_master(draw, state):
    netns = _netns(draw, state)
    port = _one(draw, _links(state, netns, "veth"), (*DEVICES, "lo"))
    return ops.SetMaster(netns, port, draw(st.none()) if draw(st.integers(0, 4)) == 0 else _device(draw, state, netns, "bridge"))


def set_mtu(draw, state):
    netns = _netns(draw, state)
    return ops.SetMtu(netns, _device(draw, state, netns), draw(st.sampled_from(MTUS)))


def add_address(draw, state):
    netns = _netns(draw, state)
    return ops.AddAddress(netns, _device(draw, state, netns), draw(st.sampled_from(ADDRESSES)))


def delete_address(draw, state):
    netns = _netns(draw, state)
    held = [(link.name, each) for link in _held_links(state, netns) for each in link.addresses]
    name, address = _one(draw, held, [(name, each) for name in ("br0", "v0", "lo") for each in ADDRESSES[:2]])
    return ops.DeleteAddress(netns, name, address)


def _held_links(state, netns):
    return [link for _, link in sorted(state.netns[netns].links.items())] if netns in state.netns else []


def _local(state, netns):
    return [address.ip for link in _held_links(state, netns) for address in link.addresses]


def add_route(draw, state):
    netns = _netns(draw, state)
    via = draw(st.none() | st.sampled_from(GATEWAYS))
    src = _one(draw, _local(state, netns), GATEWAYS) if draw(st.integers(0, 3)) == 0 else None
    metric = draw(st.sampled_from((0, 0, 0, 10, 20)))
    return ops.AddRoute(netns, Route(draw(st.sampled_from(NETWORKS)), _device(draw, state, netns), via, src, metric))


def delete_route(draw, state):
    netns = _netns(draw, state)
    held = state.netns[netns].routes if netns in state.netns else ()
    route = _one(draw, held, [Route(NETWORKS[0], "v0"), Route(NETWORKS[1], "br0")])
    less = draw(st.sampled_from(("", "via", "src", "metric")))
    via, src, metric = (None if less == "via" else route.via, None if less == "src" else route.src, 0 if less == "metric" else route.metric)
    return ops.DeleteRoute(netns, Route(route.dst, route.dev, via, src, metric))


def set_sysctl(draw, state):
    netns = _netns(draw, state)
    settings = ["net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables"]
    settings += device_settings(_links(state, netns))
    return ops.SetSysctl(
        netns, _one(draw, settings, ("net.ipv4.conf.v0.route_localnet", "net.ipv4.no_such_thing")), draw(st.sampled_from(VALUES))
    )


def write_file(draw, state):
    return ops.WriteFile(
        _netns(draw, state), draw(st.sampled_from(FILES)), draw(st.sampled_from((None, "", "nameserver 127.0.0.1\n", "it's 100 %\n")))
    )


def start_proxy(draw, state):
    netns = _netns(draw, state)
    ip = _one(draw, [*map(str, _local(state, netns)), "0.0.0.0", "127.0.0.1"], ("10.0.0.99",))  # noqa: S104 - a lab's address
    return ops.StartProxy(netns, draw(st.sampled_from(("tcp", "udp"))), ip, draw(st.sampled_from(PORTS)), "10.0.0.2", 80)


def stop_proxy(draw, state):
    netns = _netns(draw, state)
    held = sorted(state.netns[netns].listeners) if netns in state.netns else []
    if not held:
        return ops.StopProxy(netns, "tcp", "127.0.0.1", 80, "10.0.0.2", 80)
    each = draw(st.sampled_from(held))
    return ops.StopProxy(netns, each.proto, each.ip, each.port, "10.0.0.2", 80)


def add_qdisc(draw, state):
    netns = _netns(draw, state)
    return ops.AddQdisc(netns, _device(draw, state, netns), draw(st.sampled_from(QDISCS)))


def delete_qdisc(draw, state):
    netns = _netns(draw, state)
    held = [link.name for link in _held_links(state, netns) if link.qdisc]
    return ops.DeleteQdisc(netns, _one(draw, held, (*DEVICES, "lo")))


def _table(draw, state, netns):
    name = draw(st.sampled_from(("filter", "filter", "nat", "nat", "mangle", "raw")))
    held = state.netns[netns].tables if netns in state.netns else {}
    return held.get(name) or Table.fresh(name)


def _chain(draw, table):
    return _one(draw, [*BUILTIN[table.name], *[name for name in sorted(table.chains) if name not in BUILTIN[table.name]] * 2], CHAINS)


def rule(draw, table):
    """Draw a rule that iptables would read; whether the table takes it is another question."""
    own = [name for name in sorted(table.chains) if name not in BUILTIN[table.name]]
    target = _one(draw, ["", *TARGETS[table.name], *own * 3], (*CHAINS, "INPUT", "NO-SUCH"))
    interfaces = draw(st.sampled_from(("", "", "-i br0", "-o br0", "-i br0 ! -o br0", "! -i eth+")))
    match = draw(st.sampled_from(MATCHES))
    verdict, _, options = target.partition(" ")
    protocol = " -p tcp" if "-p tcp" in options and "-p " not in match else ""
    options = options.replace("-p tcp", "")
    words = f"{draw(st.sampled_from(SELECTORS))} {interfaces}{protocol} {match} {f'-j {verdict}' if verdict else ''} {options}"
    return Rule.parse(words)


@st.composite
def rules(draw):
    """Draw a rule for any table."""
    return rule(draw, Table.fresh(draw(st.sampled_from(sorted(BUILTIN)))))


def _firewall(draw, state):
    netns = _netns(draw, state)
    table = _table(draw, state, netns)
    return netns, table, _chain(draw, table)


def append_rule(draw, state):
    netns, table, chain = _firewall(draw, state)
    return ops.AppendRule(netns, table.name, chain, rule(draw, table))


def _length(table, chain):
    return len(table.chains[chain].rules) if chain in table.chains else 0


def insert_rule(draw, state):
    netns, table, chain = _firewall(draw, state)
    return ops.InsertRule(netns, table.name, chain, rule(draw, table), position=draw(st.integers(1, _length(table, chain) + 2)))


def delete_rule(draw, state):
    netns, table, chain = _firewall(draw, state)
    held = table.chains[chain].rules if chain in table.chains else ()
    return ops.DeleteRule(netns, table.name, chain, _one(draw, held, [Rule.parse("-j ACCEPT"), Rule.parse("-s 10.0.0.1 -j RETURN")]))


def delete_rule_at(draw, state):
    netns, table, chain = _firewall(draw, state)
    return ops.DeleteRuleAt(netns, table.name, chain, draw(st.integers(1, _length(table, chain) + 1)))


def new_chain(draw, state):
    netns = _netns(draw, state)
    table = _table(draw, state, netns)
    return ops.NewChain(netns, table.name, _one(draw, [name for name in CHAINS if name not in table.chains], (*CHAINS, "OUTPUT")))


def delete_chain(draw, state):
    netns, table, chain = _firewall(draw, state)
    own = [name for name in sorted(table.chains) if name not in BUILTIN[table.name]]
    return ops.DeleteChain(netns, table.name, _one(draw, own, (chain,)))


def flush_chain(draw, state):
    netns, table, chain = _firewall(draw, state)
    return ops.FlushChain(netns, table.name, chain)


def start_server(draw, state):
    proxy = start_proxy(draw, state)
    return ops.StartServer(proxy.netns, proxy.proto, proxy.host_ip, proxy.host_port, proxy.netns)


def stop_server(draw, state):
    proxy = stop_proxy(draw, state)
    return ops.StopServer(proxy.netns, proxy.proto, proxy.host_ip, proxy.host_port, proxy.netns)


RESOLVERS = (
    Resolver(8053, 8054, scopes=(Scope("front"),)),
    Resolver(8053, 8054, scopes=(Scope("back", (("db", "web"),)),), upstream=(Upstream("192.0.2.9"),), forwards=False),
    Resolver(80, 80),
    Resolver(80, 81, ip="10.0.0.1"),
)


def start_resolver(draw, state):
    return ops.StartResolver(_netns(draw, state), draw(st.sampled_from(RESOLVERS)))


def _asked(draw, state):
    return _one(draw, [name for name, netns in sorted(state.netns.items()) if netns.resolver], NAMESPACES)


def stop_resolver(draw, state):
    return ops.StopResolver(_asked(draw, state))


def tell_resolver(draw, state):
    return ops.TellResolver(_asked(draw, state), draw(st.sampled_from(RESOLVERS)))


def add_names(draw, state):
    network = draw(st.sampled_from(("front", "back")))
    names = draw(st.sampled_from((("web",), ("db", "0123456789ab"))))
    return ops.AddNames(_netns(draw, state), network, draw(st.sampled_from(ADDRESSES)).ip, names)


def remove_names(draw, state):
    held = [(name, network, ip) for name, netns in state.netns.items() for network, zone in netns.zones.items() for ip in zone]
    return ops.RemoveNames(*_one(draw, held, [("host", "front", ADDRESSES[0].ip)]))


def set_policy(draw, state):
    netns, table, chain = _firewall(draw, state)
    return ops.SetPolicy(netns, table.name, chain, draw(st.sampled_from(("ACCEPT", "DROP"))))


NETWORK = (
    add_bridge, add_bridge, add_veth, add_veth, set_up, set_up, set_up, set_down, set_master, set_master, set_mtu,
    add_address, add_address, add_address, add_address, delete_address, add_route, add_route, add_route, delete_route,
    delete_link, move_link, add_netns, delete_netns, set_sysctl, set_sysctl, start_proxy, stop_proxy, start_server, stop_server, write_file,
    add_qdisc, add_qdisc, delete_qdisc, start_resolver, stop_resolver, tell_resolver, add_names, add_names, remove_names,
)  # fmt: skip
FIREWALL = (
    append_rule, append_rule, append_rule, append_rule, insert_rule, insert_rule, new_chain, new_chain, delete_rule, delete_rule_at,
    delete_chain, flush_chain, set_policy,
)  # fmt: skip
ROUTING = (
    *[add_address] * 6, *[delete_address] * 3, *[add_route] * 10, *[delete_route] * 3, *[set_up] * 3, set_down, add_veth,
    delete_link, set_mtu, start_proxy, stop_proxy, start_server, stop_server,
)  # fmt: skip
MAKERS = {"network": NETWORK, "routing": ROUTING, "firewall": FIREWALL, "all": (*NETWORK, *FIREWALL)}

STAGE = (
    ops.AddNetns("host"),
    ops.AddNetns("web"),
    ops.AddBridge("host", "br0", mac_address("host", "br0")),
    ops.AddVeth("host", "v0", mac_address("host", "v0"), "web", "eth0", mac_address("web", "eth0")),
    ops.SetMaster("host", "v0", "br0"),
    ops.SetUp("host", "br0"),
    ops.SetUp("host", "v0"),
    ops.SetUp("web", "lo"),
    ops.SetUp("web", "eth0"),
    ops.AddAddress("host", "br0", IPv4Interface("10.0.0.1/24")),
    ops.AddAddress("web", "eth0", IPv4Interface("10.0.0.2/24")),
)
"""What a plan begins with, as far as it is drawn."""


@st.composite
def plans(draw, *, about="all", dialect="nft", longest=30):
    """Draw operations, some of which are refused; ``about`` is a key of :data:`MAKERS`."""
    kernel = SimKernel(dialect=dialect)
    plan = list(STAGE[: draw(st.sampled_from((2, len(STAGE) // 2, len(STAGE))))])
    kernel.apply(plan)
    for maker in draw(st.lists(st.sampled_from(MAKERS[about]), min_size=longest // 5, max_size=longest)):
        plan.append(maker(draw, kernel.state()))
        tried(kernel, plan[-1])
    return tuple(plan)


def tried(kernel, op) -> int:
    """Apply one operation; give 0 or the errno of the refusal."""
    try:
        kernel.apply([op])
    except KernelError as error:
        return error.errno
    return 0


def as_plan(operations, *, may_fail=True):
    """Make a plan of operations; refusals are borne, or end it."""
    for op in operations:
        try:
            yield Step(op, "to see what happens", may_fail=may_fail)
        except KernelError:
            continue


def undoable(operations, dialect="nft") -> bool:
    """Say whether Linux itself can take it all back: a bridge whose MTU was set by hand never follows its ports again.

    And no socket can be bound again to an address that is nobody's, because it went while the socket was open.
    """
    kernel = SimKernel(dialect=dialect)
    for op in operations:
        netns = kernel.state().netns.get(op.netns)
        if isinstance(op, ops.SetMtu) and netns and netns.links.get(op.name) and netns.links[op.name].kind == "bridge":
            return False
        tried(kernel, op)
        if any(map(_orphaned, kernel.state().netns.values())):
            return False
    return True


def _orphaned(netns) -> bool:
    return any(not is_local(netns, IPv4Address(each.ip)) for each in netns.listeners if each.ip != ANY)
