"""Figures on disk, as SVG and PNG, and whether what is there is current."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from .figure import Figure


def write(folder: Path, figures: Iterable[Figure]) -> list[Path]:
    """Write NAME.svg and NAME.png of every figure, and give the paths. Makes the folder.

    Raises OSError, and PynetlabError without the extra ``plot``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for path, data in _files(folder, figures):
        path.write_bytes(data)
        paths.append(path)
    return paths


def stale(folder: Path, figures: Iterable[Figure]) -> list[Path]:
    """Name the files that are missing or that differ, by one byte, from what :func:`write` would put there."""
    return [path for path, data in _files(folder, figures) if not path.is_file() or path.read_bytes() != data]


def _files(folder: Path, figures: Iterable[Figure]) -> Iterator[tuple[Path, bytes]]:
    for figure in figures:
        yield folder / f"{figure.name}.svg", figure.svg.encode()
        yield folder / f"{figure.name}.png", figure.png()
