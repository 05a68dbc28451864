"""A simulator and live lab of Docker networking: every step that the daemon takes, in a simulated or in the real kernel.

``from pynetlab import Lab`` is where to start. Names are loaded when they are first used, so that the import is quick
and needs neither Linux nor a notebook.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .checks import check
    from .daemon_stepper import stepper
    from .errors import DaemonError, KernelError, LiveError, PynetlabError, SpecError
    from .lab import Lab
    from .verbs.compose import network_map
    from .verbs.releases import releases_diff
    from .views.predict import Predict

__version__ = "0.1.0"

_HOMES = {
    "Lab": "lab",
    "Predict": "views.predict",
    "network_map": "verbs.compose",
    "releases_diff": "verbs.releases",
    "check": "checks",
    "stepper": "daemon_stepper",
    "PynetlabError": "errors",
    "KernelError": "errors",
    "DaemonError": "errors",
    "SpecError": "errors",
    "LiveError": "errors",
}

__all__ = [
    "DaemonError",
    "KernelError",
    "Lab",
    "LiveError",
    "Predict",
    "PynetlabError",
    "SpecError",
    "check",
    "network_map",
    "releases_diff",
    "stepper",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module, once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    value: object = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def load_ipython_extension(shell: object) -> None:
    """Make ``%docker`` and ``%%host`` known to a notebook that says ``%load_ext pynetlab``."""
    import_module(".magics", __name__).register(shell)
