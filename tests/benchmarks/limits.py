"""How strictly the figures are held to their aims."""

import os

SLACK = float(os.environ.get("PYNETLAB_BENCH_SLACK", "1"))
"""How many times worse than the aim a figure may be: 1 on a quiet machine, more where others work at the same time."""
