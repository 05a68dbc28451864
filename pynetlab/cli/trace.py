"""Where does it go: a question about a lab that a file describes."""

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from ..errors import SpecError
from ..lab import RELEASES, Lab
from ..replay import Scenario
from ..replay.probes import ready
from ..views.trace import TraceView
from .base import main, mode_option

FORMS: Mapping[str | None, Callable[[TraceView], str]] = {None: str, "json": TraceView.json, "csv": lambda view: view.csv().rstrip()}
"""How a trace is printed, by the option that asks for it."""


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("questions", nargs=-1, required=True)
@click.option("--engine", type=click.Choice(RELEASES[1:]), default=RELEASES[-1], show_default=True)
@mode_option
@click.option("--all", "everything", is_flag=True, help="Show also the ends of chains, and policies that let the packet pass.")
@click.option("--pcapng", type=click.Path(path_type=Path, dir_okay=False), help="Write what the (one) question crossed, for Wireshark.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draw the way of the (one) question, each step with a number.")
@click.option("--json", "form", flag_value="json", help="Print JSON, one record for each question.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV, a row for each step.")
def trace(
    file: Path,
    questions: tuple[str, ...],
    *,
    engine: str,
    mode: str,
    everything: bool,
    form: str | None,
    pcapng: Path | None,
    svg: Path | None,
) -> None:
    """Build the lab of FILE and follow QUESTIONS such as 'web -> db:5432/tcp' through it, hop by hop, with reasons.

    FILE is a scenario in YAML (daemon: flags, commands: lines of docker, or host and a line of its shell), or a Compose file
    or a directory with one.
    """
    if len(questions) > 1 and (one := "--pcapng" if pcapng else "--svg" if svg else ""):
        raise click.UsageError(f"{one} takes one question, since each file is of one trace.")
    with built(file, engine, mode) as lab:
        for number, question in enumerate(questions):
            found = lab.trace(question)
            text = FORMS[form](found.whole() if everything else found)
            # of several tables one below the other only the first needs heads
            click.echo(text.partition("\n")[2] if form == "csv" and number else text)
            if pcapng:
                lab.save(found, pcapng)
            if svg:
                svg.write_text(found.figure().svg, encoding="utf-8")


def built(file: Path, engine: str, mode: str) -> Lab:
    """Build the lab that a scenario, a Compose file or a directory with one describes. Raises what it raises."""
    scenario = _scenario(file)
    if scenario is None:
        return Lab.from_compose(file, engine, mode=mode)
    lab = Lab(engine, mode=mode)
    try:
        lab.start(*scenario.daemon)
        for line in scenario.commands:
            if line.startswith("host "):
                lab.sh(line.removeprefix("host "))
            else:
                lab.docker(line)
        if lab.dockerd and lab.dockerd.memory:
            lab.carry_out(ready(lab.dockerd.memory))
    except BaseException:
        lab.close()
        raise
    return lab


def _scenario(file: Path) -> Scenario | None:
    """Read a scenario; None where the file is a Compose file."""
    if file.is_dir():
        return None
    try:
        return Scenario.read(file)
    except SpecError as error:
        if "commands: missing" in str(error) and "services:" in file.read_text(encoding="utf-8"):
            return None
        raise
