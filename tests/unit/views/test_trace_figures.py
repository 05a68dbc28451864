"""The drawings of a trace: the way through the lab, scene by scene, in lines, numbers and words."""

import math
import re
from itertools import pairwise

import pytest
import ways
from states import cut_off, found, parsed

from pynetlab import Lab
from pynetlab.sim import SimKernel
from pynetlab.tracer import trace
from pynetlab.views import metrics
from pynetlab.views.trace_figures import reel


def words(svg):
    return [each.text for each in found(svg, "text")]


def discs(svg):
    return [(float(each.get("cx")), float(each.get("cy"))) for each in found(svg, "circle")]


def passed(stops):
    """Name what a packet passed, without corners, tracks and lanes."""
    nodes = [node for stop in stops for strand in stop.strands for node in strand if node[0] in ("hook", "frame", "device", "machine")]
    names = [
        f"{node[0]} {node[1]}" if node[0] in ("hook", "frame") else " ".join(map(str, node[1:3] if node[0] == "device" else node[1:2]))
        for node in nodes
    ]
    return [one for one, other in pairwise([*names, ""]) if one != other]


@pytest.mark.parametrize("name", ways.WAYS)
def test_every_way_is_drawn_on_the_page_with_a_number_for_each_scene(name):
    lines, question, _, _ = ways.WAYS[name]
    kernel = SimKernel()
    ways.build(kernel, lines)
    made = reel(question, trace(kernel.world(), ways.asked(question)), kernel.state(), "r", "a")
    for stop in made.stops:
        assert stop.node is not None, stop.scene.title
        assert len(stop.strands) == 1, f"{stop.scene.title} is not joined with what was before"
        inner = [node for node in stop.strands[0][1:-1] if node == ("hook", "SELF") or node[-1] == "lo"]
        assert inner == [], f"{stop.scene.title}: the line runs through what the packet did not pass"
    for figure in (made.whole(), made.scene(len(made.scenes), "last")):
        assert cut_off(figure.svg) == []
        page = parsed(figure.svg)
        for one, other in pairwise(sorted(discs(figure.svg))):
            assert one == other or math.dist(one, other) > 16
            assert 0 < one[0] < float(page.get("width"))
            assert 0 < one[1] < float(page.get("height"))


def test_a_published_port_passes_the_hooks_in_the_order_of_netfilter(lab):
    made = reel("", *_of(lab, "outside -> host:8080"))
    request = [stop for stop in made.stops if stop.scene.leg == "request"]
    assert passed(request) == [
        *("outside", "outside eth0", "host eth0"),
        *("hook PREROUTING", "hook ROUTING", "hook FORWARD", "hook POSTROUTING"),
        *("host veth93df025", "web eth0", "web"),
    ]
    reply = [stop for stop in made.stops if stop.scene.leg == "reply"]
    assert passed(reply) == [
        *("web", "web eth0", "host veth93df025"),
        *("hook PREROUTING", "hook ROUTING", "hook FORWARD", "hook POSTROUTING"),
        *("host eth0", "outside eth0", "outside"),
    ]


def test_what_is_for_the_host_goes_up_to_it_and_the_proxy_sends_from_there(lab):
    made = reel("", *_of(lab, "db -> host:8080"))
    assert passed([stop for stop in made.stops if stop.scene.leg == "request"])[3:] == [
        *("hook PREROUTING", "hook ROUTING", "hook INPUT", "hook SELF"),
    ]
    assert passed([stop for stop in made.stops if stop.scene.leg == "proxy request"])[:3] == [
        "hook SELF",
        "hook OUTPUT",
        "hook POSTROUTING",
    ]


def test_a_bridged_frame_is_shown_to_forward_and_passes_no_routing(lab):
    made = reel("", *_of(lab, "db -> web:80"))
    assert passed(made.stops[:5]) == [*("db", "db eth0", "host vethbf6827e", "frame FORWARD", "host veth93df025", "web eth0", "web")]


def test_a_packet_that_waits_for_a_neighbour_is_at_the_device_that_asks(lab):
    made = reel("", *_of(lab, "db -> 172.17.0.77:80"))
    assert passed(made.stops) == ["db", "db eth0"]
    with Lab("29.7", mode="sim") as broken:
        broken.start()
        broken.docker("docker run -d --name web -p 8080:80 nginx")
        broken.fault("link-down", "web")
        made = reel("", *_of(broken, "outside -> host:8080"))
        assert passed(made.stops)[-3:] == ["hook FORWARD", "hook POSTROUTING", "host docker0"]


def _of(lab, question):
    view = lab.trace(question)
    return view.trace, view.state


def test_the_whole_way_is_drawn_with_a_numbered_list(lab):
    figure = lab.trace("outside -> host:8080").figure()
    assert figure.title == "outside -> host:8080: delivered"
    told = words(figure.svg)
    assert "! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT" in told
    assert [each for each in told if each.isdigit()].count("14") == 2
    assert "  3. host nat DOCKER 1: DNAT, destination becomes 172.17.0.2:80\n" in figure.text
    assert "request: tcp SYN 192.0.2.99:40000 → 192.0.2.10:8080 ttl 64" in figure.text


