"""Who reaches whom in a lab that a file describes."""

from pathlib import Path

import click

from ..lab import RELEASES
from ..verbs.reach import PROTOCOLS
from .base import main, mode_option
from .trace import built


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--proto", "protos", multiple=True, type=click.Choice(PROTOCOLS), help="Ask over this one only; may be given again.")
@click.option(
    "--port", "ports", multiple=True, type=int, help="Ask at this port, whether somebody listens there or not; may be given again."
)
@click.option("--engine", type=click.Choice(RELEASES[1:]), default=RELEASES[-1], show_default=True)
@mode_option
@click.option("--json", "as_json", is_flag=True, help="Print the answers as a JSON object, by question.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Write the heat map too.")
def reachability(
    file: Path, protos: tuple[str, ...], ports: tuple[int, ...], *, engine: str, mode: str, as_json: bool, svg: Path | None
) -> None:
    """Build the lab of FILE and show who reaches whom on what: every container, the host, and the machine outside.

    FILE is a scenario in YAML, or a Compose file or a directory with one, as for `pynetlab trace`.
    """
    with built(file, engine, mode) as lab:
        found = lab.reachability(ports or None, protos or PROTOCOLS)
    click.echo(found.json() if as_json else found)
    if svg:
        svg.write_text(found.figure().svg, encoding="utf-8")
