"""Exponential backoff: the pause doubles after each failure in a row, up to a limit."""

import random
from dataclasses import dataclass

MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class Backoff:
    """`first` and `longest` are seconds. `spread` (0 to 1) is the jitter: the largest share taken off at random."""

    first: float
    longest: float
    spread: float = 0.0

    def pause(self, failures: int, times: float = 1.0) -> float:
        """Return the seconds to wait after this many failures in a row; `times` multiplies the pause.

        No failure gives `first`; the result, before the jitter, is at most `longest`.
        """
        whole = min(self.first * times * 2.0 ** min(failures, MOST_DOUBLINGS), self.longest)
        return whole * random.uniform(1.0 - self.spread, 1.0)  # noqa: S311 - spreads tries in time, guards nothing
