"""What a real Docker engine leaves for a scenario, read with the machine's own tools into a record as facts.py compares it.

It shares no code with what it is compared to: the engine's side from ``docker inspect``, the kernel's from ip(8) and
iptables-save(8), names put in place of what the engine drew at random.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = {
    "dockerd": "docker.io",
    "docker": "docker.io (docker-cli from Debian 13 on)",
    "busybox": "busybox-static",
    "iptables-save": "iptables",
    "ip": "iproute2",
    "unshare": "util-linux",
}
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
SYSCTLS = ("net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables")
DEFAULT_BRIDGE = "com.docker.network.bridge.default_bridge"


def lacking():
    """Say why no real engine can run here; None where one can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "a real Docker engine needs Linux and root; run the tests as root"
    missing = [f"{program} (apt-get install {package})" for program, package in PROGRAMS.items() if not shutil.which(program, path=PATH)]
    return f"no real Docker engine on this machine: {', '.join(missing)} is missing" if missing else None


class Host:
    """A Docker host with a running engine, of which nothing is on the machine; see engine_host.py."""

    def __init__(self, process):
        self.process = process

    @classmethod
    @contextmanager
    def started(cls, flags=(), hosts_file=""):
        """Start an engine; at the end of the block it is gone. Raises RuntimeError with its log where it does not start."""
        program = Path(__file__).with_name("engine_host.py")
        process = subprocess.Popen(
            [sys.executable, "-I", program, *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"ENGINE_HOSTS_FILE": hosts_file},
            start_new_session=True,  # Ctrl-C ends the test, and the test ends the host
        )
        try:
            host = cls(process)
            host._answer()
            yield host
        finally:
            process.stdin.close()
            process.wait(60)
            process.stdout.close()

    def run(self, *argv):
        """Run a command on the host: its exit code, output and errors."""
        self.process.stdin.write(json.dumps({"argv": argv}) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the Docker host ended with exit code {self.process.wait(60)}; its words are on stderr")
        return json.loads(line)

    def said(self, *argv):
        """Give what a command prints. Raises RuntimeError where it fails."""
        code, out, err = self.run(*argv)
        if code:
            raise RuntimeError(f"{shlex.join(argv)}: {err or out}")
        return out

    def inspect(self, *what):
        """Give the first object that ``docker inspect`` or ``docker network inspect`` describes."""
        return json.loads(self.said("docker", *what))[0]


def version(host):
    """Give the engine's version without what the distribution adds, such as ``20.10.24``."""
    return re.match(r"[0-9.]+", host.said("docker", "version", "--format", "{{.Server.Version}}"))[0]


def play(scenario, host):
    """Run a scenario's commands on a started engine and give the record."""
    commands = [_command(host, line) for line in scenario.commands]
    networks = [host.inspect("network", "inspect", each) for each in host.said("docker", "network", "ls", "-q").split()]
    ids = host.said("docker", "ps", "-aq").split()
    containers = {each["Name"].lstrip("/"): each for each in (host.inspect("inspect", each) for each in ids)}
    names = _names(host, networks, containers)
    record = {
        "commands": commands,
        "networks": {each["Name"]: _network(each) for each in networks},
        "host": namespace(host),
        "containers": {name: _container(host, each, containers) for name, each in containers.items()},
    }
    return json.loads(_shown(json.dumps(record, ensure_ascii=False), names))


def _command(host, line):
    code, _, err = host.run(*shlex.split(line.removeprefix("host ")))
    return {"cmd": line, "ok": code == 0} | ({"error": _engine_words(err)} if code else {})


def _engine_words(err):
    """Give the engine's words without what the command line puts around them, a name before and a full stop and a hint after."""
    missing = re.match(r"Error: No such network: (\S+)", err)
    if missing:  # the command line's own words, until 23.0, for an engine's answer
        return f"Error response from daemon: network {missing[1]} not found"
    words = re.split(r"\n+(?:See|Run) 'docker ", err)[0].strip()
    return words.removeprefix("docker: ").removesuffix(".") if words.startswith("docker: ") else words


def _names(host, networks, containers):
    """Give what stands for each id and each device; long ones first, since a short id begins a long one."""
    names = {}
    for network in networks:
        names |= {network["Id"]: f"<{network['Name']}>", f"br-{network['Id'][:12]}": f"br-<{network['Name']}>"}
    devices = {link["ifindex"]: link["ifname"] for link in json.loads(host.said("ip", "-j", "link"))}
    for name, container in containers.items():
        names |= {container["Id"]: f"<{name}>", container["Id"][:12]: f"<{name}>"}
        networks_of = {
            place["MacAddress"]: network for network, place in container["NetworkSettings"]["Networks"].items() if place["MacAddress"]
        }
        if not networks_of or not container["State"]["Running"]:
            continue
        for link in json.loads(host.said(*_entered(container), "ip", "-j", "link")):
            if link["address"] in networks_of and link.get("link_index") in devices:
                names[devices[link["link_index"]]] = f"veth-{name}-{networks_of[link['address']]}"
    names.pop("eth0", None)  # the host's own, which macvlan devices hang on
    return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


def _shown(text, names):
    for drawn, name in names.items():
        text = text.replace(drawn, name)
    text = re.sub(r"\b[0-9a-f]{64}\b", "<id>", text)
    text = re.sub(r"(--to-destination 127\.0\.0\.11:)\d+", r"\1<dns>", text)
    return re.sub(r"(-s 127\.0\.0\.11/32 [^\"]*--sport )\d+", r"\1<dns>", text)


def _network(found):
    """Describe a network; of the default bridge, which the daemon configures, only the subnet: what else is shown depends on restarts."""
    own = DEFAULT_BRIDGE in found["Options"]
    options = {} if own else dict(sorted(found["Options"].items()))
    shown = ("Subnet",) if own else ("Subnet", "IPRange", "Gateway")
    return {
        "driver": found["Driver"],
        "scope": found["Scope"],
        "internal": found["Internal"],
        "ipam": [{key.lower(): each[key] for key in shown if each.get(key)} for each in found["IPAM"]["Config"] or ()],
        "options": options,
    }


def _entered(container):
    return ("nsenter", "-t", str(container["State"]["Pid"]), "-n")


def _container(host, found, containers):
    settings, state = found["NetworkSettings"], found["State"]
    mode = "bridge" if found["HostConfig"]["NetworkMode"] == "default" else found["HostConfig"]["NetworkMode"]
    other = mode.partition(":")[2]
    files = found if not other else next(each for each in containers.values() if each["Id"] == other)
    hosts, resolv = (_read(host, files[key]) for key in ("HostsPath", "ResolvConfPath"))
    record = {
        "mode": mode,
        "running": state["Running"],
        "hosts": None if hosts is None else hosts.splitlines(),
        "resolv": [line for line in (resolv or "").splitlines() if line and not line.startswith("#")],
        "networks": {
            name: {"ip": place["IPAddress"], "gateway": place["Gateway"], "aliases": _aliases(found, place)}
            for name, place in settings["Networks"].items()
        },
        "ports": {port: _places(places) for port, places in (settings["Ports"] or {}).items() if places},
    }
    if state["Running"] and mode != "host":
        record |= namespace(host, _entered(found))
    return record


def _places(found):
    """Give where a port is on the host; IPv6 is not modelled, and an engine that has it off still says so here."""
    return [f"{at['HostIp']}:{at['HostPort']}" for at in found if ":" not in at["HostIp"]]


def _aliases(container, place):
    """Give the aliases that somebody asked for: engines before 29 add the container's own id."""
    return sorted(alias for alias in place["Aliases"] or () if not container["Id"].startswith(alias))


def _read(host, path):
    code, text, _ = host.run("cat", path) if path else (1, "", "")
    return text if code == 0 else None


def namespace(host, entered=()):
    """Read what a namespace holds; the MAC addresses only in a container, and where the release derives them."""
    links = [link for link in json.loads(host.said(*entered, "ip", "-j", "-d", "addr")) if link["link_type"] != "loopback"]
    every = json.loads(host.said(*entered, "ip", "-j", "-4", "addr"))
    settings = host.said(*entered, "sysctl", "-n", *SYSCTLS).split()
    localnet = host.said(*entered, "sysctl", "-a", "-r", r"net\.ipv4\.conf\..*\.route_localnet")
    return {
        "links": [_link(link, macs=bool(entered)) for link in links],
        "addresses": {
            link["ifname"]: [f"{each['local']}/{each['prefixlen']}" for each in link["addr_info"]]
            for link in every
            if link.get("addr_info")
        },
        "routes": [_route(line) for line in host.said(*entered, "ip", "-4", "route").splitlines()],
        "iptables": _tables(host.said(*entered, "iptables-save")),
        "sysctl": dict(zip(SYSCTLS, settings, strict=True)),
        "route_localnet": [line.split(".")[3] for line in localnet.splitlines() if line.endswith("= 1")],
    }


def _link(link, *, macs):
    info = link.get("linkinfo", {})
    found = {"name": link["ifname"], "kind": info["info_kind"], "mtu": link["mtu"], "up": "UP" in link["flags"]}
    found |= {"master": link["master"]} if "master" in link else {}
    found |= {"hairpin": True} if info.get("info_slave_data", {}).get("hairpin") else {}
    found |= {"mode": info["info_data"]["mode"]} if info["info_kind"] == "macvlan" else {}
    return found | ({"mac": link["address"]} if macs and link["address"].startswith("02:42:") else {})


def _route(line):
    return re.sub(r" (proto|scope) \S+| linkdown", "", line).strip()


def _tables(saved):
    tables = {}
    for line in saved.splitlines():
        if line.startswith("*"):
            chains = tables[line[1:]] = {}
        elif line.startswith(":"):
            name, policy, _ = line[1:].split()
            chains[name] = {"policy": None if policy == "-" else policy, "rules": []}
        elif line.startswith("-A"):
            chains[line.split()[1]]["rules"].append(line)
    return tables
