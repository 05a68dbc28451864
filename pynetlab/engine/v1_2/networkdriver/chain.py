"""The chain DOCKER of the nat table: moby v1.2.0 pkg/iptables/iptables.go."""

from ....errors import DaemonError
from ....kernel import Plan
from ..engine import Engine, leave
from ..gonet import IP, host_port, ip_text
from ..iptables import raw
from .driver import Mapping

NAT = ("-t", "nat")
LOCAL = ("-m", "addrtype", "--dst-type", "LOCAL")
NOT_LOOPBACK = ("!", "--dst", "127.0.0.0/8")


def remove_existing_chain(engine: Engine, name: str) -> Plan[None]:
    """Remove the chain of an earlier daemon and every jump to it, in the forms of all releases; failures do not matter."""
    jumps = [
        ("PREROUTING", LOCAL, "An earlier daemon sent packets for this host's own addresses to its port list. That list is about to go."),
        ("OUTPUT", (*LOCAL, *NOT_LOOPBACK), "The same jump for packets that the host itself sends goes too."),
        ("OUTPUT", LOCAL, "Docker up to 0.1.6 wrote this jump without the exception for 127.0.0.0/8; it may still be there."),
        ("PREROUTING", (), "An older form jumped for every packet. A jump that stays would keep the chain from being deleted."),
        ("OUTPUT", (), "The same older form, for packets that the host itself sends."),
    ]
    for hook, match, why in jumps:
        yield from raw(engine, (*NAT, "-D", hook, *match, "-j", name), why, "remove-chain")
    why = "Old port rules point to containers whose addresses this daemon has not given out, so it starts with none."
    yield from raw(engine, (*NAT, "-F", name), why, "remove-chain")
    yield from raw(engine, (*NAT, "-X", name), "Only an empty chain that nobody jumps to can be deleted.", "remove-chain")


def new_chain(engine: Engine, name: str, bridge: str) -> Plan[str]:
    """Make the chain and the two jumps to it; give the bridge that it serves. Raises DaemonError."""
    steps = [
        (("-N", name), "Published ports get a chain of their own, so that they can be added and removed without touching other rules.", ""),
        (
            ("-A", "PREROUTING", *LOCAL, "-j", name),
            "A packet that arrives for any address of this host may be meant for a published port, so it visits the chain.",
            "Failed to inject docker in PREROUTING chain: ",
        ),
        (
            ("-A", "OUTPUT", *LOCAL, *NOT_LOOPBACK, "-j", name),
            "The host's own packets visit it too. Those to 127.0.0.0/8 do not: there the userland proxy answers.",
            "Failed to inject docker in OUTPUT chain: ",
        ),
    ]
    for words, why, prefix in steps:
        error = yield from raw(engine, (*NAT, *words), why, "new-chain")
        if error:
            raise (yield from leave("exit-new-chain", prefix + error))
    return bridge


def forward(engine: Engine, action: str, mapping: Mapping) -> Plan[None]:
    """Add (``-A``) or delete (``-D``) the two rules of a published port; none where iptables is off. Raises DaemonError."""
    bridge, host = engine.driver.chain_bridge, mapping.host
    if bridge is None:
        return
    container, port = str(mapping.container_ip), str(mapping.container_port)
    target = host_port(mapping.container_ip, mapping.container_port)
    dnat = (
        "-p",
        host.proto,
        "-d",
        _anywhere(host.ip),
        "--dport",
        str(host.port),
        "!",
        "-i",
        bridge,
        "-j",
        "DNAT",
        "--to-destination",
        target,
    )
    accept = ("!", "-i", bridge, "-o", bridge, "-p", host.proto, "-d", container, "--dport", port, "-j", "ACCEPT")
    adding = action == "-A"
    why = (
        f"What reaches {host} is sent on to {target}. Containers are left out: they get there over the proxy."
        if adding
        else f"Nothing is sent on from {host} any more."
    )
    error = yield from raw(engine, (*NAT, action, "DOCKER", *dnat), why)
    if not error:
        why = (
            f"From outside, only this port of {container} may be entered."
            if adding
            else f"The way in to port {port} of {container} is closed."
        )
        error = yield from raw(engine, ("-I" if adding else action, "FORWARD", *accept), why)
    if error:
        raise DaemonError(error)


def _anywhere(ip: IP) -> str:
    """Spell an address for ``-d``: iptables takes 0.0.0.0 for that one address, and 0/0 for any."""
    return "0/0" if ip is not None and ip.is_unspecified else ip_text(ip)
