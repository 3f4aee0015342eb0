"""The overdue ladder alone: when each step sounds, who receives it, and what a late check skips."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.regime.ladder import Ladder
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
        ("24T08:00", 8, ("owner",)),
        ("24T12:00", 12, ("owner",)),
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
    assert due_steps.rung == 32 * HOUR
    assert due_steps.skipped == tuple(h * HOUR for h in (-4, -1, 0, 4, 8, 12, 16, 20, 24, 28))
    assert due_steps.tell == ("owner", "head", "leader", "chief", "bulletin")
    assert due_steps.next_at == local("25T12:00")


def test_without_a_repeat_the_ladder_ends() -> None:
    regime = standard(**{'[repeat]\nevery = "4h"\ntell = ["owner"]\n': ""})
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
