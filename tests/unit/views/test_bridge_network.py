from itertools import combinations

import pytest
from states import bridge, cut_off, found, made_by, stage

from pynetlab.ops import AddNetns
from pynetlab.views.bridge_network import _plan, bridge_network
from pynetlab.views.topology import topology


def containers(number, count):
    return [f"c{number}-{i}" for i in range(count)]


def labels(figure):
    return [each.text for each in found(figure.svg, "text")]


@pytest.mark.parametrize("counts", [(), (0,), (1,), (2,), (6,), (7,), (12,), (3, 3), (6, 6), (0, 5, 1)])
@pytest.mark.parametrize("alone", [0, 2])
def test_no_two_things_stand_on_each_other_and_all_are_on_the_page(counts, alone):
    bridges = [bridge(i, f"br{i}", containers(i, count)) for i, count in enumerate(counts)]
    state = made_by(stage(), *bridges, [AddNetns(f"alone{i}") for i in range(alone)])
    plan = _plan(topology(state, "host", "outside"))
    assert cut_off(bridge_network(state).svg) == []
    machines = [plan.outside, plan.host, *plan.alone, *(box for boxes in plan.containers for box in boxes)]
    inside = [plan.routing, *plan.switches]
    for group in (machines, inside):
        for one, other in combinations(group, 2):
            assert one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
    assert all(min(box.x, box.y) > 0 and box.right < plan.width and box.bottom < plan.height for box in machines)
    assert all(plan.host.x < box.x and box.right < plan.host.right and box.bottom < plan.host.bottom for box in inside)
    assert len([box for boxes in plan.containers for box in boxes]) == sum(counts)


@pytest.mark.parametrize("count", [1, 6, 12])
def test_a_cable_meets_no_other_container(count):
    plan = _plan(topology(made_by(stage(), bridge(0, "docker0", containers(0, count))), "host", "outside"))
    boxes = plan.containers[0]
    for cable in boxes:
        assert plan.switches[0].x < cable.cx < plan.switches[0].right
        assert not [box for box in boxes if box is not cable and box.x < cable.cx < box.right and box.y < cable.y]


def test_every_device_address_and_default_route_is_drawn_and_told():
    figure = bridge_network(made_by(stage(), bridge(0, "docker0", ["web", "db"])))
    drawn = " ".join(labels(figure))
    for words in (
        "172.17.42.1/16",
        "172.17.0.2/16",
        "172.17.0.3/16",
        "default via 172.17.42.1",
        "192.0.2.10/24",
        "192.0.2.99/24",
        "v0-0",
        "v0-1",
        "web",
        "db",
    ):
        assert words in drawn
        assert words in figure.text
    assert "net.ipv4.ip_forward = 1" in figure.text
    assert "port v0-0, up, a cable to eth0 of web" in figure.text


def test_what_is_down_has_a_broken_line_and_says_so():
    up = bridge_network(made_by(stage(), bridge(0, "docker0", ["web", "db"])))
    down = bridge_network(made_by(stage(), bridge(0, "docker0", ["web", "db"], down=["db"])))
    assert up.svg.count("stroke-dasharray") == 1  # the legend's
    assert down.svg.count("stroke-dasharray") == 3
    assert "eth0 ↓" in labels(down)
    assert "device eth0, down" in down.text
    assert "no route" in labels(down)


def test_a_container_without_a_cable_is_told_from_the_others():
    figure = bridge_network(made_by(stage(), bridge(0, "docker0", ["web"]), [AddNetns("batch")]))
    assert "no cable to the host" in labels(figure)
    assert "batch, with no cable to the host\n  no device but lo" in figure.text


def test_containers_are_ordered_by_address_whatever_the_order_of_the_ports():
    state = made_by(stage(), bridge(0, "docker0", containers(0, 11)))
    seen = [str(port.peer.addresses[0].ip) for port in topology(state, "host", "outside").switches[0].ports]
    assert seen == [f"172.17.0.{i + 2}" for i in range(11)]
