"""What is owed from which event on, who owes it, and what a higher tier asks besides."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import AuditEvent, Case
from handlers.rules.incident.duties import (
    calmed,
    closing,
    everything,
    extendable,
    extended,
    given,
    latest,
    met,
    move,
    owed,
    owed_at_first,
    promised,
    restarted,
    stricter,
    waits_for_signature,
)
from handlers.rules.incident.escalation import not_calm
from handlers.rules.incident.instructing import ran_over
from handlers.rules.regime.regime import Regime
from handlers.rules.time.periods import parse
from handlers.rules.time.promises import Promise, find
from tests.support.cases import FOUND, INSTITUTION, Row, case, later, shipped, standard
from tests.support.decided import refusal

NOW = later(hours=1)
CALENDAR = INSTITUTION.calendar
TRACE = owed(standard(), INSTITUTION, "general", FOUND, ("found",))[0].due.trace.to_dict()
BUREAU, COMPANY, SCHOOL, OFFICE = (shipped(name) for name in ("bureau", "company", "school", "duty-office"))


def row(id: int, kind: str, state: str = "open", due: datetime | None = None, **changes: Any) -> Row:
    due = due or later(days=3)
    values = {
        "id": id, "kind": kind, "state": state, "owner": "department", "cycle": 1, "started_at": FOUND, "due_at": due,
        "first_due_at": due, "met_at": None, "rung": None, "next_at": due, "provisional": False, "reckoning": TRACE,
    }  # fmt: skip
    return Row(values | changes)


def owing(*rows: Row, regime: Regime | None = None, **changes: Any) -> Case:
    return replace(case(regime=regime, **changes), duties=rows)


def test_the_calm_and_the_closing_are_owed_by_these() -> None:
    calm = owed(COMPANY, INSTITUTION, "general", FOUND, ("found",))[-1]
    assert (calm.kind, calm.owner, calm.started_at) == ("calm", "desk", FOUND)
    assert calm.next_at
    assert "calm" not in [one.kind for one in owed(COMPANY, INSTITUTION, "general", FOUND, ("assigned",))]
    assert "calm" in [one.kind for one in owed(COMPANY, INSTITUTION, "general", FOUND, ("raised",))]
    assert "calm" not in [one.kind for one in owed(COMPANY, INSTITUTION, "critical", FOUND, ("found",))]
    end = closing(standard(), INSTITUTION, "general", FOUND)
    assert (end.kind, end.owner, end.started_at) == ("closing", "department", FOUND)
    assert end.next_at == end.due.at - timedelta(hours=4)


def test_with_a_department_it_needs_no_assignment() -> None:
    def kinds(department: str | None, regime: Regime = COMPANY) -> list[str]:
        return [one.kind for one in owed_at_first(regime, INSTITUTION, "general", department, FOUND)]

    assert kinds(None) == ["assign", "reply", "resolve", "calm"]
    assert kinds("总务处") == ["reply", "resolve", "calm"]
    assert kinds("总务处", standard()) == ["acknowledge", "reply", "resolve"]
    assert kinds(None, standard()) == ["reply", "resolve"]
    bare = msgspec.structs.replace(COMPANY, duty=())
    assert kinds(None, bare) == ["calm", "closing"]


def test_what_was_found_before_it_was_assigned_runs_from_the_find() -> None:
    def started(regime: Regime, department: str | None) -> dict[str, datetime]:
        owed = owed_at_first(regime, INSTITUTION, "general", department, later(hours=2), found_at=FOUND)
        return {one.kind: one.started_at for one in owed}

    assert started(standard(), "总务处") == {"acknowledge": later(hours=2), "reply": FOUND, "resolve": FOUND}
    assert started(msgspec.structs.replace(COMPANY, duty=()), None) == {"calm": FOUND, "closing": FOUND}


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        (("assigned",), {"assign"}),
        (("published",), {"reply"}),
        (("resolved",), {"resolve", "closing"}),
        (("calm",), {"calm"}),
        (("published", "resolved"), {"reply", "resolve", "closing"}),
        (("acknowledged",), set()),
    ],
)
def test_which_duties_an_event_meets(events: tuple[str, ...], kinds: set[str]) -> None:
    names = ("assign", "reply", "resolve", "calm", "closing", "stand", "promise")
    one = owing(*(row(n, kind) for n, kind in enumerate(names)), row(90, "reply", "met"), regime=COMPANY)
    assert {names[id] for id in met(one, *events)} == kinds
    assert len(everything(one)) == len(names)


def test_what_waits_while_it_is_with_a_signer() -> None:
    assert waits_for_signature("department", "reply")
    assert not waits_for_signature("department", "acknowledge")
    assert not waits_for_signature("desk", "reply")


def test_another_department_begins_what_runs_from_the_assignment() -> None:
    names = ("acknowledge", "verify", "reply")
    one = owing(*(row(n, kind) for n, kind in enumerate(names)), regime=shipped("liaison-form"))
    assert [names[id] for id in restarted(one)] == ["acknowledge", "verify"]


def test_what_follows_the_calm_begins_once() -> None:
    assert [one.kind for one in calmed(owing(regime=BUREAU), NOW)] == ["summary"]
    for state in ("open", "met", "waived"):
        assert calmed(owing(row(1, "summary", state), regime=BUREAU), NOW) == ()


def test_each_date_is_a_promise_with_its_own_words() -> None:
    text = "11月26日前公布结果，11月30日前完成改造，11月30日前公示，11月20日前已受理。"
    found = promised(owing(regime=SCHOOL), find(text, NOW, CALENDAR), NOW)
    by_26, by_30 = (CALENDAR.end_of(later(days=n).date()) for n in (3, 7))
    assert [(one.kind, one.owner, one.due.at, one.started_at) for one in found] == [
        ("promise", "department", by_26, NOW),
        ("promise", "department", by_30, NOW),
        ("resolve", "department", by_30, NOW),
    ]
    assert [one.next_at for one in found[:2]] == [by_26 - timedelta(hours=4), by_30 - timedelta(hours=4)]
    assert "26日前" in str(found[0].due.trace.to_dict())
    standing = owing(row(1, "resolve"), regime=SCHOOL)
    assert [one.kind for one in promised(standing, find(text, NOW, CALENDAR), NOW)] == ["promise", "promise"]
    assert [one.kind for one in promised(owing(), find(text, NOW, CALENDAR), NOW)] == ["promise", "promise"]
    assert promised(owing(regime=SCHOOL), (), NOW) == ()
    assert promised(owing(regime=SCHOOL), (Promise("", (0, 0), NOW),), NOW) == ()


def test_a_date_that_was_set_is_final_and_says_how_it_ends() -> None:
    midnight, noon = CALENDAR.end_of(later(days=3).date()), later(days=3)
    ends = {at: given(owing(), at, NOW, "26日前") for at in (midnight, noon)}
    assert [(one.at, one.provisional) for one in ends.values()] == [(midnight, False), (noon, False)]
    traces = [one.trace.to_dict() for one in ends.values()]
    assert [trace["ending"] for trace in traces] == ["midnight", "clock"]
    assert [trace["rule"] for trace in traces] == ["given", "given"]
    assert all("26日前" in trace.values() for trace in traces)


EARLY = later(hours=2)
"""Sooner than any duty of the higher tiers here."""


def raised_to(to: str, /, *rows: Row, regime: Regime, **changes: Any) -> tuple[list[str], list[int]]:
    """Return the kinds of the duties that begin, and the ids of those that are due sooner."""
    one = owing(*rows, regime=regime, **changes)
    fresh, moved = stricter(one, to, NOW)
    due_at = {duty.id: duty.due_at for duty in one.duties}
    return [duty.kind for duty in fresh], [change.id for change in moved if change.due.at < due_at[change.id]]


def test_a_higher_tier_asks_what_was_not_owed_and_sooner_what_was() -> None:
    assert raised_to("major", row(1, "report"), row(2, "reply", due=EARLY), regime=BUREAU) == (["follow-up"], [1])
    assert raised_to("major", row(1, "report", due=later(minutes=70)), row(2, "reply"), regime=BUREAU) == (
        ["follow-up"],
        [2],
    )


def test_a_report_to_the_same_receivers_is_not_made_again() -> None:
    for state, again in (("met", []), ("waived", ["report"]), ("missed", ["report"])):
        fresh, _ = raised_to("major", row(1, "report", state), row(2, "reply"), regime=BUREAU)
        assert fresh == [*again, "follow-up"]


def test_a_report_to_others_is() -> None:
    tiered = shipped("tiered")
    receivers = {tier: rule.to for tier in tiered.tiers if (rule := tiered.rule("report", tier))}
    assert receivers["general"] != receivers["major"]
    done = (row(1, "report", "met"), row(2, "reply", "met"), row(3, "resolve", "met"))
    assert raised_to("major", *done, regime=tiered)[0] == ["report"]
    same = raised_to("critical", *done, regime=tiered, tier="major")[0]
    assert same == (["report"] if receivers["critical"] != receivers["major"] else [])


def test_what_was_assigned_is_not_to_be_assigned_again() -> None:
    bare = (row(2, "reply", due=EARLY), row(3, "resolve", due=EARLY))
    bulletin = row(4, "situation", due=EARLY)
    assert raised_to("critical", *bare, bulletin, regime=COMPANY)[0] == []
    assert raised_to("critical", *bare, bulletin, regime=COMPANY, department=None)[0] == ["assign"]


FROM = ("found", "assigned", "acknowledged", "published", "resolved", "raised", "calm", "instructed")


def from_each(tier: str = "major") -> Regime:
    """Return a regime that asks of a higher tier one duty from each event."""
    kinds = ("verify", "instruct", "report", "follow-up", "summary", "assign", "reply", "resolve")
    rule = standard().duty[0]
    rules = tuple(
        msgspec.structs.replace(rule, kind=kind, starts=event, period="1d", met_by="reported", tiers=(tier,))
        for kind, event in zip(kinds, FROM, strict=True)
    )
    return msgspec.structs.replace(standard(), duty=rules)


@pytest.mark.parametrize(
    ("changes", "begun"),
    [
        ({"department": None}, {"found", "raised"}),
        ({}, {"found", "assigned", "raised"}),
        ({"acknowledged_at": FOUND}, {"found", "acknowledged", "raised"}),
        ({"department": None, "replied_at": FOUND}, {"found", "published", "raised"}),
        ({"department": None, "resolved_at": FOUND}, {"found", "resolved", "raised"}),
    ],
)
def test_a_higher_tier_counts_from_what_has_happened(changes: dict[str, Any], begun: set[str]) -> None:
    regime = from_each()
    events = {rule.kind: rule.starts for rule in regime.duty}
    fresh, _ = stricter(owing(regime=regime, **changes), "major", NOW)
    assert {events[duty.kind] for duty in fresh} == begun
    assert {duty.started_at for duty in fresh} == {NOW}


def test_what_a_higher_tier_leaves_keeps_its_due_time_and_step() -> None:
    standing = (
        row(1, "resolve", rung=-3600), row(2, "calm"), row(3, "stand"), row(4, "promise"), row(5, "verify", "met")
    )  # fmt: skip
    _, moved = stricter(owing(*standing), "major", NOW)
    assert [(change.id, change.due.at, change.rung) for change in moved] == [
        (1, later(days=3), -3600), (4, later(days=3), None)
    ]  # fmt: skip


def test_a_matter_that_does_not_calm_rises_once() -> None:
    asked = owing(row(1, "calm"), regime=COMPANY)
    found = not_calm(asked, 1, NOW)
    assert found
    assert [event.kind for event in found.events] == ["not calm", "tier"]
    assert found.events[1] == AuditEvent("tier", {"from": "general", "to": "major"})
    assert not_calm(asked, 2, NOW) is None  # another process has raised it, and a new duty is open
    assert not_calm(owing(row(1, "calm", "met"), regime=COMPANY), 1, NOW) is None
    assert not_calm(owing(row(1, "calm"), regime=COMPANY, stage="resolved"), 1, NOW) is None
    assert not_calm(owing(row(1, "calm"), regime=COMPANY, tier="critical"), 1, NOW) is None


def test_how_far_an_extension_may_go() -> None:
    """Five days from the find, or from the beginning of the cycle."""
    assert latest(case()).at == CALENDAR.end_of(later(days=7).date())  # a weekend gives way to Monday
    assert latest(case(cycle_at=later(days=7))).at == CALENDAR.end_of(later(days=14).date())
    bare = msgspec.structs.replace(standard(), extension=None)
    assert refusal(lambda: latest(case(regime=bare))) == "extend.not_granted"
    assert extendable(case(regime=bare)) == ()


def test_what_an_extension_puts_off_the_earliest_first() -> None:
    rows = (row(1, "resolve", due=later(days=4)), row(2, "resolve"), row(3, "resolve", "met"), row(4, "reply"))
    assert [duty.id for duty in extendable(owing(*rows))] == [2, 1]
    one = owing(*rows)
    due = extended(one, CALENDAR.end_of(later(days=3).date()), parse("1d"))
    assert due.at == CALENDAR.end_of(later(days=4).date())
    moved = move(one, 2, due, NOW)
    assert (moved.id, moved.due, moved.next_at, moved.rung) == (2, due, due.at - timedelta(hours=4), None)


def test_what_ran_over_keeps_an_instruction_from_moving_it() -> None:
    past = NOW - timedelta(seconds=1)
    assert [
        duty.id for duty in ran_over(owing(row(1, "resolve", due=past), row(2, "reply", due=past)), "请查明", NOW)
    ] == [1]
    assert [duty.id for duty in ran_over(owing(row(1, "resolve", due=NOW)), "请查明", NOW)] == [1]
    assert ran_over(owing(row(1, "resolve")), "请查明", NOW) == ()
    assert ran_over(owing(row(1, "resolve", "met", due=past)), "请查明", NOW) == ()
    both = owing(row(1, "resolve", due=past), row(2, "reply", due=past), regime=OFFICE)
    assert [duty.id for duty in ran_over(both, "请查明", NOW)] == [1, 2]
