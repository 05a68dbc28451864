"""The one object that a notebook holds: a Docker host, its neighbour on the wire, and the kernel that both are in."""

import copy
import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar

from .daemon import Container as Guest
from .daemon import Dockerd
from .engine.releases import RELEASES as MODERN
from .engine.v1_2 import Container, Engine, new_engine, start_container, start_daemon, stop_container, stop_daemon
from .errors import DaemonError, PynetlabError, SpecError
from .kernel import Kernel, Plan, Taken, Walk, run
from .model import State
from .output import Output
from .show import Show
from .sim import SimKernel
from .spec import ContainerSpec, DaemonConfig, Publish
from .stage import HOST, OUTSIDE, files, stage
from .tools import host_command
from .verbs import capture as capturing
from .verbs import compare as comparing
from .verbs import compose, explain, faults, names, reach
from .verbs import trace as tracing
from .verbs.machine import Machine

T = TypeVar("T")

MODES = ("sim", "live")
RELEASES = ("1.2", *MODERN)


class Lab:
    """A Docker host of one release, in the simulated kernel (``mode="sim"``) or in the real one (``mode="live"``).

    Without a mode the environment variable PYNETLAB_MODE decides, and without that it is the simulation. ``iptables``
    asks for a dialect, ``"nft"`` or ``"legacy"``; without it a live lab uses that of this machine's ``iptables``.
    ``resolv`` are the lines of the host's resolv.conf. Raises SpecError for an unknown release or mode, LiveError where
    the live kernel cannot be used.

    A request that is refused, by Docker or by a kernel, raises and leaves the lab as it was before.
    """

    def __init__(self, release: str = "1.2", *, mode: str | None = None, iptables: str | None = None, resolv: Sequence[str] = ()) -> None:
        """Set the stage: the host with eth0 192.0.2.10, and the machine ``outside`` with 192.0.2.99."""
        if release not in RELEASES:
            raise SpecError(f"release {release!r} is not modelled; there is {', '.join(RELEASES)}")
        self.release = release
        self.mode = mode or os.environ.get("PYNETLAB_MODE") or "sim"
        self.kernel = open_kernel(self.mode, iptables)
        self.host, self.outside = Machine(HOST, self.kernel), Machine(OUTSIDE, self.kernel)
        """The machines that scripts can be run on, such as ``lab.host.sh("ip addr")``."""
        self.walks: list[Walk[Any]] = [run(stage(resolv), self.kernel)]
        """All that was carried out, the oldest first."""
        self.engine: Engine | None = None
        """What the daemon of 1.2 remembers; None where it does not run."""
        self.dockerd = Dockerd(MODERN[release], self.carry_out, self.kernel.sh) if release in MODERN else None
        """The daemon of a release since 20.10."""
        if self.dockerd:
            self.carry_out(files())
        self.containers: dict[str, Any] = {}
        """By name; those of 1.2 are :class:`pynetlab.engine.v1_2.Container`, later ones :class:`pynetlab.daemon.Container`."""

    from_compose: "ClassVar[classmethod[Lab, ..., Lab]]" = classmethod(compose.from_compose)
    up = compose.up
    fault = faults.fault
    resolve = names.resolve
    name_server = names.name_server
    trace = tracing.trace
    ask = tracing.ask
    check = tracing.check
    observe = tracing.observe
    capture = capturing.capture
    save = capturing.save
    ping = tracing.ping
    curl = tracing.curl
    reachability = reach.reachability
    compare = comparing.compare
    explain = explain.explain

    def daemon(self, *flags: str) -> "Walk[None]":
        """Give the start of the daemon as a walk that has not taken a step yet; its flags are those of ``docker -d`` or dockerd.

        A daemon that runs is stopped first, with its containers; its bridge and rules stay. Raises SpecError for a
        bad flag.
        """
        if self.dockerd:
            plan, self.dockerd.memory = self.dockerd.starting(flags)
            self.walks.append(Walk(plan, self.kernel, shlex.join(["dockerd", *flags])))
            self.containers = {}
            return self.walks[-1]
        config, engine = DaemonConfig.from_flags(flags), new_engine()
        plan = _restart(copy.deepcopy(self.engine), self.containers, engine, config)
        walk = Walk(plan, self.kernel, shlex.join(["docker", "-d", *flags]))
        self.walks.append(walk)
        self.engine, self.containers = engine, {}
        return walk

    def start(self, *flags: str) -> "Walk[None]":
        """Start the daemon, again if one runs, and give the finished walk. Raises DaemonError with Docker's words."""
        engine, containers = self.engine, self.containers
        memory = self.dockerd.memory if self.dockerd else None
        walk = self.daemon(*flags)
        try:
            walk.finish()
        except PynetlabError:
            walk.undo()
            self.walks.remove(walk)
            self.engine, self.containers = engine, containers
            if self.dockerd:
                self.dockerd.memory = memory
            raise
        return walk

    def docker(self, line: str) -> Output:
        """Do what a command line of ``docker`` says, such as ``"docker run -d --name web -p 8080:80 nginx"``, and give what it prints.

        For releases since 20.10. Raises SpecError in the words of the command line, DaemonError in the engine's; then
        nothing changed but that a container which cannot start stays made.
        """
        if self.dockerd is None:
            raise SpecError(f"command lines are for the releases since 20.10; the lab of {self.release} has run() and stop()")
        before = len(self.walks)
        try:
            return self.dockerd.command(line)
        finally:
            for walk in self.walks[before:]:
                walk.line = line if line.startswith("docker ") else f"docker {line}"
            self.containers = dict(self.dockerd.memory.containers) if self.dockerd.memory else {}

    def run(
        self, name: str, *, net: str = "bridge", publish: Iterable[str] = (), expose: Iterable[str] = (), links: Iterable[str] = ()
    ) -> Container | Guest:
        """Start a container, as ``docker run --net … -p … --expose … --link NAME:ALIAS`` does.

        Raises SpecError for what cannot be understood, DaemonError for what Docker refuses.
        """
        if self.dockerd:
            self.docker(shlex.join(["run", "-d", "--name", name, *_words(net, publish, expose, links), "image"]))
            return self.dockerd.memory.containers[name] if self.dockerd.memory else self.containers[name]
        pairs = tuple((link.partition(":")[0], link.partition(":")[2] or link) for link in links)
        spec = ContainerSpec(name, net, tuple(map(Publish.parse, publish)), tuple(expose), pairs)
        engine = _running(self.engine)
        line = shlex.join(["docker", "run", "-d", "--name", name, *_words(net, publish, expose, links), "image"])
        container = self.carry_out(start_container(engine, spec, self.containers), line).done()
        self.engine, self.containers = engine, {**self.containers, name: container}
        return container

    def stop(self, name: str) -> None:
        """Stop a container: its namespace, cable, rules and proxies go, its address and ports are free again."""
        if self.dockerd:
            self.docker(shlex.join(["rm", "-f", name]))
            return
        if name not in self.containers:
            raise DaemonError(f"No such container: {name}; the lab has {_names(self.containers)}")
        others = {other: container for other, container in self.containers.items() if other != name}
        engine = _running(self.engine)
        self.carry_out(stop_container(engine, self.containers[name], others), f"docker stop {name}")
        self.engine, self.containers = engine, others

    def sh(self, *lines: str) -> None:
        """Do what an administrator types on the host: ``ip`` for links, addresses and routes, ``iptables``, ``sysctl -w``.

        All lines or none are carried out. Raises SpecError for a line that is not modelled, KernelError for one that
        the kernel refuses.
        """

        def plan() -> Plan[None]:
            for line in lines:
                yield from host_command(HOST, line)

        self.carry_out(plan(), "; ".join(lines))

    def state(self) -> State:
        """Give all that the kernel holds now."""
        return self.kernel.state()

    def carry_out(self, plan: Plan[T], line: str = "") -> "Walk[T]":
        """Carry out a plan of your own in this lab and give the finished walk. A plan that fails is undone, its error raised.

        ``line`` is the command line that it is for, which :meth:`explain` will name.
        """
        walk = run(plan, self.kernel, line=line)
        self.walks.append(walk)
        return walk

    @property
    def history(self) -> list[Taken]:
        """Every step that is in force, the oldest first."""
        return [taken for walk in self.walks for taken in walk.taken[: walk.position]]

    @property
    def show(self) -> Show:
        """The lab's drawings and tables, such as ``lab.show.network()``."""
        return Show(self)

    def close(self) -> None:
        """End the lab; in live mode the agent ends, and with it everything that the lab made."""
        self.kernel.close()

    def __enter__(self) -> Self:
        """Give the lab; it is closed at the end of the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the lab."""
        self.close()

    def __repr__(self) -> str:
        """Say what this is, in the same words in both modes."""
        return f"<Lab of Docker {self.release}: host 192.0.2.10, outside 192.0.2.99, {_names(self.containers)}>"


