"""A JupyterLab server of a test run's own, and notebooks opened in it by a browser."""

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

import nbformat
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_output
from playwright.sync_api import Browser, Locator, Page

from pynetlab.views.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
FIRST = "01_daemon_network_init"
QUIET = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
"""Settings that keep JupyterLab from asking, saving, and taking away cells that are out of sight."""
NO_LIVE = "this is a test without the real kernel."
KERNELS = {"python3": {}, "no-live": {"PYNETLAB_NO_LIVE": NO_LIVE}}
"""Kernels by name, and what they have in their environment."""

# a page says that it is idle before its kernel can be spoken to: running a cell then opens a dialog
CONNECT = """async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""
RUN = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
TRUSTED = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
  .filter(cell => cell.type === "code").map(cell => cell.trusted)"""


@dataclass(slots=True)
class Server:
    """A running server: where it is, and the folder that holds all its files."""

    home: Path
    address: str
    token: str

    def add(self, name: str, *, of: str = FIRST, trusted: bool = False, kernel: str = "python3", figures: Iterable[Figure] = ()) -> str:
        """Put a copy of a notebook, with more figures at its end, into the server's root; give its file name."""
        file = self.home / "root" / f"{name}.ipynb"
        notebook = nbformat.read(ROOT / "notebooks" / f"{of}.ipynb", as_version=4)
        notebook.metadata.kernelspec.name = kernel
        notebook.metadata["copy"] = name  # trust goes by content: of two equal copies both are trusted, or none
        for figure in figures:
            output = new_output("display_data", figure._repr_mimebundle_())
            notebook.cells.append(new_code_cell(id=figure.name, outputs=[output]))
        nbformat.write(notebook, file)
        if trusted:
            NotebookNotary(data_dir=str(self.home / "data")).sign(nbformat.read(file, as_version=4))
        return file.name

    def processes(self, words: str = "") -> list[str]:
        """List the command lines of all processes that come from this server and contain some words.

        They are found by their environment, which holds the server's folder.
        """
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                line = process.joinpath("cmdline").read_text().replace("\0", " ").strip()
                if str(self.home) in process.joinpath("environ").read_text(errors="replace") and words in line:
                    found.append(f"{process.name} {line}")
        return found


@contextmanager
def serve(home: Path) -> Iterator[Server]:
    """Run a server on a free port with everything of its own below a folder; then stop it and all its kernels."""
    address_file, token, server_log = home / "runtime", secrets.token_hex(16), home / "server.log"
    _furnish(home)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
        *(f"--ServerApp.root_dir={home / 'root'}", f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True"),
    ]
    with server_log.open("w") as log:
        process = subprocess.Popen(command, env=_environment(home), stdout=log, stderr=log)
        try:
            yield Server(home, _address(process, address_file, token, server_log), token)
        finally:
            process.terminate()
            process.wait(30)


def _furnish(home: Path) -> None:
    (home / "root").mkdir()
    for plugin, settings in QUIET.items():
        _write(home / "settings" / f"{plugin}.jupyterlab-settings", settings)
    for name, env in KERNELS.items():
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        _write(home / "data/kernels" / name / "kernel.json", {"argv": command, "display_name": name, "language": "python", "env": env})


def _write(path: Path, value: Mapping) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def _environment(home: Path) -> dict[str, str]:
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYNETLAB_", "JUPYTER"))}
    return env | {name: str(home / folder) for name, folder in own.items()}


def _address(process: subprocess.Popen, runtime: Path, token: str, log: Path, seconds: float = 60) -> str:
    """Wait until the server has written where it listens, and answers there."""
    end = monotonic() + seconds
    while monotonic() < end and process.poll() is None:
        for info in runtime.glob("jpserver-*.json"):
            with suppress(OSError, ValueError):
                address = f"http://127.0.0.1:{json.loads(info.read_text())['port']}"
                with urlopen(f"{address}/api/status?token={token}", timeout=5):  # noqa: S310 - an address made just above
                    return address
        sleep(0.1)
    raise RuntimeError(f"JupyterLab did not come up:\n{log.read_text()}")


@dataclass(slots=True)
class Notebook:
    """A notebook in a page of the browser."""

    page: Page
    asked: list[str] = field(default_factory=list)
    """The addresses that the page asked for."""
    complaints: list[str] = field(default_factory=list)
    """Errors that the page's scripts raised."""

    def run(self) -> None:
        """Run all cells and wait for the last."""
        self.do("ran", RUN)

    def do(self, name: str, script: str, seconds: float = 60) -> None:
        """Call an asynchronous function in the page and wait for its end, which an attribute of the page tells.

        Waiting for the call itself would have no time limit.
        """
        self.page.evaluate(f"() => {{ ({script})().then(() => document.body.setAttribute('data-{name}', 'yes')); }}")
        self.page.wait_for_selector(f"body[data-{name}]", state="attached", timeout=seconds * 1000)

    @property
    def errors(self) -> list[tuple[str, list[str]]]:
        """List the errors that stand in outputs, each with the tags of its cell."""
        return [
            (output["ename"], cell["metadata"].get("tags", []))
            for cell in self.page.evaluate(CELLS)
            for output in cell.get("outputs", [])
            if output["output_type"] == "error"
        ]

    @property
    def trusted(self) -> set[bool]:
        """Say whether the code cells are trusted."""
        return set(self.page.evaluate(TRUSTED))

    def cell(self, button: str, number: int = 0) -> Locator:
        """Find a cell by the name of a button in its output; ``number`` counts from 0 where there are several."""
        return self.page.locator(".jp-Cell", has=named(self.page, button)).nth(number)

    def tab_to(self, target: Locator, most: int = 12) -> None:
        """Press Tab until an element has the focus."""
        for _ in range(most):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{most} times Tab do not lead to {target}")


def named(where: Page | Locator, button: str) -> Locator:
    """Find a button by its name. That of one without a kernel begins with an icon, a broken chain."""
    return where.get_by_role("button", name=re.compile(rf"^\W*{button}$"))


@contextmanager
def opened(browser: Browser, server: Server, name: str) -> Iterator[Notebook]:
    """Open a notebook, with its cells there and its kernel ready to be spoken to; close its page at the end."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(30_000)
    notebook = Notebook(page)
    page.on("request", lambda request: notebook.asked.append(request.url))
    page.on("pageerror", lambda error: notebook.complaints.append(str(error)))
    page.goto(f"{server.address}/lab/tree/{name}?reset&token={server.token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext")
    notebook.do("connected", CONNECT)
    yield notebook
    page.close()
