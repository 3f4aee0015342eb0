"""The institution's calendar: which days are worked, in which hours, and when a local day ends.

The institution's own days override the State Council's (package `chinesecalendar`). A year that the State
Council has not published yet is computed from weekends and festivals, and every such day is provisional.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from handlers.rules.time.festivals import festivals


def days_in_month(year: int, month: int) -> int:
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return (following - ONE_DAY).day if year < date.max.year or month < 12 else 31


DayCode = Literal["workday", "weekend", "holiday", "make-up", "local-off", "local-work"]

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)
SEARCHED_DAYS = 62
"""How many days ahead the next business hours are searched."""
_TICK = timedelta(microseconds=1)


class DayNote(Struct, frozen=True):
    """Why a day is worked or not: a stable code, and the festival (English, stable) or the local reason."""

    code: DayCode
    name: str = ""

    def __post_init__(self) -> None:
        if self.code not in get_args(DayCode):
            raise ValueError(f"unknown day code {self.code!r}")

    @property
    def works(self) -> bool:
        return self.code in ("workday", "make-up", "local-work")


_WORKDAY, _WEEKEND = DayNote("workday"), DayNote("weekend")


class Interval(Struct, frozen=True):
    """Business hours on the local clock; `closes` of 00:00 is 24:00. ValueError if closed before opened."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise ValueError(f"{self} closes before it opens; write hours past midnight as two intervals")

    @classmethod
    def parse(cls, text: str) -> "Interval":
        """Read "08:30-12:00" or "14:00-24:00". ValueError if it is neither."""
        opens, _, closes = text.replace("–", "-").partition("-")
        closes = "00:00" if closes.strip() == "24:00" else closes
        return cls(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))

    def __str__(self) -> str:
        closes = "24:00" if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}-{closes}"


class Calendar(Struct, frozen=True):
    """The institution's days and hours; `known_years` are those it completed itself, ahead of the package.

    `key_periods` are spans (aware) in which more is asked of everybody, `wakeful` those of them without quiet hours.

    ValueError when a day is both off and worked, or when business hours overlap or are out of order.
    """

    zone: ZoneInfo
    business: tuple[Interval, ...] = ()
    days_off: Mapping[date, str] = field(default_factory=dict)
    working_days: Mapping[date, str] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()
    key_periods: tuple[tuple[datetime, datetime], ...] = ()
    wakeful: tuple[tuple[datetime, datetime], ...] = ()

    def __post_init__(self) -> None:
        if both := self.days_off.keys() & self.working_days.keys():
            raise ValueError(f"{min(both)} is both a day off and a working day")
        for earlier, later in zip(self.business, self.business[1:], strict=False):
            if earlier.closes == MIDNIGHT or later.opens < earlier.closes:
                raise ValueError(f"business hours {earlier} and {later} overlap or are out of order")

    def reason(self, day: date) -> DayNote:
        """Return why the day is worked or not, the institution's own days first."""
        if day in self.days_off:
            return DayNote("local-off", self.days_off[day])
        if day in self.working_days:
            return DayNote("local-work", self.working_days[day])
        return _statutory(day)

    def is_working(self, day: date) -> bool:
        return self.reason(day).works

    def published(self, year: int) -> bool:
        """Return whether the year's rest days and make-up working days (调休) are known."""
        return year in _years_known() or year in self.known_years

    def provisional(self, day: date) -> bool:
        """Return whether a notice still to come may change the day.

        The notice for a year also moves the end of the year before (2018-12-29 worked, 2022-12-31 off).
        """
        if day in self.days_off or day in self.working_days:
            return False
        return not self.published(day.year) or ((day.month, day.day) >= (12, 29) and not self.published(day.year + 1))

    def local(self, moment: datetime) -> datetime:
        """Return an aware moment on the institution's clock. ValueError if it is naive."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment} has no time zone")
        return moment.astimezone(self.zone)

    def at(self, day: date, clock: time) -> datetime:
        """Return a local clock time in UTC; one that daylight saving skips is taken after the jump."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def start_of(self, day: date) -> datetime:
        return self.at(day, MIDNIGHT)

    def end_of(self, day: date) -> datetime:
        """Return 24:00 of the local day, in UTC."""
        return self.at(day + ONE_DAY, MIDNIGHT)

    def day_ending(self, due_at: datetime) -> date:
        """Return the local day that a due time belongs to: 24:00 belongs to the day it ends."""
        return self.local(self.local(due_at).astimezone(UTC) - _TICK).date()

    def hours(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the business hours of the day in UTC, none on a day of rest or a day that the zone skipped."""
        if not self.is_working(day):
            return
        first, last = self.start_of(day), self.end_of(day)
        for interval in self.business:
            closes = last if interval.closes == MIDNIGHT else min(self.at(day, interval.closes), last)
            opens = max(self.at(day, interval.opens), first)
            if opens < closes:
                yield opens, closes

    def next_business(self, at: datetime) -> datetime:
        """Return `at` (aware) if it is in business hours, else when they next begin (UTC); `at` if there are none."""
        today = self.local(at).date()
        hours = (span for ahead in range(SEARCHED_DAYS) for span in self.hours(today + ahead * ONE_DAY))
        return next((max(at, opens) for opens, closes in hours if at <= closes), at) if self.business else at

    def close_of(self, day: date) -> datetime:
        """Return the close of business in UTC (Civil Code, article 203); 24:00 on a day without business hours."""
        return max((closes for _, closes in self.hours(day)), default=self.end_of(day))


def _statutory(day: date) -> DayNote:
    return _special_days(day.year).get(day) or (_WEEKEND if day.weekday() >= 5 else _WORKDAY)


@lru_cache(maxsize=1)
def _years_known() -> frozenset[int]:
    from chinese_calendar.constants import holidays

    return frozenset(day.year for day in holidays)


@lru_cache(maxsize=128)
def _special_days(year: int) -> Mapping[date, DayNote]:
    if year not in _years_known():
        return MappingProxyType({day: DayNote("holiday", name) for day, name in festivals(year)})
    from chinese_calendar.constants import holidays, workdays

    rest = {day: DayNote("holiday", name) for day, name in holidays.items() if day.year == year}
    work = {day: DayNote("make-up", name) for day, name in workdays.items() if day.year == year}
    return MappingProxyType(rest | work)
