import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import get_data_path
from states import found, parsed

from pynetlab.views import metrics, svg


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (-0.04, "0"), (0.25, "0.2"), (1 / 3, "0.3"), (12345.67, "12345.7"), (100, "100")])
def test_numbers_have_one_spelling(value, text):
    assert svg.number(value) == text


def test_a_document_is_well_formed_and_names_itself():
    drawn = svg.document("x", "a < b", 'c & "d"', 10, 20, svg.text((1, 2), "<&>"))
    assert parsed(drawn).get("role") == "img"
    assert (parsed(drawn).get("aria-labelledby"), parsed(drawn).get("aria-describedby")) == ("x-title", "x-desc")
    assert [found(drawn, name)[0].text for name in ("title", "desc", "text")] == ["a < b", 'c & "d"', "<&>"]
    assert [found(drawn, name)[0].get("id") for name in ("title", "desc")] == ["x-title", "x-desc"]


def test_an_attribute_that_is_none_is_left_out():
    assert svg.tag("a", "b", stroke_width=2, fill=None, class_="c") == '<a stroke-width="2" class="c">b</a>'


def test_a_wire_has_round_corners_and_an_arrow_at_its_tip():
    drawn = svg.wire([(0, 0), (0, 100), (50, 100)], arrow=True)
    assert drawn.startswith('<path d="M0 0L0 94Q0 100 6 100L')
    assert '<polygon points="50,100 ' in drawn
    assert "polygon" not in svg.wire([(0, 0), (9, 0)])


@given(st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=80), st.floats(40, 300))
def test_wrapping_keeps_every_character_and_the_limit(words, limit):
    lines = metrics.wrap(words, limit, 12)
    assert "".join(lines).replace(" ", "") == "".join(words.split())
    assert all(metrics.width(line, 12) <= limit or not set(line[:-1]) & set(" /=,._-") for line in lines)


@pytest.mark.parametrize(
    ("bold", "mono", "face"), [(False, False, "DejaVuSans.ttf"), (True, False, "DejaVuSans-Bold.ttf"), (False, True, "DejaVuSansMono.ttf")]
)
def test_widths_are_those_of_the_font(bold, mono, face):
    font = TTFont(f"{get_data_path()}/fonts/ttf/{face}")
    names, advance, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for words in ("EnableIptables?", "default via 172.17.42.1", "remove the old chain DOCKER"):
        real = sum(advance[names[ord(c)]][0] for c in words) / unit * 12
        assert metrics.width(words, 12, bold=bold, mono=mono) == pytest.approx(real, rel=0.05)
