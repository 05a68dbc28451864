"""SVG as text: elements, lines and boxes, the same bytes for the same input on every machine (SVG 1.1, W3C 2011).

Lengths are pixels of 1/96 inch, y grows downwards. Fonts are named by generic family only. Meaning is carried by
shape, line style, weight and words; the one colour only repeats it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

INK, SOFT, RULE, BAND, PAPER, ACCENT = "#1a1a1a", "#555555", "#9a9a9a", "#f4f4f2", "#ffffff", "#0b4f8a"
SANS, MONO = "sans-serif", "monospace"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def cx(self) -> float:
        """The x of the middle."""
        return self.x + self.width / 2

    @property
    def cy(self) -> float:
        """The y of the middle."""
        return self.y + self.height / 2

    def grown(self, by: float) -> "Box":
        """Give the box with a margin around it, or with a negative one the box inside."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)


def number(value: float) -> str:
    """Print a length with at most one decimal, so that rounding does not differ between machines."""
    return f"{round(value, 1) + 0.0:.10g}"


def tag(name: str, *children: str, **attributes: str | float | None) -> str:
    """Build an element; ``stroke_width`` becomes ``stroke-width``, and an attribute that is None is left out."""
    words = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{words}>{''.join(children)}</{name}>" if children else f"<{name}{words}/>"


def rect(box: Box, *, radius: float = 0, weight: float = 1, fill: str = PAPER, stroke: str = INK, dash: str | None = None) -> str:
    """Draw a rectangle; ``dash`` as in stroke-dasharray."""
    return tag(
        "rect",
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        rx=radius or None,
        fill=fill,
        stroke=stroke,
        stroke_width=weight,
        stroke_dasharray=dash,
    )


def polygon(points: Iterable[Point], *, weight: float = 1, fill: str = PAPER, stroke: str = INK) -> str:
    """Draw a closed shape with straight sides."""
    corners = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return tag("polygon", points=corners, fill=fill, stroke=stroke, stroke_width=weight, stroke_linejoin="round")


def wire(points: Sequence[Point], *, weight: float = 1, stroke: str = INK, dash: str | None = None, arrow: bool = False) -> str:
    """Draw a line through points, with rounded corners and if asked an arrow head at its end."""
    head = 3 + 3 * weight if arrow else 0
    path = [*points[:-1], _towards(points[-1], points[-2], head * 0.8)]
    words = [f"M{number(path[0][0])} {number(path[0][1])}"]
    for before, corner, after in zip(path, path[1:], path[2:], strict=False):
        start, end = _towards(corner, before, 6), _towards(corner, after, 6)
        words.append(f"L{_pair(start)}Q{_pair(corner)} {_pair(end)}")
    words.append(f"L{_pair(path[-1])}")
    line = tag("path", d="".join(words), fill="none", stroke=stroke, stroke_width=weight, stroke_dasharray=dash)
    return line + (_head(points[-1], points[-2], head, stroke) if arrow else "")


def text(
    at: Point,
    words: str,
    *,
    size: float = 12,
    anchor: str = "start",
    bold: bool = False,
    italic: bool = False,
    mono: bool = False,
    fill: str = INK,
) -> str:
    """Write one line; ``at`` is on its base line, and ``anchor`` is ``start``, ``middle`` or ``end``."""
    return tag(
        "text",
        escape(words, quote=False),
        x=at[0],
        y=at[1],
        font_family=MONO if mono else SANS,
        font_size=size,
        font_weight="bold" if bold else None,
        font_style="italic" if italic else None,
        text_anchor=None if anchor == "start" else anchor,
        fill=fill,
    )


def document(
    name: str, title: str, description: str, width: float, height: float, *body: str, view: tuple[float, float] | None = None
) -> str:
    """Put a drawing on white paper, with a title and a description for people who do not see it (WAI-ARIA, role img).

    ``view`` is the upper edge and the height of the part to be seen; without it all is.
    """
    top, tall = view or (0, height)
    head = tag("title", escape(title, quote=False), id=f"{name}-title") + tag("desc", escape(description, quote=False), id=f"{name}-desc")
    paper = tag("rect", width=width, height=height, fill=PAPER)
    words = "\n".join(["", head, paper, *body, ""])
    return tag(
        "svg",
        words,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        viewBox=f"0 {number(top)} {number(width)} {number(tall)}",
        width=width,
        height=tall,
        style="max-width:100%;height:auto",
    )


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _towards(start: Point, goal: Point, distance: float) -> Point:
    """Go from a point towards another, at most half of the way."""
    dx, dy = goal[0] - start[0], goal[1] - start[1]
    length = abs(dx) + abs(dy)
    part = min(distance / length, 0.5) if length else 0
    return start[0] + dx * part, start[1] + dy * part


def _head(tip: Point, before: Point, length: float, fill: str) -> str:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    norm = (dx * dx + dy * dy) ** 0.5 or 1
    ux, uy = dx / norm, dy / norm
    back, half = (tip[0] - ux * length, tip[1] - uy * length), length * 0.42
    corners = [tip, (back[0] - uy * half, back[1] + ux * half), (back[0] + uy * half, back[1] - ux * half)]
    return polygon(corners, fill=fill, stroke=fill, weight=0)
