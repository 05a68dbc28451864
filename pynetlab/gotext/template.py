"""Templates of Go's text/template, read into nodes: fields, pipelines, if, range, with, variables.

``define``, ``template``, ``block``, ``break`` and ``continue`` are refused by name.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import SpecError
from .functions import FUNCTIONS

ACTION = re.compile(r"\{\{(?P<left>- )?(?P<body>(?:`[^`]*`|\"(?:\\.|[^\"\\])*\"|/\*.*?\*/|(?!\}\}).)*?)(?P<right> -)?\}\}", re.DOTALL)
WORD = re.compile(
    r"(?P<text>\"(?:\\.|[^\"\\\n])*\"|`[^`]*`)|(?P<number>[-+]?\d+(?:\.\d+)?)|(?P<field>\.[A-Za-z_]\w*)|(?P<variable>\$\w*)"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<mark>:=|[=|(),.])|(?P<space>\s+)"
)
Operand = tuple[str, Any, list[str]]
CONSTANTS: Mapping[str, Operand] = {
    "true": ("constant", True, []),
    "false": ("constant", False, []),
    "nil": ("constant", None, []),
}
OPERANDS: Mapping[str, Callable[[str], Operand]] = {
    "text": lambda text: ("constant", text[1:-1] if text.startswith("`") else json.loads(text), []),
    "number": lambda text: ("constant", float(text) if "." in text else int(text), []),
    "field": lambda text: ("dot", None, [text[1:]]),
    "variable": lambda text: ("variable", text, []),
    "name": lambda text: ("function", text, []),
}
REFUSED = ("define", "template", "block", "break", "continue")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an action, and where it begins in the template."""

    kind: str
    text: str
    at: int
    glued: bool = False
    """No space stands before it."""


@dataclass(frozen=True, slots=True)
class Value:
    """Something that has a value: a constant, a variable, dot or a pipeline in brackets; then fields of it, one in another."""

    kind: str
    """``dot``, ``constant``, ``variable``, ``function`` or ``pipe``."""
    value: Any
    fields: tuple[str, ...] = ()
    at: int = 0
    source: str = ""


Command = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands, each of which gets what the one before it gave; and the variables that keep the outcome."""

    commands: tuple[Command, ...]
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A text, or an action with what stands within it."""

    kind: str
    """``text``, ``print``, ``if``, ``range`` or ``with``."""
    text: str = ""
    pipe: Pipe = Pipe(())
    body: tuple["Node", ...] = ()
    other: tuple["Node", ...] = ()
    """After ``else``."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was understood."""

    source: str
    nodes: tuple[Node, ...]
    name: str = ""


def parse(source: str, name: str = "") -> Template:
    """Read a template. Raises SpecError in the words of text/template."""
    return Template(source, _Parser(source, name, list(_cut(source, name))).nodes(), name)


def _cut(source: str, name: str) -> list[tuple[str, int, str]]:
    """Cut a template into texts and the bodies of actions, each with its place; ``{{-`` and ``-}}`` eat the space beside them."""
    parts: list[tuple[str, int, str]] = []
    at, eats = 0, False
    for found in ACTION.finditer(source):
        text = source[at : found.start()]
        text = text.lstrip() if eats else text
        parts.append(("text", at, text.rstrip() if found["left"] else text))
        if not found["body"].lstrip().startswith("/*"):
            parts.append(("action", found.start("body"), found["body"]))
        at, eats = found.end(), bool(found["right"])
    rest = source[at:]
    if "{{" in rest:
        raise SpecError(f"template parsing error: template: {name}:{source.count(chr(10)) + 1}: unclosed action")
    return [*parts, ("text", at, rest.lstrip() if eats else rest)]


