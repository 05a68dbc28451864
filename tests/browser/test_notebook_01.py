"""Notebook 01 in JupyterLab: run, asked, stepped through, in both kernels, with and without trust."""

import re
from time import monotonic, sleep

import pytest
from playwright.sync_api import Locator, expect

from pynetlab import stepper
from pynetlab.gallery import canonical_figures

from .jupyter import NO_LIVE, Notebook, named, opened

pytestmark = pytest.mark.slow
expect.set_options(timeout=20_000)
FACTS = "list => [...list.querySelectorAll('dt')].map(name => [name.innerText, name.nextElementSibling.innerText])"
LOADED = "image => image.complete && image.naturalWidth > 0"
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll('.jp-WindowedPanel-outer, .jp-OutputArea-output')]
  .filter(element => element.scrollWidth > element.clientWidth + 1).map(element => element.innerText.slice(0, 60))"""


class Stepper:
    """The stepper as a learner sees it. Every action waits until the page shows what came of it."""

    def __init__(self, notebook: Notebook) -> None:
        self.cell = notebook.cell("Run to end")
        self.panel = self.cell.get_by_role("status")

    def press(self, name: str, shows: str) -> None:
        self.button(name).click()
        self.shows(shows)

    def shows(self, words: str) -> None:
        expect(self.panel).to_contain_text(words)

    def button(self, name: str) -> Locator:
        return named(self.cell, name)

    def begin(self, mode: str = "Simulation", *, icc: bool = True) -> None:
        """Begin at the start, whatever was before."""
        self.button(mode).click()
        self.cell.get_by_role("checkbox", name="--icc").set_checked(icc)
        self.press("Reset", f"Step 0 ({mode.lower()})")
        expect(self.button("Back")).to_be_disabled()

    def facts(self) -> dict[str, str]:
        return dict(self.panel.locator("dl").evaluate(FACTS))

    def path(self) -> list[str]:
        """List the places that the chart marks as passed."""
        told = self.cell.locator("svg[role=img] > desc").inner_html().partition("Path taken\n")[2]
        return re.findall(r"^ *\d+\. (.*)$", told, re.MULTILINE)

    def steps(self, mode: str) -> list[dict[str, str]]:
        """Take every step and tell what is shown of each."""
        self.begin(mode)
        shown = []
        while self.button("Next").is_enabled() and len(shown) < 100:
            self.button("Next").click()
            expect(self.panel).to_have_text(re.compile(rf"Step {len(shown) + 1} \({mode.lower()}\)|The plan has ended"))
            shown.append(self.facts())
        return shown


@pytest.fixture
def steps(ran):
    return Stepper(ran)


@pytest.fixture
def expected(monkeypatch):
    """Give a stepper outside of any browser, in simulation."""
    monkeypatch.setenv("PYNETLAB_MODE", "sim")
    return stepper()


def words(facts: dict[str, str]) -> list[str]:
    return [f"{name}: {value}".replace("\n", "\n  ") for name, value in facts.items()]


def test_it_runs_without_an_unexpected_error(ran):
    assert ran.errors == [("DaemonError", ["raises-exception"])]
    assert ran.complaints == []


def test_it_asks_nobody_but_its_server(ran, server):
    assert len(ran.asked) > 20
    assert [url for url in ran.asked if not url.startswith((server.address, "data:", "blob:"))] == []


@pytest.mark.parametrize("width", [1400, 1000])
def test_nothing_is_wider_than_the_page(ran, width):
    ran.page.set_viewport_size({"width": width, "height": 1000})
    assert ran.page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize(("number", "downs", "verdict"), [(0, 1, "Right: "), (1, 2, "Not so: ")])
def test_a_prediction_is_answered_with_the_keyboard(ran, number, downs, verdict):
    cell = ran.cell("Check", number)
    choices, check = cell.get_by_role("radio"), cell.get_by_role("button", name="Check")
    cell.evaluate("cell => cell.focus()")
    ran.tab_to(choices.first)
    ran.page.keyboard.press("Space")
    expect(choices.first).to_be_checked()
    for down in range(downs):
        ran.page.keyboard.press("ArrowDown")
        expect(choices.nth(down + 1)).to_be_checked()
    ran.tab_to(check)
    ran.page.keyboard.press("Enter")
    expect(cell.get_by_role("status")).to_contain_text(verdict)
    expect(check).to_be_focused()


def test_the_code_of_a_question_does_not_show_its_answer(ran):
    expect(ran.cell("Check").locator(".jp-InputArea-editor")).to_be_hidden()


def test_steps_go_forwards_back_and_to_the_end(steps, expected):
    steps.begin()
    assert steps.path() == []
    steps.press("Next", "Step 1 (simulation)")
    steps.press("Next", "Step 2 (simulation)")
    expected.next()
    first = str(expected)
    expected.next()
    assert ["Step 2", *words(steps.facts())] == str(expected).split("\n")
    assert steps.facts()["Command"] == "ip -4 route show table main"
    steps.press("Back", "Taken back: step 2.")
    assert ["Step 1", *words(steps.facts())] == first.split("\n")
    assert steps.path() == ["docker -d, with its flags"]
    steps.press("Run to end", "The plan has ended.")
    assert steps.facts()["Why"] == "The network is ready for containers."
    assert steps.path()[-1] == "ready for containers"
    expect(steps.button("Next")).to_be_disabled()


def test_a_flag_changes_a_rule(steps):
    steps.begin(icc=False)
    steps.press("Run to end", "The plan has ended.")
    assert "bridge to bridge: DROP" in steps.path()
    while "DROP" not in steps.facts().get("What it changed", ""):
        number = int(re.search(r"Step (\d+)", steps.panel.inner_text())[1])
        steps.press("Back", f"Taken back: step {number}.")
    assert steps.facts()["Command"] == "iptables --wait -t filter -I FORWARD 1 -i docker0 -o docker0 -j DROP"
    assert steps.facts()["What it changed"] == "+ host: rule filter -A FORWARD -i docker0 -o docker0 -j DROP"


def test_a_refused_flag_is_told(steps):
    steps.begin()
    box = steps.cell.get_by_role("textbox", name="--bip")
    box.fill("10.10.0.1")
    box.press("Tab")
    steps.shows("Step 0 (simulation)")
    steps.press("Run to end", "invalid CIDR address: 10.10.0.1")
    box.fill("")
    box.press("Tab")
    steps.shows("At the start.")


def test_the_stepper_obeys_the_keyboard(ran, steps):
    steps.begin()
    ran.tab_to(steps.button("Next"))
    ran.page.keyboard.press("Enter")
    steps.shows("Step 1 (simulation)")
    ran.page.keyboard.press("Space")
    steps.shows("Step 2 (simulation)")


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_live_shows_the_same_steps_as_the_simulation(server, steps):
    simulated = steps.steps("Simulation")
    assert len(simulated) > 40
    assert server.processes("pynetlab.live") == []
    live = steps.steps("Live")
    assert len(server.processes("pynetlab.live")) == 3, "the fork server, a keeper, an agent"
    assert live == simulated
    steps.begin("Simulation")
    end = monotonic() + 10
    while len(server.processes("pynetlab.live")) > 1 and monotonic() < end:
        sleep(0.05)
    assert len(server.processes("pynetlab.live")) == 1, "the fork server, for the next lab"


def test_figures_show_in_a_notebook_that_is_not_trusted(server, browser):
    figures = list(canonical_figures())
    name = server.add("untrusted", figures=figures)
    with opened(browser, server, name) as notebook:
        assert notebook.trusted == {False}
        images = notebook.page.locator(".jp-OutputArea-output img")
        expect(images).to_have_count(4 + len(figures))
        for image in images.all():
            image.scroll_into_view_if_needed()
            expect(image).to_be_visible()
            assert image.evaluate(LOADED)
        for figure in figures:
            expect(notebook.page.get_by_alt_text(figure.title).last).to_be_visible()


def test_the_stepper_shows_in_a_trusted_notebook_before_it_is_run(server, browser):
    name = server.add("trusted", trusted=True)
    with opened(browser, server, name) as notebook:
        assert notebook.trusted == {True}
        steps = Stepper(notebook)
        steps.shows("At the start. Next takes the first step.")
        expect(steps.cell.locator("svg[role=img]")).to_be_visible()
        expect(steps.button("Live")).to_be_disabled()


def test_without_live_the_switch_says_why(server, browser):
    name = server.add("no-live", kernel="no-live")
    with opened(browser, server, name) as notebook:
        notebook.run()
        steps = Stepper(notebook)
        expect(steps.button("Live")).to_be_disabled()
        expect(steps.cell.get_by_text(f"Live is not possible here: {NO_LIVE}")).to_be_visible()
        expect(steps.button("Next")).to_be_enabled()
