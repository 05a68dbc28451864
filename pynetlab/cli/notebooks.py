"""The kept figures, and JupyterLab on the notebooks."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from .base import main

SETTINGS = Path(__file__).with_name("jupyter")
"""What JupyterLab begins with: it does not ask whether it may fetch news."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def figures(folder: Path) -> None:
    """Draw the kept figures into FOLDER, as SVG and PNG."""
    from ..gallery import canonical_figures  # noqa: PLC0415
    from ..views.figures import write  # noqa: PLC0415

    for path in write(folder, canonical_figures()):
        click.echo(path)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks, trusted, so that their drawings show. ARGUMENTS go to JupyterLab."""
    notebooks = Path(__file__).resolve().parents[2] / "notebooks"
    if not notebooks.is_dir():
        notebooks = Path.cwd()
    try:
        nbformat, sign = import_module("nbformat"), import_module("nbformat.sign")
        import_module("jupyterlab")
    except ImportError:
        raise click.ClickException("JupyterLab is not installed: pip install 'pynetlab[lab]'") from None
    notary = sign.NotebookNotary()
    paths = sorted(notebooks.glob("*.ipynb"))
    for path in paths:
        notary.sign(nbformat.read(path, as_version=4))
    os.chdir(notebooks)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    first = [f"--LabApp.default_url=/lab/tree/{paths[0].name}"] if paths else []
    searched = (str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH", ""))
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, searched))
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *root, *first, *arguments])  # noqa: S606 - this very Python
