"""A template and a value make a text, as text/template's Execute does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import ClientError
from .functions import FUNCTIONS
from .template import Command, Node, Pipe, Template, Value
from .values import Nil, Struct, printed, truth

Functions = Mapping[str, Callable[..., Any]]
NOTHING = object()
"""No value came through the pipeline."""


def render(template: Template, value: Any, functions: Functions = FUNCTIONS) -> str:  # noqa: ANN401 - values are of many types
    """Fill a template in. Raises ClientError in the words of text/template, with the place in the template.

    A key that a map does not have is an error, as docker asks for (``missingkey=error``).
    """
    run = _Run(template, functions)
    run.variables.append(("$", value))
    run.nodes(template.nodes, value)
    return "".join(run.out)


@dataclass(slots=True)
class _Run:
    template: Template
    functions: Functions
    out: list[str] = field(default_factory=list)
    variables: list[tuple[str, Any]] = field(default_factory=list)
    """The innermost last."""

    def nodes(self, nodes: tuple[Node, ...], dot: Any) -> None:  # noqa: ANN401 - here and below
        for node in nodes:
            if node.kind == "text":
                self.out.append(node.text)
            elif node.kind == "print":
                value = self.pipe(node.pipe, dot)
                self.out.append("" if node.pipe.variables else printed(value))
            else:
                mark = len(self.variables)
                (self._range if node.kind == "range" else self._choose)(node, dot)
                del self.variables[mark:]

    def _choose(self, node: Node, dot: Any) -> None:  # noqa: ANN401
        value = self.pipe(node.pipe, dot)
        inner = value if node.kind == "with" and truth(value) else dot
        self.nodes(node.body if truth(value) else node.other, inner)

    def _range(self, node: Node, dot: Any) -> None:  # noqa: ANN401
        value = self.pipe(Pipe(node.pipe.commands), dot)
        if isinstance(value, Mapping):
            items = [(key, value[key]) for key in sorted(value)]
        elif isinstance(value, (list, tuple)):
            items = list(enumerate(value))
        elif value is None or isinstance(value, Nil):
            items = []
        else:
            raise self._error(node.pipe.commands[0][0], f"range can't iterate over {printed(value)}")
        for key, each in items:
            mark = len(self.variables)
            both = (each,) if len(node.pipe.variables) == 1 else (key, each)
            self.variables += list(zip(node.pipe.variables, both, strict=False))
            self.nodes(node.body, each)
            del self.variables[mark:]
        if not items:
            self.nodes(node.other, dot)

    def pipe(self, pipe: Pipe, dot: Any) -> Any:  # noqa: ANN401
        value: Any = NOTHING
        for command in pipe.commands:
            value = self._command(command, dot, value)
        self.variables += [(name, value) for name in pipe.variables]
        return value

    def _command(self, command: Command, dot: Any, final: Any) -> Any:  # noqa: ANN401
        first, *rest = command
        arguments = [self._value(each, dot) for each in rest] + ([] if final is NOTHING else [final])
        if first.kind != "function":
            return self._value(first, dot, arguments)
        whole = replace(first, source=" ".join(each.source for each in command))
        try:
            return self.functions[first.value](*arguments)
        except ClientError as error:
            raise self._error(whole, str(error)) from None
        except (TypeError, ValueError, AttributeError):
            raise self._error(whole, f"wrong number of args or wrong type for {first.value}") from None

    def _value(self, value: Value, dot: Any, arguments: list[Any] | None = None) -> Any:  # noqa: ANN401
        found = dot
        if value.kind == "constant":
            found = value.value
        elif value.kind == "pipe":
            found = self.pipe(value.value, dot)
        elif value.kind == "function":
            found = self._command((value,), dot, NOTHING)
        elif value.kind == "variable":
            found = self._variable(value)
        for at, name in enumerate(value.fields):
            found = self._field(value, found, name)
            if callable(found):
                found = found(*(arguments or ())) if at == len(value.fields) - 1 else found()
                arguments = None
        if arguments:
            raise self._error(value, f"can't give argument to non-function {value.source or '.'}")
        return found

    def _variable(self, value: Value) -> Any:  # noqa: ANN401
        for name, found in reversed(self.variables):
            if name == value.value:
                return found
        raise self._error(value, f'undefined variable "{value.value}"')

    def _field(self, value: Value, holder: Any, name: str) -> Any:  # noqa: ANN401
        if isinstance(holder, Struct):
            if name in holder.fields:
                return holder.fields[name]
            raise self._error(value, f"can't evaluate field {name} in type {holder.type or 'struct'}")
        if isinstance(holder, Mapping):
            if name in holder:
                return holder[name]
            raise self._error(value, f'map has no entry for key "{name}"')
        if holder is None or isinstance(holder, Nil):
            raise self._error(value, f'nil data; no entry for key "{name}"')
        raise self._error(value, f"can't evaluate field {name} in type {_go_type(holder)}")

    def _error(self, value: Value, what: str) -> ClientError:
        before = self.template.source[: value.at]
        line, column = before.count("\n") + 1, len(before.rpartition("\n")[2].encode())
        name = self.template.name
        return ClientError(f'template: {name}:{line}:{column}: executing "{name}" at <{value.source or "."}>: {what}')


def _go_type(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "bool"
    return "[]interface {}" if isinstance(value, (list, tuple)) else "json.Number"
