"""ss(8) for sockets that listen."""

from ..kernel import Plan
from ..model import Listener
from ..output import Output
from .call import Call, absent, holds

BACKLOG = {"tcp": 128, "udp": 0}
STATES = {"tcp": "LISTEN", "udp": "UNCONN"}


def ss(call: Call) -> Plan[Output]:
    """Print the sockets that wait for clients: ``ss -lnt``, ``ss -lnu`` or ``ss -lntu``; numbers only."""
    letters = set("".join(word[1:] for word in call.arguments if word.startswith("-")))
    if letters - set("lntu") or not {"l", "n"} <= letters or any(not word.startswith("-") for word in call.arguments):
        raise absent(f"'{' '.join(call.words)}'", ("ss -lnt", "ss -lnu", "ss -lntu"))
    kinds = [proto for proto in ("udp", "tcp") if proto[0] in letters] or ["udp", "tcp"]
    here = (yield from holds(call.netns))[call.netns]
    found = [each for proto in kinds for each in sorted(here.listeners) if each.proto == proto]
    return Output(_table(found, with_kind=len(kinds) > 1))


def _table(found: list[Listener], *, with_kind: bool) -> str:
    """Lay the columns out as ss(8) does: each as wide as its widest cell, a blank between them."""
    head = ("Netid", "State", "Recv-Q", "Send-Q", "Local Address:", "Port", "Peer Address:", "Port", "Process")
    rows: list[tuple[str, ...]] = [head, *map(_row, found)]
    rows = rows if with_kind else [row[1:] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) if cell.endswith(":") else cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        *first, local, port, peer, other, process = cells
        lines.append(f"{' '.join(first)} {local}{port} {peer}{other}{process}")
    return "".join(f"{line}\n" for line in lines)


def _row(each: Listener) -> tuple[str, ...]:
    return (each.proto, STATES[each.proto], "0", str(BACKLOG[each.proto]), f"{each.ip}:", str(each.port), "0.0.0.0:", "*", "")
