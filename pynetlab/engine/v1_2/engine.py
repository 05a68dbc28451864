"""The job engine of the 1.2 daemon: everything it does is a job with a name, arguments and an environment.

moby v1.2.0: engine/engine.go, engine/job.go, engine/env.go.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ...errors import DaemonError
from ...kernel import Passed, Plan
from .networkdriver.driver import Driver

Env = dict[str, str]
"""What a job answers: Docker's own words for what it gave out."""

FALSE = ("", "0", "no", "false", "none")
"""What an environment variable may say for no; anything else is yes."""


@dataclass(frozen=True, slots=True)
class Job:
    """One unit of work: like a Unix process it has a name, arguments and an environment of texts."""

    name: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str:
        """Give a variable, empty where it is not set."""
        return self.env.get(key, "")

    def get_bool(self, key: str) -> bool:
        """Read a variable as yes or no."""
        return self.get(key).strip(" \t").lower() not in FALSE

    def get_int(self, key: str) -> int:
        """Read a variable as a decimal number of 64 bits; 0 where it is none."""
        text = self.get(key).strip(" \t")
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,19}", text) else 0
        return number if -(2**63) <= number < 2**63 else 0

    def get_list(self, key: str) -> list[str]:
        """Read a variable as a JSON list of texts; anything else is a list of one."""
        text = self.get(key)
        try:
            found = json.loads(text or "[]")
        except ValueError:
            return [text]
        return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else [text]

    def argument(self, at: int) -> str:
        """Give an argument. Without it the daemon of 1.2 panics, in these words."""
        if at >= len(self.args):
            raise DaemonError(f"runtime error: index out of range [{at}] with length {len(self.args)}")
        return self.args[at]


Handler = Callable[["Engine", Job], Plan[Env]]


@dataclass(slots=True)
class Engine:
    """What one daemon process remembers. A restarted daemon is a new engine on the kernel state that the old one left."""

    netns: str = "host"
    """The namespace that is the Docker host."""
    handlers: dict[str, Handler] = field(default_factory=dict)
    driver: Driver = field(default_factory=Driver)
    mtu: int = 0
    """The MTU that containers get, in bytes; set when the daemon starts."""
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    """The name servers and search domains that containers get; empty: those of the host."""
    debug: list[str] = field(default_factory=list)
    """The lines of the daemon's debug log, every iptables command line among them."""
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    """What jobs wrote to their logs, the full text of errors included."""

    def register(self, name: str, handler: Handler) -> None:
        """Say who does the jobs of a name. Raises DaemonError where that is settled."""
        if name in self.handlers:
            raise DaemonError(f"Can't overwrite handler for command {name}")
        self.handlers[name] = handler

    def run(self, job: Job) -> Plan[Env]:
        """Do a job and give its answer.

        Raises DaemonError; its whole text stands in ``stderr`` too, its last line is what the daemon reports.
        """
        try:
            return (yield from self._handler(job.name)(self, job))
        except DaemonError as error:
            self.stderr.append(str(error))
            raise

    def _handler(self, name: str) -> Handler:
        if name not in self.handlers:
            raise DaemonError(f"{name}: command not found")
        return self.handlers[name]


def leave(node: str, text: str) -> Plan[DaemonError]:
    """Pass an exit of the chart and give the error to raise."""
    yield Passed(f"The daemon ends here and says: {' '.join(text.split())!r}.", node)
    return DaemonError(text)
