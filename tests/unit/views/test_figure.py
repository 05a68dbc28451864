import base64
import re
import sys
from io import BytesIO

import pytest
from PIL import Image

from pynetlab.errors import PynetlabError
from pynetlab.views import svg
from pynetlab.views.figure import Figure
from pynetlab.views.figures import stale, write


def figure(words="docker0"):
    drawing = svg.document("net", "A net", "one box", 120, 40, svg.rect(svg.Box(5, 5, 110, 30)), svg.text((60, 25), words, anchor="middle"))
    return Figure("net", "A net", drawing, f"one box: {words}")


def test_print_gives_the_twin():
    assert str(figure()) == "A net\n\none box: docker0"


def test_a_notebook_gets_the_twin_and_an_image_in_html():
    bundle = figure()._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == str(figure())
    data = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', bundle["text/html"])
    assert base64.b64decode(data[1]).decode() == figure().svg
    assert 'alt="A net\n\none box: docker0"' in bundle["text/html"]


def test_a_png_has_the_drawings_size_and_ink_and_is_the_same_again():
    data = figure().png()
    image = Image.open(BytesIO(data))
    assert image.size == (240, 80)
    assert image.convert("L").getextrema() == (26, 255)
    assert figure().png() == data
    assert figure("docker1").png() != data


def test_text_in_a_png_is_written_in_a_font_that_is_brought_along():
    blank = Image.open(BytesIO(figure(" ").png())).convert("L")
    words = Image.open(BytesIO(figure("docker0").png())).convert("L")
    assert sum(words.histogram()[:128]) > sum(blank.histogram()[:128]) + 200


def test_without_the_rasteriser_the_error_names_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(PynetlabError, match=r"pynetlab\[plot\]"):
        figure().png()


def test_written_figures_are_current_until_one_byte_differs(tmp_path):
    paths = write(tmp_path / "figures", [figure()])
    assert [path.name for path in paths] == ["net.svg", "net.png"]
    assert stale(tmp_path / "figures", [figure()]) == []
    assert stale(tmp_path / "figures", [figure("docker1")]) == paths
    paths[1].unlink()
    assert stale(tmp_path / "figures", [figure()]) == [paths[1]]
