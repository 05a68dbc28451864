"""A Docker host of its own for a real engine, as a program: nothing of it is on the machine, nor left there when it ends.

Run without arguments it makes namespaces for everything (network, mounts, processes, names) and runs itself in them as
their first process: when that ends, however it does, the kernel ends all others, the engine and its containers too, and
removes their devices, mounts and files. Only control groups are a tree of the whole machine: the program outside waits
for the end and removes the one that was used.

It takes requests from its input, one in JSON a line: ``{"argv": […], "stdin": "…"}`` runs a command on the host and gives
``[code, output, errors]``. The end of its input ends it.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

APART = ["unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc"]
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
"""The distribution's own programs."""
GROUPS = Path("/sys/fs/cgroup")
BASE = Path("/run/engine")
"""A socket's path has 108 characters at most."""
PATIENCE = 60

PREPARE = f"""
mount --make-rprivate /
mkdir -p /tmp && mount -t tmpfs tmpfs /tmp
cp -a /etc /tmp/etc && mount --rbind /tmp/etc /etc
mkdir /tmp/groups && mount --rbind {GROUPS} /tmp/groups
mount -t sysfs sysfs /sys && mount --rbind /tmp/groups {GROUPS}
mount -t tmpfs tmpfs /run && mkdir -p {BASE}
mount --bind /proc/sys/kernel /proc/sys/kernel && mount -o remount,bind,ro /proc/sys/kernel
ip netns add outside
ip link add eth0 type veth peer name eth0 netns outside
for inside in '' '-n outside'; do ip $inside link set lo up; ip $inside link set eth0 up; done
ip addr add 192.0.2.10/24 dev eth0
ip -n outside addr add 192.0.2.99/24 dev eth0
ip route add default via 192.0.2.99
sysctl -qw net.ipv4.ip_forward=0
"""
"""The stage of the records. /etc is a copy, /run is new, and settings of the kernel that are not the network's are read only:
an engine writes into all three. The file system of control groups is kept where it was, since a new /sys has none."""


def outside() -> int:
    """Run this program in namespaces of its own, and clean up after it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    group = f"pynetlab-{os.getpid()}"
    try:
        return subprocess.run([*APART, sys.executable, "-I", __file__, group, *sys.argv[1:]], check=False).returncode
    finally:
        remove_groups(group)


def remove_groups(group: str) -> None:
    """Remove a control group and those in it, in every hierarchy; their last processes may take a moment to go."""
    deadline = time.monotonic() + PATIENCE
    tops = [top for top in (GROUPS / group, *GROUPS.glob(f"*/{group}")) if top.is_dir()]
    for top in tops:
        for path in [*sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True), top]:
            while path.exists() and time.monotonic() < deadline:
                try:
                    path.rmdir()
                except OSError:
                    time.sleep(0.02)


def inside(group: str, flags: list[str]) -> None:
    """Prepare the host, start the engine, and do what is asked until nobody asks any more."""
    os.environ["PATH"] = PATH
    subprocess.run(["sh", "-ec", PREPARE], check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL)
    Path("/etc/resolv.conf").write_text("nameserver 127.0.0.1\n", encoding="utf-8")
    hosts = os.environ.get("ENGINE_HOSTS_FILE")
    if hosts is not None:
        Path("/etc/hosts").write_text(hosts, encoding="utf-8")
    start_engine(group, flags)
    import_image()
    answer(None)
    for line in sys.stdin:
        request = json.loads(line)
        answer(run(request["argv"], request.get("stdin", "")))


def start_engine(group: str, flags: list[str]) -> None:
    """Start the engine and wait until it answers."""
    own = ["--data-root", f"{BASE}/data", "--exec-root", f"{BASE}/exec", "-p", f"{BASE}/pid", "-H", "unix:///run/docker.sock"]
    with (BASE / "log").open("w") as log:
        daemon = subprocess.Popen(
            ["dockerd", *own, "--storage-driver", "vfs", "--cgroup-parent", f"/{group}", *flags],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    deadline = time.monotonic() + PATIENCE
    while run(["docker", "version"])[0]:
        if daemon.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the engine does not start: {(BASE / 'log').read_text()[-2000:]}")
        time.sleep(0.1)


def import_image() -> None:
    """Make the image ``lab`` of one static program."""
    image = BASE / "image" / "bin"
    image.mkdir(parents=True)
    shutil.copy(shutil.which("busybox") or "/bin/busybox", image / "busybox")
    (image / "sleep").symlink_to("busybox")
    tar = subprocess.run(["tar", "-c", "-C", str(image.parent), "."], capture_output=True, check=True)
    subprocess.run(["docker", "import", "-", "lab"], input=tar.stdout, capture_output=True, check=True)


def run(argv: list[str], stdin: str = "") -> tuple[int, str, str]:
    """Run a command of the host."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def answer(value: object) -> None:
    """Give an answer, on a line of its own."""
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    if os.getpid() != 1:
        sys.exit(outside())
    inside(sys.argv[1], sys.argv[2:])
