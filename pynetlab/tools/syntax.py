"""The small part of the shell's language that lab sheets are written in: sh(1), section 2 of POSIX's XCU.

Words with quotes and variables, pipes, redirections, here-documents, ``;``, ``&&``, ``||``, ``!`` and comments.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import SpecError


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word: its text, or the name of a variable."""

    text: str
    quoted: bool = False
    variable: bool = False


Word = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """``2>/dev/null`` and its like; for ``<<`` the word is the text itself."""

    descriptor: int
    kind: str
    word: Word


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command."""

    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands that read what the one before has printed."""

    commands: tuple[Command, ...]
    after: str = ";"
    """When it runs: ``;`` always, ``&&`` and ``||`` where the one before succeeded or failed."""
    negated: bool = False


def expanded(word: Word, variables: Mapping[str, str]) -> list[str]:
    """Put the values of variables in; one that stands without quotes can become several words, or none."""
    words = [""]
    certain = False
    for part in word:
        text = variables.get(part.text, "") if part.variable else part.text
        if part.variable and not part.quoted:
            pieces = text.split() or [""]
            words[-1] += pieces[0]
            words += pieces[1:]
        else:
            words[-1] += text
            certain = certain or part.quoted or bool(text)
    return words if certain or words != [""] else []


SPACE = re.compile(r"(?:[ \t]|\\\n|#[^\n]*)+")
OPERATOR = re.compile(r"&&|\|\||;;|[;|&()\n]")
REDIRECT = re.compile(r"([0-9])?(>>|>&|<<-?|>|<)[ \t]*")
BARE = re.compile(r"[^\s'\"\\$`;|&<>()]+")
NAME = re.compile(r"\$(?:\{(\w+)\}|(\w+|\?))")
RESERVED = ("if", "for", "while", "until", "case", "function", "{", "}", "then", "else", "fi", "do", "done", "[[")


def parse(script: str) -> list[Pipeline]:
    """Read a script. Raises SpecError, which names what the simulation's shell does not have, or what stands open."""
    return _Parser(script).pipelines()


@dataclass(slots=True)
class _Parser:
    text: str
    at: int = 0
    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    after: str = ";"
    negated: bool = False
    found: list[Pipeline] = field(default_factory=list)

    def pipelines(self) -> list[Pipeline]:
        while self.at < len(self.text):
            if (space := SPACE.match(self.text, self.at)) and self._between(space[0]):
                self.at = space.end()
            elif operator := OPERATOR.match(self.text, self.at):
                self.at = operator.end()
                self._operator(operator[0])
            elif redirect := REDIRECT.match(self.text, self.at):
                self.at = redirect.end()
                self._redirect(redirect[1], redirect[2])
            else:
                self._word_here(self._word())
        self._operator("\n")
        if self.commands:
            raise SpecError("nothing follows |")
        if self.after != ";":
            raise SpecError(f"nothing follows {self.after}")
        return self.found

    def _between(self, space: str) -> bool:
        """Say whether this is space: a "#" within a word begins no comment."""
        return not space.startswith("#") or self.at == 0 or self.text[self.at - 1] in " \t\n;|&()"

    def _word_here(self, word: Word) -> None:
        plain = word[0].text if len(word) == 1 and not word[0].quoted and not word[0].variable else ""
        if not self.words and plain in RESERVED:
            raise _absent(f"'{plain}'")
        if plain == "!" and not self.words and not self.commands:
            self.negated = not self.negated
        else:
            self.words.append(word)

    def _operator(self, operator: str) -> None:
        if operator in ("(", ")", ";;", "&"):
            raise _absent(f"'{operator}'")
        empty = not self.words and not self.redirects
        if empty and operator == "\n":
            return
        if empty:
            raise SpecError(f"syntax error: {'newline' if operator == chr(10) else operator!r} unexpected")
        self.commands.append(Command(tuple(self.words), tuple(self.redirects)))
        self.words, self.redirects = [], []
        if operator != "|":
            self.found.append(Pipeline(tuple(self.commands), self.after, self.negated))
            self.commands, self.negated = [], False
            self.after = operator if operator in ("&&", "||") else ";"

    def _redirect(self, descriptor: str | None, kind: str) -> None:
        if self.at >= len(self.text) or OPERATOR.match(self.text, self.at):
            raise SpecError(f"nothing follows {kind}")
        word = self._word()
        number = int(descriptor) if descriptor else 0 if kind.startswith("<") else 1
        if kind.startswith("<<"):
            word, kind = self._here(word, tabs=kind == "<<-"), "<<"
        self.redirects.append(Redirect(number, kind, word))

    def _here(self, word: Word, *, tabs: bool) -> Word:
        """Take the lines up to the delimiter out of the script."""
        delimiter = "".join(part.text for part in word)
        start = self.text.find("\n", self.at) + 1 or len(self.text)
        lines, end = list[str](), start
        for line in self.text[start:].splitlines(keepends=True):
            end += len(line)
            plain = line.lstrip("\t") if tabs else line
            if plain.rstrip("\n") == delimiter:
                break
            lines.append(plain)
        else:
            raise SpecError(f"the here-document has no end: there is no line {delimiter!r}")
        self.text = self.text[:start] + self.text[end:]
        body = "".join(lines)
        return (Part(body, quoted=True),) if any(part.quoted for part in word) else tuple(_in_double_quotes(body))

    def _word(self) -> Word:
        start, parts = self.at, list[Part]()
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in READERS:
                part, self.at = READERS[character](self.text, self.at)
                parts += part
            elif bare := BARE.match(self.text, self.at):
                parts.append(Part(bare[0]))
                self.at = bare.end()
            else:
                break
        if self.at == start:
            raise SpecError(f"syntax error: {self.text[self.at]!r} unexpected")
        return tuple(parts)


