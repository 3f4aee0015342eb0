"""A digest's figures: rates of what was owed, which departments are listed, and no names of people."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.rules.figures.booking import party
from handlers.rules.figures.digest_figures import Figures, Owed, as_of, by_day, counted, held_by_party, owed
from handlers.rules.figures.late import Late, earliest_due, is_spared, named, overdue, together
from handlers.rules.figures.statistics import Statistics, statistics_of
from handlers.rules.regime.regime_file import load
from handlers.rules.time.spans import Span
from tests.support.cases import FOUND, INSTITUTION
from tests.support.story import DEMONSTRATION

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = FOUND + 10 * DAY
REGIMES = DEMONSTRATION.parent / "handlers" / "regimes"
SPAN = Span("", NOW - 7 * DAY, NOW)
STANDARD, PARK = (load((REGIMES / f"{name}.toml").read_text(encoding="utf-8")) for name in ("standard", "park"))


def duty(kind: str, due: datetime, met: datetime | None = None) -> dict[str, Any]:
    state = "met" if met else "open"
    times = {"started_at": FOUND, "due_at": due, "first_due_at": due, "met_at": met}
    return {"kind": kind, "state": state, "cycle": 1, **times}


def row(*duties: dict[str, Any], **changes: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("posted_at", "acknowledged_at", "replied_at", "resolved_at"))
    lists: dict[str, Any] = {"bounces": [], "holdings": [], "extensions": [], "overruns": [], "reminders": 0}
    return {**blank, **lists, "department": "总务处", "found_at": FOUND, "duties": list(duties), **changes}


def summed(*rows: dict[str, Any]) -> Statistics:
    return statistics_of([counted(row, NOW) for row in rows], INSTITUTION, NOW)


def late(due: datetime, met: datetime | None = None, **changes: Any) -> dict[str, Any]:
    facts = {
        "number": 12, "duty": 1, "title": "食堂", "place": "总务处", "holds": "department:总务处", "stage": "assigned",
        "policy": 1, "kind": "reply", "cycle": 1, "owner": "department:总务处", "holder": "department:总务处",
        "started_at": FOUND, "due_at": due, "next_due_at": due, "met_at": met, "state": "met" if met else "open",
        "held_since": FOUND,
    }  # fmt: skip
    return facts | changes


def test_rates_are_of_what_was_owed_by_now() -> None:
    rows = [
        row(duty("reply", FOUND + DAY, FOUND + HOUR), duty("resolve", FOUND + 3 * DAY), replied_at=FOUND + HOUR),
        row(duty("reply", FOUND + DAY), duty("resolve", NOW + DAY)),
        row(duty("reply", NOW + HOUR), duty("resolve", NOW + 3 * DAY)),
        row(),
    ]
    total = summed(*rows).total
    assert (total.answered_of_those, total.to_answer, total.response_rate) == (1, 2, 0.5)
    assert (total.resolved_of_those, total.to_resolve, total.solution_rate) == (0, 1, 0.0)


def test_a_rate_of_nothing_is_none() -> None:
    total = summed(row()).total
    assert (total.response_rate, total.solution_rate, total.timely_rate) == (None, None, None)


def test_the_two_clocks() -> None:
    held = [
        {"holder": "department:总务处", "since": FOUND, "until": FOUND + 2 * HOUR},
        {"holder": "approver:qian", "since": FOUND + 2 * HOUR, "until": FOUND + 5 * HOUR},
        {"holder": "closed", "since": FOUND + 5 * HOUR, "until": None},
    ]
    one = row(posted_at=FOUND - DAY, replied_at=FOUND + HOUR, resolved_at=FOUND + 5 * HOUR, holdings=held)
    total = summed(one).total
    assert (total.median_public_reply, total.median_public_resolve) == (25 * HOUR, 29 * HOUR)
    assert total.median_held == 2 * HOUR


def test_bounces_count_where_they_came_from() -> None:
    bounced = [{"department": "保卫处", "at": FOUND.isoformat()}]
    table = summed(row(bounces=bounced))
    assert {line.name: line.bounces for line in table.lines} == {"总务处": 0, "保卫处": 1}


def test_an_earlier_period_is_seen_as_it_stood() -> None:
    one = row(duty("resolve", FOUND + DAY, FOUND + 2 * DAY), resolved_at=FOUND + 2 * DAY)
    then = as_of(one, FOUND + DAY + HOUR)
    assert (then["resolved_at"], then["duties"][0]["state"]) == (None, "open")
    assert as_of(one, NOW)["resolved_at"] == FOUND + 2 * DAY


def test_what_a_closing_waived_was_open_before_it() -> None:
    one = row(duty("reply", NOW) | {"state": "waived"}, resolved_at=FOUND + DAY)
    states = [as_of(one, FOUND + span)["duties"][0]["state"] for span in (HOUR, 2 * DAY)]
    assert states == ["open", "waived"]


def test_a_matter_is_overdue_once_with_all_that_it_owes() -> None:
    rows = [late(NOW - DAY), late(NOW - 2 * DAY, kind="resolve"), late(NOW - DAY, number=13, state="waived")]
    (found,) = overdue(rows, INSTITUTION)
    assert (found.number, found.kinds, found.due_at) == (12, ("reply", "resolve"), NOW - 2 * DAY)


def test_what_has_a_new_due_time_is_not_overdue_by_the_old_one() -> None:
    assert overdue([late(NOW - DAY, next_due_at=NOW + DAY)], INSTITUTION) == ()


def test_the_bulletin_names_what_ran_over_a_day_in_this_period() -> None:
    rows = [
        late(NOW - 2 * DAY, number=1),  # still open
        late(NOW - 2 * DAY, NOW - DAY + HOUR, number=2),  # done after a day
        late(NOW - 2 * DAY, NOW - DAY - HOUR, number=3),  # done before it
        late(NOW - DAY + HOUR, number=4),  # not a day yet
        late(NOW - 9 * DAY, number=5),  # named in the period before
    ]
    found = named(rows, SPAN, {1: STANDARD}, INSTITUTION)
    assert [one.number for one in found] == [1, 2]


@pytest.mark.parametrize(
    "act",
    [
        {"state": "waived"},
        {"state": "waived", "stage": "merged"},
        {"state": "waived", "stage": "withdrawn"},
        {"next_due_at": NOW + DAY},
        {"next_due_at": NOW + DAY, "state": "met", "met_at": NOW},
        {"place": "教务处", "holds": "department:教务处"},
        {"state": "waived", "stage": "resolved", "holds": "closed"},
        {"place": None, "holds": "outside:区教育局"},
    ],
)
def test_no_later_act_takes_a_name_off_the_bulletin(act: dict[str, Any]) -> None:
    (found,) = named([late(NOW - 2 * DAY) | act], SPAN, {1: STANDARD}, INSTITUTION)
    assert (found.number, found.booked) == (12, ("department:总务处",))


def test_what_a_merge_carried_over_late_is_named_once() -> None:
    carried = late(NOW - 2 * DAY, number=1, started_at=NOW - DAY)
    assert named([carried], SPAN, {1: STANDARD}, INSTITUTION) == ()
    assert len(overdue([carried], INSTITUTION)) == 1


def test_who_asked_in_time_is_spared_where_the_regime_says_so() -> None:
    due = NOW - 2 * DAY
    asked = {"asked_at": due - DAY, "decided_at": None, "state": "pending", "subject": {"duties": [1]}}
    spared = {
        "pending": asked,
        "granted after the due time": asked | {"state": "approved", "decided_at": due + HOUR},
        "refused after the due time": asked | {"state": "rejected", "decided_at": due + HOUR},
    }
    named_all_the_same = {
        "granted before, and run out as well": asked | {"state": "approved", "decided_at": due - HOUR},
        "refused before": asked | {"state": "rejected", "decided_at": due - HOUR},
        "taken back": asked | {"state": "superseded"},
        "asked too late": asked | {"asked_at": due + HOUR},
        "for another duty": asked | {"subject": {"duties": [2]}},
    }
    for why, one in spared.items():
        assert is_spared(late(due), PARK, [one]), why
        assert not is_spared(late(due), STANDARD, [one]), why
    for why, one in named_all_the_same.items():
        assert not is_spared(late(due), PARK, [one]), why


def test_holders_are_parties_and_never_people() -> None:
    leader = INSTITUTION.with_role("leader")[0]
    assert party(f"approver:{leader.id}", INSTITUTION) == "role:leader"
    assert party("department:总务处", INSTITUTION) == "department:总务处"
    (found,) = overdue([late(NOW - DAY, holds=f"approver:{leader.id}")], INSTITUTION)
    assert found.holder == "role:leader"


def test_the_next_holder_is_told_beside_who_was_late() -> None:
    moved = late(NOW - DAY, place="教务处", holds="department:教务处", held_since=NOW - HOUR)
    (found,) = overdue([moved], INSTITUTION)
    assert (found.moved_on, found.holder, found.held_since) == (True, "department:教务处", NOW - HOUR)
    assert found.owed == (("reply", "department:总务处"),)
    (kept,) = overdue([late(NOW - DAY)], INSTITUTION)
    assert (kept.moved_on, kept.owed) == (False, (("reply", None),))


def test_a_resolved_matters_summary_is_its_departments() -> None:
    (found,) = overdue([late(NOW - DAY, stage="resolved", holds="closed", kind="summary")], INSTITUTION)
    assert found.holder == "department:总务处"


def test_what_the_calendar_asked_for() -> None:
    def slot(state: str, met: datetime | None = None) -> dict[str, Any]:
        return {"kind": "check-in", "person": "officer", "state": state, "due_at": NOW - HOUR, "met_at": met}

    (found,) = owed([slot("met", NOW - 2 * HOUR), slot("met", NOW), slot("missed")])
    assert (found.owed, found.given, found.late, found.last) == (3, 2, 1, NOW)


def test_what_a_leader_or_the_desk_owes_is_not_its_departments() -> None:
    rows = [
        late(NOW - 2 * DAY, number=1, kind="instruct", owner="leader"),
        late(NOW - 2 * DAY, number=2, kind="instruct", owner="leader"),
        late(NOW - 2 * DAY, number=2, kind="resolve"),
        late(NOW - 2 * DAY, number=3, kind="report", owner="desk"),
    ]
    found = named(rows, SPAN, {1: PARK}, INSTITUTION)
    assert [one.parties for one in found] == [("role:leader",), ("role:leader", "department:总务处"), ("desk",)]
    assert found[1].owed == (("instruct", "role:leader"), ("resolve", None))


def test_the_change_of_a_shift_is_no_report_of_anybodys() -> None:
    change = {"kind": "handover", "person": "handover", "state": "met", "due_at": NOW - HOUR, "met_at": NOW - HOUR}
    assert owed([change]) == ()
    empty = late(NOW - 2 * DAY, number=None, kind="shift", owner="person:office", policy=None)
    assert named([empty], SPAN, {None: STANDARD}, INSTITUTION) == ()


def test_a_late_report_of_the_calendars_is_its_roles() -> None:
    slot = late(
        NOW - 2 * DAY, number=None, kind="check-in", owner="person:officer", holder=None, policy=None, title=None
    )
    (found,) = named([slot], SPAN, {None: STANDARD}, INSTITUTION)
    assert (found.number, found.parties) == (None, ("role:officer",))


def figures(*rows: dict[str, Any], before: Statistics | None = None, bulletin: tuple[Late, ...] = ()) -> Figures:
    return Figures("week", SPAN, NOW, summed(*rows), before, (), (), bulletin, ())


def test_a_digest_of_nothing_is_a_zero_report() -> None:
    assert figures().nothing
    assert not figures(row()).nothing


def test_a_change_is_against_the_period_before() -> None:
    assert figures(row(), row(), before=summed(row())).change("received") == 1
    assert figures(before=summed(row())).change("received") == -1
    assert figures(row()).change("received") is None


def test_the_bulletin_counts_matters_by_party_and_no_routine_duties() -> None:
    slot = late(NOW - 2 * DAY, number=None, duty=9, kind="check-in", owner="person:officer", holder=None, policy=None)
    rows = [
        late(NOW - 2 * DAY, number=1, owner="leader", kind="instruct"),
        late(NOW - 2 * DAY, number=2, owner="leader", kind="instruct"),
        late(NOW - 2 * DAY, number=2, kind="resolve"),
        slot,
    ]
    found = named(rows, SPAN, {1: PARK, None: STANDARD}, INSTITUTION)
    assert figures(bulletin=found).named_by_party == {"role:leader": 2, "department:总务处": 1}
    assert [*figures(bulletin=found).named_by_party] == ["role:leader", "department:总务处"]


def test_each_party_held_it_for_so_long() -> None:
    held = [
        {"holder": "desk", "since": FOUND, "until": FOUND + HOUR},
        {"holder": "department:总务处", "since": FOUND + HOUR, "until": FOUND + HOUR},
        {"holder": "approver:qian", "since": FOUND + HOUR, "until": FOUND + 3 * HOUR},
        {"holder": "desk", "since": FOUND + 3 * HOUR, "until": None},
    ]
    one = row(holdings=held)
    assert held_by_party(one, FOUND + 5 * HOUR) == {"desk": 3 * 3600.0, "approver:qian": 2 * 3600.0}
    ended = row(holdings=[*held, {"holder": "closed", "since": FOUND + 5 * HOUR, "until": None}])
    assert "closed" not in held_by_party(ended, NOW)
    assert counted(one, FOUND + 5 * HOUR)["held"] == 0.0
    assert counted(row(extensions=[{}, {}]), NOW)["extensions"] == 2


def test_a_second_is_held_too() -> None:
    held = [{"holder": "desk", "since": FOUND, "until": FOUND + timedelta(seconds=1)}]
    found = counted(row(holdings=held), NOW)
    assert found["by_party"] == {"desk": 1.0}


def test_what_a_digest_shows_unless_told_otherwise() -> None:
    found = figures()
    assert (found.settled, found.findings, found.gone, found.asks) == ((0, 0), 0, 0, {"reply", "resolve"})


def test_what_is_met_later_was_not_met_then() -> None:
    one = row(duty("reply", NOW, FOUND + 2 * DAY))
    assert [as_of(one, FOUND + DAY)["duties"][0][name] for name in ("state", "met_at")] == ["open", None]


def test_the_bulletin_looks_two_weeks_back() -> None:
    assert earliest_due(SPAN) == SPAN.since - 14 * DAY


def test_what_came_later_was_not_there_then() -> None:
    then = FOUND + 2 * DAY
    one = row(
        duty("reply", NOW, FOUND + 2 * DAY),
        duty("resolve", NOW) | {"started_at": FOUND + 2 * DAY},
        duty("summary", NOW) | {"started_at": FOUND + 2 * DAY + HOUR},
        replied_at=then,
        acknowledged_at=then + HOUR,
        bounces=[{"at": then.isoformat()}, {"at": (then + HOUR).isoformat()}],
        extensions=[{"asked_at": then}, {"asked_at": then + HOUR}],
        overruns=[{"due_at": then - HOUR}, {"due_at": then}],
        holdings=[
            {"holder": "desk", "since": FOUND, "until": then},
            {"holder": "department:总务处", "since": then, "until": then + HOUR},
            {"holder": "desk", "since": then + HOUR, "until": None},
        ],
    )
    found = as_of(one, then)
    assert (found["replied_at"], found["acknowledged_at"], found["resolved_at"]) == (then, None, None)
    assert [(each["kind"], each["state"], each["met_at"]) for each in found["duties"]] == [
        ("reply", "met", then), ("resolve", "open", None)
    ]  # fmt: skip
    assert found["bounces"] == one["bounces"][:1]
    assert found["extensions"] == one["extensions"][:1]
    assert found["overruns"] == one["overruns"][:1]
    assert [(each["holder"], each["until"]) for each in found["holdings"]] == [
        ("desk", then), ("department:总务处", None)
    ]  # fmt: skip
    assert found["found_at"] == FOUND


def test_every_day_of_a_span_has_its_row() -> None:
    times = {"received": [FOUND, FOUND + HOUR, FOUND + 2 * DAY], "resolved": [FOUND + DAY]}
    midnight = FOUND - timedelta(hours=10, minutes=5)
    found = by_day(times, midnight, midnight + 3 * DAY, INSTITUTION.calendar)
    assert [(each.day.day, each.received, each.resolved) for each in found] == [(23, 2, 0), (24, 0, 1), (25, 1, 0)]


def test_a_report_at_its_due_time_is_not_late() -> None:
    def slot(kind: str, state: str, met: datetime | None = None) -> dict[str, Any]:
        return {"kind": kind, "person": "officer", "state": state, "due_at": NOW - HOUR, "met_at": met}

    rows = [slot("check-in", "met", NOW - HOUR), slot("daily report", "missed"), slot("check-in", "open")]
    assert owed(rows) == (Owed("check-in", 2, 1, 0, NOW - HOUR), Owed("daily report", 1, 0, 0, None))


def test_overruns_of_a_matter_together_are_open_met_or_ended() -> None:
    def state(*rows: dict[str, Any]) -> tuple[str, datetime | None]:
        found = together(rows, INSTITUTION)
        return found.state, found.met_at

    met, later_met = late(NOW - DAY, NOW - HOUR), late(NOW - DAY, NOW - 2 * HOUR, kind="resolve")
    waived = late(NOW - DAY, state="waived", kind="resolve")
    assert state(met, later_met) == ("met", NOW - HOUR)
    assert state(met, waived) == ("ended", None)
    assert state(met, waived, late(NOW - DAY, kind="summary")) == ("open", None)
    for stage in ("withdrawn", "merged"):
        assert state(late(NOW - DAY, stage=stage)) == ("ended", None)


def test_what_is_open_comes_first_the_longest_overdue_at_the_top() -> None:
    rows = [
        late(NOW - 5 * DAY, NOW - DAY, number=1),
        late(NOW - 2 * DAY, number=2),
        late(NOW - 4 * DAY, number=3),
    ]
    found = named(rows, SPAN, {1: STANDARD}, INSTITUTION)
    assert [(each.number, each.state) for each in found] == [(3, "open"), (2, "open"), (1, "met")]


def test_a_step_is_in_the_period_that_begins_with_it() -> None:
    def numbers(*rows: dict[str, Any]) -> list[int | None]:
        return [each.number for each in named(rows, SPAN, {1: STANDARD}, INSTITUTION)]

    assert numbers(late(SPAN.since - DAY)) == [12]
    assert numbers(late(SPAN.until - DAY)) == []
    assert numbers(late(NOW - 2 * DAY, NOW - DAY)) == []  # done at the very moment
    assert numbers(late(NOW - 2 * DAY, NOW - DAY + timedelta(seconds=1))) == [12]
    assert numbers(late(NOW - 2 * DAY, started_at=NOW - 2 * DAY)) == []  # carried over
    assert numbers(late(NOW - 2 * DAY, started_at=None)) == [12]


def test_what_is_plain_is_not_repeated() -> None:
    rows = [late(NOW - 2 * DAY, owner="leader", kind="instruct"), late(NOW - 2 * DAY, kind="resolve")]
    found = together(rows, INSTITUTION)
    assert found.owed == (("instruct", "role:leader"), ("resolve", None))
    done = together([late(NOW - 2 * DAY, NOW - HOUR)], INSTITUTION)
    assert done.owed == (("reply", "department:总务处"),)
    assert not done.moved_on
    slot = together([late(NOW - 2 * DAY, number=None, kind="check-in", owner="person:officer")], INSTITUTION)
    assert slot == Late(None, "", "role:officer", ("check-in",), ("role:officer",), NOW - 2 * DAY, "open", None, None)
    assert slot.owed == (("check-in", None),)
    assert not slot.moved_on
    twice = together([late(NOW - 2 * DAY), late(NOW - DAY)], INSTITUTION)
    assert (twice.kinds, twice.booked, twice.due_at) == (("reply",), ("department:总务处",), NOW - 2 * DAY)
