"""Recorded cases of the 1.2 daemon, done again: the same stage, the same jobs, a record of the same shape."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface
from pathlib import Path
from typing import Any, Self

from ..engine.v1_2 import Engine, Job, new_engine, stop_daemon
from ..errors import DaemonError, SpecError
from ..kernel import Kernel, Taken, Walk, run
from ..model import Netns
from ..model.state import SYSCTL_DEFAULTS
from ..spec import json_file
from ..stage import HOST, stage
from ..tools import host_command

LOOPBACK = IPv4Interface("127.0.0.1/8")
JOBS = ("init_networkdriver", "allocate_interface", "release_interface", "allocate_port", "link")
COMMAND = "/usr/sbin/iptables, ["

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """What was done to the daemon: the host as it was set up, and the jobs of each daemon process in turn."""

    name: str
    runs: tuple[tuple[Job, ...], ...]
    host_setup: tuple[str, ...] = ()
    resolv: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a JSON file. Raises SpecError, which names the file and the key."""
        return json_file.read(path, cls.parse)

    @classmethod
    def parse(cls, data: object) -> Self:
        """Read a decoded case or record; what a record holds beyond its case is ignored. Raises SpecError with the key."""
        case = _mapping(data, "the case")
        runs = _list(case.get("runs"), "runs")
        return cls(
            _text(case.get("case"), "case"),
            tuple(tuple(_jobs(entry, f"runs[{at}]")) for at, entry in enumerate(runs)),
            tuple(_texts(case.get("host_setup", []), "host_setup")),
            tuple(_texts(case.get("resolv", []), "resolv")),
        )


def _jobs(data: object, where: str) -> Iterator[Job]:
    for at, entry in enumerate(_list(_mapping(data, where).get("jobs"), f"{where}.jobs")):
        place = f"{where}.jobs[{at}]"
        job = _mapping(entry, place)
        name = _text(job.get("Job"), f"{place}.Job")
        if name not in JOBS:
            raise SpecError(f"{place}.Job: unknown job {name!r}; there are {', '.join(JOBS)}")
        env = _mapping(job.get("Env", {}), f"{place}.Env")
        texts = {key: _text(value, f"{place}.Env.{key}") for key, value in env.items()}
        yield Job(name, tuple(_texts(job.get("Args", []), f"{place}.Args")), texts)


def _mapping(data: object, where: str) -> Mapping[str, object]:
    if not isinstance(data, dict):
        raise SpecError(f"{where}: {'missing' if data is None else 'has to be an object'}")
    return data


def _list(data: object, where: str) -> Sequence[object]:
    if not isinstance(data, list):
        raise SpecError(f"{where}: {'missing' if data is None else 'has to be a list'}")
    return data


def _text(data: object, where: str) -> str:
    if not isinstance(data, str):
        raise SpecError(f"{where}: {'missing' if data is None else 'has to be a text'}")
    return data


def _texts(data: object, where: str) -> list[str]:
    return [_text(item, f"{where}[{at}]") for at, item in enumerate(_list(data, where))]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A case that was done again: its record, and the events of each job's plan, for the chart."""

    record: Record
    taken: tuple[tuple[Taken, ...], ...]


def replay(case: Case | Mapping[str, Any], kernel: Kernel) -> Record:
    """Do a case on an empty kernel and give its record; what failed jobs changed stays, as with the real daemon.

    Raises SpecError for a case that cannot be read, KernelError where the host's own commands are refused.
    """
    return replayed(case, kernel).record


def replayed(case: Case | Mapping[str, Any], kernel: Kernel) -> Replayed:
    """Do a case as :func:`replay` does, and keep what happened step by step."""
    case = case if isinstance(case, Case) else Case.parse(case)
    run(stage(case.resolv), kernel)
    for line in case.host_setup:
        run(host_command(HOST, line), kernel)
    runs: list[Record] = []
    taken: list[tuple[Taken, ...]] = []
    for jobs in case.runs:
        engine = new_engine(HOST)
        results = []
        for job in jobs:
            walk = Walk(engine.run(job), kernel)
            results.append(_result(job, walk))
            taken.append(tuple(walk.taken))
        run(stop_daemon(engine), kernel)
        runs.append(_run(jobs, results, engine))
    record = {
        "case": case.name,
        "engine": "1.2.0",
        "host_setup": list(case.host_setup),
        "resolv": list(case.resolv),
        "runs": runs,
        "host": _host(kernel.state()[HOST]),
    }
    return Replayed(record, tuple(taken))


def _result(job: Job, walk: Walk[dict[str, str]]) -> Record:
    title = f"{job.name} {' '.join(job.args)}"
    try:
        return {"error": "", "job": title, "out": dict(sorted(walk.finish().items()))}
    except DaemonError as error:
        return {"error": error.reported, "job": title}


def _run(jobs: Sequence[Job], results: list[Record], engine: Engine) -> Record:
    commands = [f"debug] {line.removesuffix(']')}" for line in engine.debug if line.startswith(COMMAND)]
    return {
        "jobs": [_job(job) for job in jobs],
        "said": list(engine.stdout),
        "results": results,
        "iptables_commands": commands,
        "debug_log": [line for line in engine.debug if not line.startswith(COMMAND)],
    }


def _job(job: Job) -> Record:
    return {"Job": job.name} | ({"Args": list(job.args)} if job.args else {}) | ({"Env": dict(job.env)} if job.env else {})


def _host(netns: Netns) -> Record:
    """Write a namespace as a record holds it: only devices with an IPv4 address, only tables that somebody touched."""
    addresses = {link.name: [str(address) for address in link.addresses] for link in netns.links.values() if link.addresses}
    if netns.links["lo"].up:
        addresses["lo"] = [str(LOOPBACK), *(text for text in addresses.get("lo", []) if text != str(LOOPBACK))]
    tables = {
        table.name: {
            name: {"policy": chain.policy, "rules": [f"-A {name} {rule}".rstrip() for rule in chain.rules]}
            for name, chain in table.chains.items()
        }
        for table in netns.tables.values()
    }
    forwarding = "net.ipv4.ip_forward"
    return {
        "addresses": addresses,
        "routes": sorted(map(str, netns.routes)),
        "iptables": tables,
        "sysctl": {forwarding: netns.sysctl.get(forwarding, SYSCTL_DEFAULTS[forwarding])},
    }
