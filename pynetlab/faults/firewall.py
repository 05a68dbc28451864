"""Faults of iptables rules."""

from ipaddress import IPv4Network

from ..errors import SpecError
from ..kernel import Plan, Step
from ..model import Chain, Is, Rule
from ..ops import DeleteRule, FlushChain, InsertRule
from ..stage import HOST
from .kind import Kind, Told
from .place import Place
from .questions import everybody, inwards, outwards


def _chains(at: Place, table: str) -> dict[str, Chain]:
    found = at.host.tables.get(table)
    return dict(found.chains) if found else {}


def _rule_deleted(at: Place) -> Plan[Told]:
    chains = _chains(at, "filter")
    own = Is(IPv4Network(at.address.ip))
    found = [(name, rule) for name, chain in chains.items() for rule in chain.rules if rule.destination == own and rule.target == "ACCEPT"]
    if not found:
        raise SpecError(f"no rule of the host's filter table lets anybody in to {at.netns}; publish a port of it")
    name, rule = found[0]
    yield Step(DeleteRule(HOST, "filter", name, rule), "Somebody took this rule for a forgotten one.")
    cause = f"The rule that lets in what is for {at.netns} is gone from chain {name} of the host's filter table: {rule}."
    return Told(cause, (*inwards(at), *outwards(at)))


def _rule_inserted(at: Place) -> Plan[Told]:
    chain = "DOCKER-USER" if "DOCKER-USER" in _chains(at, "filter") else "FORWARD"
    rule = Rule.parse(f"-d {at.address.ip} -j DROP")
    yield Step(InsertRule(HOST, "filter", chain, rule), "Somebody wrote this rule by hand.")
    cause = f"Rule 1 in chain {chain} of the host's filter table drops what is forwarded to {at.netns}: {rule}."
    return Told(cause, (*inwards(at), *outwards(at)))


def _nat_flushed(at: Place) -> Plan[Told]:
    chains = [name for name, chain in _chains(at, "nat").items() if chain.rules]
    if not chains:
        raise SpecError("the host's nat table has no rules")
    for name in chains:
        yield Step(FlushChain(HOST, "nat", name), "Somebody typed iptables -t nat -F.")
    cause = "The host's nat table is empty: nothing is masqueraded, and no published port is translated."
    return Told(cause, everybody(at.state))


def _packet_loss(at: Place, probability: float) -> Plan[Told]:
    if not 0 < probability < 1:
        raise SpecError(f"a probability of {probability} cannot be: give a number between 0 and 1")
    rule = Rule.parse(f"-i {at.device} -m statistic --mode random --probability {probability} -j DROP")
    yield Step(InsertRule(at.netns, "raw", "PREROUTING", rule), "It stands for a bad contact: what is lost is a matter of chance.")
    cause = f"Rule 1 in chain PREROUTING of the raw table of {at.netns} drops {probability:.0%} of what comes in, by chance: {rule}."
    return Told(cause, (*inwards(at), *outwards(at)))


HANGS = "Connections to {where} from outside its network hang until they time out."

KINDS = (
    Kind("rule-deleted", HANGS, _rule_deleted),
    Kind("rule-inserted", HANGS, _rule_inserted),
    Kind(
        "nat-flushed",
        "Containers get no answer from beyond the host; who asks at a published port seems to be the host itself, if he is answered.",
        _nat_flushed,
        of_host=True,
    ),
    Kind(
        "packet-loss",
        "Only at times does {where} answer, and connections to it stall.",
        _packet_loss,
        by_chance=True,
        options={"probability": 0.3},
    ),
)
"""The faults of this file."""
