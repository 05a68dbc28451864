"""A packet's way in a stepper."""

import pytest
from ipywidgets import HTML, Button, RadioButtons

from pynetlab import Lab, Predict
from pynetlab.views.region import Region


@pytest.fixture(scope="module")
def lab():
    with Lab("29.7", mode="sim") as lab:
        lab.start()
        lab.docker("docker run -d --name web -p 8080:80 nginx")
        yield lab


@pytest.fixture
def stepper(lab):
    return lab.trace("outside -> host:8080", origins=True).stepper()


def every(widget, kind):
    found = [widget] if isinstance(widget, kind) else []
    return found + [each for child in getattr(widget, "children", ()) for each in every(child, kind)]


def named(stepper, words):
    return next(each for each in every(stepper.widget, Button) if each.description == words)


def panel(stepper):
    return every(stepper.widget, Region)[0].html


def picture(stepper):
    return every(stepper.widget, HTML)[-1].value


def test_it_starts_with_the_packet_before_it_is_sent(stepper):
    assert str(stepper).splitlines() == [
        "Step 0 of 14",
        "Where: outside",
        "Packet: tcp SYN 192.0.2.99:40000 → 192.0.2.10:8080 ttl 64",
        "The packet is about to be sent. Next takes the first step.",
    ]
    assert repr(stepper) == "<Stepper at step 0>"
    assert named(stepper, "Back").disabled
    assert "<circle" not in picture(stepper)


def test_next_shows_where_the_packet_the_cause_and_the_reason(stepper):
    for _ in range(3):
        named(stepper, "Next").click()
    assert str(stepper).splitlines() == [
        "Step 3 of 14",
        "Packet of: request",
        "Where: host nat DOCKER 1: DNAT, destination becomes 172.17.0.2:80",
        "Packet: tcp SYN 192.0.2.99:40000 → 192.0.2.10:8080 ttl 64",
        "Now: tcp SYN 192.0.2.99:40000 → 172.17.0.2:80 ttl 64",
        "Because of: PREROUTING 1 → DOCKER 1",
        "  ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80",
        "Why that is there: Port 8080 of the host is 172.17.0.2:80. (step 96, docker run -d --name web -p 8080:80 nginx)",
    ]
    assert "<strong>Step 3 of 14</strong>" in panel(stepper)
    assert "destination becomes 172.17.0.2:80" in panel(stepper)
    assert picture(stepper).count("<circle") == 3 + 1


def test_it_goes_back_to_the_end_and_to_the_start_again(stepper):
    named(stepper, "Run to end").click()
    assert str(stepper).startswith("Step 14 of 14\n")
    assert "What became of it: delivered" in str(stepper)
    assert named(stepper, "Next").disabled
    assert named(stepper, "Run to end").disabled
    at_end = picture(stepper)
    named(stepper, "Back").click()
    assert str(stepper).startswith("Step 13 of 14\nPacket of: reply\nWhere: host: sent by eth0")
    named(stepper, "Next").click()
    assert picture(stepper) == at_end
    named(stepper, "Reset").click()
    assert repr(stepper) == "<Stepper at step 0>"


def test_a_question_stands_above_it_and_the_answer_is_not_told_before_the_end(lab):
    question = Predict("What becomes of it?", ["delivered", "dropped"], "delivered", "A rule lets it in.")
    stepper = lab.trace("outside -> host:8080").stepper(question)
    assert len(every(stepper.widget, RadioButtons)) == 1
    assert "delivered" not in panel(stepper) + picture(stepper)


def test_a_packet_of_one_step_can_be_stepped(lab):
    stepper = lab.trace("web -> 127.0.0.1:81").stepper()
    stepper.finish()
    assert "What became of it: refused" in str(stepper)


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_an_observed_trace_is_stepped_through():
    with Lab("29.7", mode="live") as live:
        live.start()
        live.docker("docker run -d --name web -p 8080:80 nginx")
        stepper = live.observe("outside -> host:8080").stepper()
        for _ in range(3):
            stepper.next()
        assert "Where: host nat DOCKER 1: DNAT, destination becomes 172.17.0.2:80" in str(stepper)
        stepper.finish()
        assert "What became of it: delivered" in str(stepper)
