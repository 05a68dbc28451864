"""The lab's verbs in a shell. Exit codes: 0, 1 for a refused request, 2 for wrong usage; errors are one sentence on stderr."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from . import __version__
from .errors import PynetlabError, SpecError
from .lab import MODES, RELEASES, Lab, open_kernel
from .spec import DaemonConfig
from .views.steps import Moment, steps, watch

WRONG_USAGE = 2

mode_option = click.option(
    "--mode", type=click.Choice(MODES), default="sim", show_default=True, help="The simulated kernel or the real one."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON in place of a table.")


class _Verbs(click.Group):
    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Turn the package's errors into one sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except PynetlabError as error:
            click.echo(f"pynetlab: {error}", err=True)
            ctx.exit(WRONG_USAGE if isinstance(error, SpecError) else 1)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Docker networking, step by step, in a simulated or in the real kernel."""


def _print(heads: Sequence[str], rows: Sequence[Sequence[str]], *, as_json: bool, title: str = "") -> None:
    if as_json:
        click.echo(
            json.dumps([dict(zip((head.lower() for head in heads), row, strict=True)) for row in rows], indent=1, ensure_ascii=False)
        )
        return
    table = Table(*heads, title=title or None, title_justify="left")
    for row in rows:
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    # a pipe has no width of its own: long commands must not be cut there
    Console(width=None if sys.stdout.isatty() else 200, soft_wrap=False).print(table)


@main.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """Say what this machine can do, what is missing, and the remedy."""
    from .live.features import available, features  # noqa: PLC0415 - tries the kernel, so only on demand

    rows = [(feature.name, "yes" if feature.works else "no", feature.why, feature.remedy) for feature in features()]
    _print(("Feature", "Works", "Why", "Remedy"), rows, as_json=as_json)
    reason = available()
    if not as_json:
        click.echo(f"A live lab can run here: {'yes' if reason is None else f'no. {reason}'}")


@main.command("daemon-init", context_settings={"ignore_unknown_options": True})
@mode_option
@click.option("--explain", is_flag=True, help="Print the plan as a table, each step with its reason.")
@click.option("--script", is_flag=True, help="Print the plan as a shell script.")
@click.option("--resolv", multiple=True, metavar="LINE", help="A line of the host's resolv.conf, such as 'nameserver 10.0.3.4'.")
@json_option
@click.argument("flags", nargs=-1, type=click.UNPROCESSED)
def daemon_init(flags: tuple[str, ...], *, mode: str, explain: bool, script: bool, resolv: tuple[str, ...], as_json: bool) -> None:
    """Start the daemon of Docker 1.2 on a fresh host, with its own FLAGS, such as --bip=10.10.0.1/24 --icc=false -b br0."""
    if script and (explain or as_json):
        raise click.UsageError("--script prints a shell script; --explain and --json print a table. Choose one.")
    DaemonConfig.from_flags(flags)  # a bad flag is told before anything is built
    with Lab("1.2", mode=mode, resolv=resolv) as lab:
        walk = lab.daemon(*flags)
        moments: list[Moment] = []
        try:
            moments += watch(walk)
        finally:
            if script:
                click.echo(lab.show.script(walk), nl=False)
            else:
                table = steps(moments)
                keep = [at for at, head in enumerate(table.heads) if explain or as_json or head not in ("why", "place")]
                rows = [[row[at] for at in keep] for row in table.rows if explain or as_json or row[3]]
                _print([table.heads[at] for at in keep], rows, as_json=as_json)


@main.command()
@click.argument("cases", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(RELEASES), default="1.2", show_default=True)
@mode_option
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder for the records.")
def replay(cases: tuple[Path, ...], engine: str, mode: str, output: Path) -> None:
    """Do recorded CASES again and write records of the same shape into a folder.

    A case of 1.2 is a JSON file; for a later engine CASES are scenarios in YAML, or records in JSON.
    """
    from .replay import LACKING, Case, Scenario, play  # noqa: PLC0415
    from .replay import replay as again  # noqa: PLC0415

    read = [(path, Case.read(path) if engine == "1.2" else Scenario.read(path)) for path in cases]  # all are read before any is run
    output.mkdir(parents=True, exist_ok=True)
    for path, case in read:
        with closing(open_kernel(mode, lacks=() if engine == "1.2" else LACKING)) as kernel:
            record = again(case, kernel) if isinstance(case, Case) else play(case, engine, kernel)
        (output / f"{path.stem}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    click.echo(
        f"{len(read)} cases of Docker {engine} replayed in {'simulation' if mode == 'sim' else 'the real kernel'}; records in {output}"
    )


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def figures(folder: Path) -> None:
    """Draw the three figures into FOLDER, as SVG and PNG."""
    from .gallery import canonical_figures  # noqa: PLC0415
    from .views.figures import write  # noqa: PLC0415

    for path in write(folder, canonical_figures()):
        click.echo(path)


@main.command()
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open JupyterLab on the notebooks, trusted, so that their drawings show. ARGUMENTS go to JupyterLab."""
    notebooks = Path(__file__).resolve().parent.parent / "notebooks"
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
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", *root, *first, *arguments])  # noqa: S606 - this very Python
