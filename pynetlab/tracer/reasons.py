"""Why it came to an end, and what would help: one sentence each."""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Address

from ..model import Outcome, Probe
from .ask import Asked
from .ended import Ended, Silence
from .ruling import Ruling

Said = tuple[str, str]


def reason(outcome: Outcome, asked: Asked, probe: Probe, leg: str) -> Said:
    """Say why, and what to do about it; the second is empty where nothing is wrong or nothing can be said."""
    if outcome is Outcome.DELIVERED:
        return _delivered(asked, probe), ""
    why, remedy = REASONS[outcome](asked.ended, probe)
    words = {"reply": "The question arrived, but not its answer: ", "error": "An error came back, but got lost: "}
    before = next((text for name, text in words.items() if leg.removeprefix("proxy ").startswith(name)), "")
    if leg.startswith("proxy"):
        before = f"The userland proxy took the question, and asked in its turn: {before}"
    return f"{before}{why[:1].lower() if before else why[:1]}{why[1:]}", remedy


def by_chance(asked: Iterable[str]) -> str:
    """Say that another packet may fare otherwise, where rules were asked that take only some; they are named as in a run's counters."""
    for name in asked:
        node, table, chain, number, _ = name.split("/")
        return f"Ask again: rule {number} of {chain} in table {table} on {node} takes only some of the packets."
    return ""


def _delivered(asked: Asked, probe: Probe) -> str:
    answer = asked.answer
    if probe.proto == "icmp":
        return f"{probe.ip} answered the ping."
    if probe.proto == "dns":
        return f"The name server at {probe.ip} answered: {', '.join(answer.answers) or 'no address'}."
    return f"{answer.server or probe.ip} answered, and saw the question come from {answer.saw or 'the client'}."


def _ends(ended: Ended) -> tuple[str, str, str]:
    p = ended.packet
    return ended.node.name, str(IPv4Address(p.src)), str(IPv4Address(p.dst))


def _rule(ended: Ended, _: Probe) -> Said:
    by = ended.cause
    if not isinstance(by, Ruling):
        return f"{ended.node.name} dropped it.", ""
    where = f"rule {by.number} of {by.chain} in table {by.table} on {ended.node.name}"
    word = "rejects" if by.verdict == "REJECT" else "drops" if by.verdict == "DROP" else "cannot translate"
    return (
        f"{where[:1].upper()}{where[1:]} {word} it: {by.rule}.",
        f"Let a rule before it accept the packet, or delete it: iptables -t {by.table} -D {by.chain} {by.number}",
    )


def _policy(ended: Ended, _: Probe) -> Said:
    by = ended.cause
    chain, table = (by.chain, by.table) if isinstance(by, Ruling) else ("", "filter")
    why = f"No rule of {chain} in table {table} on {ended.node.name} accepts it, and the chain's policy is DROP."
    return why, f"Add a rule to {chain} that accepts it."


def _no_route(ended: Ended, probe: Probe) -> Said:
    node, _, dst = _ends(ended)
    if not ended.packet.proto or not ended.node.netns.routes:
        return (
            f"{node} has no route to {probe.ip}.",
            f"Connect {node} to a network, or add a route there: ip route add {probe.ip} via GATEWAY",
        )
    return f"{node} has no route to {dst}.", f"Add a route on {node}: ip route add {dst} via GATEWAY"


def _unresolved(ended: Ended, _: Probe) -> Said:
    device = ended.device.name if ended.device else "its device"
    ip, why, remedy = ended.silence or Silence()
    asks = f"Nobody on the wire of {device} answers when {ended.node.name} asks by ARP who has {ip} (route {ended.cause})"
    return f"{asks}: {why}.", remedy


def _ttl(ended: Ended, _: Probe) -> Said:
    return f"Its TTL came to an end on {ended.node.name}.", "Send it with a larger TTL."


def _loop(ended: Ended, _: Probe) -> Said:
    node, _src, dst = _ends(ended)
    return (
        f"It came to {node} again and again: the routes to {dst} lead in a circle.",
        f"Correct the route to {dst} on one of the machines.",
    )


