import subprocess
import sys
from itertools import combinations, pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from states import cut_off

from pynetlab.engine.v1_2.networkdriver.chart import CHART
from pynetlab.views import metrics
from pynetlab.views.flow_chart import SIZE, Chart, _lines, arranged, flow_chart
from pynetlab.views.layout import place
from pynetlab.views.routing import WIDTH, draw


def crosses(start, end, box):
    """Say whether an upright or level line touches the inside of a box."""
    (x1, y1), (x2, y2) = start, end
    return min(x1, x2) < box.right - 1 and max(x1, x2) > box.x + 1 and min(y1, y2) < box.bottom - 1 and max(y1, y2) > box.y + 1


def overlap(one, other):
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def collisions(drawing):
    nodes = [(a, b) for (a, one), (b, other) in combinations(drawing.nodes.items(), 2) if overlap(one, other)]
    lines = [
        (edge, name)
        for edge, points in drawing.lines.items()
        for start, end in pairwise(points)
        for name, box in drawing.nodes.items()
        if crosses(start, end, box)
    ]
    return nodes + lines


@pytest.mark.parametrize("stacks", [1, 2, 3])
def test_nothing_is_drawn_over_a_node_of_the_daemons_chart(stacks):
    assert collisions(arranged(Chart.of(CHART), stacks)) == []


@st.composite
def charts(draw_):
    """Charts as a daemon may have them: bands in order, decisions that skip ahead, exits, and some ways back."""
    count = draw_(st.integers(2, 24))
    names = [f"n{i}" for i in range(count)]
    cuts = draw_(st.sets(st.integers(1, count - 1), max_size=4))
    groups = {name: str(sum(cut <= i for cut in cuts)) for i, name in enumerate(names)}
    edges = [(names[i], names[i + 1]) for i in range(count - 1) if draw_(st.integers(0, 9))]
    edges += [(name, names[draw_(st.integers(0, count - 1))]) for name in names if draw_(st.booleans())]
    return groups, [edge for edge in dict.fromkeys(edges) if edge[0] != edge[1]]


@settings(max_examples=150, deadline=None)
@given(charts(), st.integers(1, 3))
def test_nothing_is_drawn_over_a_node_of_any_chart(chart, stacks):
    groups, edges = chart
    heights = {name: 28.0 + 14 * (i % 4) for i, name in enumerate(groups)}
    drawing = draw(place(groups, edges, stacks), heights, edges, (10, 40))
    assert collisions(drawing) == []
    assert set(drawing.lines) == set(edges)


def test_lines_to_different_nodes_do_not_run_on_each_other():
    drawing = arranged(Chart.of(CHART), 2)
    upright = [(e, a, b) for e, points in drawing.lines.items() for a, b in pairwise(points) if a[0] == b[0]]
    shared = [
        (one, other)
        for (one, a, b), (other, c, d) in combinations(upright, 2)
        if one[1] != other[1] and a[0] == c[0] and min(max(a[1], b[1]), max(c[1], d[1])) - max(min(a[1], b[1]), min(c[1], d[1])) > 20
    ]
    assert shared == []


def test_every_label_fits_into_its_node():
    for node in Chart.of(CHART).nodes:
        for line in _lines(node):
            assert metrics.width(line, SIZE) < WIDTH - (24 if node.kind == "decision" else 8), node


@pytest.mark.parametrize("nodes", [1, 2, 55])
def test_every_text_is_on_the_page(nodes):
    part = CHART.subgraph(list(CHART)[:nodes])
    assert cut_off(flow_chart(part, list(part)[:1]).svg) == []


def test_everything_is_on_the_page():
    drawing = arranged(Chart.of(CHART), 2)
    for x, y in (point for points in drawing.lines.values() for point in points):
        assert 0 < x < drawing.width
        assert 0 < y < drawing.height
    assert all(box.right <= drawing.width and box.bottom <= drawing.height for box in drawing.nodes.values())


def test_the_path_is_heavy_and_numbered_and_its_end_filled():
    graph = nx.DiGraph([("a", "b"), ("b", "c"), ("b", "d")])
    for name, kind in zip("abcd", ("start", "decision", "exit", "end"), strict=True):
        graph.add_node(name, label=name.upper(), kind=kind, group="all")
    plain, taken = flow_chart(graph), flow_chart(graph, ["a", "a", "b", "d"])
    assert plain.svg.count("<polygon") == taken.svg.count("<polygon")
    assert 'fill="#0b4f8a" stroke="#0b4f8a" stroke-width="2.6"/>' in taken.svg
    assert 'fill="#0b4f8a" stroke="#0b4f8a" stroke-width="2.6"/>' not in plain.svg
    assert taken.svg.count('font-size="10" font-weight="bold"') == 3
    assert taken.text.endswith("Path taken\n  1. A\n  2. B\n  3. D")
    assert "Path taken" not in plain.text


def test_a_window_shows_the_latest_place():
    whole, window = flow_chart(CHART, ["start", "ready"]), flow_chart(CHART, ["start", "ready"], window=400)
    top, height = (float(word) for word in window.svg.split('viewBox="')[1].split('"')[0].split()[1::2])
    place_ = arranged(Chart.of(CHART), 2).nodes["ready"]
    assert height == 400
    assert top <= place_.y
    assert place_.bottom <= top + height
    assert window.text == whole.text


def test_the_twin_names_every_place_and_every_way():
    said = flow_chart(CHART).text
    for _, label in CHART.nodes(data="label"):
        assert f"- {label} (" in said
    assert said.count("\n      ") == CHART.number_of_edges()


def test_a_drawing_is_the_same_in_every_process():
    code = (
        "from pynetlab.engine.v1_2.networkdriver.chart import CHART;from pynetlab.views.flow_chart import flow_chart;"
        "import sys;sys.stdout.write(flow_chart(CHART, ['start', 'bridge-and-bip']).svg)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout for seed in "12"
    ]
    assert runs[0] == runs[1] == flow_chart(CHART, ["start", "bridge-and-bip"]).svg.encode()
