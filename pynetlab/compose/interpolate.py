"""Variables in the texts of a Compose file; the specification, 12-interpolation.md, compose-go template/template.go (v2.14.0)."""

import re
from collections.abc import Callable, Iterator, Mapping

from ..errors import SpecError

Lookup = Callable[[str], str | None]
"""Gives the value of a variable, None where it is not set."""
NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
OPERATORS = (":?", "?", ":-", "-", ":+", "+")


class Environment:
    """Variables, and which of those that were asked for are not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take the values."""
        self.values = dict(values)
        self.missing: list[str] = []

    def __call__(self, name: str) -> str | None:
        """Give the value of a variable, None where it is not set."""
        return self.values.get(name)

    def blank(self, name: str) -> str:
        """Remember that a variable without a default is not set; it counts as empty."""
        if name not in self.missing:
            self.missing.append(name)
        return ""


class _InvalidError(SpecError):
    """The text is no template."""


def interpolated(value: object, environment: Environment, path: tuple[str, ...] = ()) -> object:
    """Replace the variables in every text of a document, but not in keys. Raises SpecError, which names the place."""
    if isinstance(value, dict):
        return {key: interpolated(each, environment, (*path, str(key))) for key, each in value.items()}
    if isinstance(value, list):
        return [interpolated(each, environment, (*path, "[]")) for each in value]
    if not isinstance(value, str):
        return value
    place = ".".join(path)
    try:
        return substitute(value, environment)
    except _InvalidError:
        raise SpecError(f"invalid interpolation format for {place}. You may need to escape any $ with another $. {value}") from None
    except SpecError as error:
        raise SpecError(f"error while interpolating {place}: {error}") from None


def substitute(template: str, environment: Environment) -> str:
    """Replace ``$NAME`` and ``${NAME}`` with its operators; ``$$`` is a dollar, and one before anything else stands for itself.

    Raises SpecError for a brace without an end, and for a required variable that is missing.
    """
    return "".join(_parts(template, environment))


def _parts(template: str, environment: Environment) -> Iterator[str]:
    at = 0
    while (dollar := template.find("$", at)) >= 0:
        yield template[at:dollar]
        rest = template[dollar + 1 :]
        name = NAME.match(rest)
        if rest.startswith("$"):
            yield "$"
            at = dollar + 2
        elif rest.startswith("{"):
            end = _closing(rest)
            yield _braced(rest[1:end], environment)
            at = dollar + 2 + end
        elif name:
            value = environment(name.group())
            yield environment.blank(name.group()) if value is None else value
            at = dollar + 1 + name.end()
        else:
            yield "$"
            at = dollar + 1
    yield template[at:]


def _closing(text: str) -> int:
    """Find the brace that ends the first one of a text; those within belong together."""
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if not depth:
            return at
    raise _InvalidError(text)


def _braced(inside: str, environment: Environment) -> str:
    """Give what stands for ``${inside}``; the word after an operator is a template too, looked at only where it is needed."""
    name = NAME.match(inside)
    if not name:
        raise _InvalidError(inside)
    rest, value = inside[name.end() :], environment(name.group())
    if not rest:
        return environment.blank(name.group()) if value is None else value
    operator = next((each for each in OPERATORS if rest.startswith(each)), None)
    if operator is None:
        raise _InvalidError(inside)
    word = rest[len(operator) :]
    there = bool(value) if operator.startswith(":") else value is not None
    if operator.endswith("+"):
        return substitute(word, environment) if there else ""
    if there:
        return value or ""
    if operator.endswith("-"):
        return substitute(word, environment)
    reason = substitute(word, environment)
    raise SpecError(f"required variable {name.group()} is missing a value" + (f": {reason}" if reason else ""))
