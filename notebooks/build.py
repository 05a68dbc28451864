"""Builds the notebooks from their py:percent sources, outputs included, the same to the byte each time.

usage: python notebooks/build.py [--check]      (--check: build, compare with what is there, write nothing)
"""

import argparse
import json
import os
import re
import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def build(source: Path) -> str:
    """Give the notebook of a source as text: executed in simulation, ids in order of appearance."""
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02}"
        if cell.source.startswith("%%"):  # in the source the lines of such a cell are comments, so that it stays Python
            cell.source = "\n".join(line.removeprefix("# ") for line in cell.source.splitlines())
    os.environ |= {"PYNETLAB_MODE": "sim", "PYNETLAB_NO_LIVE": "this is a stored picture; run the cell to find out."}
    # a busy machine flushes one print in two pieces: they are one output all the same
    client = NotebookClient(
        notebook, timeout=60, coalesce_streams=True, kernel_name="python3", record_timing=False, resources={"metadata": {"path": str(HERE)}}
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "widgets": notebook.metadata.get("widgets", {}),
    }
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
    text = nbformat.writes(_sorted_state(notebook), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return _renumbered(text)


def _sorted_state(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Order widgets by their creation, which their use in each other tells: Jupyter lists them by random ids."""
    state = notebook.metadata["widgets"].get(WIDGET_STATE, {}).get("state", {})
    seen: list[str] = []

    def visit(key: str) -> None:
        if key in state and key not in seen:
            seen.append(key)
            for found in re.findall(r"IPY_MODEL_([0-9a-f]{32})", json.dumps(state[key])):
                visit(found)

    for key in re.findall(r'"model_id": "([0-9a-f]{32})"', json.dumps([c.get("outputs", []) for c in notebook.cells])):
        visit(key)
    if state:  # a widget that no output leads to is not shown
        notebook.metadata["widgets"][WIDGET_STATE]["state"] = {f"{n:032x}": state[key] for n, key in enumerate(seen)}
    notebook.metadata["order"] = seen
    return notebook


def _renumbered(text: str) -> str:
    notebook = json.loads(text)
    seen = notebook["metadata"].pop("order")
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    for number, key in enumerate(seen):
        text = text.replace(key, f"{number:032x}")
    return text


def main() -> int:
    """Build all notebooks, or say which are not what their source gives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    stale = []
    for source in sorted((HERE / "src").glob("*.py")):
        target = HERE / f"{source.stem}.ipynb"
        text = build(source)
        if args.check:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                stale.append(target.name)
        else:
            target.write_text(text, encoding="utf-8")
            print(target)
    if stale:
        print(f"not what their source gives: {', '.join(stale)}; run python notebooks/build.py", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