@dataclass(slots=True)
class _Parser:
    source: str
    name: str
    parts: list[tuple[str, int, str]]
    words: list[Word] = field(default_factory=list)
    line: int = 1

    def nodes(self) -> tuple[Node, ...]:
        found, end = self._until()
        if end:
            raise self._error(f"unexpected {{{{{end}}}}}")
        return found

    def _until(self) -> tuple[tuple[Node, ...], str]:
        """Read nodes up to ``else`` or ``end``, and give which one it was; empty at the end of the template."""
        found: list[Node] = []
        while self.parts:
            kind, at, body = self.parts.pop(0)
            if kind == "text":
                found += [Node("text", body)] if body else []
                continue
            self.line = self.source.count("\n", 0, at) + 1
            self.words = self._words(at, body)
            first = self.words[0] if self.words else None
            if first is None:
                raise self._error("missing value for command")
            if first.text in ("end", "else"):
                return tuple(found), first.text
            if first.text in REFUSED:
                raise self._error(f"{{{{{first.text}}}}} is not modelled; there are if, range, with, else and end")
            found.append(self._block() if first.text in ("if", "range", "with") else Node("print", pipe=self._pipe()))
        return tuple(found), ""

    def _block(self) -> Node:
        kind = self.words.pop(0).text
        pipe = self._pipe()
        body, end = self._until()
        other: tuple[Node, ...] = ()
        if end == "else" and len(self.words) > 1:  # else if, else with: a block of its own within the other branch
            self.words.pop(0)
            other, end = (self._block(),), "end"
        elif end == "else":
            other, end = self._until()
        if end != "end":
            raise self._error("unexpected EOF" if not end else f"unexpected {{{{{end}}}}}")
        return Node(kind, pipe=pipe, body=body, other=other)

    def _pipe(self, *, inner: bool = False) -> Pipe:
        variables = self._variables()
        commands = [self._command()]
        while self.words and self.words[0].text == "|":
            self.words.pop(0)
            commands.append(self._command())
        if not inner and self.words:
            raise self._error(f'unexpected "{self.words[0].text}" in operand')
        return Pipe(tuple(commands), variables)

    def _variables(self) -> tuple[str, ...]:
        """Read ``$x :=`` or ``$i, $x :=``."""
        marks = [word.text for word in self.words[:4]]
        for count, wanted in ((2, (":=",)), (4, (",", ":="))):
            if len(marks) >= count and tuple(marks[1:count:2]) == wanted and all(text.startswith("$") for text in marks[0:count:2]):
                del self.words[:count]
                return tuple(marks[0:count:2])
        return ()

    def _command(self) -> Command:
        values: list[Value] = []
        while self.words and self.words[0].text not in ("|", ")"):
            values.append(self._value())
        if not values:
            raise self._error("missing value for command")
        return tuple(values)

    def _value(self) -> Value:
        word = self.words.pop(0)
        kind, value, first = self._operand(word)
        fields = list(first)
        places = [word.at] if kind == "dot" and fields else []
        while self.words and self.words[0].kind == "field" and self.words[0].glued:
            more = self.words.pop(0)
            fields.append(more.text[1:])
            places.append(more.at)
        # text/template takes the second field of a chain for its place
        at = places[min(1, len(places) - 1)] if places else word.at
        source = "".join(f".{each}" for each in fields) if kind == "dot" else word.text + "".join(f".{each}" for each in fields)
        return Value(kind, value, tuple(fields), at, source)

    def _operand(self, word: Word) -> Operand:
        simple: dict[str, Operand] = {".": ("dot", None, []), **CONSTANTS}
        if word.text in simple and word.kind != "text":
            return simple[word.text]
        if word.text == "(":
            pipe = self._pipe(inner=True)
            if not self.words or self.words.pop(0).text != ")":
                raise self._error("unclosed left paren")
            return "pipe", pipe, []
        if word.kind == "name" and word.text not in FUNCTIONS:
            raise self._error(f'function "{word.text}" not defined')
        if word.kind not in OPERANDS:
            raise self._error(f'unexpected "{word.text}" in operand')
        return OPERANDS[word.kind](word.text)

    def _words(self, at: int, body: str) -> list[Word]:
        found: list[Word] = []
        place, glued = 0, False
        while place < len(body):
            match = WORD.match(body, place)
            if match is None:
                raise self._error(f"unexpected {body[place]!r} in command")
            if match.lastgroup != "space":
                found.append(Word(str(match.lastgroup), match.group(), at + place, glued))
            glued, place = match.lastgroup != "space", match.end()
        return found

    def _error(self, what: str) -> SpecError:
        return SpecError(f"template parsing error: template: {self.name}:{self.line}: {what}")
