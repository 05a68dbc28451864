"""Compose files: a project comes up, and the networks of a project as a graph."""

from pathlib import Path

import click

from ..lab import RELEASES, Lab
from .base import main, mode_option, show

files_argument = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
profile_option = click.option("--profile", "profiles", multiple=True, metavar="NAME", help="A profile to activate; * is all.")
name_option = click.option("-p", "--project-name", "name", default="", metavar="NAME", help="The project's name, else the directory's.")


@main.command()
@files_argument
@click.option("--engine", type=click.Choice(RELEASES[1:]), default=RELEASES[-1], show_default=True)
@mode_option
@profile_option
@name_option
def up(files: tuple[Path, ...], *, engine: str, mode: str, profiles: tuple[str, ...], name: str) -> None:
    """Bring up the project of Compose FILES on a fresh host, and list its containers.

    Several files each change those before them, as with docker compose -f. A directory stands for the file in it.
    """
    with Lab(engine, mode=mode) as lab:
        lab.start()
        done = lab.up(files, name=name, profiles=profiles)
        for note in done.notes:
            click.echo(note, err=True)
        click.echo(done, nl=False)
        from ..compose.report import HEADS, rows  # noqa: PLC0415 - lab.up says it in a sentence where the extra is missing

        if lab.dockerd and lab.dockerd.memory:
            show(HEADS, rows(lab.dockerd.memory), as_json=False)
