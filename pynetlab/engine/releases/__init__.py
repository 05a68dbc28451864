"""The releases of Docker that have user-defined networks: what each of them does that the others do not."""

from collections.abc import Mapping

from .release import Firewall, Names, Release
from .v20_10 import V20_10
from .v26_1 import V26_1
from .v28_5 import V28_5
from .v29_7 import V29_7

RELEASES: Mapping[str, Release] = {release.name: release for release in (V20_10, V26_1, V28_5, V29_7)}
"""The oldest first."""

__all__ = ["RELEASES", "Firewall", "Names", "Release"]
