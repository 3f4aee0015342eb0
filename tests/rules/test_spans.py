"""Spans of time in words, the span to compare with, and when a digest is due."""

from datetime import datetime, timedelta

import pytest

from handlers.rules.time.schedule import due, parse, slots
from handlers.rules.time.spans import INSTANT, dated, named, span
from tests.support.cases import INSTITUTION

ZONE = INSTITUTION.zone
WEDNESDAY = datetime(2026, 11, 25, 15, 30, tzinfo=ZONE)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("words", "name"),
    [("本月", "month"), ("上个月", "last month"), ("上週", "last week"), ("this week", "week"), ("全部。", "all"),
     ("2026-11", "2026-11"), ("2026年3月", "2026-03"), ("2026.11.05", "2026-11-05"),
     ("2026-13", None), ("食堂", None), ("12", None)],
)  # fmt: skip
def test_words_name_a_span(words: str, name: str | None) -> None:
    assert named(words) == name


def test_a_month_behind_a_verb_is_no_incident() -> None:
    assert dated("月报 2026-10", "月报") == "2026-10"
    assert dated("月报 12", "月报") is None


@pytest.mark.parametrize(
    ("name", "since", "until", "before"),
    [
        ("today", "11-25 00:00", "11-25 15:30", ("11-24 00:00", "11-24 15:30")),
        ("week", "11-23 00:00", "11-25 15:30", ("11-16 00:00", "11-18 15:30")),
        ("last week", "11-16 00:00", "11-23 00:00", ("11-09 00:00", "11-16 00:00")),
        ("month", "11-01 00:00", "11-25 15:30", ("10-01 00:00", "10-25 15:30")),
        ("2026-10", "10-01 00:00", "11-01 00:00", ("09-01 00:00", "10-01 00:00")),
        ("2026-11-20", "11-20 00:00", "11-21 00:00", ("11-19 00:00", "11-20 00:00")),
    ],
)
def test_a_span_and_the_one_before(name: str, since: str, until: str, before: tuple[str, str]) -> None:
    found = span(name, WEDNESDAY)
    assert (local(found.since), local(found.until)) == (since, until)
    assert found.before
    assert tuple(map(local, found.before)) == before
    assert found.until <= WEDNESDAY + INSTANT


@pytest.mark.parametrize(
    ("name", "called", "days"),
    [
        ("today", "yesterday", ("11-30 00:00", "12-01 00:00")),
        ("yesterday", "2026-11-29", ("11-29 00:00", "11-30 00:00")),
        ("week", "week", ("11-30 00:00", "12-01 00:30")),
        ("month", "last month", ("11-01 00:00", "12-01 00:00")),
        ("last month", "2026-10", ("10-01 00:00", "11-01 00:00")),
        ("last week", "last week", ("11-23 00:00", "11-30 00:00")),
        ("year", "year", ("01-01 00:00", "12-01 00:30")),
        ("all", "all", ("01-01 00:00", "12-01 00:30")),
    ],
)
def test_a_span_that_was_named_before_midnight_is_called_otherwise_after_it(
    name: str, called: str, days: tuple[str, str]
) -> None:
    handled = datetime(2026, 12, 1, 0, 30, tzinfo=ZONE)
    found = span(name, handled, handled - timedelta(minutes=40))
    assert (found.name, local(found.since), local(found.until)) == (called, *days)


def test_a_week_that_has_no_name_any_more_is_called_by_its_days() -> None:
    found = span("last week", datetime(2026, 11, 23, 0, 30, tzinfo=ZONE), datetime(2026, 11, 22, 23, 50, tzinfo=ZONE))
    assert (found.name, local(found.since), local(found.until)) == (
        "2026-11-09 — 2026-11-15", "11-09 00:00", "11-16 00:00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17:30", ["11-24 17:30", "11-23 17:30"]),
        ("fri 16:00", ["11-20 16:00", "11-13 16:00"]),
        ("26 10:00", ["10-26 10:00", "09-26 10:00"]),
    ],
)
def test_slots_on_the_institutions_clock(text: str, expected: list[str]) -> None:
    found = slots(parse(text), INSTITUTION.calendar, WEDNESDAY)
    assert [local(next(found)) for _ in expected] == expected


def test_working_days_leave_the_weekend_to_monday() -> None:
    monday = datetime(2026, 11, 23, 17, 31, tzinfo=ZONE)
    issue = due("daily", parse("working days 17:30"), INSTITUTION.calendar, monday)
    assert issue
    assert (issue.period, local(issue.span.since), local(issue.span.until)) == (
        "2026-11-23", "11-20 17:30", "11-23 17:30",
    )  # fmt: skip


def test_a_period_keeps_its_name_when_the_time_is_changed() -> None:
    friday = datetime(2026, 11, 27, 18, 0, tzinfo=ZONE)
    names = {due("weekly", parse(f"fri {clock}"), INSTITUTION.calendar, friday).period for clock in ("16:00", "17:00")}  # type: ignore[union-attr]
    assert names == {"2026-W48"}


def test_digests_of_a_kind_leave_nothing_between_them() -> None:
    calendar, schedule = INSTITUTION.calendar, parse("17:30")
    now = WEDNESDAY
    first, second = due("daily", schedule, calendar, now), due("daily", schedule, calendar, now + timedelta(days=1))
    assert first
    assert second
    assert first.span.until == second.span.since


@pytest.mark.parametrize("text", ["", "25:00", "32 10:00", "someday 10:00", "noon"])
def test_what_is_no_time_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match='write "17:30"'):
        parse(text)
