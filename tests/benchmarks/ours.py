"""The same network by the lab: seconds, memory, and whether the first packet arrives. Each run is a process of its own. Prints JSON."""

import ctypes
import json
import os
import sys
import time
from pathlib import Path

from pynetlab.kernel import run
from pynetlab.live.kernel import LiveKernel
from pynetlab.sim import SimKernel

from .plans import containers, switch

CLONE_NEWNET = 0x40000000
STILL = 256
"""Kilobytes that the kernel's memory may change in half a second when nothing goes on."""


def _kilobytes(path: str, *names: str) -> int:
    fields = dict(line.split(":", 1) for line in Path(path).read_text().splitlines() if ":" in line)
    return sum(int(fields[name].split()[0]) for name in names)


def _memory(pids: list[int]) -> int:
    kernel = _kilobytes("/proc/meminfo", "SUnreclaim", "Percpu", "KernelStack", "PageTables")
    return kernel + sum(_kilobytes(f"/proc/{pid}/smaps_rollup", "Pss") for pid in pids)


def _settled(pids: list[int]) -> int:
    """Measure when the kernel has cleared away what went before: namespaces are freed in the background."""
    latest, before = time.monotonic() + 20, _memory(pids)
    while time.monotonic() < latest:
        time.sleep(0.5)
        now = _memory(pids)
        if abs(now - before) < STILL:
            break
        before = now
    return before


def _agent() -> list[int]:
    """Find the lab's agent and its helpers: the children of this process, and theirs."""
    found, todo = [], [os.getpid()]
    while todo:
        children = [int(word) for path in Path(f"/proc/{todo.pop()}/task").glob("*/children") for word in path.read_text().split()]
        found += children
        todo += children
    return found


def live(count: int) -> dict[str, float]:
    """Build and remove so many containers in the real kernel."""
    kernel = LiveKernel()
    run(switch(), kernel)
    before = _settled(_agent())
    start = time.perf_counter()
    run(containers(count), kernel)
    built = time.perf_counter()
    memory = (_memory(_agent()) - before) / count / 1024
    removing = time.perf_counter()
    kernel.close()
    removed = time.perf_counter()
    return {"build": built - start, "remove": removed - removing, "megabytes": memory}


def bare(count: int) -> dict[str, float]:
    """Make so many network namespaces with nothing in them, by unshare(2) alone: what the kernel takes for each."""
    libc = ctypes.CDLL(None, use_errno=True)
    before, held = _settled([]), []
    for _ in range(count):
        if libc.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        held.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))
    return {"megabytes": (_memory([]) - before) / count / 1024}


def first(count: int) -> dict[str, float]:
    """Ask the gateway once from each of a hundred containers of so many, right after they are built; count what is lost."""
    with LiveKernel() as kernel:
        run(switch(), kernel)
        run(containers(count), kernel)
        pings = [kernel.sh(f"c{number}", "ping -c 1 -W 1 10.99.0.1")[0] for number in range(0, count, count // 100)]
    return {"asked": len(pings), "lost": sum(code != 0 for code in pings)}


def sim(count: int) -> dict[str, float]:
    """Build so many containers in the simulated kernel."""
    kernel = SimKernel()
    start = time.perf_counter()
    run(switch(), kernel)
    run(containers(count), kernel)
    return {"build": time.perf_counter() - start}


if __name__ == "__main__":
    print(json.dumps({"live": live, "bare": bare, "first": first, "sim": sim}[sys.argv[1]](int(sys.argv[2]))))
