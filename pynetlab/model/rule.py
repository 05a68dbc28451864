"""One iptables rule, canonical when built: its text is what iptables-save(8) prints, whatever spelling it came in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any, Generic, Self, TypeVar

from ..errors import SpecError
from .extensions import MATCHES, NUMBERED, OPTIONAL, PROTOCOLS, TARGETS, Spec
from .words import quoted, split

T = TypeVar("T")

_SELECTORS = {
    "source": ("-s", "--source", "--src"),
    "destination": ("-d", "--destination", "--dst"),
    "in_interface": ("-i", "--in-interface"),
    "out_interface": ("-o", "--out-interface"),
    "protocol": ("-p", "--protocol", "--proto"),
}
"""What every rule can select by, in the order in which iptables-save prints it, and its spellings; the first is printed."""

_BY_SPELLING = {spelling: name for name, spellings in _SELECTORS.items() for spelling in spellings}


@dataclass(frozen=True, slots=True)
class Is(Generic[T]):
    """A value that a packet must have, or with ``negated`` must not have."""

    value: T
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a match or a target, with its words."""

    name: str
    words: tuple[str, ...] = ()
    negated: bool = False

    def __str__(self) -> str:
        """Print the option as iptables-save does."""
        return " ".join([*(["!"] if self.negated else []), self.name, *(quoted(self.name, word) for word in self.words)])


@dataclass(frozen=True, slots=True)
class Match:
    """One ``-m`` of a rule."""

    name: str
    options: tuple[Option, ...] = ()

    def option(self, name: str) -> Option | None:
        """Look an option up by its full name, such as ``--dport``."""
        return next((option for option in self.options if option.name == name), None)

    def __str__(self) -> str:
        """Print the match as iptables-save does."""
        return " ".join(["-m", self.name, *map(str, self.options)])


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, without its chain. ``target`` is a verdict, an extension or a chain; empty for a rule that only counts."""

    source: Is[IPv4Network] | None = None
    destination: Is[IPv4Network] | None = None
    in_interface: Is[str] | None = None
    out_interface: Is[str] | None = None
    protocol: Is[str] | None = None
    matches: tuple[Match, ...] = ()
    target: str = ""
    options: tuple[Option, ...] = ()
    """The options of the target."""
    goto: bool = False
    """``-g`` in place of ``-j``: a RETURN in the chain returns to the caller's caller."""

    @classmethod
    def parse(cls, text: str | list[str]) -> Self:
        """Read the rule part of an iptables command line, in any spelling, as text or as words.

        Raises SpecError, in iptables' own words where it has some, for what iptables would not take, and for a
        match or target that is not modelled, by name.
        """
        return cls(**_Parser(split(text) if isinstance(text, str) else list(text)).fields())

    def match(self, name: str) -> Match | None:
        """Look up a match by name; the first where there are several."""
        return next((match for match in self.matches if match.name == name), None)

    def __str__(self) -> str:
        """Print the rule as iptables-save does, without ``-A CHAIN``."""
        return " ".join(self._words())

    def _words(self) -> Iterator[str]:
        for name, (flag, *_) in _SELECTORS.items():
            wanted: Is[Any] | None = getattr(self, name)
            if wanted is not None:
                yield f"{'! ' if wanted.negated else ''}{flag} {wanted.value}"
        yield from map(str, self.matches)
        if self.target:
            yield f"{'-g' if self.goto else '-j'} {self.target}"
        yield from map(str, self.options)


