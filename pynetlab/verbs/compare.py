"""What differs between two labs: what their kernels hold, and which connections get another answer."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..model import Answer
from ..model.comparison import Section, section
from ..model.comparison import compare as sections
from ..views.comparison import comparison
from ..views.table import Table
from .reach import PROTOCOLS, Reaching, matrix, parties, services


class Compared(Reaching, Protocol):
    """What has to be known of a lab."""

    release: str


def compare(lab: Compared, other: Compared, *, whole: bool = False) -> Table:
    """Set two labs side by side: ``print(lab.compare(other))``; other releases, other flags, or before and after a fault.

    Sections are those of the model (links, routes, rules …) and ``connections``: each question of
    :func:`pynetlab.verbs.reach.reachability` of either lab that gets another answer in the other one. ``whole`` shows
    what is the same too.
    """
    left, right = f"this lab, {lab.release}", f"the other, {other.release}"
    found = (*connections(lab, other, whole=whole), *sections(lab.state(), other.state()))
    return comparison(found, left, right, whole=whole, caption="What differs between two labs")


def connections(one: Reaching, other: Reaching, *, whole: bool = False) -> list[Section]:
    """Ask in both labs for what is served in either, and set the answers side by side."""
    asked = tuple(dict.fromkeys(each for lab in (one, other) for each in services(lab, None, PROTOCOLS)))
    sides = [matrix(lab.kernel, parties(lab), asked).asked() for lab in (one, other)]
    return [section("everybody", "connections", *(_items(side, sides, whole=whole) for side in sides))]


def _items(side: Mapping[str, Answer], sides: Sequence[Mapping[str, Answer]], *, whole: bool) -> list[tuple[str, str]]:
    """Give the answers of one side that are not the same on both, in the order of the questions."""
    order = dict.fromkeys(question for each in sides for question in each)
    kept = [question for question in order if question in side and (whole or len({each.get(question) for each in sides}) > 1)]
    return [(question, f"{question}: {side[question]}") for question in kept]
