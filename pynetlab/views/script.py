"""A plan as a shell script that does the same, with the reasons as comments: sh(1) of POSIX."""

import textwrap
from collections.abc import Iterable, Iterator

from ..kernel import Taken
from ..ops import Op, Question

HEAD = """\
#!/bin/sh
# Every step and its reason. Run it as root in the network namespace {here}.
# A question changes nothing and its answer is not needed here; it ends in "|| true", and so does a step that was refused.
set -e
"""


def script(taken: Iterable[Taken], here: str = "host") -> str:
    """Print the steps that were taken as a script for a shell in the namespace ``here``; other namespaces go by name."""
    return HEAD.format(here=here) + "".join(f"\n{part}\n" for part in _parts(taken, here))


def _parts(taken: Iterable[Taken], here: str) -> Iterator[str]:
    for each in taken:
        place = f"[{each.event.node}] " if each.event.node else ""
        comment = "\n".join(textwrap.wrap(f"{place}{each.event.why}", 100, initial_indent="# ", subsequent_indent="# "))
        yield f"{comment}\n{_command(each.op, each, here)}" if each.op is not None else comment


def _command(op: Op, taken: Taken, here: str) -> str:
    borne = taken.refused is not None or isinstance(op, Question)
    return f"{op.shell(here)} || true" if borne else op.shell(here)
