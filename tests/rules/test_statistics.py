"""The ledger's sums are consistent."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.figures.statistics import statistics_of
from tests.support.cases import FOUND, INSTITUTION

HOUR = timedelta(hours=1)
NOW = FOUND + timedelta(days=10)


def duty(kind: str, due: datetime, met: datetime | None = None, state: str = "", first: datetime | None = None) -> dict:
    state = state or ("met" if met else "open")
    return {"kind": kind, "state": state, "due_at": due, "first_due_at": first or due, "met_at": met}


def row(**changes: Any) -> dict[str, Any]:
    values = {"department": "总务处", "found_at": FOUND, "replied_at": None, "resolved_at": None, "duties": []}
    return values | {"reminders": 0} | changes


def total(*rows: dict[str, Any]) -> Any:
    return statistics_of(rows, INSTITUTION.calendar, NOW).total


def test_the_same_day_is_the_local_day_of_the_find() -> None:
    late_evening = FOUND.replace(hour=15, minute=59)  # 23:59 in Shanghai
    assert total(row(replied_at=late_evening)).same_day == 1
    assert total(row(replied_at=late_evening + timedelta(minutes=1))).same_day == 0


def test_closings_by_a_signed_remedy_and_without_an_answer_are_counted_apart() -> None:
    closed = {"resolved_at": FOUND + HOUR}
    sums = total(
        row(**closed, replied_at=FOUND, outcome="answered"),
        row(**closed, replied_at=FOUND, outcome="remedied"),
        row(**closed, outcome="remedied", unanswerable="匿名来信"),
        row(**closed, outcome="transferred", unanswerable="匿名来信"),
        row(),
    )
    assert (sums.resolved, sums.remedied, sums.unanswered) == (4, 2, 2)


def test_what_was_closed_or_excused_without_an_answer_counts_as_not_answered() -> None:
    waived = duty("reply", FOUND + 10 * 24 * HOUR, state="waived")
    closed = row(resolved_at=FOUND + HOUR, outcome="remedied", unanswerable="匿名来信", duties=[waived])
    excused = row(unanswerable="匿名来信", duties=[waived])
    unowed = row(resolved_at=FOUND + HOUR, outcome="remedied")
    answered = row(replied_at=FOUND, duties=[duty("reply", FOUND + HOUR, met=FOUND)])
    for one in (closed, excused, unowed):
        assert total(one).response_rate == 0.0
        assert total(one, answered).response_rate == 0.5
    assert total(row(duties=[duty("reply", NOW + HOUR)])).response_rate is None


def test_in_time_is_by_the_first_due_time() -> None:
    due, later = FOUND + 72 * HOUR, FOUND + 96 * HOUR
    kept = row(resolved_at=due, duties=[duty("resolve", due, met=due)])
    extended = row(resolved_at=later, duties=[duty("resolve", later, met=later, first=due)])
    assert (total(kept).in_time, total(extended).in_time) == (1, 0)
    assert (total(kept).late, total(extended).late) == (0, 0)


def test_late_and_overdue() -> None:
    due = FOUND + 72 * HOUR
    met_late = row(resolved_at=due + HOUR, duties=[duty("resolve", due, met=due + HOUR)])
    still_open = row(duties=[duty("resolve", due)])
    waived = row(duties=[duty("reply", due, state="waived")])
    assert [(one.late, one.overdue) for one in map(total, (met_late, still_open, waived))] == [(1, 0), (1, 1), (0, 0)]


def test_medians_run_from_the_find() -> None:
    rows = [row(replied_at=FOUND + n * HOUR, resolved_at=FOUND + 2 * n * HOUR) for n in (1, 2, 9)]
    assert (total(*rows).median_reply, total(*rows).median_resolve) == (2 * HOUR, 4 * HOUR)
    assert total(row()).median_reply is None


def test_most_received_comes_first_and_unassigned_has_a_line() -> None:
    table = statistics_of([row(department="教务处"), row(), row(), row(department=None)], INSTITUTION.calendar, NOW)
    assert [line.name for line in table.lines] == ["总务处", None, "教务处"]


departments = st.sampled_from(["总务处", "教务处", "财务处", None])
moments = st.none() | st.timedeltas(timedelta(), timedelta(days=9)).map(lambda span: FOUND + span)


incidents = st.builds(row, department=departments, replied_at=moments, resolved_at=moments, reminders=st.integers(0, 9))


@given(st.lists(incidents))
def test_the_lines_add_up_to_the_total(rows: list[dict[str, Any]]) -> None:
    table = statistics_of(rows, INSTITUTION.calendar, NOW)
    for name in ("received", "same_day", "in_time", "resolved", "late", "overdue", "reminders", "open"):
        assert sum(getattr(line, name) for line in table.lines) == getattr(table.total, name)
    assert table.total.received == len(rows) == table.total.resolved + table.total.open
