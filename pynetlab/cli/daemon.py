"""What this machine can do, and the start of the daemon of 1.2."""

import click

from ..lab import Lab
from ..spec import DaemonConfig
from ..views.steps import Moment, steps, watch
from .base import json_option, main, mode_option, show


@main.command()
@json_option
def doctor(*, as_json: bool) -> None:
    """Say what this machine can do, what is missing, and the remedy."""
    from ..live.features import available, features  # noqa: PLC0415 - tries the kernel, so only on demand

    rows = [(feature.name, "yes" if feature.works else "no", feature.why, feature.remedy) for feature in features()]
    show(("Feature", "Works", "Why", "Remedy"), rows, as_json=as_json)
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
                show([table.heads[at] for at in keep], rows, as_json=as_json)
