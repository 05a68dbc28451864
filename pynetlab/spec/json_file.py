"""JSON files that a user hands over: read and checked, or one sentence that names the file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..errors import SpecError

T = TypeVar("T")


def read(path: Path, parse: Callable[[object], T], remedy: str = "") -> T:
    """Read a file and give what ``parse`` makes of it, which raises SpecError with the key that is wrong.

    Raises SpecError with the file, the reason, and ``remedy`` where what it holds cannot be used.
    """
    after = f"; {remedy}" if remedy else ""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SpecError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SpecError(f"{path}: not a text in UTF-8{after}") from None
    except json.JSONDecodeError as error:
        raise SpecError(f"{path}: no JSON: {error}{after}") from None
    except SpecError as error:
        raise SpecError(f"{path}: {error}{after}") from None
