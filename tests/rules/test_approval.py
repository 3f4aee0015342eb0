"""Who may approve what, and the effects of an approval."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.rules.incident.approval import SignOff, approve, approvers, first_approver, may_decide, reject, superseded
from handlers.rules.refusal import Refusal
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, standard

NOW = SignOff(FOUND)
TWO_STEPS = standard(
    **{
        '[[approval]]\nby = ["leader", "chief"]': '[[approval]]\nby = ["head"]\n\n[[approval]]\nby = ["office"]',
    }
)


def asked(**changes: object) -> tuple:
    one = request(**changes)
    return case((one,), (draft(),)), one


def refused(call: object, *values: object) -> str:
    with pytest.raises(Refusal) as refusal:
        call(*values)  # type: ignore[operator]
    return refusal.value.sentence


def test_the_leader_in_charge_is_asked_first() -> None:
    assert [p.id for p in approvers(case(), "reply", 0, "wang")] == ["qian", "sun", "zhao"]
    assert first_approver(case(), "reply", person("wang")).id == "qian"
    assert first_approver(case(department="教务处"), "reply", person("wu")).id == "sun"
    assert first_approver(case(), "reply", person("qian")).id != "qian"


def test_one_signature_is_enough_in_the_standard_regime() -> None:
    decision = approve(*asked(), person("qian"), NOW, later(minutes=1))
    assert [(change.id, change.state) for change in decision.decided] == [(1, "approved")]
    assert decision.changes == {"holder": "department:总务处"}
    assert [event.kind for event in decision.events] == ["approved"]


@pytest.mark.parametrize("decide", [approve, reject])
@pytest.mark.parametrize(
    ("changes", "actor", "sentence"),
    [
        ({"state": "superseded"}, "qian", "approve.superseded"),
        ({"state": "approved"}, "qian", "approve.decided"),
        ({"state": "rejected"}, "qian", "approve.decided"),
        ({"asked_by": "qian"}, "qian", "approve.own"),
        ({}, "wang", "approve.own"),
        ({}, "zhou", "approve.role"),
        ({}, "feng", "approve.role"),
        ({"asked_at": FOUND + timedelta(seconds=1)}, "qian", "approve.unseen"),
    ],
)
def test_what_is_refused(decide: object, changes: dict, actor: str, sentence: str) -> None:
    order = (person(actor), NOW, FOUND) if decide is approve else (person(actor), NOW)
    assert refused(decide, *asked(**changes), *order) == sentence


def test_a_word_of_the_same_moment_counts() -> None:
    assert approve(*asked(asked_at=FOUND), person("qian"), NOW, FOUND).decided


def test_a_reason_is_kept_and_none_is_none() -> None:
    assert reject(*asked(), person("qian"), SignOff(FOUND, remark="再改")).decided[0].remark == "再改"
    assert reject(*asked(), person("qian"), NOW).decided[0].remark is None


def test_two_steps_take_two_signatures() -> None:
    first = request(asked_by="wang")
    one = case((first,), (draft(),), regime=TWO_STEPS)
    assert [p.id for p in approvers(one, "reply", 0, "wang")] == ["feng"]
    decision = approve(one, first, person("feng"), NOW, FOUND)
    assert [(change.state, change.step) for change in decision.decided] == [(None, 1)]
    assert decision.changes == {"holder": "approver:li"}
    second = request(asked_by="wang", step=1)
    two = case((second,), (draft(),), regime=TWO_STEPS)
    assert not may_decide(two, second, person("feng"))
    assert approve(two, second, person("li"), NOW, FOUND).decided[0].state == "approved"


def test_where_nobody_whom_the_regime_names_may_sign_those_above_do() -> None:
    own = request(asked_by="li")
    decision = approve(case((own,), (draft(),), regime=TWO_STEPS), own, person("feng"), NOW, FOUND)
    assert decision.changes == {"holder": "approver:qian"}


def test_when_nobody_else_may_sign_it_says_so() -> None:
    own = request(asked_by="li")
    about = [f"person:{one.id}" for one in INSTITUTION.people if one.id != "li"]
    one = case((own,), (draft(),), regime=TWO_STEPS, about=about)
    assert approvers(one, "reply", 0, "li") == ()
    assert refused(first_approver, one, "reply", person("li")) == "approve.nobody"


@pytest.mark.parametrize(
    ("about", "signing"),
    [
        ("person:qian", ["sun", "zhao"]),
        ("person:feng", ["qian", "sun", "zhao"]),
        ("person:zhao", ["li", "zhou"]),  # everybody answers to the chief: the desk remains
        ("department:总务处", ["qian", "sun", "zhao"]),
    ],
)
def test_nobody_signs_who_answers_to_whom_it_is_about(about: str, signing: list[str]) -> None:
    assert [p.id for p in approvers(case(about=[about]), "reply", 0, "wang")] == signing


def test_nobody_from_the_department_signs_in_the_place_of_a_leader() -> None:
    delegation = Row({"giver": "qian", "taker": "feng"})
    assert [p.id for p in approvers(replace(case(), delegations=(delegation,)), "reply", 0, "wang")] == [
        "qian", "sun", "zhao",
    ]  # fmt: skip
    elsewhere = replace(case(department="教务处"), delegations=(delegation,))
    assert "feng" in [p.id for p in approvers(elsewhere, "reply", 0, "wu")]


def test_an_approved_extension_moves_the_duty() -> None:
    one = request(kind="extension", subject={"duties": [3], "period": "1d", "reason": "x"})
    decision = approve(case((one,)), one, person("qian"), NOW, FOUND)
    assert [(moved.id, str(moved.due.at)) for moved in decision.moved] == [(3, "2026-11-27 16:00:00+00:00")]


def test_after_a_decision_the_matter_is_with_whoever_else_is_asked() -> None:
    first, second = request(1), request(2, kind="extension", subject={"duties": [3], "period": "1d"})
    assert approve(case((first, second), (draft(),)), first, person("qian"), NOW, FOUND).changes == {
        "holder": "approver:qian"
    }


def test_only_what_is_pending_is_overtaken() -> None:
    rows = (request(1, state="approved"), request(2), request(3, kind="extension"))
    assert [change.id for change in superseded(case(rows))] == [2, 3]
    assert [change.id for change in superseded(case(rows), "reply")] == [2]
