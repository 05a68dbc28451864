"""Maps of services: the drawing, its twin, and the forms of other tools."""

import itertools
import json
import re

import networkx as nx
import pytest
from states import cut_off, found

from pynetlab.views.graph_formats import FORMATS, graph
from pynetlab.views.service_map import Box, Bus, ServiceMap, Tap
from pynetlab.views.service_map_svg import arranged, draw

SHOP = ServiceMap(
    "shop",
    (
        Box("db", taps=(Tap("back", "10.0.0.9", ("store", "primary")),)),
        Box("web", 3, (Tap("front"), Tap("back")), ("8080 -> 80/tcp", "127.0.0.1:9000 -> 9000/tcp"), links=("db",)),
        Box("spy", inside="web"),
        Box("batch"),
    ),
    (Bus("back", "shop_back", "bridge", ("10.0.0.0/24",), closed=True), Bus("front", "shop_front")),
)


def test_the_graph_knows_services_networks_ports_and_the_outside():
    made = graph(SHOP)
    edges = {(one, other): data["kind"] for one, other, data in made.edges(data=True)}
    assert edges == {
        ("service:db", "network:back"): "attached",
        ("service:web", "network:front"): "attached",
        ("service:web", "network:back"): "attached",
        ("service:web", "service:db"): "link",
        ("service:spy", "service:web"): "namespace",
        ("outside", "service:web"): "published",
        ("network:front", "outside"): "way out",
    }
    assert made["service:db"]["network:back"]["label"] == "10.0.0.9, store, primary"
    assert made.nodes["service:web"] == {"kind": "service", "label": "web \u00d73", "containers": 3}
    assert made.nodes["network:back"]["internal"] is True


def test_graphml_is_read_back_as_the_same_graph():
    again = nx.parse_graphml(FORMATS["graphml"](SHOP))
    assert dict(again.nodes(data=True)) == dict(graph(SHOP).nodes(data=True))
    assert {(a, b): data for a, b, data in again.edges(data=True)} == {(a, b): data for a, b, data in graph(SHOP).edges(data=True)}


def test_cytoscape_json_is_read_back_as_the_same_graph():
    again = nx.cytoscape_graph(json.loads(FORMATS["cytoscape"](SHOP)))
    assert set(again.edges) == set(graph(SHOP).edges)
    assert {node: data["label"] for node, data in again.nodes(data=True)} == dict(graph(SHOP).nodes(data="label"))


def test_mermaid_and_dot_have_a_line_for_each_node_and_edge():
    made = graph(SHOP)
    mermaid, dot = FORMATS["mermaid"](SHOP), FORMATS["dot"](SHOP)
    assert len(mermaid.splitlines()) == 1 + len(made) + len(made.edges)
    assert len(dot.splitlines()) == 4 + len(made) + len(made.edges)
    assert '"service:web" -- "network:front"\n' in dot
    assert re.search(r'n\d -->\|"8080 -#gt; 80/tcp, 127\.0\.0\.1:9000 -#gt; 9000/tcp"\| n\d\n', mermaid)


@pytest.mark.parametrize("form", FORMATS)
def test_names_that_a_form_gives_a_meaning_stay_names(form):
    odd = ServiceMap('a"b', (Box("x", taps=(Tap("n", aliases=('say "hi" <b>',)),)),), (Bus("n", 'net "one" & <two>'),))
    text = FORMATS[form](odd)
    if form == "graphml":
        assert nx.parse_graphml(text).nodes["network:n"]["label"] == 'net "one" & <two>'
    if form == "cytoscape":
        assert 'net "one" & <two>' in [node["data"]["label"] for node in json.loads(text)["elements"]["nodes"]]
    if form == "svg":
        assert 'net "one" & <two>' in [each.text for each in found(text, "text")]
    if form == "mermaid":
        assert "net #quot;one#quot; & #lt;two#gt;" in text
    if form == "dot":
        assert 'net \\"one\\" & <two>' in text
    if form == "text":
        assert 'net "one" & <two>' in text


def test_the_drawing_has_a_dot_for_each_place_in_a_network_and_nothing_is_cut_off():
    drawn = draw(SHOP).svg
    assert len(found(drawn, "circle")) == sum(len(box.taps) for box in SHOP.boxes)
    assert cut_off(drawn) == []
    texts = [each.text for each in found(drawn, "text")]
    assert {"shop_back", "bridge, 10.0.0.0/24, no way out", "web \u00d73", "10.0.0.9", "store", "uses web's network", "no network"} <= set(
        texts
    )


def test_a_network_without_a_way_out_has_a_broken_bar():
    bars = [each for each in found(draw(SHOP).svg, "path") if each.get("stroke-width") == "4"]
    assert sorted(each.get("stroke-dasharray") or "" for each in bars) == ["", "9 4"]


def test_the_drawing_needs_no_colour():
    used = set(re.findall(r"#[0-9a-f]{6}", draw(SHOP).svg))
    assert all(len({each[1:3], each[3:5], each[5:7]}) == 1 for each in used - {"#f4f4f2"})


def test_no_two_services_overlap_and_a_guest_stands_beside_its_host():
    order, _ = arranged(SHOP)
    names = [box.name for box in order]
    assert names.index("spy") == names.index("web") + 1
    boxes = sorted((float(each.get("x")), float(each.get("width"))) for each in found(draw(SHOP).svg, "rect") if each.get("rx") == "3")
    assert all(x + wide < after for (x, wide), (after, _) in itertools.pairwise(boxes))


def test_an_empty_map_is_drawn():
    for form in FORMATS:
        assert FORMATS[form](ServiceMap("nothing", (), ()))


def test_services_on_the_same_network_stand_near_each_other():
    pairs = [("a", "x"), ("b", "y"), ("c", "x"), ("d", "y")]
    chart = ServiceMap("s", tuple(Box(name, taps=(Tap(bus),)) for name, bus in pairs), (Bus("x", "x"), Bus("y", "y")))
    assert [box.name for box in arranged(chart)[0]] == ["a", "c", "b", "d"]


def test_a_notebook_shows_the_drawing_and_print_the_words():
    bundle = SHOP._repr_mimebundle_()
    assert bundle["text/plain"] == str(SHOP)
    assert "data:image/svg+xml;base64," in bundle["text/html"]
