"""A changed calendar counts open duties again: what moves, what only becomes final, and when is asked next."""

from datetime import date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import Case
from handlers.rules.incident.counted import Posting, count, since_posting
from handlers.rules.incident.duties import STAND, ladder_to
from handlers.rules.incident.publication_checks import asks_at
from handlers.rules.incident.recounting import recount
from handlers.rules.time.calendar import Calendar
from handlers.rules.time.periods import parse
from tests.support.cases import FOUND, INSTITUTION, Row, case, later

THURSDAY = date(2026, 11, 26)
"""The third day after the find, until it becomes a day off."""


def with_day_off(day: date | None) -> Calendar:
    off = {day: "停电"} if day else {}
    return replace(INSTITUTION.calendar, days_off={**INSTITUTION.calendar.days_off, **off})


def counted(kind: str = "resolve", period: str = "3d", **changes: Any) -> Row:
    """Return a duty that was counted before the day off was known."""
    one = case()
    due = count(one.regime, INSTITUTION, parse(period), FOUND)
    facts = {
        "id": 5, "kind": kind, "state": "open", "started_at": FOUND, "due_at": due.at, "first_due_at": due.at,
        "provisional": due.provisional, "reckoning": due.trace.to_dict(), "rung": None, "next_at": FOUND,
    }  # fmt: skip
    return Row(facts | changes)


def again(*duties: Row, day: date | None = THURSDAY) -> Any:
    institution = replace(INSTITUTION, calendar=with_day_off(day))
    return recount(replace(case(), duties=duties, institution=institution), later(hours=1))


def from_posting(posted: datetime | None) -> Row:
    """Return a duty of three days that runs from the posting, counted before the day off was known."""
    due = since_posting(case().regime, INSTITUTION, parse("3d"), FOUND, Posting(posted))
    return counted(due_at=due.at, reckoning=due.trace.to_dict())


@pytest.mark.parametrize(
    ("posted", "due"),
    [
        (None, "11-28 00:00"),  # from the find: Thursday is off, Friday instead
        (datetime(2026, 11, 23, 9, tzinfo=INSTITUTION.zone), "11-28 00:00"),
    ],
)
def test_what_runs_from_the_posting_still_does(posted: datetime | None, due: str) -> None:
    before = from_posting(posted)
    (change,) = again(before).decision.moved
    assert local(change.due.at) == due
    now, then = change.due.trace, before.reckoning
    assert (now.posting, now.posted and now.posted.isoformat()) == (then["posting"], then["posted"])


def test_what_had_run_out_at_the_find_stays_due_on_its_day() -> None:
    before = from_posting(datetime(2026, 10, 21, 10, tzinfo=INSTITUTION.zone))
    assert local(before.due_at) == "11-24 00:00"
    assert again(before) is None
    counted_from_the_find = counted(reckoning=counted().reckoning | _ran_out(before))  # as earlier versions did
    (change,) = again(counted_from_the_find).decision.moved
    assert local(change.due.at) == "11-28 00:00"
    assert change.due.trace.to_dict() | _ran_out(before) == change.due.trace.to_dict()


def _ran_out(duty: Row) -> dict[str, Any]:
    return {name: duty.reckoning[name] for name in ("posting", "posted", "ran_out")}


def local(moment: datetime) -> str:
    return f"{moment.astimezone(INSTITUTION.zone):%m-%d %H:%M}"


def after_it(one: Case) -> Case:
    return replace(one, institution=replace(INSTITUTION, calendar=with_day_off(THURSDAY)))


def test_a_day_off_moves_what_ends_on_it_and_begins_its_ladder_again() -> None:
    found = again(counted())
    (change,) = found.decision.moved
    assert local(change.due.at) == "11-28 00:00"
    assert change.next_at == ladder_to(after_it(case()), change.due.at, later(hours=1)).first_at()
    assert found.moved == [(found.moved[0][0], change.due)]
    (event,) = found.decision.events
    assert (event.kind, list(event.data)) == ("calendar", ["resolve"])
    assert [local(datetime.fromisoformat(at)) for at in event.data["resolve"]] == ["11-27 00:00", "11-28 00:00"]


@pytest.mark.parametrize("changes", [{"state": "met"}, {"state": "waived"}, {"reckoning": {}}])
def test_what_is_done_or_was_counted_by_nobody_stays(changes: dict[str, Any]) -> None:
    assert again(counted(**changes)) is None


def test_without_a_change_there_is_nothing_to_tell() -> None:
    assert again(counted(), day=None) is None


def test_what_was_given_stays() -> None:
    given = counted()
    given.values["reckoning"] = {**given.reckoning, "rule": "given"}
    assert again(given) is None


def test_what_only_becomes_final_keeps_its_next_step() -> None:
    found = again(counted(provisional=True), day=None)
    (change,) = found.decision.moved
    assert (change.next_at, change.due.provisional, found.moved) == (FOUND, False, [])
    assert found.decision.events[0].data == {}


def test_a_check_is_asked_about_at_its_hour_unless_it_was_asked_about() -> None:
    (unasked,) = again(counted(STAND)).decision.moved
    assert unasked.next_at == asks_at(INSTITUTION, FOUND, unasked.due.at)
    assert local(unasked.next_at) == "11-27 10:05"
    (asked,) = again(counted(STAND, rung=-3600)).decision.moved
    assert asked.next_at == ladder_to(after_it(case()), asked.due.at, later(hours=1)).first_at()
    assert asked.next_at != unasked.next_at
