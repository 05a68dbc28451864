"""The notebooks after the first in JupyterLab: each runs, asks its questions, shows its drawings, and stays within the page."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .jupyter import FIRST, ROOT, named, opened
from .test_notebook_01 import LOADED, TOO_WIDE

pytestmark = pytest.mark.slow
NAMES = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb")) if path.stem != FIRST]


@pytest.mark.parametrize("name", NAMES)
def test_a_learner_runs_it_and_answers_a_question(server, browser, name):
    with opened(browser, server, server.add(f"learner-{name}", of=name)) as notebook:
        notebook.run()
        assert [tags for _, tags in notebook.errors if "raises-exception" not in tags] == []
        assert notebook.complaints == []
        cell = notebook.cell("Check")
        cell.get_by_role("radio").first.check()
        cell.get_by_role("button", name="Check").click()
        expect(cell.get_by_role("status")).to_contain_text(":")
        drawings = notebook.page.locator(".jp-OutputArea-output img")
        assert drawings.count() > 0
        assert all(drawing.evaluate(LOADED) for drawing in drawings.all())
        assert notebook.page.evaluate(TOO_WIDE) == []
        for number, each in enumerate(notebook.page.locator(".jp-Cell").all()):
            if number % 8 == 0:
                _photograph(notebook.page, f"{name}-{number:02}", each)


CUT = """cell => [cell, ...cell.querySelectorAll('.jp-OutputArea-output, svg, dl')]
  .filter(element => element.scrollWidth > element.clientWidth + 1).map(element => element.textContent.slice(0, 60))"""
"""What of a cell is wider than the room that it has."""


def test_a_learner_steps_through_a_trace_forwards_and_back(server, browser):
    with opened(browser, server, server.add("steps", of="05_follow_the_packet")) as notebook:
        notebook.run()
        cell = notebook.cell("Run to end")
        panel, picture = cell.get_by_role("status"), cell.locator("svg[role=img]")
        expect(panel).to_contain_text("Step 0 of 14")
        cell.evaluate("cell => cell.focus()")
        notebook.tab_to(named(cell, "Next"))
        for number in range(1, 4):
            notebook.page.keyboard.press("Enter")
            expect(panel).to_contain_text(f"Step {number} of 14")
        expect(panel).to_contain_text("DNAT, destination becomes 172.18.0.2:80")
        expect(picture.locator("circle")).to_have_count(3 + 1)
        assert "Now: tcp SYN 192.0.2.99:40000 → 172.18.0.2:80" in picture.locator("desc").inner_html()
        _photograph(notebook.page, "05-stepper", cell)
        named(cell, "Back").click()
        expect(panel).to_contain_text("Step 2 of 14")
        expect(picture.locator("circle")).to_have_count(2 + 1)
        named(cell, "Run to end").click()
        expect(panel).to_contain_text("web answered, and saw the question come from 192.0.2.99.")
        expect(named(cell, "Next")).to_be_disabled()
        _photograph(notebook.page, "05-stepper-end", cell)
        for width in (1400, 1000):
            notebook.page.set_viewport_size({"width": width, "height": 1000})
            notebook.page.wait_for_timeout(1000)  # JupyterLab lays its panels out some time after the page has its size
            assert cell.evaluate(CUT) == []
        _photograph(notebook.page, "05-stepper-narrow", cell)
        named(cell, "Reset").click()
        expect(panel).to_contain_text("The packet is about to be sent.")
        assert notebook.complaints == []


def _photograph(page, name, cell):
    """Keep a picture of the page with a cell, for somebody to look at."""
    if folder := os.environ.get("PYNETLAB_SCREENSHOTS"):
        cell.scroll_into_view_if_needed()
        page.screenshot(path=Path(folder) / f"{name}.png")
