"""What a rule needs before it makes sense: a protocol for the matches and targets that look into one."""

from collections.abc import Mapping

from .rule import Is, Rule

PORTS = ("tcp", "udp", "sctp")
"""Protocols that have ports."""

PROTOCOLS: Mapping[str, tuple[str, ...]] = {"tcp": ("tcp",), "udp": ("udp",), "sctp": ("sctp",), "icmp": ("icmp",), "multiport": PORTS}
"""Match → the protocols of which the rule must name one."""


def lacks_protocol(rule: Rule) -> bool:
    """Say whether a match, or a target that translates ports, works on a protocol that the rule does not name."""
    wanted = [PROTOCOLS[match.name] for match in rule.matches if match.name in PROTOCOLS]
    options = {option.name: option.words[0] for option in rule.options if option.words}
    if ":" in options.get("--to-destination", options.get("--to-source", "")) or "--to-ports" in options:
        wanted.append((*PORTS, "icmp"))
    return any(not names(rule.protocol, protocols) for protocols in wanted)


def names(protocol: Is[str] | None, wanted: tuple[str, ...]) -> bool:
    """Say whether a rule that selects this protocol selects one of those wanted, and no other."""
    return protocol is not None and not protocol.negated and protocol.value in wanted
