"""Every notebook: current, in the shape that learners know, and with outputs that are exact in both modes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SHAPE = [
    "Objectives",
    "## Set-up",
    "## Round 1",
    "**Predict.**",
    "**Run.**",
    "**Explain.**",
    "## Break it",
    "## Exercise",
    "## Where in the code",
]


def cells(notebook: Path, kind: str) -> list[dict]:
    return [cell for cell in json.loads(notebook.read_text())["cells"] if cell["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> Path:
    return request.param


def test_there_is_a_notebook_for_each_source():
    assert [path.stem for path in NOTEBOOKS] == sorted(path.stem for path in (ROOT / "notebooks/src").glob("*.py")) != []


def test_it_has_the_shape(notebook):
    prose = "\n".join(map(source, cells(notebook, "markdown")))
    at = [prose.find(part) for part in SHAPE]
    assert -1 not in at, f"missing: {[part for part, place in zip(SHAPE, at, strict=True) if place < 0]}"
    assert at == sorted(at)
    assert 3 <= prose.count("## Round ") <= 5
    assert "check(" in source(cells(notebook, "code")[-1])


def test_it_is_short(notebook):
    code, prose = cells(notebook, "code"), cells(notebook, "markdown")
    assert len(code) + len(prose) <= 60
    assert sum(len(source(cell).split()) for cell in prose) <= 1500
    assert max(len(source(cell).splitlines()) for cell in code) <= 8
    assert not [cell for cell in code if "def " in source(cell) or "Output(" in source(cell) or "interact(" in source(cell)]


def test_every_figure_has_a_text_twin(notebook):
    data = [output["data"] for cell in cells(notebook, "code") for output in cell["outputs"] if "data" in output]
    drawn = [one for one in data if "<img" in "".join(one.get("text/html", ""))]
    assert drawn
    assert all(len("".join(one["text/plain"]).splitlines()) > 3 for one in drawn)


def test_all_are_what_their_sources_give():
    done = subprocess.run([sys.executable, "notebooks/build.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def nbval(mode: str) -> subprocess.CompletedProcess:
    """Run every notebook and compare its outputs with the stored ones."""
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "notebooks", "--nbval-cell-timeout=60", "-p", "no:cacheprovider"]
    env = os.environ | {"PYNETLAB_MODE": mode}
    env.pop("PYNETLAB_NO_LIVE", None)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_the_outputs_are_exact_in_simulation():
    done = nbval("sim")
    assert done.returncode == 0, done.stdout[-4000:]


@pytest.mark.live
@pytest.mark.usefixtures("live")
def test_the_same_outputs_are_exact_in_the_real_kernel():
    done = nbval("live")
    assert done.returncode == 0, done.stdout[-4000:]
