"""Columns of text, as Go's text/tabwriter lays them out without flags."""

from collections.abc import Sequence


def columns(text: str, *, least: int = 10, padding: int = 3) -> str:
    """Give text whose tabs are replaced by spaces, so that cells stand below each other.

    A cell ends with a tab; what follows the last tab of a line belongs to no column. A column is a run of lines that
    have a cell there: it is as wide as its widest cell and the padding, and at least ``least``.
    """
    lines = [line.split("\t") for line in text.split("\n")]
    widths = [[0] * (len(line) - 1) for line in lines]
    _measure(lines, widths, 0, len(lines), 0, least=least, padding=padding)
    return "\n".join("".join(map(str.ljust, line, [*width, 0])) for line, width in zip(lines, widths, strict=True))


def _measure(
    lines: Sequence[Sequence[str]], widths: list[list[int]], first: int, last: int, column: int, *, least: int, padding: int
) -> None:
    """Find the widths of a column, and of those to its right, within lines ``first`` to ``last``."""
    at = first
    while at < last:
        end = at
        while end < last and column < len(lines[end]) - 1:
            end += 1
        if end > at:
            width = max(least, *(len(line[column]) + padding for line in lines[at:end]))
            for each in widths[at:end]:
                each[column] = width
            _measure(lines, widths, at, end, column + 1, least=least, padding=padding)
        at = max(end, at + 1)
