"""A table as a record: ``print`` and a terminal get text, a notebook gets HTML, both from the same cells."""

from dataclasses import dataclass

from . import html, text


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, column heads and rows of text; the first cell of a row names it."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mono: tuple[str, ...] = ()
    """The heads of columns that hold commands or rules."""

    def __str__(self) -> str:
        """Print it in columns."""
        return text.table(self.caption, self.heads, self.rows)

    def html(self) -> str:
        """Give a table element."""
        return html.table(self.caption, self.heads, self.rows, self.mono)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Show it in a notebook, trusted or not."""
        return {"text/plain": str(self), "text/html": self.html()}