@dataclass(slots=True)
class _Parser:
    words: list[str]
    seen: dict[str, Any] = field(default_factory=dict)
    matches: list[tuple[str, list[Option]]] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)

    def fields(self) -> dict[str, Any]:
        while self.words:
            negated = self._take_if("!")
            self._one(self.words.pop(0) if self.words else "!", negated=negated)
        target = self.seen.get("target", "")
        for name, options in [*self.matches, (target, self.options)]:
            known = MATCHES.get(name) or TARGETS.get(name)
            if known and not options and name not in OPTIONAL:
                raise SpecError(f"{name}: at least one option is required: {', '.join(known)}")
        return self.seen | {
            "matches": tuple(Match(name, _ordered(options, MATCHES[name])) for name, options in self.matches),
            "options": _ordered(self.options, TARGETS.get(target, {})),
        }

    def _take_if(self, word: str) -> bool:
        found = bool(self.words) and self.words[0] == word
        if found:
            self.words.pop(0)
        return found

    def _value(self, option: str) -> str:
        if not self.words:
            raise SpecError(f'option "{option}" requires an argument')
        return self.words.pop(0)

    def _one(self, word: str, *, negated: bool) -> None:
        if word in _BY_SPELLING:
            self._selector(_BY_SPELLING[word], self._value(word), negated=negated)
        elif word in ("-m", "--match"):
            self._begin_match(self._value(word))
        elif word in ("-j", "--jump", "-g", "--goto"):
            self.seen |= {"target": self._value(word), "goto": word in ("-g", "--goto")}
        else:
            self._option(word, negated=negated)

    def _selector(self, name: str, text: str, *, negated: bool) -> None:
        if name in self.seen:
            raise SpecError(f"multiple {_SELECTORS[name][0]} flags not allowed")
        if name in ("source", "destination"):
            network = _network(text)
            if network.prefixlen or negated:
                self.seen[name] = Is(network, negated)
        elif name == "protocol":
            protocol = NUMBERED.get(text.lower(), text.lower())
            if protocol not in ("all", "0"):
                if protocol not in PROTOCOLS and not protocol.isdigit():
                    raise SpecError(f'unknown protocol "{text}" specified')
                self.seen[name] = Is(protocol, negated)
        else:
            if not text or len(text) > 15:  # noqa: PLR2004 - IFNAMSIZ less its closing NUL
                raise SpecError(f"interface name `{text}' must be shorter than IFNAMSIZ (15)")
            if text != "+" or negated:
                self.seen[name] = Is(text, negated)

    def _begin_match(self, name: str) -> None:
        if name not in MATCHES:
            raise SpecError(f"Couldn't load match `{name}': not modelled here; there are {', '.join(MATCHES)}")
        self.matches.append((name, []))

    def _option(self, word: str, *, negated: bool) -> None:
        owner, specs = self._owner(word)
        name = word if word in specs else next(known for known in specs if known.startswith(word))
        spec = specs[name]
        words = spec.normal(tuple(self._value(word) for _ in range(spec.words)))
        if words != spec.unprinted:
            owner.append(Option(spec.printed_as or name, words, negated))

    def _owner(self, word: str) -> tuple[list[Option], Mapping[str, Spec]]:
        """Find who takes an option: the target, the latest match that knows it, or the protocol's own match."""
        target = self.seen.get("target", "")
        candidates = [(self.options, TARGETS.get(target, {}))] + [(o, MATCHES[n]) for n, o in reversed(self.matches)]
        for owner, specs in candidates:
            if word in specs or (word.startswith("--") and sum(known.startswith(word) for known in specs) == 1):
                return owner, specs
        protocol = self.seen.get("protocol")
        if protocol and not protocol.negated and word in MATCHES.get(protocol.value, {}):
            self._begin_match(protocol.value)
            return self.matches[-1][1], MATCHES[protocol.value]
        raise SpecError(f'unknown option "{word}"')


def _network(text: str) -> IPv4Network:
    address, slash, mask = text.partition("/")
    address = address if address.count(".") == 3 or not address.isdigit() else f"{address}.0.0.0"  # noqa: PLR2004 - 0/0 is 0.0.0.0/0
    try:
        return IPv4Network(f"{address}{slash}{mask}", strict=False)
    except ValueError:
        raise SpecError(f"host/network `{text}' not found: give an IPv4 address or network") from None


def _ordered(options: list[Option], specs: Mapping[str, Spec]) -> tuple[Option, ...]:
    """Put options in the order of iptables-save, with those that it prints unasked."""
    given = {option.name for option in options}
    defaults = [Option(name, spec.default) for name, spec in specs.items() if spec.default is not None and name not in given]
    order = list(specs)
    return tuple(sorted([*options, *defaults], key=lambda option: order.index(option.name)))
