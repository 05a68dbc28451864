"""The matches and targets of iptables-extensions(8) that a rule may use: their options, and how iptables-save spells them.

Data only. A normaliser takes the words that followed an option and gives those that iptables-save prints.
"""

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import SpecError

Words = tuple[str, ...]


def _plain(words: Words) -> Words:
    return words


def _port(text: str, unset: str) -> str:
    if not text:
        return unset
    if text.isdigit():
        if int(text) > 65535:  # noqa: PLR2004 - the largest port
            raise SpecError(f"invalid port/service `{text}' specified")
        return str(int(text))
    try:
        return str(socket.getservbyname(text))
    except OSError:
        raise SpecError(f"invalid port/service `{text}' specified") from None


def _ports(words: Words) -> Words:
    first, colon, last = words[0].partition(":")
    low = _port(first, "0")
    high = _port(last, "65535") if colon else low
    return (low if low == high else f"{low}:{high}",)


def _port_list(words: Words) -> Words:
    return (",".join(_ports((word,))[0] for word in words[0].split(",")),)


def _address_and_port(words: Words) -> Words:
    _, _, ports = words[0].partition(":")
    if any(port.isdigit() and int(port) > 65535 for port in ports.split("-")):  # noqa: PLR2004 - the largest port
        raise SpecError(f"Port `{ports}' not valid")
    return words


STATES = ("INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT")


def _states(words: Words) -> Words:
    named = words[0].upper().split(",")
    wrong = [name for name in named if name not in STATES]
    if wrong:
        raise SpecError(f'Bad ctstate "{wrong[0]}"')
    return (",".join(name for name in STATES if name in named),)


def _upper(words: Words) -> Words:
    return tuple(word.upper() for word in words)


ADDRESS_TYPES = (
    "UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW", "NAT", "XRESOLVE",
)  # fmt: skip


def _types(words: Words) -> Words:
    named = words[0].upper().split(",")
    wrong = [name for name in named if name not in ADDRESS_TYPES]
    if wrong:
        raise SpecError(f"addrtype: bad type `{wrong[0].lower()}'")
    return (",".join(name for name in ADDRESS_TYPES if name in named),)


LOG_LEVELS = ("emerg", "alert", "crit", "error", "warning", "notice", "info", "debug")


def _level(words: Words) -> Words:
    name = {"panic": "emerg", "err": "error", "warn": "warning"}.get(words[0].lower(), words[0].lower())
    return (str(LOG_LEVELS.index(name)) if name in LOG_LEVELS else name,)


def _tests(words: Words) -> Words:
    return (re.sub(r"0x[0-9a-f]+|[0-9]+", lambda n: f"{_number(n[0]):#x}", re.sub(r"\s", "", words[0].lower())),)


TCP_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")


def _flags(words: Words) -> Words:
    def ordered(text: str) -> str:
        named = {"ALL": list(TCP_FLAGS), "NONE": []}.get(text.upper(), text.upper().split(","))
        return ",".join(f for f in TCP_FLAGS if f in named) or "NONE"

    return ordered(words[0]), ordered(words[1])


ICMP_TYPES = {
    "any": "any",
    "echo-reply": "0",
    "destination-unreachable": "3",
    "network-unreachable": "3/0",
    "host-unreachable": "3/1",
    "protocol-unreachable": "3/2",
    "port-unreachable": "3/3",
    "fragmentation-needed": "3/4",
    "source-route-failed": "3/5",
    "network-unknown": "3/6",
    "host-unknown": "3/7",
    "network-prohibited": "3/9",
    "host-prohibited": "3/10",
    "TOS-network-unreachable": "3/11",
    "TOS-host-unreachable": "3/12",
    "communication-prohibited": "3/13",
    "host-precedence-violation": "3/14",
    "precedence-cutoff": "3/15",
    "source-quench": "4",
    "redirect": "5",
    "network-redirect": "5/0",
    "host-redirect": "5/1",
    "TOS-network-redirect": "5/2",
    "TOS-host-redirect": "5/3",
    "echo-request": "8",
    "router-advertisement": "9",
    "router-solicitation": "10",
    "time-exceeded": "11",
    "ttl-zero-during-transit": "11/0",
    "ttl-zero-during-reassembly": "11/1",
    "parameter-problem": "12",
    "ip-header-bad": "12/0",
    "required-option-missing": "12/1",
    "timestamp-request": "13",
    "timestamp-reply": "14",
    "address-mask-request": "17",
    "address-mask-reply": "18",
}
"""As ``iptables -p icmp -h`` lists them."""
ICMP_ALIASES = {"pong": "0", "ping": "8", "ttl-exceeded": "11"}


