"""A column of text in a drawing: lines that are broken to its width, one below the other."""

from dataclasses import dataclass, field

from . import metrics, svg


@dataclass(slots=True)
class Column:
    """Where the column stands, and how far it has come down."""

    x: float
    y: float
    width: float
    body: list[str] = field(default_factory=list)

    def say(self, words: str, *, size: float = 11, indent: float = 0, bold: bool = False, mono: bool = False, fill: str = svg.INK) -> None:
        """Write a paragraph, in as many lines as it needs."""
        for line in metrics.wrap(words, (self.width - indent) / (metrics.BOLD if bold and not mono else 1), size, mono=mono):
            self.y += size + 3
            self.body.append(svg.text((self.x + indent, self.y), line, size=size, bold=bold, mono=mono, fill=fill))

    def skip(self, by: float) -> None:
        """Leave space."""
        self.y += by

    def put(self, *parts: str) -> None:
        """Add what is drawn elsewhere."""
        self.body += parts
