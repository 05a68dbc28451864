"""The rules that every bridge network needs: moby v1.2.0 daemon/networkdriver/bridge/driver.go (setupIPTables)."""

from ipaddress import IPv4Interface

from ....kernel import Passed, Plan
from ..engine import Engine, leave
from ..iptables import exists, raw

Words = tuple[str, ...]


def setup_iptables(engine: Engine, address: IPv4Interface, *, icc: bool) -> Plan[None]:
    """Insert, each on top of its chain and only where it is missing: NAT, icc, outgoing, incoming. Raises DaemonError."""
    bridge = engine.driver.bridge_iface
    masquerade = ("POSTROUTING", "-t", "nat", "-s", str(address), "!", "-o", bridge, "-j", "MASQUERADE")
    why = f"Nobody outside knows a way back to {address.network}. What leaves it by another device gets the host's address as its source."
    yield from _ensure(engine, masquerade, why, "masquerade", "Unable to enable network bridge NAT: ")
    yield from _icc(engine, icc=icc)
    outgoing = ("FORWARD", "-i", bridge, "!", "-o", bridge, "-j", "ACCEPT")
    why = f"What containers send from {bridge} to anywhere but {bridge} may pass, even where the host's policy is to drop."
    yield from _ensure(engine, outgoing, why, "outgoing", "Unable to allow outgoing packets: ")
    incoming = ("FORWARD", "-o", bridge, "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT")
    why = "Answers may come in to containers. Only packets of connections that are already known are let in by this rule."
    yield from _ensure(engine, incoming, why, "incoming", "Unable to allow incoming packets: ")


def _icc(engine: Engine, *, icc: bool) -> Plan[None]:
    bridge = engine.driver.bridge_iface
    between = ("FORWARD", "-i", bridge, "-o", bridge, "-j")
    yield Passed("May containers on the same bridge talk to each other unasked? The flag --icc decides.", "icc")
    node, wanted, other = ("icc-accept", "ACCEPT", "DROP") if icc else ("icc-drop", "DROP", "ACCEPT")
    why = f"An earlier daemon may have decided the other way, so its {other} rule goes first. Mostly there is none, and that is no matter."
    yield from raw(engine, ("-D", *between, other), why, node)
    if (yield from exists(engine, (*between, wanted), f"Is the {wanted} rule there already?", node)):
        return
    engine.debug.append(f"{'Enable' if icc else 'Disable'} inter-container communication")
    why = (
        f"From {bridge} to {bridge} one container speaks to another, and that is allowed."
        if icc
        else f"From {bridge} to {bridge} one container speaks to another. Only links will make exceptions, above this rule."
    )
    error = yield from raw(engine, ("-I", *between, wanted), why, node)
    if error:
        what = "Unable to allow intercontainer communication" if icc else "Unable to prevent intercontainer communication"
        raise (yield from leave("exit-icc", f"{what}: {error}"))


def _ensure(engine: Engine, rule: Words, why: str, node: str, failure: str) -> Plan[None]:
    """Insert a rule on top unless it is there. moby's second message, for output without a failure, cannot come up here."""
    if (yield from exists(engine, rule, "A restarted daemon must not write a rule twice, so it asks first.", node)):
        return
    error = yield from raw(engine, ("-I", *rule), why, node)
    if error:
        raise (yield from leave(f"exit-{node}", failure + error))
