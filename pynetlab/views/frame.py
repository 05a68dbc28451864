"""pandas, for those who want a frame: it is optional, and nothing else here needs it."""

from importlib import import_module
from typing import Any

from ..errors import PynetlabError


def pandas() -> Any:  # noqa: ANN401 - a module that need not be there has no type
    """Give the module. Raises PynetlabError where it is missing; it is in the extra ``frame``."""
    try:
        return import_module("pandas")
    except ImportError:
        raise PynetlabError("a frame needs pandas: pip install 'pynetlab[frame]'") from None
