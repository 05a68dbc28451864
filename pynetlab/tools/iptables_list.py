"""``iptables -L``: rules as its nf_tables variant 1.8.9 prints them, one line each, with what every match and target adds to it."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from ..model import BUILTIN, Is, Rule, Table
from ..model.extensions import ICMP_TYPES, LOG_LEVELS, PROTOCOLS, TCP_FLAGS
from ..model.rule import Match, Option

EVERYWHERE = IPv4Network("0.0.0.0/0")
FLAG_BITS = {name: 1 << position for position, name in enumerate(TCP_FLAGS)}


@dataclass(frozen=True, slots=True)
class Listing:
    """How to list: ``-n``, ``-v``, ``-x`` and ``--line-numbers``."""

    numeric: bool = False
    verbose: bool = False
    exact: bool = False
    numbers: bool = False


def listed(table: Table, name: str, number: int, how: Listing, hosts: str) -> str:
    """Print the chains of a table, or one of them, or one rule of it; ``hosts`` is what addresses are looked up in."""
    if number:
        rules = table.chains[name].rules[number - 1 : number]
        return "".join(f"{_line(rule, number, how, hosts)}\n" for rule in rules)
    order = [name] if name else [*BUILTIN[table.name], *sorted(set(table.chains) - set(BUILTIN[table.name]))]
    return "\n".join(_chain(table, each, how, hosts) for each in order)


def _chain(table: Table, name: str, how: Listing, hosts: str) -> str:
    chain = table.chains[name]
    references = sum(rule.target == name for other in table.chains.values() for rule in other.rules)
    counts = " 0 packets, 0 bytes" if how.verbose else ""
    out = f"Chain {name} " + (f"(policy {chain.policy}{counts})\n" if chain.policy else f"({references} references)\n")
    head = f"{'num':<4} " if how.numbers else ""
    if how.verbose:
        head += f"{'pkts':>8} {'bytes':>10} " if how.exact else f"{'pkts':>5} {'bytes':>5} "
    head += f"{'target':<9}  {'prot':<4} opt "
    head += f"{'in':<6} {'out':<6}  " if how.verbose else ""
    out += f"{head}{'source':<19}  {'destination':<19} \n"
    return out + "".join(f"{_line(rule, number, how, hosts)}\n" for number, rule in enumerate(chain.rules, 1))


def _line(rule: Rule, number: int, how: Listing, hosts: str) -> str:
    line = f"{number:<4} " if how.numbers else ""
    if how.verbose:
        line += f"{0:>8} {0:>8} " if how.exact else f"{0:>5} {0:>5} "
    line += f"{rule.target:<9} {_protocol(rule.protocol, numeric=how.numeric)} -- "
    if how.verbose:
        everything = "*" if how.numeric else "any"
        line += "".join(f"{_value(wanted, everything):<6} " for wanted in (rule.in_interface, rule.out_interface)).join((" ", ""))
    for wanted in (rule.source, rule.destination):
        line += f"{'!' if wanted and wanted.negated else ' '}{_network(wanted, hosts, numeric=how.numeric):<19} "
    line += "[goto] " if rule.goto else ""
    line += "".join(f" {text}" for text in _extensions(rule, numeric=how.numeric) if text)
    return line


def _protocol(wanted: Is[str] | None, *, numeric: bool) -> str:
    name = wanted.value if wanted else "0" if numeric else "all"
    shown = str(PROTOCOLS.get(name, name)) if numeric else name
    return f"{'!' if wanted and wanted.negated else ' '}{shown:<4}"


def _value(wanted: Is[str] | None, everything: str) -> str:
    return f"{'!' if wanted.negated else ''}{wanted.value}" if wanted else everything


def _network(wanted: Is[IPv4Network] | None, hosts: str, *, numeric: bool) -> str:
    network = wanted.value if wanted else EVERYWHERE
    if network == EVERYWHERE:
        return "0.0.0.0/0" if numeric else "anywhere"
    if network.prefixlen < 32:  # noqa: PLR2004 - the whole address
        return str(network)
    address = str(network.network_address)
    names = [line.split("#")[0].split()[1:] for line in hosts.splitlines() if line.split()[:1] == [address]]
    return names[0][0] if names and names[0] and not numeric else address


def _extensions(rule: Rule, *, numeric: bool) -> list[str]:
    proto = rule.protocol.value if rule.protocol else "tcp"
    texts = [MATCHES[match.name](match, numeric, proto) for match in rule.matches]
    options = Match(rule.target, rule.options)
    return [*texts, TARGETS[rule.target](options, numeric, proto) if rule.target in TARGETS else ""]


Print = Callable[[Match, bool, str], str]


def _port(text: str, proto: str, *, numeric: bool) -> str:
    if numeric:
        return text
    try:
        return socket.getservbyport(int(text), proto)
    except (OSError, OverflowError):
        return text


def _ports(match: Match, numeric: bool, proto: str) -> str:  # noqa: FBT001 - every printer takes the same
    words = [match.name]
    for option in match.options:
        if option.name == "--tcp-flags":
            words.append(_flags(option, numeric=numeric))
            continue
        first, colon, last = option.words[0].partition(":")
        named = [_port(each, proto, numeric=numeric) for each in ([first, last] if colon else [first])]
        words.append(f"{option.name[2]}pt{'s' if colon else ''}:{'!' if option.negated else ''}{':'.join(named)}")
    return " ".join(words)


def _flags(option: Option, *, numeric: bool) -> str:
    def shown(text: str) -> str:
        bits = sum(FLAG_BITS[name] for name in text.split(",") if name in FLAG_BITS)
        return f"0x{bits:02X}" if numeric else text

    return f"flags:{'!' if option.negated else ''}{shown(option.words[0])}/{shown(option.words[1])}"


def _icmp(match: Match, numeric: bool, _proto: str) -> str:  # noqa: FBT001
    option = match.option("--icmp-type")
    if option is None or option.words[0] == "any":
        return "icmptype 255" if numeric else "icmp any"
    kind, _, code = option.words[0].partition("/")
    negated = "!" if option.negated else ""
    name = next((name for name, value in ICMP_TYPES.items() if value == option.words[0]), None)
    if numeric or name is None:
        return f"{negated}icmptype {kind}" + (f" code {code}" if code else "")
    return f"icmp {negated}{name}"


def _pairs(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
    """Print options as words: ``ctstate NEW`` and its like."""
    return " ".join(f"{'! ' if option.negated else ''}{' '.join([option.name[2:], *option.words])}" for option in match.options)


def _state(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
    return " ".join(f"{'! ' if option.negated else ''}state {option.words[0]}" for option in match.options)


def _addrtype(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
    words = ["ADDRTYPE match"]
    for option in match.options:
        name = {"--limit-iface-in": "limit-in", "--limit-iface-out": "limit-out"}.get(option.name, option.name[2:])
        words.append(" ".join([name, *(f"{'!' if option.negated else ''}{word}" for word in option.words)]))
    return " ".join(words)


def _limit(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
    burst = match.option("--limit-burst")
    rate = match.option("--limit")
    return f"limit: avg {rate.words[0] if rate else ''} burst {burst.words[0] if burst else '5'}"


def _multiport(match: Match, numeric: bool, proto: str) -> str:  # noqa: FBT001
    (option,) = match.options
    named = [":".join(_port(each, proto, numeric=numeric) for each in word.split(":")) for word in option.words[0].split(",")]
    return f"multiport {option.name[2:]} {'! ' if option.negated else ''}{','.join(named)}"


def _statistic(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
    words = [f"{option.name[2:]} {option.words[0]}" for option in match.options if option.words != ("0",)]
    return "statistic " + " ".join(words)


def _physdev(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
    return "PHYSDEV match" + "".join(f" {option}" for option in match.options)


def _policy(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
    return "policy match " + " ".join(f"{option.name[2:]} {option.words[0]}" for option in match.options)


def _first(text: str) -> Print:
    """Print the word of the first option in a text."""
    return lambda match, _numeric, _proto: (
        text.format(match.options[0].words[0], no="! " if match.options[0].negated else "") + _random(match)
    )


def _random(match: Match) -> str:
    return "".join(f" {option.name[2:]}" for option in match.options if option.name in ("--random", "--random-fully", "--persistent"))


def _redirect(text: str) -> Print:
    def printed(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
        ports = match.option("--to-ports")
        return (f"{text} {ports.words[0]}" if ports else "") + _random(match)

    return printed


def _mark(match: Match, _numeric: bool, _proto: str) -> str:  # noqa: FBT001
    value, _, mask = match.options[0].words[0].partition("/")
    return f"MARK set {value}" if mask == "0xffffffff" else f"MARK {'or ' + value if value == mask else 'xset ' + value + '/' + mask}"


def _log(match: Match, numeric: bool, _proto: str) -> str:  # noqa: FBT001
    level, prefix = match.option("--log-level"), match.option("--log-prefix")
    number = int(level.words[0]) if level else 4
    name = {"warning": "warn", "error": "err"}.get(LOG_LEVELS[number], LOG_LEVELS[number])
    return (f"LOG flags 0 level {number}" if numeric else f"LOG level {name}") + (f' prefix "{prefix.words[0]}"' if prefix else "")


MATCHES: Mapping[str, Print] = {
    **dict.fromkeys(("tcp", "udp", "sctp"), _ports),
    "icmp": _icmp,
    "conntrack": _pairs,
    "state": _state,
    "addrtype": _addrtype,
    "mark": _first("mark match {no}{}"),
    "comment": _first("/* {} */"),
    "multiport": _multiport,
    "limit": _limit,
    "statistic": _statistic,
    "policy": _policy,
    "u32": _first('u32 {no}"{}"'),
    "ipvs": lambda _match, _numeric, _proto: "ipvs",
    "physdev": _physdev,
    "mac": _first("MAC {no}{}"),
}

TARGETS: Mapping[str, Print] = {
    "DNAT": _first("to:{}"),
    "SNAT": _first("to:{}"),
    "MASQUERADE": _redirect("masq ports:"),
    "REDIRECT": _redirect("redir ports"),
    "REJECT": _first("reject-with {}"),
    "MARK": _mark,
    "LOG": _log,
    "CHECKSUM": lambda _match, _numeric, _proto: "CHECKSUM fill",
}
"""What a target adds; the others add nothing."""