def _absent(what: str) -> SpecError:
    return SpecError(f"{what} is not in the simulation's shell: it has quotes, $NAME, ;, &&, ||, !, |, <, >, >>, << and comments")


def _single(text: str, at: int) -> tuple[list[Part], int]:
    end = text.find("'", at + 1)
    if end < 0:
        raise SpecError("a quote stands open: Unterminated quoted string")
    return [Part(text[at + 1 : end], quoted=True)], end + 1


def _double(text: str, at: int) -> tuple[list[Part], int]:
    found = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL).match(text, at)
    if found is None:
        raise SpecError("a quote stands open: Unterminated quoted string")
    return [Part("", quoted=True), *_in_double_quotes(found[1])], found.end()


def _in_double_quotes(text: str) -> Iterator[Part]:
    at = 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("$", "`", '"', "\\", "\n"):
            yield Part(text[at + 1].replace("\n", ""), quoted=True)
            at += 2
        elif text[at] in "$`":
            parts, at = _dollar(text, at)
            yield from (Part(part.text, quoted=True, variable=part.variable) for part in parts)
        else:
            end = next((place for place in range(at + 1, len(text)) if text[place] in "\\$`"), len(text))
            yield Part(text[at:end], quoted=True)
            at = end


def _escaped(text: str, at: int) -> tuple[list[Part], int]:
    following = text[at + 1 : at + 2]
    return ([] if following == "\n" else [Part(following, quoted=True)]), at + 2


def _dollar(text: str, at: int) -> tuple[list[Part], int]:
    found = NAME.match(text, at)
    if found:
        return [Part(found[1] or found[2], variable=True)], found.end()
    if text[at] == "`" or text[at + 1 : at + 2] in ("(", "{"):
        raise _absent("`...`" if text[at] == "`" else f"'${text[at + 1]}'")
    return [Part("$")], at + 1


READERS: Mapping[str, Callable[[str, int], tuple[list[Part], int]]] = {
    "'": _single,
    '"': _double,
    "\\": _escaped,
    "$": _dollar,
    "`": _dollar,
}
