"""A trace cut into scenes: what is worth a picture."""

from pynetlab.views.scenes import scenes


def told(lab, question):
    return scenes(lab.trace(question).trace)


def test_a_published_port_has_a_scene_for_each_thing_that_happens(lab):
    assert [scene.title for scene in told(lab, "outside -> host:8080")] == [
        "outside: sent by eth0",
        "host: received by eth0",
        "host nat DOCKER 1: DNAT, destination becomes 172.17.0.2:80",
        "host: routed to docker0",
        "host filter DOCKER 1: ACCEPT",
        "host: sent by docker0, bridged to veth93df025",
        "web: delivered",
        "web: sent by eth0",
        "host: received by veth93df025, a port of docker0",
        "host: routed to eth0",
        "host filter DOCKER-FORWARD 4: ACCEPT",
        "host nat POSTROUTING: translated, source becomes 192.0.2.10:8080",
        "host: sent by eth0",
        "outside: delivered",
    ]


def test_each_step_that_is_shown_is_in_one_scene_and_in_order(lab):
    found = lab.trace("outside -> host:8080")
    shown = [step for scene in scenes(found.trace) for step in scene.steps]
    assert shown == [
        step for _, step in found.trace.steps() if step.verdict != "RETURN" and not (step.cause and step.cause.kind == "policy")
    ]
    assert [scene.number for scene in scenes(found.trace)] == list(range(1, 15))


def test_the_rules_that_led_to_the_deciding_one_are_named_without_those_that_gave_the_packet_back(lab):
    forward = told(lab, "outside -> host:8080")[4]
    assert forward.chains == ("FORWARD 2", "DOCKER-FORWARD 3", "DOCKER-BRIDGE 1", "DOCKER 1")
    assert [step.cause.text.split()[-1] for step in forward.decided] == ["ACCEPT"]


def test_a_packet_that_is_dropped_ends_in_a_scene_that_says_so(lab):
    *before, last = told(lab, "other -> web:80")
    assert (last.title, last.dropped) == ("host raw PREROUTING 1: DROP", True)
    assert not any(scene.dropped for scene in before)
    lab.outside.sh("ip route add 172.17.0.0/16 via 192.0.2.10")
    lab.host.sh("sysctl -w net.ipv4.ip_forward=0")
    assert told(lab, "db -> 192.0.2.99:80")[-1].title == "host: dropped, not forwarded"
    lab.host.sh("sysctl -w net.ipv4.ip_forward=1")


def test_a_chain_in_which_nothing_applies_is_a_scene_that_says_so(lab):
    titles = [scene.title for scene in told(lab, "db -> host:8080")]
    assert "host nat PREROUTING 1: to DOCKER, where nothing applies" in titles
    assert "host: the proxy passes it on" in titles
    assert "host: delivered" in titles


def test_a_frame_that_a_bridge_shows_to_iptables_is_not_routed(lab):
    titles = [scene.title for scene in told(lab, "db -> web:80")][:5]
    assert titles[1:4] == ["host: received by vethbf6827e", "host filter DOCKER-FORWARD 4: ACCEPT", "host: sent by veth93df025"]
