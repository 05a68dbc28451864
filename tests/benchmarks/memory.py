"""What a network takes: kilobytes of the kernel, of which most never show up in a process, and of the processes that hold it."""

import os
import time
from pathlib import Path

STILL = 256
"""Kilobytes that the kernel's memory may change in half a second when nothing goes on."""


def _kilobytes(path: str, *names: str) -> int:
    fields = dict(line.split(":", 1) for line in Path(path).read_text().splitlines() if ":" in line)
    return sum(int(fields[name].split()[0]) for name in names)


def of_kernel() -> int:
    """Measure what the kernel holds for itself and cannot give back, proc_meminfo(5)."""
    return _kilobytes("/proc/meminfo", "SUnreclaim", "Percpu", "KernelStack", "PageTables")


def of_children() -> int:
    """Measure the children of this process, and theirs: the lab's agent and its helpers."""
    found, todo = [], [os.getpid()]
    while todo:
        children = [int(word) for path in Path(f"/proc/{todo.pop()}/task").glob("*/children") for word in path.read_text().split()]
        found += children
        todo += children
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", "Pss") for pid in found)


def settled() -> int:
    """Measure the kernel when it has cleared away what went before: namespaces are freed in the background."""
    latest, before = time.monotonic() + 20, of_kernel()
    while time.monotonic() < latest:
        time.sleep(0.5)
        now = of_kernel()
        if abs(now - before) < STILL:
            break
        before = now
    return before
