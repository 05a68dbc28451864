import re
from itertools import pairwise

import pytest
from states import bridge, cut_off, found, made_by, stage

from pynetlab.ops import AddNetns
from pynetlab.views.modes import Tenant, modes

STATE = made_by(stage(), bridge(0, "docker0", ["web"]), [AddNetns("batch")])
TENANTS = [
    Tenant("sidecar", "container:web", "web"),
    Tenant("batch", "none", "batch"),
    Tenant("monitor", "host", "host"),
    Tenant("web", "bridge", "web"),
]


def test_each_mode_says_whose_namespace_it_uses():
    said = modes(STATE, TENANTS).text
    assert "namespace host, used by monitor" in said
    assert "namespace web, used by web, sidecar" in said
    assert "namespace batch, used by batch" in said
    assert "device eth0 172.17.0.2/16 up, a cable to v0-0 of host" in said


def test_a_network_that_somebody_made_is_a_mode_too():
    said = modes(STATE, [*TENANTS, Tenant("db", "front", "web")]).text
    assert "db: --net=front: a namespace of its own, with a cable to the network's bridge" in said


def test_borrowed_namespaces_are_pointed_at_with_broken_lines():
    broken = [path for path in found(modes(STATE, TENANTS).svg, "path") if path.get("stroke-dasharray") == "5 4"]
    assert len(broken) == 3  # monitor's, the sidecar's and the legend's


def test_a_cable_joins_the_two_namespaces_that_hold_its_ends():
    alone = modes(made_by(stage(), [AddNetns("batch")]), [TENANTS[1]])
    wired = modes(STATE, [TENANTS[1], TENANTS[3]])
    lines = [len(found(figure.svg, "path")) for figure in (alone, wired)]
    assert lines == [1 + 3, 2 + 3 + 1]  # arrows, the legend's three, the cable


def test_a_cable_passes_beside_every_other_namespace():
    names = ["web", "db", "cache"]
    state = made_by(stage(), bridge(0, "docker0", names))
    drawn = modes(state, [Tenant(name, "bridge", name) for name in names]).svg
    spaces = [each for each in found(drawn, "rect") if each.get("rx") == "8"]
    cables = [each.get("d") for each in found(drawn, "path") if each.get("d").count("Q")]
    assert len(spaces) == 4
    assert len(cables) == 3
    for path in cables:
        points = [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.]+ [\d.]+", path)]
        for (x1, y1), (x2, y2) in pairwise(points[1:-1]):
            for space in spaces:
                left, top, wide, tall = (float(space.get(side)) for side in ("x", "y", "width", "height"))
                assert max(x1, x2) <= left or min(x1, x2) >= left + wide or max(y1, y2) <= top or min(y1, y2) >= top + tall


@pytest.mark.parametrize("count", [0, 1, 4])
def test_every_text_fits_on_the_page(count):
    assert cut_off(modes(STATE, TENANTS[:count]).svg) == []


def test_a_device_that_is_down_has_a_dotted_rim():
    down = modes(made_by(stage(), bridge(0, "docker0", ["web"], down=["web"])), [TENANTS[3]])
    assert "device eth0 172.17.0.2/16 down" in down.text
    assert down.svg.count('stroke-dasharray="2 3"') > modes(STATE, [TENANTS[3]]).svg.count('stroke-dasharray="2 3"')
