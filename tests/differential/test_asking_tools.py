"""Words that ask over the network, in simulation beside the real tools in the real kernel: text, exit codes, errors.

Compared exactly, but for what is a clock: how long an answer took, and the time of day.
"""

import re
import shutil
import time
from pathlib import Path

import pytest

from pynetlab import Lab

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("live")]

COMMANDS = [
    "docker network create front",
    "docker network create --subnet 10.5.0.0/24 --internal back",
    "docker network create --subnet 10.6.0.0/24 -o com.docker.network.bridge.enable_icc=false shy",
    "docker network create --subnet 10.7.0.0/24 -o com.docker.network.driver.mtu=1000 slim",
    "docker run -d --name web --network front -p 8080:80 nginx",
    "docker run -d --name cli --network front --network-alias client -p 8081:81 nginx",
    "docker run -d --name both --network front nginx",
    "docker network connect back both",
    "docker run -d --name db --network back nginx",
    "docker run -d --name s1 --network shy nginx",
    "docker run -d --name s2 --network shy nginx",
    "docker run -d --name thin --network slim nginx",
    "docker run -d --name lone --network none nginx",
]
NAMES = {"www.example.test": "192.0.2.99", "far.example.test": "198.51.100.7"}
TOOLS = ("getent", "hostname", "ping", "curl", "traceroute", "dig", "nslookup", "wget")


def opened(mode):
    lab = Lab("29.7", mode=mode, iptables="nft" if mode == "live" else None, resolv=["nameserver 192.0.2.99"])
    lab.start()
    lab.name_server(NAMES)
    for line in COMMANDS:
        lab.docker(line)
    lab.outside.sh("ip route add 10.0.0.0/8 via 192.0.2.10")
    return lab


@pytest.fixture(scope="module")
def labs():
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        pytest.fail(f"install {', '.join(lacking)}")
    with opened("sim") as sim, opened("live") as live:
        time.sleep(1.2)  # a device's operational state follows its carrier within a second
        yield sim, live


LINES = [line for line in (Path(__file__).parent / "tools_asks.txt").read_text().splitlines() if not line.startswith("#")]


def normal(text):
    """Take the clocks out."""
    text = re.sub(r"(\r *\d+ +\d+ +\d+ +\d+ +0 +0) .{46}", r"\1 METER", text)  # speeds, times and once more a speed
    text = re.sub(r"(\r *0 +0 +0 +0 +0 +0 METER)+", r"\1", text)
    text = re.sub(r"\bafter \d+( ?)(ms|milliseconds)", r"after T\1\2", text)
    text = re.sub(r"\d+(?:\.\d+)?(?:/\d+\.\d+)*( ms)\b", r"T\1", text)
    text = re.sub(r"\bid: \d+|WHEN: .*|Query time: \d+|DiG \S+", "CLOCK", text)
    text = text.replace("Connection timeout after T ms", "Connection timed out after T milliseconds")  # curl says either, by chance
    return re.sub(r"\btime \d+ms\b", "time T", text)


def same(labs, where, script):
    sim, live = (lab.kernel.sh(where, script) for lab in labs)
    assert (sim[0], normal(sim[1]), normal(sim[2])) == (live[0], normal(live[1]), normal(live[2]))


def test_a_machine_sends_only_so_many_errors_at_once(labs):
    same(labs, "s2", "ping -c 8 -i 0.01 -W 0.3 -t 1 -q 192.0.2.99")


@pytest.fixture(scope="module")
def patient(labs):
    """Let the real kernel send errors without a limit: it remembers what the lines before had, in quicker order than anybody types."""
    for netns in labs[1].state().netns:
        labs[1].kernel.sh(netns, "sysctl -qw net.ipv4.icmp_ratelimit=0")
    return labs


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:60])
def test_what_tools_say_is_the_same(patient, line):
    same(patient, *line.split(": ", 1))


def test_a_proxy_that_reaches_nobody_hangs_up(labs):
    """Whether what was sent is still unread then is a race, of Docker's proxy too; the simulation has it unread."""
    sim, live = (lab.kernel.sh("host", "curl -sS -m 1 http://127.0.0.1:8081/") for lab in labs)
    assert sim == (56, "", "curl: (56) Recv failure: Connection reset by peer\n")
    assert live in (sim, (52, "", "curl: (52) Empty reply from server\n"))
