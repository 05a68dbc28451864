"""The files of /etc that a lab keeps, namespace by namespace: in the agent's memory, and on disk only while a script runs."""

import errno
import os
import shutil
from pathlib import Path

from ..ops import WriteFile
from .lab import Lab, Space, refuse
from .tell import tell

ETC = Path("/etc")
NAMED = ETC / "netns"
"""Where ip-netns(8) looks for the files of a named namespace."""


@tell.register
def _(op: WriteFile, lab: Lab) -> None:
    space = lab.space(op)
    lab.flush()
    if op.text is not None:
        space.files[op.path] = op.text
    elif space.files.pop(op.path, None) is None:
        raise refuse(errno.ENOENT, op)


def lay_out(lab: Lab, here: Space) -> None:
    """Write the files where a script in the namespace ``here`` looks for them."""
    _write(ETC, here.files)
    for name, space in lab.spaces.items():
        if space is not here and space.files:
            _write(NAMED / name, space.files)


def _write(place: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        target = place / path.removeprefix("/etc/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())


def gather(lab: Lab, here: Space) -> None:
    """Read the files back as the script left them, and clear them away."""
    here.files = _read(ETC, skip=NAMED)
    for name, space in lab.spaces.items():
        if space is not here:
            space.files = _read(NAMED / name)
    shutil.rmtree(NAMED, ignore_errors=True)
    for path in here.files:
        Path(path).unlink()


def _read(place: Path, skip: Path | None = None) -> dict[str, str]:
    files = {}
    for directory, _, names in os.walk(place):
        here = Path(directory)
        if skip is not None and (here == skip or skip in here.parents):
            continue
        for path in (here / name for name in names):
            if not path.is_symlink():
                files[f"/etc/{path.relative_to(place)}"] = path.read_bytes().decode(errors="replace")
    return files
