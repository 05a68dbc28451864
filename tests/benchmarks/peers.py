"""The same network by other means: one `ip` process a step, Mininet, and a real Docker engine. Seconds to build and to remove."""

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from .plans import containers, switch

TESTS = Path(__file__).resolve().parents[1]

ISOLATED = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
"""Every peer runs in namespaces of its own, so the machine's network is not touched and nothing is left behind."""


def by_ip_processes(count: int) -> dict[str, float]:
    """Run the plan's own shell commands, one process each, then delete the namespaces one by one."""
    host, *wiring = (shlex.split(step.op.shell("host")) for step in (*switch(), *containers(count)))
    assert host == ["ip", "netns", "add", "host"], "the peer runs in a namespace that is the host's"
    remove = [["ip", "netns", "del", f"c{number}"] for number in range(count)]
    command = [*ISOLATED, sys.executable, "-m", "benchmarks.peer_ip"]
    done = subprocess.run(command, cwd=TESTS, input=json.dumps([wiring, remove]), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def by_mininet(count: int) -> dict[str, float]:
    """Start and stop a Mininet of so many hosts on one Linux bridge, without a controller."""
    script = Path(__file__).with_name("peer_mininet.py")
    done = subprocess.run([*ISOLATED, "/usr/bin/python3", str(script), str(count)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def docker_engine():
    """Start a real engine in namespaces of its own, with an image `lab`; give the `docker` command line to it."""
    base = Path(tempfile.mkdtemp(prefix="pnl", dir="/tmp"))
    (base / "image" / "bin").mkdir(parents=True)
    shutil.copy("/bin/busybox", base / "image" / "bin" / "busybox")
    (base / "image" / "bin" / "sleep").symlink_to("busybox")
    inner = f"""
        mount --make-rprivate /
        mkdir -p {base}/cg && mount --rbind /sys/fs/cgroup {base}/cg
        mount -t sysfs sysfs /sys && mount --rbind {base}/cg /sys/fs/cgroup
        for own in /run/docker /etc/docker; do mkdir -p $own && mount -t tmpfs tmpfs $own; done
        ip link set lo up
        exec dockerd --data-root {base}/data --exec-root {base}/exec -H unix://{base}/d.sock -p {base}/d.pid --storage-driver vfs
    """
    with (base / "log").open("w") as log:
        daemon = subprocess.Popen(["unshare", "--net", "--mount", "sh", "-ec", inner], stdout=log, stderr=log)
    docker = ["docker", "-H", f"unix://{base}/d.sock"]
    try:
        deadline = time.monotonic() + 60
        while subprocess.run([*docker, "info"], capture_output=True, check=False).returncode:
            if daemon.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((base / "log").read_text()[-2000:])
            time.sleep(0.2)
        tar = subprocess.run(["tar", "-c", "-C", str(base / "image"), "."], capture_output=True, check=True)
        subprocess.run([*docker, "import", "-", "lab"], input=tar.stdout, capture_output=True, check=True)
        yield docker
    finally:
        daemon.terminate()
        daemon.wait(30)
        shutil.rmtree(base, ignore_errors=True)


def by_docker_run(count: int) -> dict[str, float]:
    """Run so many containers one after the other on the default bridge, and remove them with one command."""
    with docker_engine() as docker:
        start = time.perf_counter()
        for number in range(count):
            subprocess.run([*docker, "run", "-d", "--name", f"c{number}", "lab", "/bin/sleep", "1000"], capture_output=True, check=True)
        built = time.perf_counter()
        subprocess.run([*docker, "rm", "-f", *(f"c{number}" for number in range(count))], capture_output=True, check=True)
        return {"build": built - start, "remove": time.perf_counter() - built}
