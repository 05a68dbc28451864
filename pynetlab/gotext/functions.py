"""The functions that a template of docker can call: those of text/template, and those that docker/cli adds."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import ClientError
from .values import Nil, Struct, compact, printed, truth

VERB = re.compile(r"%(?P<flags>[-+0 #]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?(?P<verb>[%vsdqtxfT])")


def _and(*values: Any) -> Any:  # noqa: ANN401 - values are of many types, here and below
    return next((value for value in values if not truth(value)), values[-1])


def _or(*values: Any) -> Any:  # noqa: ANN401
    return next((value for value in values if truth(value)), values[-1])


def _comparable(value: Any) -> Any:  # noqa: ANN401
    return None if isinstance(value, Nil) else value


def _eq(first: Any, *others: Any) -> bool:  # noqa: ANN401
    first = _comparable(first)
    for other in map(_comparable, others):
        if None not in (first, other) and type(first) is not type(other):
            raise ClientError("error calling eq: incompatible types for comparison")
        if first == other:
            return True
    return False


def _index(value: Any, *keys: Any) -> Any:  # noqa: ANN401
    for key in keys:
        if value is None or isinstance(value, Nil):
            raise ClientError("error calling index: index of untyped nil")
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, (Sequence, list)) and isinstance(key, int):
            if not 0 <= key < len(value):
                raise ClientError(f"error calling index: index out of range: {key}")
            value = value[key]
        else:
            raise ClientError(f"error calling index: can't index item of type {_type(value)}")
    return value


def _type(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, Struct):
        return value.type or "struct"
    names: Mapping[type, str] = {str: "string", bool: "bool", int: "int", float: "float64", dict: "map[string]interface {}"}
    return names.get(type(value), "[]interface {}")


def _len(value: Any) -> int:  # noqa: ANN401
    if isinstance(value, (str, Sequence, Mapping)):
        return len(value)
    if isinstance(value, Nil) and value.shown != "<nil>":
        return 0
    raise ClientError(f"error calling len: len of type {_type(value)}")


def _slice(value: Any, first: int = 0, last: int | None = None) -> Any:  # noqa: ANN401
    end = len(value) if last is None else last
    if not 0 <= first <= end <= len(value):
        raise ClientError(f"error calling slice: index out of range: {max(first, end)}")
    return value[first:end]


def _printf(pattern: str, *values: Any) -> str:  # noqa: ANN401
    left = list(values)

    def one(found: re.Match[str]) -> str:
        verb = found["verb"]
        if verb == "%":
            return "%"
        if not left:
            return f"%!{verb}(MISSING)"
        value = left.pop(0)
        text = {"q": lambda: json.dumps(str(value), ensure_ascii=False), "T": lambda: _type(value)}.get(verb, lambda: printed(value))()
        if verb == "x":
            text = f"{value:x}" if isinstance(value, int) else str(value).encode().hex()
        if verb == "f":
            text = f"{float(value):.{found['precision'] or 6}f}"
        elif found["precision"] and verb in "sv":
            text = text[: int(found["precision"])]
        if "+" in found["flags"] and verb in "df" and not text.startswith("-"):
            text = f"+{text}"
        width = int(found["width"] or 0)
        if "-" in found["flags"]:
            return text.ljust(width)
        return text.zfill(width) if "0" in found["flags"] and verb in "dfx" else text.rjust(width)

    return VERB.sub(one, pattern)


def _print(*values: Any) -> str:  # noqa: ANN401
    """Join as fmt.Sprint does: a space between two of which neither is a text."""
    text = ""
    for at, value in enumerate(values):
        apart = at and not isinstance(value, str) and not isinstance(values[at - 1], str)
        text += (" " if apart else "") + printed(value)
    return text


def _join(items: Any, separator: str) -> str:  # noqa: ANN401
    if isinstance(items, Nil):
        return ""
    if not isinstance(items, (list, tuple)) or not all(isinstance(each, str) for each in items):
        raise ClientError(f"wrong type for value; expected []string; got {_type(items)}")
    return separator.join(items)


def _pad(text: str, before: int, after: int) -> str:
    return " " * before + text + " " * after if text else text


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "and": _and,
    "or": _or,
    "not": lambda value: not truth(value),
    "eq": _eq,
    "ne": lambda first, other: not _eq(first, other),
    "lt": lambda first, other: first < other,
    "le": lambda first, other: first <= other,
    "gt": lambda first, other: first > other,
    "ge": lambda first, other: first >= other,
    "index": _index,
    "len": _len,
    "slice": _slice,
    "print": _print,
    "printf": _printf,
    "println": lambda *values: " ".join(map(printed, values)) + "\n",
    "json": compact,
    "join": _join,
    "split": lambda text, separator: text.split(separator) if separator else list(text),
    "lower": lambda text: text.lower(),
    "upper": lambda text: text.upper(),
    "title": lambda text: re.sub(r"(^|\s)(\w)", lambda found: found[1] + found[2].upper(), text),
    "pad": _pad,
    "truncate": lambda text, length: text[:length],
}
"""By name. In the head of a table those that would change a text leave it as it is."""

HEAD: Mapping[str, Callable[..., Any]] = {
    **FUNCTIONS,
    **dict.fromkeys(("json", "title", "lower", "upper"), lambda text: text),
    **dict.fromkeys(("split", "join", "truncate"), lambda text, _: text),
}
"""The functions in the head of a table, where columns keep their names; docker/cli templates/templates.go (HeaderFunctions)."""
