"""Command lines as docker reads them: options by table, in the words of docker/cli and pflag where one is wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import SpecError
from . import words

Read = Callable[[str, str], Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command."""

    names: tuple[str, ...]
    """The long one first, with their dashes."""
    read: Read = words.text
    many: bool = False
    """It may be given more than once, and the values are kept in their order."""
    about: str = "network"
    """``network``; ``other``: it cannot change the network, so it is only noted; ``missing``: it could, and is not modelled;
    ``fixed``: a switch that is on, and could change the network if it were off, which is not modelled."""

    @property
    def key(self) -> str:
        """Give the name of its value."""
        return self.names[0].removeprefix("--")

    @property
    def shown(self) -> str:
        """Give the option as docker writes it in a message."""
        return ", ".join([*(name for name in self.names if not name.startswith("--")), self.names[0]])


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the command line."""

    name: str
    """Such as ``network create``."""
    options: tuple[Option, ...] = ()
    least: int = 0
    most: int | None = None
    """How many arguments it takes; None: any number."""
    stops: bool = False
    """Options end at the first argument: what follows belongs to the container."""
    reads: bool = False
    """It asks, and changes nothing."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A command line that was understood."""

    command: Command
    values: Mapping[str, Any]
    arguments: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())
    """Options that were accepted and change nothing here."""
    missing: frozenset[str] = frozenset()
    """Options that other releases have."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - each option has its own type
        """Give an option's value, or the default where it was not given."""
        return self.values.get(key, default)

    def all(self, key: str) -> tuple[Any, ...]:
        """Give all values of an option that may be given more than once."""
        return tuple(self.values.get(key, ()))


def parse(command: Command, line: list[str], missing: frozenset[str] = frozenset()) -> Parsed:
    """Read the words after a command's name. Raises SpecError.

    ``missing`` are options that the release does not have, or a command and an option, such as ``network-rm--force``.
    """
    mine = command.name.replace(" ", "-")
    known = (option for option in command.options if not {option.names[0], mine + option.names[0]} & missing)
    by_name = {name: option for option in known for name in option.names}
    values: dict[str, Any] = {}
    arguments: list[str] = []
    notes: list[str] = []
    left = list(line)
    while left:
        word = left.pop(0)
        if word == "--":
            arguments += left
            break
        if not word.startswith("-") or word == "-":
            arguments.append(word)
            if command.stops:
                arguments += left
                break
            continue
        for name, value in _options(command, by_name, word, left):
            _keep(by_name[name], value, values, notes)
    _count(command, arguments)
    return Parsed(command, values, tuple(arguments), tuple(dict.fromkeys(notes)), missing)


def _options(command: Command, known: Mapping[str, Option], word: str, left: list[str]) -> Iterator[tuple[str, str]]:
    """Read one word as the options that it holds, with their values; one may take the next word."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        if name not in known:
            raise SpecError(f"unknown flag: {name}\nSee 'docker {command.name} --help'.")
        yield name, value if equals else _value(known[name], name, left)
        return
    letters = word[1:]
    while letters:
        name, letters = f"-{letters[0]}", letters[1:]
        if name not in known:
            raise SpecError(f"unknown shorthand flag: '{name[1]}' in {word}\nSee 'docker {command.name} --help'.")
        if letters.startswith("=") or (letters and known[name].read is not words.boolean):
            yield name, letters.removeprefix("=")
            return
        yield name, _value(known[name], f"'{name[1]}' in {word}" if not left else name, left)


def _value(option: Option, name: str, left: list[str]) -> str:
    if option.read is words.boolean:
        return "true"
    if not left:
        raise SpecError(f"flag needs an argument: {name}")
    return left.pop(0)


def _keep(option: Option, text: str, values: dict[str, Any], notes: list[str]) -> None:
    value = option.read(option.shown, text)
    if option.about == "missing" and value not in (False, ""):
        raise SpecError(f"{option.names[0]} would change the network and is not modelled")
    if option.about == "fixed" and not value:
        raise SpecError(f"{option.names[0]}=false would change the network and is not modelled")
    if option.about == "other":
        notes.append(option.names[0])
    values[option.key] = (*values.get(option.key, ()), value) if option.many else value


def _count(command: Command, arguments: list[str]) -> None:
    count, least, most = len(arguments), command.least, command.most
    if least <= count and (most is None or count <= most):
        return
    if most == 0:
        raise SpecError(f'"docker {command.name}" accepts no arguments.')
    how = "exactly" if least == most else "at least" if count < least else "at most"
    number = most if how == "at most" else least
    raise SpecError(f'"docker {command.name}" requires {how} {number} argument{"s" if number != 1 else ""}.')
