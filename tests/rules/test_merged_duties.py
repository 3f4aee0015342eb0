"""What a merged report owes and knows goes over to the other, and nothing of it twice."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.duties import owed
from handlers.rules.incident.merging import merge
from handlers.rules.regime.regime_file import load
from tests.support.cases import FOUND, INSTITUTION, STANDARD, Row, case, later, person, standard

NOW = later(hours=2)
TRACE = owed(standard(), INSTITUTION, "general", FOUND, ("found",))[0].due.trace.to_dict()
HOSPITAL, COMPANY = (
    load((STANDARD.parent / f"{name}.toml").read_text(encoding="utf-8")) for name in ("hospital", "company")
)


def duty(id: int, kind: str, due: datetime, state: str = "open", owner: str = "department") -> Row:
    return Row({
        "id": id, "kind": kind, "owner": owner, "state": state, "cycle": 1, "started_at": FOUND, "due_at": due,
        "first_due_at": due, "met_at": None, "rung": None, "next_at": None, "provisional": False, "reckoning": TRACE,
    })  # fmt: skip


def two(gone: list[Row], stays: list[Row], regime: Any = None, **into: Any) -> tuple[Case, Case]:
    merged = replace(case(regime=regime, number=2, **into.pop("merged", {})), duties=gone)
    return merged, replace(case(regime=regime, **into), duties=stays)


def received(gone: list[Row], stays: list[Row], regime: Any = None, **into: Any) -> Decision:
    return merge(*two(gone, stays, regime, **into), person("li"), NOW)[1]


def opened(decision: Decision) -> list[tuple[str, datetime]]:
    return [(one.kind, one.due.at) for one in decision.opened]


def test_a_reply_is_owed_again_where_the_other_was_answered() -> None:
    due = later(hours=14)
    decision = received([duty(1, "reply", due)], [duty(2, "reply", due, "met")], stage="replied", replied_at=FOUND)
    assert opened(decision) == [("reply", due)]


@pytest.mark.parametrize("kind", ["verify", "report", "summary", "follow-up", "instruct"])
def test_what_the_other_has_met_is_not_owed_again(kind: str) -> None:
    assert opened(received([duty(1, kind, later(days=1))], [duty(2, kind, later(days=1), "met")])) == []


@pytest.mark.parametrize("kind", ["verify", "report", "summary", "follow-up", "instruct", "reply", "resolve"])
def test_what_the_other_never_owed_goes_over(kind: str) -> None:
    due = later(days=1)
    decision = received([duty(1, kind, due, owner="desk")], [])
    assert opened(decision) == [(kind, due)]
    assert decision.opened[0].owner == "desk"


@pytest.mark.parametrize(
    ("kind", "regime", "done"), [("assign", COMPANY, {}), ("acknowledge", standard(), {"acknowledged_at": FOUND})]
)
def test_what_the_others_state_shows_to_be_done_is_not_owed_again(kind: str, regime: Any, done: dict[str, Any]) -> None:
    due, nobodys = later(days=1), {"department": None, "stage": "unassigned", "holder": "desk"}
    assert opened(received([duty(1, kind, due)], [], regime, merged=nobodys, **done)) == []
    assert opened(received([duty(1, kind, due)], [], regime, merged=nobodys, **nobodys)) == [(kind, due)]


def test_what_both_owe_is_due_at_the_earlier_time() -> None:
    early, late = later(days=1), later(days=2)
    assert [one.due.at for one in received([duty(1, "resolve", early)], [duty(2, "resolve", late)]).moved] == [early]
    assert received([duty(1, "resolve", late)], [duty(2, "resolve", early)]).moved == ()
    assert received([duty(1, "resolve", early)], [duty(2, "resolve", late)]).opened == ()


def test_what_ran_over_puts_nothing_into_the_past() -> None:
    past, coming = later(hours=1), later(days=1)
    assert received([duty(1, "resolve", past)], [duty(2, "resolve", coming)]).moved == ()
    decision = received([duty(1, "reply", past)], [])
    assert opened(decision) == [("reply", past)]
    assert decision.opened[0].started_at == NOW  # after its due time: it counts once, with the merged report


def test_the_calm_is_not_carried_over_and_promises_are_all() -> None:
    promises = [duty(1, "promise", later(days=1)), duty(2, "promise", later(days=2)), duty(3, "calm", later(days=1))]
    found = opened(received(promises, [duty(4, "promise", later(days=3))]))
    assert found == [("promise", later(days=1)), ("promise", later(days=2))]


def test_the_department_goes_over_where_there_is_none() -> None:
    stays = {"department": None, "stage": "unassigned", "holder": "desk"}
    decision = received([duty(1, "acknowledge", later(hours=3))], [duty(2, "assign", later(hours=3))], **stays)
    changes = {"department": "总务处", "stage": "assigned", "holder": "department:总务处"}
    assert {name: decision.changes[name] for name in changes} == changes
    assert opened(decision) == [("acknowledge", later(hours=3))]


@pytest.mark.parametrize(
    "stays",
    [
        {"department": None, "stage": "unassigned", "holder": "desk", "about": ["department:总务处"]},
        {"department": None, "stage": "unassigned", "holder": "outside:区教育局", "outside": "区教育局"},
        {"department": "教务处", "holder": "department:教务处"},
    ],
)
def test_a_department_is_not_taken_over_where_it_must_not_be(stays: dict[str, Any]) -> None:
    assert "department" not in received([], [], **stays).changes


def test_an_acknowledgement_goes_over_to_the_same_department_only() -> None:
    signed = {"acknowledged_at": FOUND, "stage": "acknowledged"}
    decision = received([], [duty(2, "acknowledge", later(hours=3))], merged=signed)
    assert (decision.changes["acknowledged_at"], decision.changes["stage"], decision.met) == (
        FOUND,
        "acknowledged",
        (2,),
    )
    other = received([], [duty(2, "acknowledge", later(hours=3))], merged=signed | {"department": "教务处"})
    assert (other.met, "acknowledged_at" in other.changes) == ((), False)


def test_a_verdict_goes_over_where_there_is_none() -> None:
    found = {"verdict": "true"}
    assert received([], [], merged=found).changes["verdict"] == "true"
    assert "verdict" not in received([], [], merged=found, verdict="untrue").changes


def test_an_instruction_on_the_merged_report_meets_the_others() -> None:
    asked = duty(2, "instruct", later(hours=3), owner="leader")
    decision = received([duty(1, "instruct", later(hours=1), "met", "leader")], [asked], HOSPITAL)
    assert decision.met == (2,)
