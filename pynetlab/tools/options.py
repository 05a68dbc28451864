"""Options of programs that take them as getopt(3) does: what was given, and what is wrong with it."""

import getopt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .call import Call, absent


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one call, by their letters, and the words that are none."""

    given: Mapping[str, str]
    words: Sequence[str]

    def __contains__(self, letter: str) -> bool:
        """Say whether an option was given."""
        return letter in self.given

    def get(self, letter: str, usual: str = "") -> str:
        """Give the value of an option, the last one that was given."""
        return self.given.get(letter, usual)


def options(call: Call, letters: str, long: Mapping[str, str] = {}) -> Options:
    """Read the options of a call; ``letters`` are those of getopt(3), ``long`` gives long names their letters.

    Raises Refused for one that the simulation has not; it names those that there are.
    """
    names = [name if f"{letter}:" not in letters else f"{name}=" for name, letter in long.items()]
    try:
        given, words = getopt.gnu_getopt(list(call.arguments), letters, names)
    except getopt.GetoptError as error:
        if "requires" in error.msg:
            raise absent(f"{call.name} {_dashed(error.opt)} without a value") from None
        raise absent(f"{call.name} {_dashed(error.opt)}", [f"-{each}" for each in letters.replace(":", "")]) from None
    return Options({long.get(name.lstrip("-"), name.lstrip("-")): value for name, value in given}, words)


def _dashed(option: str) -> str:
    return f"-{option}" if len(option) == 1 else f"--{option}"
