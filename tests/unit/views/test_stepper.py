import pytest
from ipywidgets import HTML, Button, Checkbox, RadioButtons, Text, ToggleButtons

from pynetlab.engine.v1_2.networkdriver.chart import CHART
from pynetlab.errors import DaemonError, LiveError
from pynetlab.kernel import Passed, Step, Walk
from pynetlab.ops import AddBridge, AddNetns, SetUp
from pynetlab.sim import SimKernel
from pynetlab.views.predict import Predict
from pynetlab.views.region import Region
from pynetlab.views.walk_stepper import Flag, walk_stepper

FLAGS = (Flag("bridge", "--bridge", "text", "docker0"), Flag("up", "--up", "bool", default=True))


def plan(flags):
    yield Step(AddNetns("host"), "a host <first>", "start")
    yield Passed("is it wanted?", "mode")
    if flags["bridge"] == "none":
        raise DaemonError("no <bridge>")
    yield Step(AddBridge("host", flags["bridge"], "02:00:00:00:00:01"), "a switch", "create-device")
    if flags["up"]:
        yield Step(SetUp("host", flags["bridge"]), "switch it on", "link-up")


def begin(mode, flags):
    if mode == "live":
        raise LiveError("no privilege")
    return Walk(plan(flags), SimKernel())


def every(widget, kind):
    found = [widget] if isinstance(widget, kind) else []
    return found + [each for child in getattr(widget, "children", ()) for each in every(child, kind)]


def named(stepper, words):
    return next(each for each in every(stepper.widget, (Button, Checkbox, Text)) if each.description == words)


@pytest.fixture
def stepper():
    return walk_stepper(begin, FLAGS, chart=CHART)


def panel(stepper):
    return every(stepper.widget, Region)[0].html


def test_it_starts_before_the_first_step(stepper):
    assert repr(stepper) == "<Stepper at step 0>"
    assert str(stepper) == "Step 0\nAt the start. Next takes the first step."
    assert named(stepper, "Back").disabled
    assert not named(stepper, "Next").disabled


def test_next_shows_place_reason_operation_command_and_change(stepper):
    named(stepper, "Next").click()
    assert str(stepper).splitlines() == [
        "Step 1",
        "Place: start",
        "Why: a host <first>",
        "Operation: AddNetns",
        "Command: ip netns add host",
        "What it changed: + host: netns host",
    ]
    assert "a host &lt;first&gt;" in panel(stepper)
    assert "<code" in panel(stepper)


def test_back_takes_the_step_back_in_the_kernel_and_next_takes_it_again(stepper):
    for _ in range(3):
        named(stepper, "Next").click()
    with_bridge = stepper.story.session.walk.kernel.state()
    named(stepper, "Back").click()
    assert "docker0" not in stepper.story.session.walk.kernel.state()["host"].links
    assert str(stepper).startswith("Step 2\nPlace: mode")
    assert str(stepper).endswith("Taken back: step 3.")
    named(stepper, "Next").click()
    assert stepper.story.session.walk.kernel.state() == with_bridge
    assert str(stepper).startswith("Step 3\nPlace: create-device")


def test_run_to_end_stops_there_and_reset_begins_again(stepper):
    named(stepper, "Run to end").click()
    assert str(stepper).endswith("The plan has ended.")
    assert named(stepper, "Next").disabled
    assert stepper.story.session.walk.kernel.state()["host"].links["docker0"].up
    named(stepper, "Back").click()
    assert not named(stepper, "Next").disabled
    named(stepper, "Reset").click()
    assert repr(stepper) == "<Stepper at step 0>"
    assert stepper.story.session.walk.kernel.state().netns == {}


def test_a_flag_begins_again_and_counts(stepper):
    stepper.next()
    named(stepper, "--up").value = False
    assert stepper.story.session.position == 0
    named(stepper, "--bridge").value = "br0"
    stepper.finish()
    assert stepper.story.flags == {"bridge": "br0", "up": False}
    assert not stepper.story.session.walk.kernel.state()["host"].links["br0"].up


