"""Fixtures that any test may use: the real kernel, in both dialects of iptables; and the proof that the machine stays as it is."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pynetlab.live.features import available, features
from pynetlab.live.kernel import LiveKernel


def missing(dialect: str) -> str | None:
    """Say why a live lab with this dialect of iptables cannot run here; None where it can."""
    reason = available()
    if reason is None:
        reason = next((f"{each.why}; {each.remedy}" for each in features() if each.name == f"iptables-{dialect}" and not each.works), None)
    return reason


def need(reason: str | None) -> None:
    """Skip with the reason; where CI is set fail, since there everything has to run."""
    if reason is not None:
        if os.environ.get("CI"):
            pytest.fail(f"in CI no live test may be skipped: {reason}")
        pytest.skip(reason)


@pytest.fixture
def live() -> None:
    """Make sure that a live lab can run here."""
    need(available())


@pytest.fixture(params=["nft", "legacy"])
def live_kernel(request: pytest.FixtureRequest) -> Iterator[LiveKernel]:
    """Give an empty live kernel; the test runs once for each dialect."""
    need(missing(request.param))
    with LiveKernel(request.param) as kernel:
        yield kernel


def _machine() -> dict[str, str]:
    """Describe all of the machine that a lab could touch by mistake."""
    commands = [
        "ip -o link",
        "ip -o addr",
        "ip route show table all",
        "ip netns",
        "iptables-save",
        "iptables-legacy-save",
        "nft list ruleset",
    ]
    said = {command: _said(command.split()) for command in commands if shutil.which(command.split()[0])}
    files = sorted(path for path in Path("/etc").rglob("*") if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK))
    said |= {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    settings = ["ipv4/ip_forward", "ipv4/conf/all/route_localnet", "bridge/bridge-nf-call-iptables"]
    said |= {name: (Path("/proc/sys/net") / name).read_text() for name in settings if (Path("/proc/sys/net") / name).exists()}
    return said | {"mounts": Path("/proc/self/mountinfo").read_text()}


def _said(command: list[str]) -> str:
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "\n".join(line.split("valid_lft")[0] for line in text.splitlines() if not line.startswith("#"))


@pytest.fixture(scope="session", autouse=True)
def machine_untouched() -> Iterator[None]:
    """Compare the machine before and after the whole run: its devices, addresses, routes, rules, names, settings, mounts, /etc."""
    before = _machine() if sys.platform == "linux" else {}
    yield
    after = _machine() if sys.platform == "linux" else {}
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    assert changed == [], "the tests changed the machine"