def _mtu(ended: Ended, _: Probe) -> Said:
    device = ended.device.name if ended.device else "the device"
    why = f"Its {ended.packet.size} bytes do not fit {device} on {ended.node.name} ({ended.cause}), and it may not be cut."
    return why, f"Give {device} a larger MTU, or the sender a smaller one."


def _martian(ended: Ended, _: Probe) -> Said:
    node, src, dst = _ends(ended)
    device = ended.device.name if ended.device else "its device"
    why = f"{node} does not believe a packet from {src} to {dst} on {device}: {ended.cause}."
    setting = str(ended.cause).partition(" = ")[0]
    return why, f"sysctl -w {setting}=1 lets it pass." if setting.startswith("net.") else f"Find out who sends with the address {src}."


def _reverse(ended: Ended, _: Probe) -> Said:
    node, src, _dst = _ends(ended)
    device = ended.device.name if ended.device else "its device"
    why = f"{node} would answer {src} over another device than {device}, so it takes the source for a lie ({ended.cause})."
    return why, f"Set rp_filter of {device} to 2 (loose) or 0, or correct the route to {src}."


def _not_forwarded(ended: Ended, _: Probe) -> Said:
    node, _src, dst = _ends(ended)
    return f"{node} got a packet for {dst}, but it is no router: {ended.cause}.", f"On {node}: sysctl -w net.ipv4.ip_forward=1"


def _nobody(ended: Ended, _: Probe) -> Said:
    node, _src, dst = _ends(ended)
    port = f"{ended.packet.proto} port {ended.packet.dport} of {dst}"
    return f"Nobody listens on {port} in {node}.", f"Start a server there, or ask another port; ss -ln in {node} shows which there are."


def _down(ended: Ended, _: Probe) -> Said:
    device = ended.device.name if ended.device else "a device"
    node = ended.device.node.name if ended.device else ended.node.name
    return f"{device} of {node} passes nothing: {ended.cause or 'it is down'}.", f"In {node}: ip link set {device} up"


def _other(ended: Ended, _: Probe) -> Said:
    return f"A frame came to {ended.node.name} that is for another machine: {ended.cause}.", "Look for two machines with one address."


def _not_bridged(ended: Ended, _: Probe) -> Said:
    device = ended.device.name if ended.device else ""
    why = f"The bridge on {ended.node.name} sends nothing back the way it came ({ended.cause})."
    return why, f"bridge link set dev {device} hairpin on"


def _invalid(ended: Ended, probe: Probe) -> Said:
    node, src, _dst = _ends(ended)
    return (
        f"An answer from {src} came to {node}, where nobody waits for one from there: {probe.ip} was asked.",
        "Let the answer go back through the machine that translated the question.",
    )


def _silent(ended: Ended, probe: Probe) -> Said:
    if ended.cause:
        return f"It was sent into {ended.device.name if ended.device else 'a device'}, and {ended.cause}.", ""
    return f"It was delivered to {ended.node.name}, and nothing there answers {probe.proto}.", ""


def _prohibited(ended: Ended, probe: Probe) -> Said:
    if isinstance(ended.cause, Ruling):
        return _rule(ended, probe)
    return f"{ended.node.name} does not send it: {ended.cause}.", ""


REASONS: Mapping[Outcome, Callable[[Ended, Probe], Said]] = {
    Outcome.DROPPED: _rule,
    Outcome.REJECTED: _rule,
    Outcome.POLICY: _policy,
    Outcome.NO_ROUTE: _no_route,
    Outcome.UNRESOLVED: _unresolved,
    Outcome.TTL: _ttl,
    Outcome.LOOP: _loop,
    Outcome.MTU: _mtu,
    Outcome.MARTIAN: _martian,
    Outcome.REVERSE_PATH: _reverse,
    Outcome.NOT_FORWARDED: _not_forwarded,
    Outcome.NO_LISTENER: _nobody,
    Outcome.REFUSED: _nobody,
    Outcome.DOWN: _down,
    Outcome.OTHER_HOST: _other,
    Outcome.NOT_BRIDGED: _not_bridged,
    Outcome.INVALID: _invalid,
    Outcome.SILENT: _silent,
    Outcome.PROHIBITED: _prohibited,
}
