"""A digest's figures: rates of what was owed, which departments are listed, and no names of people."""

from datetime import datetime, timedelta
from typing import Any

from handlers.rules.figures.digest_figures import Figures, Owed, as_of, by_day, counted, held_by_party, owed
from handlers.rules.figures.late import Late, named
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


def test_what_the_calendar_asked_for() -> None:
    def slot(state: str, met: datetime | None = None) -> dict[str, Any]:
        return {"kind": "check-in", "person": "officer", "state": state, "due_at": NOW - HOUR, "met_at": met}

    (found,) = owed([slot("met", NOW - 2 * HOUR), slot("met", NOW), slot("missed")])
    assert (found.owed, found.given, found.late, found.last) == (3, 2, 1, NOW)


def test_the_change_of_a_shift_is_no_report_of_anybodys() -> None:
    change = {"kind": "handover", "person": "handover", "state": "met", "due_at": NOW - HOUR, "met_at": NOW - HOUR}
    assert owed([change]) == ()
    empty = late(NOW - 2 * DAY, number=None, kind="shift", owner="person:office", policy=None)
    assert named([empty], SPAN, {None: STANDARD}, INSTITUTION) == ()


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
    asked = [{"state": "approved"}, {"state": "rejected"}, {"state": "pending"}]
    assert counted(row(extensions=asked), NOW)["extensions"] == 1


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
