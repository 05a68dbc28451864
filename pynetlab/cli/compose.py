"""Compose files: a project comes up, and the networks of a project as a graph."""

from pathlib import Path

import click

from ..lab import RELEASES, Lab
from ..verbs.compose import network_map
from ..views.graph_formats import FORMATS
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


@main.command()
@files_argument
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write, in place of printing.")
@profile_option
@name_option
def graph(files: tuple[Path, ...], *, form: str, output: Path | None, profiles: tuple[str, ...], name: str) -> None:
    """Show the networks of Compose FILES, without bringing anything up: services, networks, published ports, the outside."""
    written = FORMATS[form](network_map(files, name=name, profiles=profiles))
    if output is None:
        click.echo(written, nl=False)
    else:
        output.write_text(written, encoding="utf-8")
        click.echo(output)
