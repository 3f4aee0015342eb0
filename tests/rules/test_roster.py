"""Who is on duty at a moment, from the roster, the swaps and the leaves."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.people.roster import CurrentRoster, Roster
from handlers.rules.time.calendar import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(zone=SHANGHAI)
ROUND_THE_CLOCK = ((time(8), time(8)),)
DAY_AND_NIGHT = ((time(8), time(20)), (time(20), time(8)))
ABC = (("a",), ("b",), ("c",))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def on(current: CurrentRoster, text: str) -> tuple[str, ...]:
    shift = current.at(at(text))
    assert shift
    return shift.people


@pytest.mark.parametrize(
    ("shifts", "rotate", "expected"),
    [
        (ROUND_THE_CLOCK, "day", ["c", "a", "a", "b", "b", "c"]),
        (ROUND_THE_CLOCK, "week", ["c", "a", "a", "a", "a", "a"]),
        (DAY_AND_NIGHT, "shift", ["c", "a", "b", "c", "a", "b"]),
        (DAY_AND_NIGHT, "day", ["c", "a", "a", "b", "b", "c"]),
    ],
)
def test_people_take_turns(shifts: tuple[tuple[time, time], ...], rotate: str, expected: list[str]) -> None:
    current = CurrentRoster(Roster(shifts, ABC, date(2026, 11, 23), rotate), CALENDAR)  # type: ignore[arg-type]
    moments = ("11-23 07:59", "11-23 08:00", "11-23 22:00", "11-24 09:00", "11-24 21:00", "11-25 08:00")
    assert [on(current, f"2026-{moment}")[0] for moment in moments] == expected


def test_on_days_of_rest_the_next_join() -> None:
    current = CurrentRoster(Roster(ROUND_THE_CLOCK, ABC, date(2026, 11, 23), on_rest_days=2), CALENDAR)
    assert on(current, "2026-11-27 09:00") == ("b",)
    assert on(current, "2026-11-28 09:00") == ("c", "a")
    assert on(current, "2026-10-03 09:00") == ("a", "b")
    assert len(on(current, "2026-10-10 09:00")) == 1  # a make-up Saturday is worked


def test_a_gap_has_nobody_and_a_next_shift() -> None:
    current = CurrentRoster(Roster(((time(9), time(17)),), ABC, date(2026, 11, 23)), CALENDAR)
    assert current.at(at("2026-11-23 18:00")) is None
    assert current.next(at("2026-11-23 18:00")).people == ("b",)


def test_the_last_of_several_swaps_counts() -> None:
    roster = Roster(ROUND_THE_CLOCK, ABC, date(2026, 11, 23))
    begins = at("2026-11-23 08:00")
    swaps = [
        SimpleNamespace(shift_at=begins, roster="", giver=g, taker=t) for g, t in (("a", "b"), ("b", "x"), ("c", "y"))
    ]
    assert on(CurrentRoster(roster, CALENDAR, swaps), "2026-11-23 09:00") == ("x",)


def test_whoever_is_on_leave_is_missing() -> None:
    leaves = [("b", at("2026-11-24 10:00"), at("2026-11-24 12:00"))]
    current = CurrentRoster(Roster(ROUND_THE_CLOCK, ABC, date(2026, 11, 23)), CALENDAR, (), leaves)
    (shift,) = current.on(date(2026, 11, 24))
    assert (shift.people, shift.missing) == ((), ("b",))
    (before,) = current.on(date(2026, 11, 23))
    assert before.people == ("a",)


def test_ones_own_next_shift() -> None:
    current = CurrentRoster(Roster(ROUND_THE_CLOCK, ABC, date(2026, 11, 23)), CALENDAR)
    shift = current.of("c", at("2026-11-23 10:00"))
    assert shift
    assert shift.begins == at("2026-11-25 08:00")
    assert current.of("nobody", at("2026-11-23 10:00")) is None


@given(st.integers(0, 60 * 24 * 400), st.sampled_from([ROUND_THE_CLOCK, DAY_AND_NIGHT]), st.integers(1, 5))
def test_round_the_clock_there_is_always_one_shift(minutes: int, shifts: tuple[tuple[time, time], ...], n: int) -> None:
    current = CurrentRoster(
        Roster(shifts, tuple((str(one),) for one in range(n)), date(2026, 3, 1), "shift", 2), CALENDAR
    )
    moment = at("2026-01-01 00:00") + timedelta(minutes=minutes)
    shift = current.at(moment)
    assert shift
    assert shift.people
    assert shift.begins <= moment < shift.ends
    assert current.next(moment).begins == shift.ends
