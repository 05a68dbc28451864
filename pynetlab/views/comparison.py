"""Two sides in one table, with a mark in each row, so that no colour is needed."""

from collections.abc import Iterable

from ..model.comparison import LEFT, OTHER, RIGHT, SAME, Section
from .table import Table


def comparison(sections: Iterable[Section], left: str, right: str, *, whole: bool = False, caption: str = "") -> Table:
    """Show each section in which the sides differ, with all its rows; ``whole`` shows the others too."""
    shown = [section for section in sections if whole or not section.same]
    rows = tuple((f"{each.netns}: {each.kind}", row.mark, row.left, row.right) for each in shown for row in each.rows)
    marks = f"{SAME} on both sides, {LEFT} only {left}, {RIGHT} only {right}, {OTHER} another value"
    return Table(f"{caption or f'{left} and {right}'} ({marks})", ("where", "mark", left, right), rows, (left, right))
