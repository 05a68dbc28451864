"""One JupyterLab and one browser for all tests here; they end with the last of them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from .jupyter import Notebook, Server, opened, serve

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
"""Chromium refuses its sandbox to root; the others keep it from speaking to anybody by itself."""


@pytest.fixture(scope="package")
def chromium() -> str:
    """Find Debian's Chromium, or that which CHROMIUM names; without it skip, but fail where CI is set."""
    found = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    if found is None:
        reason = "no chromium on the PATH, and CHROMIUM names none"
        if os.environ.get("CI"):
            pytest.fail(f"in CI no browser test may be skipped: {reason}")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="package")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:  # noqa: ARG001 - no browser, no server
    """Run the server; when it has stopped, nothing of it or of its labs may be left on the machine."""
    before = _machine()
    with serve(tmp_path_factory.mktemp("jupyter")) as running:
        yield running
    assert running.processes() == []
    assert _machine() == before


def _machine() -> dict[str, list[str]]:
    """List what a lab that ends badly could leave behind, apart from processes."""
    return {
        "interfaces": sorted(map(str, Path("/sys/class/net").glob("*"))),
        "names of namespaces": sorted(map(str, Path("/run/netns").glob("*"))),
        "mounts of namespaces": [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if " - nsfs " in line],
    }


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def ran(server: Server, browser: Browser) -> Iterator[Notebook]:
    """Give the first notebook, run as it is in the repository."""
    with opened(browser, server, server.add("ran")) as notebook:
        notebook.run()
        yield notebook
