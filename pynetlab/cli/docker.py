"""The docker command line in a shell, on a lab that lasts; or on a live lab, for as long as a list of commands takes."""

import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click

from ..engine.releases import RELEASES
from ..errors import PynetlabError, SpecError
from ..output import Output
from .base import WRONG_USAGE, main, mode_option
from .session import REMEDY, Session, default_path


@main.command(context_settings={"allow_interspersed_args": False, "ignore_unknown_options": False})
@click.option("--lab", "file", type=click.Path(path_type=Path, dir_okay=False), help="The file that keeps the lab.")
@click.option("--engine", type=click.Choice(tuple(RELEASES)), help="The release; another one than that of the lab begins a new lab.")
@click.option("--daemon", metavar="FLAGS", help="The flags of dockerd, in one word; others than those of the lab begin a new lab.")
@click.option("--new", is_flag=True, help="Begin a new lab.")
@click.option("--commands", type=click.File(encoding="utf-8"), help="A file of command lines, in place of standard input.")
@mode_option
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def docker(
    ctx: click.Context,
    words: tuple[str, ...],
    *,
    file: Path | None,
    engine: str | None,
    daemon: str | None,
    new: bool,
    commands: TextIO | None,
    mode: str,
) -> None:
    """Do what a command line of docker says, such as 'pynetlab docker run -d --name web nginx', or each line of standard input.

    The lab is simulated, and lasts from one call to the next. With --mode live the commands work on the real kernel, in a
    lab that ends with them. Exit codes: 0; 1 where Docker refuses; 2 for a wrong command line; that of the program for
    exec and run. The first that is not 0 counts.
    """
    path = file or default_path()
    lines = [shlex.join(words)] if words else list(_lines(commands))
    if not lines and not new and engine is None and daemon is None:
        raise click.UsageError("give a command of docker, or command lines on standard input")
    flags = tuple(shlex.split(daemon)) if daemon is not None else None
    known = Session() if new or mode == "live" else Session.read(path)
    session = replace(known, engine=engine or known.engine, daemon=known.daemon if flags is None else flags)
    if (session.engine, session.daemon) != (known.engine, known.daemon):
        session = replace(session, commands=())
    code, after = _all(session, lines, mode)
    if mode == "sim" and (after != known or new):
        after.save(path)
    ctx.exit(code)


def _lines(commands: TextIO | None) -> Iterator[str]:
    """Read command lines: a backslash at the end goes on in the next line, ``#`` begins a remark."""
    if commands is None and sys.stdin.isatty():
        return
    text = (commands or sys.stdin).read().replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def _all(session: Session, lines: list[str], mode: str) -> tuple[int, Session]:
    """Do command lines, one after the other, and give the first exit code that is not 0, and the session after them."""
    try:
        lab = session.lab(mode)
    except SpecError as error:
        raise SpecError(f"{error}; {REMEDY}" if session.commands else str(error)) from None
    code = 0
    with lab:
        for line in lines:
            session, came = session.after(lab, line)
            printed = _print(came)
            code = code or printed
    return code, session


def _print(came: Output | PynetlabError) -> int:
    """Print as docker does, and give the exit code."""
    if isinstance(came, PynetlabError):
        click.echo(came.printed, err=True)
        return WRONG_USAGE if isinstance(came, SpecError) else 1
    click.echo(came.text, nl=False)
    click.echo(came.err, err=True, nl=False)
    without = [note for note in came.notes if note.startswith("--")]
    if without:
        click.echo(f"pynetlab: without effect on the network: {', '.join(without)}", err=True)
    for note in came.notes:
        if note not in without:
            click.echo(note if note.startswith("WARNING") else f"pynetlab: {note}", err=True)
    return came.code
