"""Runs a Python program as an ordinary user, also where Python itself stands in a directory that only root may enter."""

import os
import subprocess
import sys
from pathlib import Path

NOBODY = 65534
ROOT = Path(__file__).parents[1]


def _closed(path: Path) -> Path | None:
    """Give the outermost directory on the way to a path that others may not enter."""
    return next((p for p in (*reversed(path.parents), path) if p.is_dir() and not p.stat().st_mode & 0o001), None)


def _opened(paths: list[Path]) -> str:
    """Give the shell script that, in a mount namespace of its own, lays an open directory over each closed one."""
    closed: dict[Path, list[Path]] = {}
    for path in paths:
        if (door := _closed(path)) is not None:
            closed.setdefault(door, []).append(path)
    lines = ["set -e", "mount -t tmpfs -o mode=755 tmpfs /mnt"]
    for door, behind in closed.items():
        for i, path in enumerate(behind):
            lines += [f"mkdir -p /mnt/{i}", f"mount --rbind '{path}' /mnt/{i}"]
        lines += [f"mount -t tmpfs -o mode=755 tmpfs '{door}'"]
        for i, path in enumerate(behind):
            lines += [f"mkdir -p '{path}'", f"mount --rbind /mnt/{i} '{path}'"]
    return "\n".join(lines)


def run_as_nobody(program: str, *arguments: str, timeout: float = 60) -> "subprocess.CompletedProcess[str]":
    """Run a Python program text as uid 65534, without any privilege, from /."""
    command = [sys.executable, "-c", program, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"}
    if os.geteuid() == 0:
        paths = list(dict.fromkeys(Path(p).resolve() for p in (sys.base_prefix, sys.prefix, ROOT)))
        drop = f'exec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups --inh-caps=-all -- "$@"'
        command = ["unshare", "--mount", "sh", "-c", f"{_opened(paths)}\n{drop}", "sh", *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment, cwd="/", check=False)
