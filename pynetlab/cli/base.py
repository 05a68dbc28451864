"""The group that all verbs belong to, and what they have in common: options, tables, exit codes."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from .. import __version__
from ..errors import PynetlabError, SpecError
from ..lab import MODES

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


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], *, as_json: bool, title: str = "") -> None:
    """Print rows as a table, or as JSON with the heads in small letters as keys."""
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
