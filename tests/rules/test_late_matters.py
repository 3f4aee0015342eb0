"""What ran over: what is overdue now, what the bulletin names, and whose it is; no later act takes a name off."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.rules.figures.booking import party
from handlers.rules.figures.late import Late, earliest_due, is_spared, named, overdue, together
from handlers.rules.regime.regime_file import load
from handlers.rules.time.spans import Span
from tests.support.cases import FOUND, INSTITUTION
from tests.support.story import DEMONSTRATION

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = FOUND + 10 * DAY
REGIMES = DEMONSTRATION.parent / "handlers" / "regimes"
SPAN = Span("", NOW - 7 * DAY, NOW)
STANDARD, PARK = (load((REGIMES / f"{name}.toml").read_text(encoding="utf-8")) for name in ("standard", "park"))


def late(due: datetime, met: datetime | None = None, **changes: Any) -> dict[str, Any]:
    facts = {
        "number": 12, "duty": 1, "title": "食堂", "place": "总务处", "holds": "department:总务处", "stage": "assigned",
        "policy": 1, "kind": "reply", "cycle": 1, "owner": "department:总务处", "holder": "department:总务处",
        "started_at": FOUND, "due_at": due, "next_due_at": due, "met_at": met, "state": "met" if met else "open",
        "held_since": FOUND,
    }  # fmt: skip
    return facts | changes


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


def test_a_late_report_of_the_calendars_is_its_roles() -> None:
    slot = late(
        NOW - 2 * DAY, number=None, kind="check-in", owner="person:officer", holder=None, policy=None, title=None
    )
    (found,) = named([slot], SPAN, {None: STANDARD}, INSTITUTION)
    assert (found.number, found.parties) == (None, ("role:officer",))


def test_the_bulletin_looks_two_weeks_back() -> None:
    assert earliest_due(SPAN) == SPAN.since - 14 * DAY


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
