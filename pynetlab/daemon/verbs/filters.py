"""The values of ``--filter``, and what they let through: moby api/types/filters/parse.go."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from ...engine.releases import Release


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for, by key. Several values of one key are alternatives, but all labels have to be there."""

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def parse(cls, release: Release, pairs: Sequence[tuple[str, str]], known: Sequence[str]) -> Self:
        """Gather ``KEY=VALUE`` pairs. Raises DaemonError for a key that is not known."""
        values: dict[str, tuple[str, ...]] = {}
        for key, value in pairs:
            if key not in known:
                raise release.error("bad-filter", filter=key)
            values[key] = (*values.get(key, ()), value)
        return cls(values)

    def given(self, key: str) -> tuple[str, ...]:
        """Give the values of a key."""
        return self.values.get(key, ())

    def exact(self, key: str, *texts: str) -> bool:
        """Say whether one of the texts is one of the values; or nothing was asked for."""
        return not self.given(key) or any(text in self.given(key) for text in texts)

    def match(self, key: str, *texts: str) -> bool:
        """Say whether one of the texts is a value, or a value is a pattern that fits somewhere in it."""
        return self.exact(key, *texts) or any(_fits(value, text) for value in self.given(key) for text in texts)

    def labelled(self, key: str, labels: Mapping[str, str]) -> bool:
        """Say whether all labels that were asked for are there, with their values where those were named."""
        wanted = (value.partition("=") for value in self.given(key))
        return all(name in labels and (not equals or labels[name] == value) for name, equals, value in wanted)


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False
