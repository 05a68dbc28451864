"""The same network by the lab: seconds, memory, and whether the first packet arrives. Each run is a process of its own. Prints JSON."""

import ctypes
import json
import os
import sys
import time

from pynetlab.kernel import run
from pynetlab.live.kernel import LiveKernel
from pynetlab.sim import SimKernel

from . import memory
from .plans import containers, switch

CLONE_NEWNET = 0x40000000


def live(count: int) -> dict[str, float]:
    """Build and remove so many containers in the real kernel."""
    kernel = LiveKernel()
    run(switch(), kernel)
    kernel_before, agent_before = memory.settled(), memory.of_children()
    start = time.perf_counter()
    run(containers(count), kernel)
    built = time.perf_counter()
    in_kernel, in_agent = memory.of_kernel() - kernel_before, memory.of_children() - agent_before
    removing = time.perf_counter()
    kernel.close()
    removed = time.perf_counter()
    return {"build": built - start, "remove": removed - removing, "kernel": in_kernel / count / 1024, "agent": in_agent / count / 1024}


def bare(count: int) -> dict[str, float]:
    """Make so many network namespaces with nothing in them, by unshare(2) alone: what the kernel takes for each."""
    libc = ctypes.CDLL(None, use_errno=True)
    before, held = memory.settled(), []
    for _ in range(count):
        if libc.unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        held.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))
    return {"megabytes": (memory.of_kernel() - before) / count / 1024}


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
