"""The same network by ip(8) alone, one process a step: seconds and memory. Takes the commands as JSON, prints JSON."""

import json
import subprocess
import sys
import time

from . import memory

wiring, remove = json.load(sys.stdin)
subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
before = memory.settled()
begin = time.perf_counter()
for argv in wiring:
    subprocess.run(argv, check=True)
built = time.perf_counter()
kilobytes = memory.of_kernel() - before
removing = time.perf_counter()
for argv in remove:
    subprocess.run(argv, check=True)
print(json.dumps({"build": built - begin, "remove": time.perf_counter() - removing, "megabytes": kilobytes / len(remove) / 1024}))
