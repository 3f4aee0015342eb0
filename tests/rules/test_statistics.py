"""The ledger's sums are consistent."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.figures.statistics import (
    StatisticsBuilder,
    StatisticsLine,
    answered_by,
    statistics_of,
    unanswered,
)
from tests.support.cases import FOUND, INSTITUTION

HOUR = timedelta(hours=1)
NOW = FOUND + timedelta(days=10)
DUE = FOUND + timedelta(hours=14)


def duty(kind: str, due: datetime, met: datetime | None = None, state: str = "", **changes: Any) -> dict[str, Any]:
    state = state or ("met" if met else "open")
    facts = {"kind": kind, "state": state, "due_at": due, "first_due_at": due, "met_at": met, "cycle": 1}
    return facts | changes


def ran_over(kind: str, owner: str = "department:总务处", holder: str = "department:总务处") -> dict[str, Any]:
    return {"kind": kind, "owner": owner, "holder": holder, "due_at": DUE}


def row(**changes: Any) -> dict[str, Any]:
    values = {"department": "总务处", "found_at": FOUND, "replied_at": None, "resolved_at": None, "duties": []}
    return values | {"reminders": 0} | changes


def table(*rows: dict[str, Any]) -> Any:
    return statistics_of(rows, INSTITUTION, NOW)


def by_party(*rows: dict[str, Any]) -> dict[str, Any]:
    return {line.party: line for line in table(*rows).lines}


def total(*rows: dict[str, Any]) -> Any:
    return statistics_of(rows, INSTITUTION, NOW).total


def test_the_same_days_answer_met_its_duty_by_the_due_time() -> None:
    in_time = row(replied_at=DUE, duties=[duty("reply", DUE, met=DUE)])
    late = row(replied_at=DUE + HOUR, duties=[duty("reply", DUE, met=DUE + HOUR)], overruns=[ran_over("reply")])
    by_now = row(duties=[duty("reply", DUE)], overruns=[ran_over("reply")])
    not_yet = row(duties=[duty("reply", NOW + HOUR)])
    found = total(in_time, late, by_now, not_yet)
    assert (found.same_day, found.replies_due, found.answered_of_those) == (1, 3, 2)
    assert found.same_day_rate == 1 / 3


def test_a_due_time_moved_after_it_had_passed_makes_nothing_the_same_days() -> None:
    moved = row(
        replied_at=DUE + HOUR, duties=[duty("reply", DUE + 2 * HOUR, met=DUE + HOUR)], overruns=[ran_over("reply")]
    )
    assert (total(moved).same_day, total(moved).replies_due) == (0, 1)


def test_a_closing_without_an_answer_counts_as_not_answered() -> None:
    closed = row(resolved_at=FOUND + HOUR, duties=[duty("reply", NOW + HOUR, state="waived")])
    found = total(closed)
    assert (found.answered_of_those, found.to_answer, found.replies_due) == (0, 1, 1)


def test_the_last_cycle_decides_whether_it_was_in_time() -> None:
    due, later = FOUND + 72 * HOUR, FOUND + 144 * HOUR
    first = duty("resolve", due, met=due)
    again = row(resolved_at=later + HOUR, duties=[first, duty("resolve", later, met=later + HOUR, cycle=2)])
    still_open = row(duties=[first, duty("resolve", NOW - HOUR, cycle=2)])
    for one in (again, still_open):
        assert (total(one).in_time, total(one).to_resolve, total(one).reopened) == (0, 1, 1)


def test_what_ran_over_once_is_not_in_time_when_it_is_opened_again() -> None:
    twice = [duty("resolve", DUE, met=DUE + HOUR), duty("resolve", NOW, met=NOW - HOUR, cycle=2)]
    assert total(row(resolved_at=NOW - HOUR, duties=twice, overruns=[ran_over("resolve")])).in_time == 0


def test_an_answer_is_the_departments_that_gave_it() -> None:
    held = [
        {"holder": "department:总务处", "since": FOUND, "until": FOUND + HOUR},
        {"holder": "approver:qian", "since": FOUND + HOUR, "until": FOUND + 2 * HOUR},
        {"holder": "department:教务处", "since": FOUND + 3 * HOUR, "until": None},
    ]
    answered = row(
        department="教务处",
        replied_at=FOUND + 2 * HOUR,
        holdings=held,
        duties=[duty("reply", DUE, met=FOUND + 2 * HOUR)],
    )
    lines = by_party(answered)
    assert (lines["department:总务处"].answered, lines["department:总务处"].same_day) == (1, 1)
    assert (lines["department:教务处"].answered, lines["department:教务处"].received) == (0, 1)


def test_a_late_reply_is_charged_to_who_held_it() -> None:
    late = ran_over("reply", holder="approver:qian")
    lines = by_party(row(replied_at=DUE + HOUR, duties=[duty("reply", DUE, met=DUE + HOUR)], overruns=[late]))
    assert (lines["role:leader"].replies_due, lines["role:leader"].same_day_rate) == (1, 0.0)
    assert (lines["department:总务处"].replies_due, lines["department:总务处"].overruns) == (0, 0)


def test_what_a_department_forwarded_itself_is_shown_apart() -> None:
    rows = [row(forwarded_by="wang"), row(forwarded_by="zhou"), row(forwarded_by="wu")]
    assert by_party(*rows)["department:总务处"].own == 1


def test_overruns_of_matters_that_were_struck_out_count() -> None:
    builder = StatisticsBuilder(INSTITUTION, NOW)
    builder.add(row())
    builder.add_overruns([ran_over("reply"), ran_over("report", owner="desk", holder="desk")])
    found = builder.end()
    assert found.overruns_by_party == {"department:总务处": 1, "desk": 1}
    assert (found.total.received, found.total.overruns) == (1, 2)


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
    extended = row(resolved_at=later, duties=[duty("resolve", later, met=later, first_due_at=due)])
    assert (total(kept).in_time, total(extended).in_time) == (1, 0)
    assert (total(kept).overruns, total(extended).overruns) == (0, 0)


def test_overruns_and_what_is_overdue_now() -> None:
    due, late = FOUND + 72 * HOUR, [ran_over("resolve")]
    met_late = row(resolved_at=due + HOUR, duties=[duty("resolve", due, met=due + HOUR)], overruns=late)
    still_open = row(duties=[duty("resolve", due)], overruns=late)
    waived = row(duties=[duty("reply", due, state="waived")], overruns=[ran_over("reply")])
    every = [total(one) for one in (met_late, still_open, waived)]
    assert [(one.overruns, one.overdue) for one in every] == [(1, 0), (1, 1), (1, 0)]


def test_a_duty_is_overdue_from_its_due_time_on() -> None:
    for due, overdue in ((NOW, 1), (NOW + timedelta(milliseconds=1), 0)):
        found = total(row(duties=[duty("resolve", due)]))
        assert (found.overdue, found.late_open) == (overdue, overdue)
    summary = total(row(resolved_at=NOW, duties=[duty("summary", NOW)]))
    assert (summary.overdue, summary.late_open) == (1, 0)


def test_medians_run_from_the_find() -> None:
    rows = [row(replied_at=FOUND + n * HOUR, resolved_at=FOUND + 2 * n * HOUR) for n in (1, 2, 9)]
    assert (total(*rows).median_reply, total(*rows).median_resolve) == (2 * HOUR, 4 * HOUR)
    assert total(row()).median_reply is None


def test_most_received_comes_first_and_unassigned_has_a_line() -> None:
    found = table(row(department="教务处"), row(), row(), row(department=None))
    assert [line.name for line in found.lines] == ["总务处", None, "教务处"]
    assert found.lines[1].party == "desk"


departments = st.sampled_from(["总务处", "教务处", "财务处", None])
moments = st.timedeltas(timedelta(), timedelta(days=9)).map(lambda span: FOUND + span)
perhaps = st.none() | moments


late = st.lists(
    st.builds(
        ran_over,
        st.sampled_from(["reply", "resolve", "report"]),
        st.sampled_from(["department:总务处", "department:教务处", "desk", "leader", "chief"]),
        st.sampled_from(["department:总务处", "approver:qian", "desk", "outside:区教育局", "closed"]),
    ),
    max_size=4,
)
met = st.builds(duty, st.sampled_from(["reply", "resolve"]), moments, perhaps)
incidents = st.builds(
    row, department=departments, replied_at=perhaps, resolved_at=perhaps, reminders=st.integers(0, 9), overruns=late,
    duties=st.lists(met, max_size=3),
)  # fmt: skip
SUMS = tuple(name for name in StatisticsLine.__struct_fields__ if name != "party" and not name.startswith("_"))
RATES = ("same_day_rate", "response_rate", "solution_rate", "timely_rate")


@given(st.lists(incidents))
def test_the_lines_add_up_to_the_total(rows: list[dict[str, Any]]) -> None:
    found = table(*rows)
    for name in (*SUMS, "open"):
        assert sum(getattr(line, name) for line in found.lines) == getattr(found.total, name)
    assert found.total.received == len(rows) == found.total.resolved + found.total.open
    assert found.total.overruns == sum(len(one["overruns"]) for one in rows) == sum(found.overruns_by_party.values())
    assert all(0 <= (getattr(found.total, rate) or 0) <= 1 for rate in RATES)


@given(st.lists(incidents, max_size=5), late)
def test_one_more_overrun_never_betters_a_figure(rows: list[dict[str, Any]], more: list[dict[str, Any]]) -> None:
    worse = [one | {"overruns": [*one["overruns"], *more]} for one in rows]
    before, after = table(*rows), table(*worse)
    assert after.total.overruns == before.total.overruns + len(more) * len(rows)
    assert all((getattr(after.total, rate) or 0) <= (getattr(before.total, rate) or 0) for rate in RATES)


def test_each_rate_is_of_what_it_counts() -> None:
    in_time = row(resolved_at=FOUND + HOUR, duties=[duty("resolve", DUE, met=FOUND + HOUR)])
    late = row(resolved_at=DUE + HOUR, duties=[duty("resolve", DUE, met=DUE + HOUR)], overruns=[ran_over("resolve")])
    by_now, not_yet = row(duties=[duty("resolve", NOW)]), row(duties=[duty("resolve", NOW + HOUR)])
    found = total(in_time, late, by_now, not_yet)
    assert (found.in_time, found.resolved_of_those, found.to_resolve, found.open) == (1, 2, 3, 2)
    assert (found.timely_rate, found.solution_rate) == (1 / 3, 2 / 3)
    assert total(not_yet).timely_rate is None


def test_reminders_extensions_and_reopenings_are_counted() -> None:
    again = row(reminders=3, extensions=2, duties=[duty("reply", NOW + HOUR), duty("reply", NOW + HOUR, cycle=3)])
    found = total(again, row(reminders=1))
    assert (found.reminders, found.extensions, found.reopened, found.received) == (4, 2, 2, 2)


def test_a_resolved_matter_may_be_overdue_for_its_summary() -> None:
    rows = [row(resolved_at=FOUND, duties=[duty("summary", DUE)]), row(duties=[duty("verify", DUE)])]
    found = total(*rows)
    assert (found.overdue, found.late_open) == (2, 1)


def test_the_medians_of_what_it_took() -> None:
    held = [row(resolved_at=FOUND + n * HOUR, held=n * 60.0, posted_at=FOUND - HOUR) for n in (1, 2, 6)]
    found = total(*held, row(replied_at=FOUND + HOUR, posted_at=FOUND - HOUR), row(held=3600.0))
    assert (found.median_resolve, found.median_public_resolve) == (2 * HOUR, 3 * HOUR)
    assert found.median_held == timedelta(minutes=2)
    assert (found.median_reply, found.median_public_reply) == (HOUR, 2 * HOUR)
    assert total(row()).median_held is None


def test_lines_of_as_many_matters_are_in_the_order_of_their_names() -> None:
    struck = [
        ran_over("reply", "leader", "desk"),
        ran_over("reply", "desk", "desk"),
        ran_over("reply", "chief", "desk"),
    ]
    rows = [row(department="教务处"), row(department="保卫处", overruns=struck)]
    parties = [line.party for line in table(*rows).lines]
    assert parties == ["department:保卫处", "department:教务处", "desk", "role:chief", "role:leader"]


def test_what_is_remedied_is_told_apart() -> None:
    found = total(*(row(resolved_at=FOUND, outcome=outcome) for outcome in ("remedied", "answered", "adopted")))
    assert (found.resolved, found.remedied) == (3, 1)


def test_a_partys_name_is_its_departments() -> None:
    lines = by_party(row(), row(department=None))
    assert {party: line.name for party, line in lines.items()} == {"department:总务处": "总务处", "desk": None}
    assert total(row()).name is None


def test_the_most_overruns_come_first() -> None:
    rows = [
        row(overruns=[ran_over("reply")]),
        row(department="教务处", overruns=[ran_over("reply", "desk", "desk"), ran_over("resolve", "desk", "desk")]),
    ]
    assert [*table(*rows).overruns_by_party.items()] == [("desk", 2), ("department:总务处", 1)]


def test_who_answered_held_it_last_before_the_answer() -> None:
    held = [
        {"holder": "department:教务处", "since": FOUND, "until": FOUND + HOUR},
        {"holder": "department:保卫处", "since": FOUND + HOUR, "until": FOUND + 2 * HOUR},
        {"holder": "approver:qian", "since": FOUND + 2 * HOUR, "until": FOUND + 3 * HOUR},
        {"holder": "department:总务处", "since": FOUND + 4 * HOUR, "until": None},
    ]
    assert answered_by(row(holdings=held, replied_at=FOUND + 3 * HOUR)) == "department:保卫处"
    assert answered_by(row(holdings=held, replied_at=FOUND + HOUR)) == "department:保卫处"
    assert answered_by(row(holdings=held[2:3], replied_at=FOUND + 3 * HOUR)) == "department:总务处"
    assert answered_by(row(replied_at=FOUND, department=None)) == "desk"


def test_what_nobody_is_answered_about() -> None:
    assert unanswered(row(resolved_at=FOUND))
    assert unanswered(row(unanswerable="无法联系"))
    assert not unanswered(row())
    assert not unanswered(row(resolved_at=FOUND, unanswerable="无法联系", replied_at=FOUND))


def test_a_reply_is_owed_from_its_due_time_on() -> None:
    assert total(row(duties=[duty("reply", NOW)])).to_answer == 1
    assert total(row(duties=[duty("reply", NOW + HOUR)])).to_answer == 0
    assert total(row(replied_at=DUE)).to_answer == 0
    assert total(row(resolved_at=DUE)).to_answer == 1
    late_by_hand = row(replied_at=NOW, duties=[duty("reply", DUE, met=DUE + HOUR)])
    assert (total(late_by_hand).same_day, total(late_by_hand).replies_due) == (0, 1)
    first = duty("resolve", DUE + HOUR, met=DUE + HOUR, first_due_at=DUE)
    assert total(row(resolved_at=DUE + HOUR, duties=[first])).in_time == 0
