"""Who is on duty when: shifts of any hours, teams in turn, more of them on days of rest, swaps and leaves.

It is computed from the configuration, the swaps, the leaves and a time; no shift is stored in advance.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Literal, Protocol

from msgspec import Struct, field

from handlers.rules.time.calendar import ONE_DAY, Calendar

Rotation = Literal["shift", "day", "week"]
DAYS_AHEAD = 62
"""How many days ahead a person's next shift is searched."""


class SwapRow(Protocol):
    @property
    def shift_at(self) -> datetime: ...
    @property
    def roster(self) -> str: ...
    @property
    def giver(self) -> str: ...
    @property
    def taker(self) -> str: ...


class Roster(Struct, frozen=True):
    """`shifts` are local (from, to), the last of which may end the next day. `teams` take turns by `rotate`.

    Each of several rosters has a `name`.

    The first team's turn begins on the day `since`. On a day of rest the next teams join until `on_rest_days` of them
    are on duty.
    """

    shifts: tuple[tuple[time, time], ...]
    teams: tuple[tuple[str, ...], ...]
    since: date
    rotate: Rotation = "day"
    on_rest_days: int = 1
    name: str = ""


def read_shift(text: str) -> tuple[time, time]:
    """Read "08:00-20:00" or "16:00-24:00". ValueError if it is neither."""
    begins, _, ends = text.replace("–", "-").partition("-")
    return time.fromisoformat(begins.strip()), time.fromisoformat("00:00" if ends.strip() == "24:00" else ends.strip())


class Shift(Struct, frozen=True):
    """A shift from `begins` to `ends` (UTC). `people` are on duty, `missing` should be and are on leave."""

    begins: datetime
    ends: datetime
    people: tuple[str, ...]
    missing: tuple[str, ...] = ()
    roster: str = ""

    @property
    def everyone(self) -> tuple[str, ...]:
        return (*self.people, *self.missing)


class CurrentRoster(Struct, frozen=True):
    """A roster with its changes: swaps, the oldest first, and leaves as (person, since, until).

    On the days of a key period `key_teams` are on duty at least, in `key_shifts` if there are any.
    """

    roster: Roster
    calendar: Calendar
    swaps: Sequence[SwapRow] = ()
    leaves: Sequence[tuple[str, datetime, datetime]] = field(default=())
    key_teams: int = 1
    key_shifts: tuple[tuple[time, time], ...] = ()

    def at(self, moment: datetime) -> Shift | None:
        """Return the shift at an aware moment; None where the roster has a gap."""
        today = self.calendar.local(moment).date()
        return next((s for s in self.between(today - ONE_DAY, today) if s.begins <= moment < s.ends), None)

    def next(self, moment: datetime) -> Shift:
        """Return the first shift that begins after a moment."""
        today = self.calendar.local(moment).date()
        return next(shift for shift in self.between(today, today + ONE_DAY * 2) if shift.begins > moment)

    def on(self, day: date) -> tuple[Shift, ...]:
        """Return the shifts that begin on a local day."""
        return tuple(self.between(day, day))

    def of(self, person: str, moment: datetime) -> Shift | None:
        """Return the person's present or next shift."""
        today = self.calendar.local(moment).date()
        shifts = self.between(today - ONE_DAY, today + ONE_DAY * DAYS_AHEAD)
        return next((s for s in shifts if s.ends > moment and person in s.everyone), None)

    def between(self, first: date, last: date) -> Iterator[Shift]:
        day = first
        while day <= last:
            for n, (begins, ends) in enumerate(self._shifts(day)):
                at = self.calendar.at(day, begins)
                over = self.calendar.at(day + ONE_DAY if ends <= begins else day, ends)
                yield self._shift(at, over, self._planned(day, n))
            day += ONE_DAY

    def _shifts(self, day: date) -> tuple[tuple[time, time], ...]:
        return self.key_shifts if self.key_shifts and self._is_key(day) else self.roster.shifts

    def _is_key(self, day: date) -> bool:
        """Return whether a local day, or a part of it, is in a key period."""
        begins, ends = self.calendar.start_of(day), self.calendar.end_of(day)
        return any(since < ends and until > begins for since, until in self.calendar.key_periods)

    def _teams(self, day: date) -> int:
        """Return how many teams are on duty on a local day."""
        teams = 1 if self.calendar.is_working(day) else self.roster.on_rest_days
        return max(teams, self.key_teams) if self._is_key(day) else teams

    def _planned(self, day: date, n: int) -> tuple[str, ...]:
        roster, days = self.roster, (day - self.roster.since).days
        context = {"shift": days * len(self._shifts(day)) + n, "day": days, "week": days // 7}[roster.rotate]
        teams = self._teams(day)
        chosen = (roster.teams[(context + more) % len(roster.teams)] for more in range(min(teams, len(roster.teams))))
        return tuple(dict.fromkeys(person for team in chosen for person in team))

    def _shift(self, begins: datetime, ends: datetime, planned: Iterable[str]) -> Shift:
        people = list(planned)
        for swap in self.swaps:
            if swap.shift_at == begins and swap.roster in ("", self.roster.name):
                people = [swap.taker if person == swap.giver else person for person in people]
        away = {person for person, since, until in self.leaves if since < ends and until > begins}
        there = dict.fromkeys(people)
        here, gone = (tuple(one for one in there if (one in away) is absent) for absent in (False, True))
        return Shift(begins, ends, here, gone, self.roster.name)