def _words(net: str, publish: Iterable[str], expose: Iterable[str], links: Iterable[str]) -> list[str]:
    """Give the options of ``docker run``; 1.2 calls the first ``--net``, which later releases still understand."""
    options = [("--net", net), *(("-p", each) for each in publish)]
    options += [*(("--expose", each) for each in expose), *(("--link", each) for each in links)]
    return [word for option in options for word in option]


def _running(engine: Engine | None) -> Engine:
    """Give a copy of what the daemon of 1.2 remembers, which takes its place when a plan succeeds."""
    if engine is None:
        raise DaemonError("Cannot connect to the Docker daemon. Is 'docker -d' running on this host?")
    return copy.deepcopy(engine)


def _restart(old: Engine | None, containers: Mapping[str, Container], engine: Engine, config: DaemonConfig) -> Plan[None]:
    if old is not None:
        left = dict(containers)
        while left:
            _, container = left.popitem()
            yield from stop_container(old, container, left)
        yield from stop_daemon(old)
    yield from start_daemon(engine, config)


def open_kernel(mode: str, iptables: str | None = None, lacks: Iterable[str] = ()) -> Kernel:
    """Open an empty kernel; a simulated one may lack kinds of devices, as real ones do.

    Raises SpecError for an unknown mode or dialect, LiveError where live cannot run.
    """
    if mode not in MODES:
        raise SpecError(f"mode {mode!r} is unknown; there are {' and '.join(MODES)}")
    if iptables not in (None, "nft", "legacy"):
        raise SpecError(f"iptables dialect {iptables!r} is unknown; there are nft and legacy")
    if mode == "sim":
        return SimKernel(dialect=iptables or "nft", lacks=lacks)
    from .live.kernel import LiveKernel  # noqa: PLC0415 - so that a simulation needs nothing of what live needs

    return LiveKernel(iptables)


def _names(containers: Iterable[str]) -> str:
    names = sorted(containers)
    return f"containers {', '.join(names)}" if names else "no containers"
