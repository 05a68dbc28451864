"""What a rule needs, and where it may stand: the checks of the kernel's matches and targets when a rule comes in."""

from collections.abc import Iterator, Mapping

from ..model import BUILTIN, Rule
from ..model.needs import names

TARGET_PLACES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "DNAT": {"nat": ("PREROUTING", "OUTPUT")},
    "REDIRECT": {"nat": ("PREROUTING", "OUTPUT")},
    "SNAT": {"nat": ("POSTROUTING", "INPUT")},
    "MASQUERADE": {"nat": ("POSTROUTING",)},
    "REJECT": {"filter": BUILTIN["filter"]},
    "NOTRACK": {"raw": BUILTIN["raw"]},
    "MARK": {table: BUILTIN[table] for table in ("mangle", "raw", "nat", "filter")},
}
"""Target → table → the built-in chains from which it may be reached; iptables-extensions(8)."""

MATCH_PLACES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("mac", "--mac-source"): ("PREROUTING", "INPUT", "FORWARD"),
    ("addrtype", "--limit-iface-in"): ("PREROUTING", "INPUT", "FORWARD"),
    ("addrtype", "--limit-iface-out"): ("FORWARD", "OUTPUT", "POSTROUTING"),
}
"""Match and option → the built-in chains from which it may be reached."""


def resets(rule: Rule) -> bool:
    """Say whether the rule answers with a TCP reset to what may not be TCP."""
    resetting = any(option.name == "--reject-with" and option.words == ("tcp-reset",) for option in rule.options)
    return resetting and not names(rule.protocol, ("tcp",))


def fits_table(rule: Rule, table: str) -> bool:
    """Say whether the target is for that table, wherever the rule stands in it."""
    return table in TARGET_PLACES.get(rule.target, (table,))


def fits_chain(rule: Rule, table: str, chain: str) -> bool:
    """Say whether a packet that comes from that built-in chain may reach the rule."""
    return all(chain in places for places in _places(rule, table))


def _places(rule: Rule, table: str) -> Iterator[tuple[str, ...]]:
    if rule.target in TARGET_PLACES:
        yield TARGET_PLACES[rule.target].get(table, ())
    for match in rule.matches:
        yield from (MATCH_PLACES[match.name, option.name] for option in match.options if (match.name, option.name) in MATCH_PLACES)
