"""What the same commands leave in the kernel with two releases of Docker, side by side."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..engine.releases import RELEASES
from ..errors import SpecError
from ..kernel import Kernel, run
from ..model import State
from ..model.comparison import Section, compare, section
from ..replay import Scenario
from ..replay.probes import ready
from ..replay.scenario import Played, perform
from ..sim import SimKernel
from ..views.comparison import comparison
from ..views.table import Table
from .compare import connections

EXAMPLE = (
    "docker network create front",
    "docker run -d --name web --network front -p 8080:80 nginx",
    "docker run -d --name peer nginx",
)
"""What is compared where nothing else is asked for: a network, a published port, and the default bridge."""


def releases_diff(
    left: str, right: str, commands: str | Path | Sequence[str] = EXAMPLE, *, daemon: Sequence[str] = (), whole: bool = False
) -> Table:
    """Run the same commands with two releases and set side by side what they leave in the kernel, and who reaches whom.

    ``commands`` are command lines of ``docker``, or of the host after ``host``, one a line; or the path of a file of
    them, or of a scenario. ``daemon`` are the daemon's flags. Sections that are the same are left out, but for ``whole``.
    Raises SpecError for a release that is not modelled. A command that is refused is a difference like any other.
    """
    scenario = _scenario(commands, tuple(daemon))
    kernels = SimKernel(), SimKernel()
    one, other = (perform(scenario, _known(name), kernel) for name, kernel in zip((left, right), kernels, strict=True))
    reached = connections(*(_Ready(played, kernel) for played, kernel in zip((one, other), kernels, strict=True)), whole=whole)
    sections = (*_said(one, other), *reached, *compare(_whole(one), _whole(other)))
    return comparison(sections, left, right, whole=whole, caption=f"What the same commands leave with Docker {left} and {right}")


class _Ready:
    """A host whose commands are done, as one that can be asked: its containers serve, and the world outside has its routes."""

    def __init__(self, played: Played, kernel: SimKernel) -> None:
        self.kernel: Kernel = kernel
        self.containers = dict(played.memory.containers) if played.memory else {}
        if played.memory:
            run(ready(played.memory), kernel)

    def state(self) -> State:
        """Give all that the kernel holds."""
        return self.kernel.state()


def _known(release: str) -> str:
    if release not in RELEASES:
        raise SpecError(f"release {release!r} cannot be compared; there are {', '.join(RELEASES)}")
    return release


def _scenario(commands: str | Path | Sequence[str], daemon: tuple[str, ...]) -> Scenario:
    if isinstance(commands, str) and "\n" not in commands and Path(commands).is_file():
        commands = Path(commands)
    if isinstance(commands, Path):
        if commands.suffix in (".yaml", ".yml", ".json"):
            found = Scenario.read(commands)
            return replace(found, daemon=(*found.daemon, *daemon))
        commands = _text(commands)
    lines = commands.splitlines() if isinstance(commands, str) else commands
    return Scenario("compared", daemon, tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: {getattr(error, 'strerror', None) or 'not a text in UTF-8'}") from None


def _said(one: Played, other: Played) -> list[Section]:
    """Set side by side what was refused, each in the engine's words."""
    sides = [[(line, f"{line}: {error}" if error else f"{line}: ok") for line, error in each.outcomes] for each in (one, other)]
    return [section("docker", "commands", *sides)]


def _whole(played: Played) -> State:
    """Give the state with each container's own files in its namespace, though the engine keeps them on its disk."""
    state, memory = played.state, played.memory
    for name, files in memory.disk.items() if memory else ():
        if name in state.netns:
            state = state.with_netns(replace(state[name], files={**state[name].files, **files}))
    return state
