"""Plain text: tables that line up, for a terminal, a screen reader or a notebook without HTML."""

import textwrap
from collections.abc import Sequence

WIDTH = 120
"""Characters in a line."""


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], width: int = WIDTH) -> str:
    """Print a table with its caption above it; cells that are too wide continue on lines of their own."""
    widths = _widths([heads, *rows], width)
    rule = ["-" * wide for wide in widths]
    lines = [line for row in [heads, rule, *rows] for line in _row(row, widths)]
    return "\n".join([caption, "", *lines])


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    columns = [_wrapped(cell, wide) for cell, wide in zip(cells, widths, strict=True)]
    height = max(len(column) for column in columns)
    padded = [column + [""] * (height - len(column)) for column in columns]
    return ["  ".join(part.ljust(wide) for part, wide in zip(line, widths, strict=True)).rstrip() for line in zip(*padded, strict=True)]


def _wrapped(cell: str, wide: int) -> list[str]:
    return [part for line in cell.splitlines() for part in textwrap.wrap(line, wide, break_on_hyphens=False) or [""]] or [""]


def _widths(rows: Sequence[Sequence[str]], limit: int) -> list[int]:
    """Give each column the width of its longest line; the widest ones give way until all fit."""
    widths = [max(max(map(len, cell.splitlines()), default=0) for cell in column) for column in zip(*rows, strict=True)]
    spare = limit - 2 * (len(widths) - 1)
    while sum(widths) > spare and max(widths) > 12:  # noqa: PLR2004 - narrower columns than this cannot be read
        widths[widths.index(max(widths))] -= 1
    return widths
