"""The releases that are modelled, and what two of them do otherwise."""

from pathlib import Path

import click

from ..engine.releases import RELEASES
from .base import json_option, main, show

FIRST = ("1.2", "1.2.0", "one bridge, docker0; ports are published in nat DOCKER, and accepted at the top of FORWARD")
"""The release whose daemon a lab starts decision by decision; it is not compared, since it takes no command lines of today."""


@main.group(invoke_without_command=True)
@json_option
@click.pass_context
def releases(ctx: click.Context, *, as_json: bool) -> None:
    """List the releases of Docker that a lab can have; compare two with `diff`."""
    if ctx.invoked_subcommand is None:
        rows = [FIRST, *((name, each.version, each.news) for name, each in RELEASES.items())]
        show(("Release", "Engine", "What changed"), rows, as_json=as_json)


@releases.command("diff")
@click.argument("left")
@click.argument("right")
@click.argument("commands", nargs=-1)
@click.option("--daemon", multiple=True, metavar="FLAG", help="A flag of the daemon, such as --daemon=--icc=false.")
@click.option("--whole", is_flag=True, help="Print what is the same too.")
@json_option
def diff(left: str, right: str, commands: tuple[str, ...], *, daemon: tuple[str, ...], whole: bool, as_json: bool) -> None:
    """Show side by side what the same COMMANDS leave in the kernel with the releases LEFT and RIGHT.

    Each of COMMANDS is a command line such as "docker run -d --name web -p 8080:80 nginx"; or one FILE with a command
    in each line, or with a scenario. Without any it is an example: a network, a published port, the default bridge.
    """
    from ..verbs.releases import EXAMPLE, releases_diff  # noqa: PLC0415 - the list needs none of it

    alone = Path(commands[0]) if len(commands) == 1 and Path(commands[0]).is_file() else None
    table = releases_diff(left, right, alone or commands or EXAMPLE, daemon=daemon, whole=whole)
    show(table.heads, table.rows, as_json=as_json, title=table.caption)
