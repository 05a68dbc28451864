"""Values as Go programs hold them, and how encoding/json and fmt write them.

Maps are dicts, slices are lists; a struct keeps the order of its fields, which are named in two ways.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct."""

    fields: Mapping[str, Any]
    """In their order. One that can be called is a method."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Fields whose name in JSON is another one."""
    type: str = ""
    """Its type, as Go names it in a message."""
    ordered: bool = True
    """JSON keeps the order of the fields; else it sorts them, as docker's own marshaller of table rows does."""

    @property
    def shown(self) -> dict[str, Any]:
        """Give the fields as JSON has them."""
        found = {self.renamed.get(name, name): value for name, value in self.fields.items() if not callable(value)}
        return found if self.ordered else dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Nil:
    """Nothing, of a type: a slice, a map or a pointer."""

    shown: str = "<nil>"
    """How fmt prints it: ``[]``, ``map[]`` or ``<nil>``."""


NO_SLICE, NO_MAP, NO_POINTER = Nil("[]"), Nil("map[]"), Nil()


def raw(value: Any) -> Any:  # noqa: ANN401 - values are of many types
    """Give a value as it comes out of JSON: only dicts, lists, texts, numbers, switches and None."""
    if isinstance(value, Struct):
        return {key: raw(each) for key, each in value.shown.items()}
    if isinstance(value, Mapping):
        return {key: raw(each) for key, each in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [raw(each) for each in value]
    return None if isinstance(value, Nil) else value


def compact(value: Any) -> str:  # noqa: ANN401 - the same
    """Write JSON on one line."""
    return json.dumps(raw(value), ensure_ascii=False, separators=(",", ":"))


def indented(value: Any) -> str:  # noqa: ANN401 - the same
    """Write JSON with four spaces for each level."""
    return json.dumps(raw(value), ensure_ascii=False, indent=4)


def truth(value: Any) -> bool:  # noqa: ANN401 - the same
    """Say whether ``if`` takes a value for true: nothing, zero and what is empty are not."""
    return not isinstance(value, Nil) and (isinstance(value, Struct) or bool(value))


def printed(value: Any) -> str:  # noqa: ANN401 - the same
    """Write a value as fmt's ``%v`` does."""
    if isinstance(value, Struct):
        return "{" + " ".join(map(printed, value.fields.values())) + "}"
    if isinstance(value, Mapping):
        return "map[" + " ".join(f"{key}:{printed(each)}" for key, each in sorted(value.items())) + "]"
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(map(printed, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    plain = "<no value>" if value is None else str(value)
    return value.shown if isinstance(value, Nil) else plain
