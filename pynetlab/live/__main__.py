"""Start an agent: ``python -m pynetlab.live LINE NOTEBOOK DIALECT``, a descriptor, a process and a word or nothing.

The process that stays behind as a watcher does so before pyroute2 is loaded: it would only hold its memory.
"""

import asyncio
import sys

from ..errors import LiveError
from .isolate import leave, why_not


def main(line: int, notebook: int, dialect: str | None) -> None:
    """Leave the machine, then serve a lab until the other end of the line is closed."""
    leave(notebook, line)
    from multiprocessing.connection import Connection  # noqa: PLC0415 - see above

    from .agent import serve  # noqa: PLC0415

    asyncio.run(serve(Connection(line), dialect))


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] or None)
    except OSError as refusal:
        sys.exit(why_not(refusal))
    except LiveError as refusal:
        sys.exit(str(refusal))
