"""A figure: a drawing as SVG text, and the same in words for people who cannot see it."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ..errors import PynetlabError
from . import html

FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf")
"""The fonts of a PNG. matplotlib's package brings them, so that the machine's own fonts make no difference."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing and its text twin. ``print`` gives the twin; a notebook shows the drawing, trusted or not."""

    name: str
    """The file name, without an ending."""
    title: str
    svg: str
    text: str

    def __str__(self) -> str:
        """Give the text twin, with its title."""
        return f"{self.title}\n\n{self.text}"

    def png(self, zoom: int = 2) -> bytes:
        """Rasterise, ``zoom`` pixels for each of the SVG. Raises PynetlabError without the extra ``plot``."""
        try:
            import resvg_py  # noqa: PLC0415 - only who wants a PNG needs the rasteriser
        except ImportError:
            raise PynetlabError("a PNG needs the extra plot: pip install 'pynetlab[plot]'") from None
        return resvg_py.svg_to_bytes(
            svg_string=self.svg,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=[str(face) for face in _faces()],
            sans_serif_family="DejaVu Sans",
            monospace_family="DejaVu Sans Mono",
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Give the twin and an image in HTML: a bare image/svg+xml does not show in a notebook that is not trusted."""
        return {"text/plain": str(self), "text/html": self.html()}

    def html(self) -> str:
        """Give an ``img`` element that holds the drawing itself; its alternative text is the twin."""
        data = base64.b64encode(self.svg.encode()).decode()
        return html.image(f"data:image/svg+xml;base64,{data}", str(self))


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures that follow each other. ``print`` gives their twins; a notebook shows the drawings one below the other."""

    figures: tuple[Figure, ...]

    def __iter__(self) -> Iterator[Figure]:
        """Give one after the other."""
        return iter(self.figures)

    def __len__(self) -> int:
        """Count them."""
        return len(self.figures)

    def __getitem__(self, at: int) -> Figure:
        """Give one by its place, from 0."""
        return self.figures[at]

    def __str__(self) -> str:
        """Give the twins, with an empty line between."""
        return "\n\n".join(map(str, self.figures))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Show them in a notebook, trusted or not."""
        return {"text/plain": str(self), "text/html": "".join(f"<p>{figure.html()}</p>" for figure in self.figures)}


def _faces() -> list[Path]:
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise PynetlabError("a PNG needs the fonts of the extra plot: pip install 'pynetlab[plot]'")
    return [Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / face for face in FACES]
