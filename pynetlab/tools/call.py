"""What a tool is: a plan that does what a command line says, and ends with what it printed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..errors import KernelError, SpecError
from ..kernel import Plan, Step
from ..model import State
from ..ops import Op, ReadState
from ..output import Output

ASKED = "The administrator of the host wants to see what the kernel holds."
TYPED = "The administrator of the host typed this command."


@dataclass(frozen=True, slots=True)
class Call:
    """One command: where it runs, its words without quotes, and what it reads from standard input."""

    netns: str
    words: tuple[str, ...]
    stdin: str = ""
    scratch: dict[str, str] = field(default_factory=dict)
    """Files that the kernel does not hold, by path; they end with the script."""
    tools: "Tools" = field(default_factory=dict)
    """The words that are known where it was called, for a tool that calls others."""

    @property
    def name(self) -> str:
        """The program that is called."""
        return self.words[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words behind the program's name."""
        return self.words[1:]

    def other(self, words: Sequence[str], netns: str = "") -> "Call":
        """Give a call of other words, here or in another namespace, as ``sudo`` and ``ip netns exec`` do."""
        return replace(self, words=tuple(words), netns=netns or self.netns)


Tool = Callable[[Call], Plan[Output]]
Tools = Mapping[str, Tool]
"""By the word that calls each: the shell knows no other words. More are added by whoever knows more than a state."""


class Refused(SpecError):  # noqa: N818 - it is what a tool says, no error of ours
    """A tool gives up: its words as it prints them, and its exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        """Keep both."""
        super().__init__(text)
        self.code = code


def absent(what: str, there: Sequence[str] = ()) -> Refused:
    """Give the error for what the real tool has and the simulation has not; it names what is there."""
    return Refused(f"{what} is not in the simulation" + (f"; there are {', '.join(there)}" if there else ""), 127)


def holds(netns: str) -> Plan[State]:
    """Ask what the kernel holds."""
    state: State = yield Step(ReadState(netns), ASKED)
    return state


def change(op: Op, says: Callable[[Op, KernelError], Refused]) -> Plan[None]:
    """Do one operation; where the kernel refuses it, raise what the tool says then, with the kernel's error as its cause."""
    try:
        yield Step(op, TYPED, may_fail=True)
    except KernelError as error:
        raise says(op, error) from error
