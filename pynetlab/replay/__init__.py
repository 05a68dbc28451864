"""What was recorded of real engines, done again: the cases of the 1.2 daemon, the scenarios of the releases since 20.10."""

from .scenario import LACKING, Scenario, play
from .v1_2 import Case, replay, replayed

__all__ = ["LACKING", "Case", "Scenario", "play", "replay", "replayed"]
