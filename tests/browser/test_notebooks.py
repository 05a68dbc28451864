"""The notebooks after the first in JupyterLab: each runs, asks its questions, shows its drawings, and stays within the page."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .jupyter import FIRST, ROOT, opened
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
        if folder := os.environ.get("PYNETLAB_SCREENSHOTS"):
            _photograph(notebook.page, Path(folder), name)


def _photograph(page, folder, name):
    """Keep pictures of the whole notebook, a page each, for somebody to look at."""
    for number, cell in enumerate(page.locator(".jp-Cell").all()):
        cell.scroll_into_view_if_needed()
        if number % 8 == 0:
            page.screenshot(path=folder / f"{name}-{number:02}.png")
