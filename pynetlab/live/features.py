"""What this machine can do, found by trying, once, in a throw-away namespace; ``pynetlab doctor`` prints it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from .forkserver import environment


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that a lab may need, whether it works here, and if not why and what would help."""

    name: str
    works: bool
    why: str = ""
    remedy: str = ""


PATIENCE = 20.0
"""Seconds."""
NEEDED = ("Linux", "pyroute2", "isolation", "bridge", "veth")
"""Without these there is no live lab."""


@cache
def features() -> tuple[Feature, ...]:
    """Try everything, in a process of its own; the first call takes part of a second, later ones nothing."""
    linux = _found("Linux", sys.platform == "linux", f"this is {sys.platform}, not Linux", "use the simulation, or a virtual machine")
    packages = tuple(
        _package(name, module) for name, module in (("pyroute2", "pyroute2"), ("python-iptables", "iptc"), ("dnspython", "dns"))
    )
    return (linux, *packages, *(_tried() if linux.works else ()))


def available() -> str | None:
    """Give None where a live lab can run; else the reason and the remedy, in one sentence."""
    for feature in features():
        if feature.name in NEEDED and not feature.works:
            return f"the live kernel cannot run here: {feature.why}; {feature.remedy}"
    return None


def _package(name: str, module: str) -> Feature:
    return _found(name, find_spec(module) is not None, f"the package {name} is not installed", "pip install 'pynetlab[live]'")


def _found(name: str, works: bool, why: str, remedy: str) -> Feature:  # noqa: FBT001 - it is what was found
    return Feature(name, works) if works else Feature(name, works, why, remedy)


def _tried() -> tuple[Feature, ...]:
    here, there = os.pipe()
    try:
        done = subprocess.run(  # noqa: S603 - this very Python, with words of our own
            [sys.executable, "-P", "-m", "pynetlab.live.probe", str(there), str(os.getpid())],
            pass_fds=[there],
            env=environment(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(there)
    with os.fdopen(here, encoding="utf-8") as answers:
        lines = answers.read().splitlines()
    if not lines:
        return (Feature("isolation", works=False, why=done.stderr.strip() or "the trial gave no answer", remedy="use the simulation"),)
    return tuple(Feature(**json.loads(line)) for line in lines)
