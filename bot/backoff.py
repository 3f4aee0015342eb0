"""How long to wait before the next try: twice as long after each failure in a row, up to a limit."""

import random
from dataclasses import dataclass

MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses in seconds. `spread` is the share of each pause that chance may take away, so that processes differ."""

    first: float
    longest: float
    spread: float = 0.0

    def pause(self, failures: int, times: float = 1.0) -> float:
        """Return the seconds to wait after this many failures in a row, none giving `first`; `times` slows it down."""
        whole = min(self.first * times * 2.0 ** min(failures, MOST_DOUBLINGS), self.longest)
        return whole * random.uniform(1.0 - self.spread, 1.0)  # noqa: S311 - spreads tries in time, guards nothing
