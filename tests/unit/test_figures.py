"""images/figures/ holds what the code draws."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from pynetlab.gallery import canonical_figures

FOLDER = Path(__file__).parents[2] / "images" / "figures"
FIGURES = {figure.name: figure for figure in canonical_figures()}
REMEDY = "run `make figures`, look at them, and commit them"


def differing(one, other):
    """Give the share of pixels that differ clearly: a rasteriser's next release may round an edge in another way."""
    images = [Image.open(BytesIO(data)).convert("L") for data in (one, other)]
    if images[0].size != images[1].size:
        return 1.0
    counts = ImageChops.difference(*images).histogram()
    return sum(counts[64:]) / sum(counts)


def test_there_are_the_four_figures_and_nothing_else():
    assert list(FIGURES) == ["daemon-network-init", "bridge-network", "network-modes", "published-port-trace"]
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.{kind}" for name in FIGURES for kind in ("svg", "png")}


@pytest.mark.parametrize("name", FIGURES)
def test_the_svg_is_current_to_the_byte(name):
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == FIGURES[name].svg, REMEDY


@pytest.mark.parametrize("name", FIGURES)
def test_the_png_is_current(name):
    stored, drawn = (FOLDER / f"{name}.png").read_bytes(), FIGURES[name].png()
    assert stored == drawn or differing(stored, drawn) < 0.00002, REMEDY


def test_one_other_digit_in_a_drawing_is_noticed():
    figure = FIGURES["bridge-network"]
    other = type(figure)(figure.name, figure.title, figure.svg.replace("172.17.0.3/16", "172.17.0.8/16"), figure.text)
    assert differing(figure.png(), other.png()) > 0.00002


def test_the_first_lines_of_the_readme_draw_its_first_picture(monkeypatch):
    monkeypatch.setenv("PYNETLAB_MODE", "sim")
    text = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
    picture = re.search(r"!\[[^\]]+\]\(images/figures/(.+)\.svg\)", text)[1]
    lines = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1].strip().splitlines()
    names = {}
    exec("\n".join(lines[:-1]), names)  # noqa: S102 - the text is this project's own
    drawn = eval(lines[-1], names)  # noqa: S307 - as above
    assert drawn.svg.replace('"trace-', f'"{picture}-') == FIGURES[picture].svg
    assert len([line for line in lines if line]) == 6
