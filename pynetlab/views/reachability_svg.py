"""A matrix of marks as a heat map: shade and mark say the same, so that neither colour nor grey is needed to read it."""

from collections.abc import Iterator, Sequence

from . import metrics, svg
from .figure import Figure
from .svg import Box

CELL, MARGIN, SIZE = 22.0, 16.0, 11.0
"""The side of a cell, the paper's margin, the size of letters."""
SHADES = {"+": svg.INK, "x": svg.RULE, "-": svg.PAPER, "!": svg.BAND}
MEANS = {"+": "reached", "x": "refused", "-": "no answer in time", "!": "another error"}


def draw(title: str, rows: Sequence[str], columns: Sequence[str], marks: Sequence[Sequence[str]], twin: str) -> Figure:
    """Draw a cell for each mark; a column's name stands above it, turned to read upwards."""
    left = MARGIN + max([40.0, *(metrics.width(name, SIZE) for name in rows)]) + 10
    top = MARGIN + 34 + max([0.0, *(metrics.width(name, SIZE, mono=True) for name in columns)])
    below = top + CELL * len(rows) + 14
    words = max(metrics.width(title, 16, bold=True), *(CELL + 10 + metrics.width(each, SIZE) for each in MEANS.values()))
    width, height = max(left + CELL * len(columns), MARGIN + words) + MARGIN, below + (CELL + 6) * len(MEANS) + MARGIN
    body = [
        svg.text((MARGIN, 26), title, size=16, bold=True),
        *_heads(rows, columns, left, top),
        *(part for y, row in enumerate(marks) for x, mark in enumerate(row) for part in _cell(mark, left + CELL * x, top + CELL * y)),
        *_legend(below),
    ]
    return Figure("reachability", title, svg.document("reachability", title, twin, width, height, *body), twin)


def _heads(rows: Sequence[str], columns: Sequence[str], left: float, top: float) -> Iterator[str]:
    for at, name in enumerate(rows):
        yield svg.text((left - 8, top + CELL * at + 15), name, size=SIZE, anchor="end")
    for at, name in enumerate(columns):
        x, y = left + CELL * at + 15, top - 8
        yield svg.tag(
            "g", svg.text((0, 0), name, size=SIZE, mono=True), transform=f"translate({svg.number(x)} {svg.number(y)}) rotate(-90)"
        )


def _cell(mark: str, x: float, y: float) -> Iterator[str]:
    """Draw a field: a disc on dark for reached, a cross for refused, a dash for silence, an exclamation mark for errors."""
    box = Box(x, y, CELL, CELL)
    yield svg.rect(box, fill=SHADES.get(mark, svg.PAPER), stroke=svg.RULE, weight=0.8)
    if mark == "+":
        yield svg.tag("circle", cx=box.cx, cy=box.cy, r=5, fill=svg.PAPER)
    elif mark == "x":
        inner = box.grown(-6)
        yield svg.wire([(inner.x, inner.y), (inner.right, inner.bottom)], weight=2)
        yield svg.wire([(inner.x, inner.bottom), (inner.right, inner.y)], weight=2)
    elif mark == "-":
        yield svg.wire([(box.x + 6, box.cy), (box.right - 6, box.cy)], weight=2)
    elif mark == "!":
        yield svg.text((box.cx, box.cy + 5), "!", size=14, bold=True, anchor="middle")


def _legend(top: float) -> Iterator[str]:
    for at, (mark, means) in enumerate(MEANS.items()):
        y = top + (CELL + 6) * at
        yield from _cell(mark, MARGIN, y)
        yield svg.text((MARGIN + CELL + 10, y + 15), means, size=SIZE)