def _icmp(words: Words) -> Words:
    named = ICMP_TYPES | ICMP_ALIASES
    found = [name for name in named if name.lower().startswith(words[0].lower())]
    if len(found) > 1:
        raise SpecError(f"Ambiguous ICMP type `{words[0]}': `{found[0]}' or `{found[1]}'?")
    if found:
        return (named[found[0]],)
    if not all(part.isdigit() and int(part) <= 255 for part in words[0].split("/", 1)):  # noqa: PLR2004 - a byte each
        raise SpecError(f"Unknown ICMP type `{words[0]}'")
    return words


def _number(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise SpecError(f"bad mark value `{text}': give a number such as 5 or 0x5") from None


ALL_BITS = 0xFFFFFFFF


def _mark(words: Words) -> Words:
    value, slash, mask = words[0].partition("/")
    return (f"{_number(value):#x}" + (f"/{_number(mask):#x}" if slash and _number(mask) != ALL_BITS else ""),)


def _set_mark(words: Words) -> Words:
    # --set-mark value/mask zeroes the mask's bits and ORs the value in, which is xmark value/(value|mask)
    value, slash, mask = words[0].partition("/")
    return (f"{_number(value):#x}/{(_number(value) | _number(mask)) if slash else ALL_BITS:#x}",)


def _set_xmark(words: Words) -> Words:
    value, slash, mask = words[0].partition("/")
    return (f"{_number(value):#x}/{_number(mask) if slash else ALL_BITS:#x}",)


def _limit(words: Words) -> Words:
    count, _, unit = words[0].partition("/")
    whole = next((u for u in ("sec", "min", "hour", "day") if (unit and unit.startswith(u[: len(unit)])) or unit.startswith(u)), "sec")
    return (f"{count}/{whole}",)


def _probability(words: Words) -> Words:
    # the kernel keeps the probability as a 31-bit fraction, rounded, and iptables-save prints eleven decimals
    return (f"{round(float(words[0]) * 0x80000000) / 0x80000000:.11f}",)


REJECTIONS = {
    "icmp-net-unreachable": "net-unreach",
    "icmp-host-unreachable": "host-unreach",
    "icmp-port-unreachable": "port-unreach",
    "icmp-proto-unreachable": "proto-unreach",
    "icmp-net-prohibited": "net-prohib",
    "icmp-host-prohibited": "host-prohib",
    "tcp-reset": "tcp-rst",
    "icmp-admin-prohibited": "admin-prohib",
}
"""What REJECT answers, and its other name; iptables takes the first that begins as the word does (libipt_REJECT.c)."""


def _rejection(words: Words) -> Words:
    word = words[0].lower()
    found = next((name for name, alias in REJECTIONS.items() if name.startswith(word) or alias.startswith(word)), None)
    if found is None:
        raise SpecError(f'unknown reject type "{words[0]}"')
    return (found,)


@dataclass(frozen=True, slots=True)
class Spec:
    """One option: how many words it takes, how they are normalised, other spellings, and the value that is not printed."""

    words: int = 1
    normal: Callable[[Words], Words] = _plain
    printed_as: str = ""
    """The option that iptables-save prints in its place, where that is another."""
    default: Words | None = None
    """Printed even when not given, with these words."""
    unprinted: Words | None = None
    """Not printed when given, since it is what there is anyway."""


_PORT_OPTIONS = {
    "--sport": Spec(normal=_ports),
    "--source-port": Spec(normal=_ports, printed_as="--sport"),
    "--dport": Spec(normal=_ports),
    "--destination-port": Spec(normal=_ports, printed_as="--dport"),
}

MATCHES: Mapping[str, Mapping[str, Spec]] = {
    "tcp": _PORT_OPTIONS | {"--tcp-flags": Spec(2, _flags), "--syn": Spec(0, lambda _: ("FIN,SYN,RST,ACK", "SYN"), "--tcp-flags")},
    "udp": _PORT_OPTIONS,
    "sctp": _PORT_OPTIONS,
    "icmp": {"--icmp-type": Spec(normal=_icmp)},
    "conntrack": {
        "--ctstate": Spec(normal=_states),
        "--ctorigdst": Spec(),
        "--ctorigdstport": Spec(normal=_ports),
        "--ctdir": Spec(normal=_upper),
    },
    "state": {"--state": Spec(normal=_states)},
    "addrtype": {
        "--src-type": Spec(normal=_types),
        "--dst-type": Spec(normal=_types),
        "--limit-iface-in": Spec(0),
        "--limit-iface-out": Spec(0),
    },
    "mark": {"--mark": Spec(normal=_mark)},
    "comment": {"--comment": Spec()},
    "multiport": {"--sports": Spec(normal=_port_list), "--dports": Spec(normal=_port_list), "--ports": Spec(normal=_port_list)},
    "limit": {"--limit": Spec(normal=_limit, default=("3/hour",)), "--limit-burst": Spec(unprinted=("5",))},
    "statistic": {"--mode": Spec(), "--probability": Spec(normal=_probability), "--every": Spec(), "--packet": Spec()},
    "policy": {"--dir": Spec(), "--pol": Spec()},
    "u32": {"--u32": Spec(normal=_tests)},
    "ipvs": {"--ipvs": Spec(0)},
    "physdev": {"--physdev-in": Spec(), "--physdev-out": Spec(), "--physdev-is-bridged": Spec(0)},
    "mac": {"--mac-source": Spec(normal=lambda w: (w[0].lower(),))},
}
"""Match → its options, in the order in which iptables-save prints them."""

TARGETS: Mapping[str, Mapping[str, Spec]] = {
    "DNAT": {"--to-destination": Spec(normal=_address_and_port), "--random": Spec(0), "--persistent": Spec(0)},
    "SNAT": {"--to-source": Spec(normal=_address_and_port), "--random": Spec(0), "--random-fully": Spec(0), "--persistent": Spec(0)},
    "MASQUERADE": {"--to-ports": Spec(), "--random": Spec(0), "--random-fully": Spec(0)},
    "REDIRECT": {"--to-ports": Spec(), "--random": Spec(0)},
    "REJECT": {"--reject-with": Spec(normal=_rejection, default=("icmp-port-unreachable",))},
    "MARK": {"--set-xmark": Spec(normal=_set_xmark), "--set-mark": Spec(normal=_set_mark, printed_as="--set-xmark")},
    "LOG": {"--log-prefix": Spec(), "--log-level": Spec(normal=_level, unprinted=("4",))},
    "CHECKSUM": {"--checksum-fill": Spec(0)},
    "TRACE": {},
    "NOTRACK": {},
}
"""Target → its options. Any other name is a verdict or a chain."""

VERDICTS = ("ACCEPT", "DROP", "RETURN")

OPTIONAL = ("tcp", "udp", "sctp", "icmp", "limit", "ipvs", "MASQUERADE", "REDIRECT", "REJECT", "LOG", "TRACE", "NOTRACK")
"""The matches and targets that work without any option of their own."""

PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ah": 51, "sctp": 132}

NUMBERED = {str(number): name for name, number in PROTOCOLS.items()}
