"""Recorded cases and scenarios, done again."""

import json
from contextlib import closing
from pathlib import Path

import click

from ..lab import RELEASES, open_kernel
from .base import main, mode_option


@main.command()
@click.argument("cases", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(RELEASES), default="1.2", show_default=True)
@mode_option
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder for the records.")
def replay(cases: tuple[Path, ...], engine: str, mode: str, output: Path) -> None:
    """Do recorded CASES again and write records of the same shape into a folder.

    A case of 1.2 is a JSON file; for a later engine CASES are scenarios in YAML, or records in JSON.
    """
    from ..replay import LACKING, Case, Scenario, play  # noqa: PLC0415
    from ..replay import replay as again  # noqa: PLC0415

    read = [(path, Case.read(path) if engine == "1.2" else Scenario.read(path)) for path in cases]  # all are read before any is run
    output.mkdir(parents=True, exist_ok=True)
    for path, case in read:
        with closing(open_kernel(mode, lacks=() if engine == "1.2" else LACKING)) as kernel:
            record = again(case, kernel) if isinstance(case, Case) else play(case, engine, kernel)
        (output / f"{path.stem}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    click.echo(
        f"{len(read)} cases of Docker {engine} replayed in {'simulation' if mode == 'sim' else 'the real kernel'}; records in {output}"
    )