def test_diagrams_follow_the_packet_and_show_its_header_before_and_after(lab):
    found_ = lab.trace("outside -> host:8080", origins=True)
    diagrams = found_.diagrams()
    assert len(diagrams) == 14
    dnat = diagrams[2]
    told = words(dnat.svg)
    assert {"192.0.2.10:8080", "→ 172.17.0.2:80", "PREROUTING 1 → DOCKER 1", "step 3 of 14, request"} <= set(told)
    assert "4" not in told
    assert "Now: tcp SYN 192.0.2.99:40000 → 172.17.0.2:80 ttl 64" in dnat.text
    assert "Why that is there: Port 8080 of the host is 172.17.0.2:80. (step" in dnat.text
    assert dnat.text.partition("Way so far\n")[2].splitlines() == [
        "  1. outside: sent by eth0",
        "  2. host: received by eth0",
        "  3. host nat DOCKER 1: DNAT, destination becomes 172.17.0.2:80",
    ]
    sizes = {(parsed(each.svg).get("width"), parsed(each.svg).get("height")) for each in diagrams}
    assert len(sizes) == 1
    assert "→ 172.17.0.2:80" not in words(diagrams[1].svg)


def test_one_more_number_and_one_ring_more_tell_where_the_packet_is_without_a_colour(lab):
    diagrams = lab.trace("outside -> host:8080").diagrams()
    beside = 1
    ring = 1
    assert [len(discs(each.svg)) - beside - ring for each in diagrams] == list(range(1, 15))
    rims = [sum(each.get("stroke-width") == "2" for each in found(figure.svg, "rect")) for figure in diagrams]
    assert rims == [1] * 14


def test_a_drop_is_crossed_out_and_has_the_text_of_its_rule(lab):
    last = lab.trace("other -> web:80").diagrams()[-1]
    told = words(last.svg)
    assert "-d 172.17.0.2/32 ! -i docker0 -j DROP" in told
    assert "DROP" in told
    crosses = [each for each in found(last.svg, "path") if each.get("stroke-width") == "4"]
    assert len(crosses) == 2
    assert "What became of it: dropped by rule" in last.text
    assert "What would help: Let a rule before it accept the packet" in last.text


def test_answers_differ_from_requests_without_a_colour(lab):
    figure = lab.trace("db -> host:8080").figure()
    dashes = {each.get("stroke-dasharray") for each in found(figure.svg, "path") if each.get("stroke-width") == "3.4"}
    assert len(dashes) == 4
    assert None in dashes


def test_a_drawing_is_the_same_to_the_byte_each_time(lab):
    one, other = (lab.trace("db -> host:8080") for _ in range(2))
    assert one.figure() == other.figure()
    assert one.diagrams() == other.diagrams()


def test_a_notebook_shows_all_diagrams_trusted_or_not(lab):
    found_ = lab.trace("other -> web:80").diagrams()
    shown = found_._repr_mimebundle_()
    assert shown["text/plain"] == str(found_)
    assert len(re.findall('<img src="data:image/svg', shown["text/html"])) == len(found_) == 3


def test_bystanders_are_left_out_where_there_are_many_and_named():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        long = "a-name-that-is-much-wider-than-its-box"
        for name in (long, *(f"node{number}" for number in range(14))):
            lab.docker(f"docker run -d --name {name} nginx")
        figure = lab.trace("node7 -> node8:80").figure()
        told = words(figure.svg)
        assert {"node7", "node8", long} <= set(told)
        assert "node5" not in told
        assert "not drawn, since nothing passes there: node0, node1, node2, node3, node4, node5, node6, node9 and 4 more" in " ".join(told)
        (size,) = (float(each.get("font-size")) for each in found(figure.svg, "text") if each.text == long)
        assert metrics.width(long, size, bold=True) < 154


def test_a_macvlan_is_on_the_wire_and_not_in_the_host():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("docker network create -d macvlan --subnet 192.0.2.0/24 -o parent=eth0 wire")
        lab.docker("docker run -d --name mac --network wire --ip 192.0.2.50 nginx")
        made = reel("", *_of(lab, "outside -> 192.0.2.50:80"))
        assert not [each for each in passed(made.stops) if each.startswith("hook")]
        assert passed(made.stops[:3])[-2:] == ["mac eth0", "mac"]


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_an_observed_trace_is_drawn_the_same_way():
    with Lab("29.7", mode="live") as lab:
        lab.start()
        lab.docker("docker run -d --name web -p 8080:80 nginx")
        lab.docker("docker run -d --name db nginx")
        seen = lab.observe("outside -> host:8080")
        assert "host nat DOCKER 1: DNAT, destination becomes 172.17.0.2:80" in seen.figure().text
        hooks = [each for each in passed(reel("", seen.trace, seen.state).stops) if each.startswith("hook")]
        assert hooks == [f"hook {name}" for name in ("PREROUTING", "ROUTING", "FORWARD", "POSTROUTING")] * 2
        bridged = lab.observe("db -> web:80")
        assert "frame FORWARD" in passed(reel("", bridged.trace, bridged.state).stops)
        assert "hook ROUTING" not in passed(reel("", bridged.trace, bridged.state).stops)
        assert list(seen.frame().netns.unique()) == ["outside", "host", "web"]
