"""The overdue ladder alone: when each step sounds, who receives it, and what a late check skips."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from handlers.rules.regime.ladder import Ladder
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_parts import Repeat
from tests.support.cases import INSTITUTION, standard
from tests.support.story import SHANGHAI

HOUR = 3600
REGIME = standard()


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=SHANGHAI)


def ladder(started: str = "23T10:05", due: str = "24T00:00", tier: str = "general") -> Ladder:
    return Ladder(REGIME, tier, INSTITUTION.calendar, local(started).astimezone(UTC), local(due).astimezone(UTC))


def walked(one: Ladder, count: int) -> list[tuple[str, int, tuple[str, ...]]]:
    """Return the next firings, each computed exactly when it sounds."""
    found, rung, at = [], None, one.first_at()
    for _ in range(count):
        assert at
        due_steps = one.fire(rung, at)
        assert due_steps
        found.append((f"{at.astimezone(SHANGHAI):%dT%H:%M}", due_steps.rung // HOUR, due_steps.tell))
        rung, at = due_steps.rung, due_steps.next_at
    return found


def test_a_day_of_a_duty_that_is_due_at_midnight() -> None:
    assert walked(ladder(), 5) == [
        ("23T20:00", -4, ("owner",)),
        ("23T22:00", -1, ("owner",)),
        ("24T07:00", 4, ("owner", "head", "leader")),
        ("24T12:00", 12, ("owner",)),
        ("25T07:00", 24, ("owner", "chief", "bulletin")),
    ]


def test_steps_before_the_start_are_left_out() -> None:
    found = walked(ladder(due="23T10:35"), 2)
    assert found == [("23T10:35", 0, ("owner", "head")), ("23T14:35", 4, ("owner", "leader"))]


def test_a_reminder_that_would_be_pulled_back_before_the_start_is_left_out() -> None:
    """Found at 23:10, due at 01:10: the step an hour before (00:10) would be moved back to 22:00."""
    assert walked(ladder("23T23:10", "24T01:10"), 1) == [("24T07:00", 4, ("owner", "head", "leader"))]


def test_critical_matters_sound_at_any_hour() -> None:
    sounded = [at for at, _, _ in walked(ladder(tier="critical"), 6)]
    assert sounded == ["23T20:00", "23T23:00", "24T00:00", "24T04:00", "24T08:00", "24T12:00"]


@pytest.mark.parametrize(
    ("due", "sounds"),
    [("24T07:00", "24T07:00"), ("24T06:59", "24T07:00"), ("24T22:00", "24T22:00"), ("24T22:01", "25T07:00")],
)
def test_the_edges_of_the_quiet_hours(due: str, sounds: str) -> None:
    assert ladder(due=due).next_at(-HOUR) == local(sounds)


def test_nothing_is_due_before_its_time() -> None:
    one = ladder()
    assert one.fire(None, local("23T19:59")) is None
    assert one.fire(-4 * HOUR, local("23T21:59")) is None


def test_a_late_look_sounds_once_and_skips_the_rest() -> None:
    due_steps = ladder().fire(None, local("25T09:00"))
    assert due_steps
    assert due_steps.rung == 28 * HOUR
    assert due_steps.skipped == tuple(h * HOUR for h in (-4, -1, 0, 4, 12, 24))
    assert due_steps.tell == ("owner", "head", "leader", "chief", "bulletin")
    assert due_steps.next_at == local("26T08:30")  # +52h is 04:00


def test_without_a_repeat_the_ladder_ends() -> None:
    regime = replace(REGIME, repeat=None)
    one = Ladder(regime, "general", INSTITUTION.calendar, local("23T10:05"), local("24T00:00"))
    assert one.next_at(24 * HOUR) is None


@given(
    started=st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30)),  # noqa: DTZ001
    length=st.timedeltas(timedelta(minutes=1), timedelta(days=6)),
    looks=st.lists(st.timedeltas(timedelta(minutes=1), timedelta(hours=30)), min_size=1, max_size=12),
)
def test_however_it_is_looked_at_each_step_is_taken_once_and_in_order(
    started: datetime, length: timedelta, looks: list[timedelta]
) -> None:
    begin = started.replace(microsecond=0, tzinfo=SHANGHAI).astimezone(UTC)
    one = Ladder(REGIME, "general", INSTITUTION.calendar, begin, begin + length)
    taken: list[int] = []
    now, rung = begin, None
    for span in looks:
        now += span
        due_steps = one.fire(rung, now)
        if due_steps:
            taken += [*due_steps.skipped, due_steps.rung]
            rung = due_steps.rung
            assert due_steps.next_at is not None
            assert due_steps.next_at > now
    assert all(earlier < later for earlier, later in pairwise(taken))
    assert taken == [offset for offset, at in first_steps(one, len(taken)) if at <= now]


def first_steps(one: Ladder, count: int) -> list[tuple[int, datetime]]:
    steps = one._steps(None)
    return [next(steps) for _ in range(count)]


def steady() -> Regime:
    """Return a regime frozen before repeats could grow apart: nothing but `every` and `tell`."""
    return replace(REGIME, repeat=Repeat(every="4h", tell=("owner",)))


def test_a_repeat_frozen_long_ago_keeps_its_gap() -> None:
    one = Ladder(steady(), "general", INSTITUTION.calendar, local("23T10:05"), local("24T00:00"))
    assert [one.next_at(hours * HOUR) for hours in (4, 8, 12)] == [local(f"24T{at}:00") for at in ("08", "12", "16")]


@pytest.mark.parametrize(("tier", "hours"), [("general", (4, 12, 28, 52, 76)), ("critical", (4, 8, 12, 16, 20))])
def test_repeats_grow_apart_except_in_a_critical_matter(tier: str, hours: tuple[int, ...]) -> None:
    assert REGIME.repeat
    found, after = [], 0
    for _ in hours:
        after, _ = REGIME.repeat.following(after, tier)
        found.append(after // HOUR)
    assert tuple(found) == hours


@pytest.mark.parametrize(
    ("due", "rung", "sounds"),
    [
        ("24T00:00", 4, "24T12:00"),  # +12h, within business hours
        ("24T01:00", 4, "24T14:00"),  # +12h is in the lunch break
        ("28T00:00", 28, "30T08:30"),  # +52h is Monday 04:00
        ("27T00:00", 28, "30T08:30"),  # +52h is Sunday 04:00
        ("27T12:00", 4, "28T12:00"),  # +12h would wait until Monday: it sounds with the chief's step of +1d
    ],
)
def test_repeats_wait_for_business_hours(due: str, rung: int, sounds: str) -> None:
    assert ladder(due=due).next_at(rung * HOUR) == local(sounds)


@given(
    due=st.datetimes(datetime(2026, 9, 20), datetime(2026, 10, 12)),  # noqa: DTZ001
    tier=st.sampled_from(["general", "critical"]),
)
def test_steps_never_go_back_in_time(due: datetime, tier: str) -> None:
    at = due.replace(microsecond=0, tzinfo=SHANGHAI).astimezone(UTC)
    one = Ladder(REGIME, tier, INSTITUTION.calendar, at - timedelta(days=3), at)
    steps = first_steps(one, 14)
    assert all(before[1] <= after[1] for before, after in pairwise(steps))
