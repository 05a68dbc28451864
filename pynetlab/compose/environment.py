"""The variables of a project: those of the shell, then those of the file ``.env``; compose-go dotenv/env.go (v2.14.0)."""

import io
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from ..errors import SpecError
from .interpolate import Environment, substitute


def with_file(values: Mapping[str, str], path: Path) -> dict[str, str]:
    """Add what a file says for variables that have no value yet. Raises SpecError, which names the file and the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SpecError(f"couldn't read env file: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SpecError(f"failed to read {path}: it is not a text in UTF-8") from None
    found: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        try:
            _add(binding, found, values)
        except SpecError as error:
            raise SpecError(f"failed to read {path}: line {binding.original.line}: {error}") from None
    return {**found, **values}


def _add(binding: Binding, found: dict[str, str], values: Mapping[str, str]) -> None:
    if binding.error:
        raise SpecError(f"not of the form NAME=VALUE: {binding.original.string.strip()}")
    if not binding.key or binding.value is None:
        return
    _, _, written = binding.original.string.partition("=")
    literal = written.strip().startswith("'")
    found[binding.key] = binding.value if literal else substitute(binding.value, Environment({**found, **values}))
