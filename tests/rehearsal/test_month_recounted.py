"""A rehearsed month under three regimes: each printed sum is counted again from the audit trail, by arithmetic here.

Nothing of the product counts: due times are worked out below from the rule books, in local time, as a clerk would.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import starmap
from json import loads
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from bot.config import install
from bot.config.tables import DigestTable
from bot.rehearsal import play
from tests.rehearsal.test_rehearsal import file, line, options
from tests.support.story import SHANGHAI, demonstration
from tests.support.thinned import long_or_short

DAYS, COUNT = long_or_short((30, 60), (2, 5))
DAY = timedelta(days=1)
DAY_OFF = date(2026, 11, 6)
"""The demonstration's sports day."""
COLUMNS = (
    "收到",
    "当日回复",
    "按时办结",
    "超时办结",
    "在办",
    "现超时",
    "提醒",
    "签字整改",
    "未答复办结",
    "回复中位（时）",
    "办结中位（时）",
)
Due = Callable[[datetime, list[Any]], datetime | None]


class Line(NamedTuple):
    """A line of the audit trail; `at` is local."""

    at: datetime
    kind: str
    data: dict[str, Any]


def midnight(moment: datetime) -> datetime:
    """Return 24:00 of a day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) + DAY


def day(begins: datetime, n: int) -> datetime:
    """Return 24:00 of the n-th day after a day, or of the next working day: besides weekends one day is off."""
    last = begins + n * DAY
    while last.weekday() >= 5 or last.date() == DAY_OFF:
        last += DAY
    return midnight(last)


def same_day_or_two_hours(found: datetime, _: list[Line]) -> datetime:
    return max(midnight(found), found + timedelta(hours=2))


def three_days(found: datetime, _: list[Line]) -> datetime:
    return day(found, 3)


def three_hours(found: datetime, _: list[Line]) -> datetime:
    return found + timedelta(hours=3)


def untimed(_: datetime, __: list[Line]) -> None:
    return None


def as_instructed(_: datetime, course: list[Line]) -> datetime | None:
    """Return the first limit that the chief set, counted from the instruction."""
    limits = [(one.at, one.data["period"]) for one in course if one.kind == "instructed" and one.data["period"]]
    return day(limits[0][0], int(limits[0][1].removesuffix("d"))) if limits else None


RULES: dict[str, tuple[Due, Due]] = {
    "bureau": (same_day_or_two_hours, untimed),
    "park": (three_days, three_days),
    "township": (three_hours, as_instructed),
}
"""When the reply and the result are due, by the regime."""


def trail(database: Path) -> dict[int, list[Line]]:
    """Return each matter's audit lines in order."""
    found: dict[int, list[Line]] = defaultdict(list)
    with sqlite3.connect(database) as opened:
        rows = opened.execute("SELECT incident, at, kind, data FROM events WHERE incident IS NOT NULL ORDER BY id")
        for incident, at, kind, data in rows:
            found[incident].append(Line(datetime.fromtimestamp(at / 1000, SHANGHAI), kind, loads(data)))
    return found


def still_late(database: Path) -> int:
    """Return how many matters owe something past its due time when the last day ends: what is open is in no trail."""
    with sqlite3.connect(database) as opened:
        (last,) = opened.execute("SELECT MAX(at) FROM events").fetchone()
        end = int(midnight(datetime.fromtimestamp(last / 1000, SHANGHAI)).timestamp() * 1000)
        late = "SELECT COUNT(DISTINCT incident_id) FROM duties WHERE state = 'open' AND due_at <= ?"
        return int(opened.execute(late, (end,)).fetchone()[0])


def first(course: list[Line], kind: str) -> Line | None:
    return next((one for one in course if one.kind == kind), None)


def hours(found: datetime, done: datetime) -> float:
    return (done - found) / timedelta(hours=1)


class Recounted(NamedTuple):
    """One matter: what it adds to each column, and the hours to its answer and to its result."""

    same_day: bool
    in_time: bool
    late: bool
    open: bool
    reminders: int
    remedied: bool
    unanswered: bool
    to_reply: float | None
    to_resolve: float | None


def recounted(course: list[Line], reply_due: Due, result_due: Due) -> Recounted:
    found = course[0].at
    answered, resolved = first(course, "published"), first(course, "resolved")
    due, limit = reply_due(found, course), result_due(found, course)
    in_time = bool(resolved and limit and resolved.at <= limit)
    return Recounted(
        same_day=bool(answered and due and answered.at <= due),
        in_time=in_time,
        late=bool(resolved and limit and not in_time),
        open=resolved is None,
        reminders=len({one.at for one in course if one.kind == "reminded"}),
        remedied=bool(resolved and resolved.data["outcome"] == "remedied"),
        unanswered=bool(resolved and not answered),
        to_reply=hours(found, answered.at) if answered else None,
        to_resolve=hours(found, resolved.at) if resolved else None,
    )


def middle(values: list[float | None]) -> str:
    known = [one for one in values if one is not None]
    return f"{median(known):.1f}" if known else "–"


@pytest.mark.parametrize("regime", RULES)
async def test_every_sum_of_the_month_is_that_of_the_trail(
    regime: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept"
    chosen = demonstration(tmp_path, **{'regime = "standard"': f'regime = "{regime}"'})
    quick = install(replace(chosen.config, digest=DigestTable()))
    messages = file(tmp_path, map(line, range(COUNT)))
    status = await play(quick, options(messages, days=DAYS, prompt=0.5, absent=0.2, keep=kept))
    printed = capsys.readouterr().out
    assert (status, "≠" in printed) == (0, False)
    total = next(one.split()[1:] for one in printed.splitlines() if one.startswith("合计"))
    courses = trail(kept / "huiyin.db")
    assert {course[0].kind for course in courses.values()} == {"opened"}
    again = list(starmap(recounted, ((course, *RULES[regime]) for course in courses.values())))
    sums = {
        "收到": len(courses),
        "当日回复": sum(one.same_day for one in again),
        "按时办结": sum(one.in_time for one in again),
        "超时办结": sum(one.late for one in again),
        "在办": sum(one.open for one in again),
        "现超时": still_late(kept / "huiyin.db"),
        "提醒": sum(one.reminders for one in again),
        "签字整改": sum(one.remedied for one in again),
        "未答复办结": sum(one.unanswered for one in again),
        "回复中位（时）": middle([one.to_reply for one in again]),
        "办结中位（时）": middle([one.to_resolve for one in again]),
    }
    assert dict(zip(COLUMNS, total, strict=True)) == {name: str(value) for name, value in sums.items()}
    assert sums["提醒"]
    assert sums["当日回复"]