def test_an_error_is_text_and_what_was_done_stays(stepper):
    named(stepper, "--bridge").value = "none"
    stepper.finish()
    assert str(stepper).startswith("Step 2\nPlace: mode")
    assert str(stepper).endswith("Error: no <bridge>")
    assert "<p role='alert'>Error: no &lt;bridge&gt;</p>" in panel(stepper)
    assert named(stepper, "Next").disabled
    stepper.back()
    assert "Error" not in str(stepper)
    assert not named(stepper, "Next").disabled


def test_live_that_cannot_begin_says_why_and_simulation_goes_on(stepper):
    toggle = every(stepper.widget, ToggleButtons)[0]
    toggle.value = "live"
    assert str(stepper) == "Step 0\nError: no privilege"
    stepper.next()
    assert stepper.story.session.position == 0
    toggle.value = "sim"
    stepper.next()
    assert stepper.story.session.position == 1


def test_where_live_is_not_possible_the_toggle_is_off_and_the_reason_is_read():
    stepper = walk_stepper(begin, no_live="no <root>")
    assert every(stepper.widget, ToggleButtons)[0].disabled
    assert any("Live is not possible here: no &lt;root&gt;" in each.value for each in every(stepper.widget, HTML))


def test_a_walk_that_is_given_up_is_closed():
    closed = []
    stepper = walk_stepper(begin, FLAGS, close=closed.append)
    first = stepper.story.session.walk
    stepper.reset()
    assert closed == [first]
    second = stepper.story.session.walk
    stepper.close()
    assert closed == [first, second]
    assert str(stepper) == "Step 0\nClosed."


def test_the_chart_follows_the_walk_and_can_be_seen_whole(stepper):
    picture = every(stepper.widget, HTML)[-1]
    at_start = picture.value
    stepper.next()
    assert 'fill="#0b4f8a"' in picture.value
    assert picture.value != at_start
    part = picture.value
    named(stepper, "Show the whole chart").value = True
    assert 'viewBox="0 0 ' in picture.value
    assert picture.value.split("\n", 1)[1] == part.split("\n", 1)[1]


def test_each_control_has_a_name_and_each_button_a_tooltip(stepper):
    assert all(each.description for each in every(stepper.widget, (Button, Checkbox, Text, ToggleButtons)))
    assert all(each.tooltip for each in every(stepper.widget, Button))


def test_a_notebook_stores_the_same_words_each_time(stepper):
    stepper.next()
    bundle = stepper._repr_mimebundle_()
    assert bundle["text/plain"] == "<Stepper at step 1>"
    assert "application/vnd.jupyter.widget-view+json" in bundle


QUESTION = Predict("Which address?", ["10.0.42.1/16", "172.17.42.1/16"], "172.17.42.1/16", "It is first on the list.")


@pytest.mark.parametrize(
    ("answer", "right", "said"),
    [
        (2, True, "Right: 172.17.42.1/16. It is first on the list."),
        ("172.17.42.1/16", True, "Right: 172.17.42.1/16. It is first on the list."),
        (1, False, "Not so: 10.0.42.1/16. It is first on the list."),
        (3, None, "Choose one of the options first, by number (1 to 2) or text."),
        ("", None, "Choose one of the options first, by number (1 to 2) or text."),
    ],
)
def test_an_answer_is_checked_and_explained(answer, right, said):
    verdict = QUESTION.check(answer)
    assert verdict.right is right
    assert str(verdict) == said
    assert verdict._repr_mimebundle_()["text/plain"] == said


def test_a_prediction_is_made_with_a_radio_button_and_check():
    question = Predict("Which address?", ["a", "b"], "b", "So it is.")
    widget = question.widget()
    choice, button, verdict = every(widget, RadioButtons)[0], every(widget, Button)[0], every(widget, Region)[0]
    button.click()
    assert "Choose one" in verdict.html
    assert question.answer is None
    choice.value = "b"
    button.click()
    assert verdict.html == "<p>Right: b. So it is.</p>"
    assert question.answer == "b"


def test_a_prediction_is_words_where_there_are_no_widgets():
    assert str(QUESTION) == repr(QUESTION) == "Which address?\n  1. 10.0.42.1/16\n  2. 172.17.42.1/16"
    assert QUESTION._repr_mimebundle_()["text/plain"] == str(QUESTION)


def test_the_right_answer_must_be_an_option():
    with pytest.raises(ValueError, match="none of the options a, b"):
        Predict("?", ["a", "b"], "c", "")
