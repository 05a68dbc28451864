"""How a device lets packets out: its queueing discipline, where that is one that somebody set, tc(8)."""

from dataclasses import dataclass
from typing import Self

NANOSECONDS = 10**9
TICK = 64
"""Nanoseconds: the kernel tells and takes the time of a burst in these, PSCHED_SHIFT in its pkt_sched.h."""
LARGEST = 2**32 - 1
"""What the numbers of the kernel's record hold. A faster rate takes another attribute of the message, and is not modelled."""


@dataclass(frozen=True, slots=True)
class Tbf:
    """A token bucket filter, tc-tbf(8): a device sends so many bits in a second, and what comes faster waits or is lost."""

    rate: int
    """Bits in a second."""
    burst: int
    """Bytes that may leave at once; a larger packet never leaves."""
    limit: int
    """Bytes that may wait."""

    @property
    def possible(self) -> bool:
        """Say whether tc(8) and the kernel take it: no number is nothing, and none too large for the record."""
        bytes_ = self.rate // 8
        if not 0 < bytes_ <= LARGEST or not 0 < self.limit <= LARGEST:
            return False
        return self.ticks <= LARGEST and self.ticks * TICK * bytes_ >= NANOSECONDS

    @property
    def ticks(self) -> int:
        """Give the time that a burst takes at this rate, as the kernel counts it; psched_ratecfg_precompute of sch_generic.c."""
        factor, shift = NANOSECONDS, 0
        while not (factor // (self.rate // 8)) >> 31 & 1 and not factor >> 63:
            factor, shift = factor << 1, shift + 1
        return (self.burst * (factor // (self.rate // 8)) >> shift) // TICK

    @classmethod
    def kept(cls, rate: int, ticks: int, limit: int) -> Self:
        """Give what the kernel has kept: whole bytes in a second and whole ticks. A rate above 125 mbit costs the burst some bytes."""
        return cls(rate, -(-ticks * TICK * (rate // 8) // NANOSECONDS), limit)

    def __str__(self) -> str:
        """Print the words of tc(8) after ``root``."""
        return f"tbf rate {_unit(self.rate, 1000, BITS)} burst {_unit(self.burst, 1024, BYTES)} limit {_unit(self.limit, 1024, BYTES)}"


BITS, BYTES = ("bit", "kbit", "mbit", "gbit"), ("b", "kb", "mb", "gb")


def _unit(value: int, step: int, units: tuple[str, ...]) -> str:
    """Give a number in the largest unit of tc(8) of which it is a whole multiple."""
    power = max(power for power in range(len(units)) if value % step**power == 0) if value else 0
    return f"{value // step**power}{units[power]}"
