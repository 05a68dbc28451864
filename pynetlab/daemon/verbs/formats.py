"""Lists of docker: a table, what a template makes of each row, JSON, or ids alone. docker/cli cli/command/formatter/formatter.go."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import ClientError
from ...gotext import Struct, columns, compact, parse, render
from ...gotext.functions import HEAD

PREFIX = "table"


def listed(rows: Sequence[Struct], heads: Mapping[str, Any], default: str, *, template: str = "", quiet: bool = False) -> str:
    """Write rows.

    ``heads`` names the columns of a table, by field; ``default`` is the template of the table without ``--format``.
    Raises SpecError for a template that cannot be read, ClientError for one that fails.
    """
    if template in ("", PREFIX):
        template = "{{.ID}}" if quiet else f"{PREFIX} {default}"
    if template == "json":
        return "".join(f"{compact(row)}\n" for row in rows)
    table = template.startswith(PREFIX)
    text = template.removeprefix(PREFIX).strip(" ").replace("\\t", "\t").replace("\\n", "\n")
    parsed = parse(text)
    try:
        shown = "".join(f"{render(parsed, row)}\n" for row in rows)
        head = f"{render(parsed, Struct(heads, type='map[string]string'), HEAD)}\n" if table else ""
    except ClientError as error:
        raise ClientError(f"template parsing error: {error}") from None
    return columns(head + shown) if table else shown
