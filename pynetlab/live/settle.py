"""Waiting until cables that were just brought up carry packets: the kernel does the last part a little later, by itself.

Without it the first packet is lost, and its sender tries again after a second.
"""

import time

from .decoding import carrier
from .lab import LOOPBACK, Lab, Place, Space
from .messages import one_link

LONGEST = 2.0
PAUSE = 0.0005
"""Seconds."""


def settle(lab: Lab) -> None:
    """Wait, two seconds at most, until every device that was brought up, and its far end, is ready or has no far end that is up."""
    raised = {place for place in lab.raised if place[1] != LOOPBACK}
    lab.raised.clear()
    waiting = raised | {lab.peers[place] for place in raised if place in lab.peers}
    latest = time.monotonic() + LONGEST
    while waiting and time.monotonic() < latest:
        waiting = _not_ready(waiting)
        if waiting:
            time.sleep(PAUSE)


def _not_ready(places: set[Place]) -> set[Place]:
    by_space: dict[Space, list[int]] = {}
    for space, index in places:
        by_space.setdefault(space, []).append(index)
    late = set()
    for space, indexes in by_space.items():
        for start in range(0, len(indexes), 64):
            asked = indexes[start : start + 64]
            for index, answer in zip(asked, space.wire.ask([one_link(index) for index in asked]), strict=True):
                if isinstance(answer, tuple) and carrier(answer[1]) == (True, False):
                    late.add((space, index))
    return late
