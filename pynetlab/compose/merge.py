"""How a later Compose file changes an earlier one: the specification, 13-merge.md; compose-go override/{merge,uncity}.go (v2.14.0)."""

from collections.abc import Callable
from typing import Any

from ..errors import SpecError
from .document import Place, Tree

Value = Any


def merge(one: Value, other: Value, place: Place = ()) -> Value:
    """Give what the second makes of the first: mappings merge, sequences append, other values replace. Raises SpecError."""
    special = _find(SPECIAL, place)
    if special:
        return special(one, other, place)
    if other is None:
        return one
    if isinstance(one, (dict, list)) and type(one) is not type(other):
        raise SpecError(f"cannot override {'.'.join(place)}")
    if isinstance(one, dict):
        return _mappings(one, other, place)
    if isinstance(one, list):
        return [*one, *other]
    return other


def _mappings(one: Tree, other: Tree, place: Place) -> Tree:
    merged = dict(one)
    for key, value in other.items():
        merged[key] = merge(one[key], value, (*place, key)) if key in one else value
    return merged


def _sequence(value: Value) -> list[Value] | None:
    """Give a list of ``KEY=VALUE`` for a mapping, and a list of one for a text; None for what is neither."""
    if isinstance(value, dict):
        pairs = [(key, each) for key, item in value.items() for each in (item if isinstance(item, list) else [item])]
        return sorted(key if item is None else f"{key}={item}" for key, item in pairs)
    return [value] if isinstance(value, str) else value if isinstance(value, list) else None


def _append(one: Value, other: Value, _place: Place) -> Value:
    before, after = _sequence(one), _sequence(other)
    return other if before is None or after is None else [*before, *after]


def _hosts(one: Value, other: Value, place: Place) -> Value:
    joined = _append(one, other, place)
    return list(dict.fromkeys(joined)) if isinstance(joined, list) and all(isinstance(each, str) for each in joined) else joined


def _named(default: Value) -> Callable[[Value, Value, Place], Value]:
    """Merge two that are each a list of names or a mapping."""

    def mapping(value: Value) -> Value:
        names = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return dict.fromkeys(value, default) if names else value

    def join(one: Value, other: Value, place: Place) -> Value:
        before, after = mapping(one), mapping(other)
        return _mappings(before, after, place) if isinstance(before, dict) and isinstance(after, dict) else other

    return join


def _subnets(one: Value, other: Value, place: Place) -> Value:
    """Merge the parts of an IPAM configuration that name the same subnet, and append the others."""
    if not all(isinstance(each, dict) for value in (one, other) for each in (value if isinstance(value, list) else [None])):
        return other
    merged = {str(each.get("subnet")): each for each in one}
    for each in other:
        key = str(each.get("subnet"))
        merged[key] = _mappings(merged[key], each, place) if key in merged else each
    return list(merged.values())


STARTED = {"condition": "service_started", "required": True}
SPECIAL: dict[str, Callable[[Value, Value, Place], Value]] = {
    "networks.*.ipam.config": _subnets,
    "networks.*.labels": _append,
    "services.*.depends_on": _named(STARTED),
    "services.*.dns": _append,
    "services.*.dns_opt": _append,
    "services.*.dns_search": _append,
    "services.*.extra_hosts": _hosts,
    "services.*.labels": _append,
    "services.*.networks": _named(None),
    "services.*.sysctls": _append,
}
"""Where two values are merged in a way of their own; ``*`` is any name."""


def _key(value: Value) -> str:
    return value.partition("=")[0] if isinstance(value, str) else str(value)


def _port(value: Value) -> str:
    if not isinstance(value, dict):
        return str(value)
    place = value.get("host_ip", "0.0.0.0"), value.get("published", ""), value.get("target")  # noqa: S104 - what no address means
    return f"{place[0]}:{place[1]}:{place[2]}/{value.get('protocol', 'tcp')}"


UNIQUE: dict[str, Callable[[Value], str]] = {
    **dict.fromkeys(
        [
            "networks.*.labels",
            *(f"services.*.{field}" for field in ("dns", "dns_opt", "dns_search", "labels", "links", "profiles", "sysctls")),
            "services.*.networks.*.aliases",
        ],
        _key,
    ),
    "services.*.expose": str,
    "services.*.ports": _port,
}
"""Lists in which a later element takes the place of an earlier one, and what makes two of them the same."""


def unique(value: Value, place: Place = ()) -> Value:
    """Give the model with each element of a list once where Compose wants that; the last of equal ones counts."""
    if isinstance(value, dict):
        return {key: unique(each, (*place, key)) for key, each in value.items()}
    same = _find(UNIQUE, place)
    if not isinstance(value, list) or same is None:
        return value
    return list({same(each): each for each in value}.values())


def _find(table: dict[str, Any], place: Place) -> Any:  # noqa: ANN401 - what the table holds
    for pattern, found in table.items():
        words = pattern.split(".")
        if len(words) == len(place) and all(word in ("*", key) for word, key in zip(words, place, strict=True)):
            return found
    return None
