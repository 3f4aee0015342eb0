"""Who held a matter, and for how long: every minute belongs to one holder."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from handlers.rules.incident.case import CLOSED


class Stretch(NamedTuple):
    """A stretch of time (UTC) with one holder: "department:…", "approver:…", "outside:…", "desk", "closed"."""

    holder: str
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def stretches(rows: Iterable[Mapping[str, Any]], now: datetime) -> tuple[Stretch, ...]:
    """Return stretches of rows with holder, since and until (None: still), in order, without those of no length."""
    found = (Stretch(row["holder"], row["since"], row["until"] or now) for row in rows)
    return tuple(stretch for stretch in found if stretch.length)


def totals(held: Iterable[Stretch]) -> dict[str, timedelta]:
    """Return how long each holder had it in all, the longest first. Time after a result is nobody's."""
    sums: dict[str, timedelta] = {}
    for stretch in held:
        if stretch.holder != CLOSED:
            sums[stretch.holder] = sums.get(stretch.holder, timedelta()) + stretch.length
    return dict(sorted(sums.items(), key=lambda item: -item[1]))
