"""A map of services as a graph, in the forms of other tools: Mermaid, DOT (Graphviz), GraphML and Cytoscape JSON."""

import json
from collections.abc import Callable, Mapping

import networkx as nx

from .service_map import OUTSIDE, ServiceMap, Tap, about
from .service_map_svg import draw


def graph(chart: ServiceMap) -> "nx.DiGraph":
    """Give the graph: nodes ``outside``, ``service:NAME`` and ``network:KEY``, each with its kind and a label.

    Edges lead from a service to its networks, and from the outside to what is published. They have a kind too:
    ``attached``, ``published``, ``way out``, ``namespace`` or ``link``.
    """
    found = nx.DiGraph(name=chart.name)
    found.add_node(OUTSIDE, kind=OUTSIDE, label=OUTSIDE)
    for box in chart.boxes:
        found.add_node(f"service:{box.name}", kind="service", label=box.label, containers=box.count)
    for bus in chart.buses:
        found.add_node(f"network:{bus.key}", kind="network", label=bus.name, driver=bus.kind, about=about(bus), internal=bus.closed)
        if not bus.closed:
            found.add_edge(f"network:{bus.key}", OUTSIDE, kind="way out", label="")
    for box in chart.boxes:
        for other in box.links:
            found.add_edge(f"service:{box.name}", f"service:{other}", kind="link", label="links to")
        if box.inside:
            found.add_edge(f"service:{box.name}", f"service:{box.inside}", kind="namespace", label="same namespace")
        for tap in box.taps:
            found.add_edge(f"service:{box.name}", f"network:{tap.bus}", kind="attached", label=_said(tap))
        if box.ports:
            found.add_edge(OUTSIDE, f"service:{box.name}", kind="published", label=", ".join(box.ports))
    return found


def _said(tap: Tap) -> str:
    return ", ".join([*([tap.address] if tap.address else []), *tap.aliases])


def mermaid(chart: ServiceMap) -> str:
    """Write a Mermaid flow chart: boxes are services, hexagons networks, broken lines shared namespaces."""
    made = graph(chart)
    names = {node: f"n{at}" for at, node in enumerate(made)}
    shapes = {OUTSIDE: '(["{}"])', "service": '["{}"]', "network": '{{{{"{}"}}}}'}
    lines = ["flowchart TB"]
    for node, data in made.nodes(data=True):
        said = _quoted(data["label"]) + (f"<br/>{_quoted(data['about'])}" if data["kind"] == "network" else "")
        lines.append(f"  {names[node]}{shapes[data['kind']].format(said)}")
    wires = {"attached": "---", "published": "-->", "way out": "-.-", "namespace": "===", "link": "-.->"}
    for one, other, data in made.edges(data=True):
        said = f'|"{_quoted(data["label"])}"|' if data["label"] else ""
        lines.append(f"  {names[one]} {wires[data['kind']]}{said} {names[other]}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


def dot(chart: ServiceMap) -> str:
    """Write a graph of the DOT language; ``dot -Tsvg`` draws it, in black and white."""
    made = graph(chart)
    shapes = {OUTSIDE: "shape=plaintext", "service": "shape=box", "network": "shape=hexagon"}
    styles = {"published": "dir=forward", "way out": "style=dotted", "namespace": "style=bold", "link": "style=dashed, dir=forward"}
    lines = [f"graph {json.dumps(chart.name)} {{", '  node [fontname="sans-serif"]', '  edge [fontname="sans-serif", fontsize=10]']
    for node, data in made.nodes(data=True):
        said = data["label"] + (f"\n{data['about']}" if data["kind"] == "network" else "")
        closed = ", style=dashed" if data.get("internal") else ""
        lines.append(f"  {json.dumps(node)} [{shapes[data['kind']]}{closed}, label={json.dumps(said, ensure_ascii=False)}]")
    for one, other, data in made.edges(data=True):
        words = [styles[data["kind"]]] if data["kind"] in styles else []
        words += [f"label={json.dumps(data['label'], ensure_ascii=False)}"] if data["label"] else []
        lines.append(f"  {json.dumps(one)} -- {json.dumps(other)}" + (f" [{', '.join(words)}]" if words else ""))
    return "\n".join([*lines, "}"]) + "\n"


def graphml(chart: ServiceMap) -> str:
    """Write GraphML (graphml.graphdrawing.org), which yEd, Gephi and networkx read."""
    return "\n".join(nx.generate_graphml(graph(chart))) + "\n"


def cytoscape(chart: ServiceMap) -> str:
    """Write the JSON of Cytoscape.js: ``elements`` with nodes and edges."""
    return json.dumps(nx.cytoscape_data(graph(chart)), indent=1, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[ServiceMap], str]] = {
    "text": lambda chart: f"{chart}\n",
    "svg": lambda chart: draw(chart).svg + "\n",
    "mermaid": mermaid,
    "dot": dot,
    "graphml": graphml,
    "cytoscape": cytoscape,
}
"""What a map can be written as."""
