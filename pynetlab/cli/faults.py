"""The faults that a lab can have."""

from .base import json_option, main, show


@main.command()
@json_option
def faults(*, as_json: bool) -> None:
    """List the faults that lab.fault() brings into a lab, and what one notices of each."""
    from ..faults import FAULTS  # noqa: PLC0415
    from ..verbs.faults import options  # noqa: PLC0415

    rows = [(kind.name, "host" if kind.of_host else "container", options(kind), kind.noticed("a container")) for kind in FAULTS.values()]
    show(("Fault", "Strikes", "Options", "Symptom"), rows, as_json=as_json)
