"""The YAML of a Compose file: YAML 1.2 scalars, unique keys, ``!reset`` and ``!override``; compose-go loader/reset.go (v2.14.0)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import SpecError

Place = tuple[str, ...]
"""The keys that lead to a value, such as ``("services", "web", "ports")``."""
Tree = dict[str, Any]
VISITS = 100_000
"""So many nodes a document may have, each alias counted with all that it stands for."""
RESET, OVERRIDE, MERGE = "!reset", "!override", "<<"


class _Loader(yaml.SafeLoader):  # type: ignore[misc] # PyYAML has no types
    """A loader of YAML 1.2's core schema: ``22:22`` and ``yes`` are texts, as they are for Compose."""


_Loader.yaml_implicit_resolvers = {}
for _kind, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0o?[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"^(?:{_pattern})$"), list(_first))


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its values, and the places whose earlier values it takes away."""

    data: object
    resets: tuple[Place, ...]

    def clear(self, model: Tree) -> None:
        """Take away what the document resets or overrides from what came before it."""
        for place in self.resets:
            inside: object = model
            for key in place[:-1]:
                inside = inside.get(key) if isinstance(inside, dict) else None
            if isinstance(inside, dict) and place:
                inside.pop(place[-1], None)


def documents(path: Path) -> list[Document]:
    """Read the documents of a file. Raises SpecError, one sentence with the file and the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"open {path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise SpecError(f"failed to parse {path}: it is not a text in UTF-8") from None
    try:
        return list(_read(text))
    except SpecError as error:
        raise SpecError(f"failed to parse {path}: {error}") from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise SpecError(f"failed to parse {path}: {line}{error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise SpecError(f"failed to parse {path}: {' '.join(str(error).split())}") from None


def _read(text: str) -> Iterator[Document]:
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            walk = _Tags(loader)
            walk.visit(node, (), ())
            yield Document(_keyed(loader.construct_document(node), ()), tuple(walk.resets))
    finally:
        loader.dispose()


class _Tags:
    """Looks through the nodes of a document: takes what is reset out, and notes where."""

    def __init__(self, loader: _Loader) -> None:
        self.loader, self.resets, self.visits = loader, list[Place](), 0

    def visit(self, node: yaml.Node, place: Place, above: tuple[yaml.Node, ...]) -> None:
        self.visits += 1
        if self.visits > VISITS:
            raise SpecError(f"compose file exceeds maximum node visit limit ({VISITS})")
        if any(node is each for each in above):
            raise SpecError(f"cycle detected: node at path {'.'.join(place)} references a node that holds it")
        if node.tag == OVERRIDE:
            self.resets.append(place)
            node.tag = self.loader.resolve(type(node), node.value, (True, False))
        if isinstance(node, yaml.SequenceNode):
            node.value = [each for each in node.value if each.tag != RESET]
            for at, each in enumerate(node.value):
                self.visit(each, (*place, str(at)), (*above, node))
        elif isinstance(node, yaml.MappingNode):
            self._mapping(node, place, (*above, node))

    def _mapping(self, node: yaml.MappingNode, place: Place, above: tuple[yaml.Node, ...]) -> None:
        lines: dict[str, int] = {}
        kept = []
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in lines:
                raise SpecError(f'line {line}: mapping key "{name}" already defined at line {lines[name]}')
            lines[name] = line
            below = place if name == MERGE else (*place, name)
            if value.tag == RESET:
                self.resets.append(below)
                continue
            self.visit(value, below, above)
            kept.append((key, value))
        node.value = kept


def _keyed(value: object, place: Place) -> object:
    """Make a copy with texts as keys, so that aliases share nothing. Raises SpecError for another key."""
    if isinstance(value, list):
        return [_keyed(each, place) for each in value]
    if not isinstance(value, dict):
        return value
    for key in value:
        if not isinstance(key, str):
            where = f"in {'.'.join(place)}" if place else "at top level"
            raise SpecError(f"non-string key {where}: {key!r}")
    return {key: _keyed(each, (*place, key)) for key, each in value.items()}
