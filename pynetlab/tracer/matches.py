"""What a rule asks of a packet, as an expression of Python; iptables-extensions(8).

In every expression ``p`` is the packet, ``i`` and ``o`` the names of the devices (empty where there is none), ``n`` the
namespace and ``r`` the run, which counts.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Network

from ..model import Is, Rule
from ..model.rule import Match, Option
from .node import ALL_ONES
from .packet import BITS, DNAT, ESTABLISHED, INVALID, NEW, RELATED, SNAT, UNTRACKED

STATES = {
    "INVALID": INVALID,
    "ESTABLISHED": ESTABLISHED,
    "RELATED": RELATED,
    "NEW": NEW,
    "SNAT": SNAT,
    "DNAT": DNAT,
    "UNTRACKED": UNTRACKED,
}
BRIDGED = "p.physout != ''"


def condition(rule: Rule, key: str) -> str:
    """Give the expression of a whole rule; empty where it asks nothing. ``key`` names the rule, for what it counts."""
    parts = [*_selectors(rule)]
    for at, match in enumerate(rule.matches):
        parts += EXPRESSIONS[match.name](match, f"{key}/{at}")
    return " and ".join(f"({part})" for part in parts)


def _selectors(rule: Rule) -> list[str]:
    found = []
    for wanted, field in ((rule.source, "p.src"), (rule.destination, "p.dst")):
        if wanted is not None:
            found.append(_not(wanted.negated, within(field, wanted.value)))
    for name, variable in ((rule.in_interface, "i"), (rule.out_interface, "o")):
        if name is not None:
            found.append(_not(name.negated, _device(variable, name.value)))
    return [*found, *_protocol(rule.protocol)]


def _protocol(wanted: Is[str] | None) -> list[str]:
    if wanted is None or wanted.value in ("all", "0"):
        return []
    return [_not(wanted.negated, f"p.proto == {wanted.value!r}")]


def within(field: str, network: IPv4Network) -> str:
    """Compare an address with a network."""
    net, mask = int(network.network_address), int(network.netmask)
    return f"{field} == {net}" if mask == ALL_ONES else f"{field} & {mask} == {net}"


def _device(variable: str, name: str) -> str:
    return f"{variable}.startswith({name[:-1]!r})" if name.endswith("+") else f"{variable} == {name!r}"


def _not(negated: bool, expression: str) -> str:  # noqa: FBT001 - it reads as the word that stands there
    return f"not ({expression})" if negated else expression


def _range(field: str, words: str) -> str:
    low, _, high = words.partition(":")
    return f"{low} <= {field} <= {high}" if high else f"{field} == {low}"


def _each(match: Match, meanings: Mapping[str, Callable[[Option], str]]) -> list[str]:
    return [_not(option.negated, meanings[option.name](option)) for option in match.options]


def _ports(match: Match, _: str) -> list[str]:
    def flags(option: Option) -> str:
        mask, wanted = (sum(BITS[name] for name in word.split(",") if name in BITS) for word in option.words)
        return f"p.flags & {mask} == {wanted}"

    meanings = {
        "--sport": lambda option: _range("p.sport", option.words[0]),
        "--dport": lambda option: _range("p.dport", option.words[0]),
        "--tcp-flags": flags,
    }
    return _each(match, meanings)


def _icmp(match: Match, _: str) -> list[str]:
    def kind(option: Option) -> str:
        if option.words[0] == "any":
            return "True"
        number, _, code = option.words[0].partition("/")
        # a name that iptables-save would not print as a number is one that the model does not know either
        return f"p.icmp == ({number}, {code})" if code else f"p.icmp is not None and p.icmp[0] == {number}"

    return _each(match, {"--icmp-type": kind})


def _conntrack(match: Match, _: str) -> list[str]:
    def states(option: Option) -> str:
        return f"p.cs & {sum(STATES[name] for name in option.words[0].split(','))}"

    def direction(option: Option) -> str:
        return f"p.reply is {option.words[0] == 'REPLY'}"

    meanings: Mapping[str, Callable[[Option], str]] = {
        "--ctstate": states,
        "--state": states,
        "--ctorigdst": lambda option: within("p.ct.orig[2]", IPv4Network(option.words[0], strict=False)),
        "--ctorigdstport": lambda option: _range("p.ct.orig[4]", option.words[0]),
        "--ctdir": direction,
    }
    # what asks about the connection itself is never true of a packet without one, negated or not
    needs = ["p.ct is not None"] if any(option.name.startswith(("--ctorig", "--ctdir")) for option in match.options) else []
    return [*needs, *_each(match, meanings)]


def _addrtype(match: Match, _: str) -> list[str]:
    limit = next((v for name, v in (("--limit-iface-in", "i"), ("--limit-iface-out", "o")) if match.option(name)), None)
    found = []
    for name, field in (("--src-type", "p.src"), ("--dst-type", "p.dst")):
        option = match.option(name)
        if option is not None:
            kind = f"n.kind_on({limit}, {field})" if limit else f"n.kind({field})"
            wanted = option.words[0].split(",")
            found.append(_not(option.negated, f"{kind} == {wanted[0]!r}" if len(wanted) == 1 else f"{kind} in {tuple(wanted)!r}"))
    return found


def _mark(match: Match, _: str) -> list[str]:
    def value(option: Option) -> str:
        wanted, _, mask = option.words[0].partition("/")
        return f"p.mark & {int(mask, 0)} == {int(wanted, 0)}" if mask else f"p.mark == {int(wanted, 0)}"

    return _each(match, {"--mark": value})


def _multiport(match: Match, _: str) -> list[str]:
    def among(*fields: str) -> Callable[[Option], str]:
        return lambda option: " or ".join(_range(field, word) for field in fields for word in option.words[0].split(","))

    return _each(match, {"--sports": among("p.sport"), "--dports": among("p.dport"), "--ports": among("p.sport", "p.dport")})


def _limit(match: Match, key: str) -> list[str]:
    # a question takes no time, so what there is to spend is the burst
    burst = match.option("--limit-burst")
    return [f"r.spend({key!r}, {int(burst.words[0]) if burst else 5})"]


def _statistic(match: Match, key: str) -> list[str]:
    def word(name: str, otherwise: str) -> str:
        option = match.option(name)
        return option.words[0] if option else otherwise

    negated = any(option.negated for option in match.options if option.name != "--mode")
    if word("--mode", "random") == "nth":
        return [_not(negated, f"r.nth({key!r}, {int(word('--every', '1'))}, {int(word('--packet', '0'))})")]
    return [_not(negated, f"r.chance({key!r}, {float(word('--probability', '0'))})")]


def _policy(match: Match, _: str) -> list[str]:
    # no packet of the model comes out of IPsec or goes into it
    return _each(match, {"--dir": lambda _: "True", "--pol": lambda option: str(option.words[0] == "none")})


def _u32(match: Match, _: str) -> list[str]:
    return _each(match, {"--u32": lambda option: f"u32(p, {option.words[0]!r})"})


def _physdev(match: Match, _: str) -> list[str]:
    meanings = {
        "--physdev-in": lambda option: _device("p.physin", option.words[0]),
        "--physdev-out": lambda option: _device("p.physout", option.words[0]),
        "--physdev-is-bridged": lambda _: BRIDGED,
    }
    return _each(match, meanings)


EXPRESSIONS: Mapping[str, Callable[[Match, str], list[str]]] = {
    "tcp": _ports,
    "udp": _ports,
    "sctp": _ports,
    "icmp": _icmp,
    "conntrack": _conntrack,
    "state": _conntrack,
    "addrtype": _addrtype,
    "mark": _mark,
    "comment": lambda *_: [],
    "multiport": _multiport,
    "limit": _limit,
    "statistic": _statistic,
    "policy": _policy,
    "u32": _u32,
    "ipvs": lambda match, _key: _each(match, {"--ipvs": lambda _: "False"}),
    "physdev": _physdev,
    "mac": lambda match, _key: _each(match, {"--mac-source": lambda option: f"p.mac == {option.words[0]!r}"}),
}
"""Match → its expressions, all of which must be true."""
