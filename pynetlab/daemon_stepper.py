"""The daemon's start as a widget, with a lab behind it."""

import os
import sys
from typing import Any

from .engine.v1_2.networkdriver.chart import CHART
from .errors import PynetlabError
from .kernel import Walk
from .lab import Lab
from .views.session import Flags
from .views.stepper import Stepper
from .views.walk_stepper import Flag, walk_stepper

FLAGS = (
    Flag("icc", "--icc", "bool", default=True),
    Flag("iptables", "--iptables", "bool", default=True),
    Flag("ip-forward", "--ip-forward", "bool", default=True),
    Flag("bip", "--bip", "text", ""),
    Flag("bridge", "--bridge", "text", ""),
    Flag("ip", "--ip", "text", ""),
)
"""The daemon's flags as controls; an empty text is a flag that is not given."""


def stepper() -> Stepper:
    """Give the daemon's start as a widget: its flags, its chart, and a switch between simulation and live.

    Each beginning has a fresh lab of its own. The environment variable PYNETLAB_NO_LIVE switches live off; its text
    is shown as the reason.
    """

    def begin(mode: str, flags: Flags) -> Walk[None]:
        lab = Lab("1.2", mode=mode)
        words = (f"--{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in flags.items() if value != "")
        try:
            return lab.daemon(*words)
        except PynetlabError:
            lab.close()
            raise

    def close(walk: Walk[Any]) -> None:
        walk.kernel.close()

    no_live = os.environ.get("PYNETLAB_NO_LIVE") or available() or ""
    mode = "sim" if no_live else os.environ.get("PYNETLAB_MODE", "sim")
    return walk_stepper(begin, FLAGS, chart=CHART, close=close, mode=mode, no_live=no_live)


def available() -> str | None:
    """Say why a live lab cannot run here; None where it can."""
    if not sys.platform.startswith("linux"):
        return "it needs Linux; run the lab's container, or a virtual machine with Linux."
    from .live.features import available as on_linux  # noqa: PLC0415 - only Linux can load it

    return on_linux()
