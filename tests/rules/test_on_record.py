"""Events that are recorded without a change of stage, and consequences of changed circumstances."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from handlers.rules.incident.handing_over import handed_over
from handlers.rules.incident.notes import attached, note, set_kind
from handlers.rules.incident.ownership import undone
from handlers.rules.incident.rejection_reason import give_reason, rejected_without_reason
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from tests.support.cases import FOUND, Row, case, draft, later, person, request


def refused(call: object, *values: object) -> str:
    with pytest.raises(Refusal) as refusal:
        call(*values)  # type: ignore[operator]
    return refusal.value.sentence


def test_the_kind_is_set_by_the_department_or_the_desk() -> None:
    decision = set_kind(case(), person("wang"), "suggestion", FOUND)
    assert decision.changes == {"kind": "suggestion"}
    assert [(event.kind, event.data) for event in decision.events] == [("kind", {"kind": "suggestion"})]
    assert refused(set_kind, case(), person("wang"), None, FOUND) == "kind.which"
    assert refused(set_kind, case(), person("wu"), "suggestion", FOUND) == "common.not_yours"
    assert refused(set_kind, case(stage="resolved"), person("wang"), "suggestion", FOUND) == "common.closed"


def test_a_note_changes_nothing_else() -> None:
    decision = note(case(stage="resolved"), person("wu"), "已通电话")
    assert (decision.changes, decision.events[0].data) == ({}, {"text": "已通电话"})
    assert refused(note, case(), person("wu"), "") == "note.empty"
    assert refused(note, case(merged_into=2), person("wu"), "已通电话") == "common.closed"


def test_attachments_are_recorded_if_there_are_any() -> None:
    files = [{"id": 7, "name": "a.png", "digest": "d"}]
    assert attached(case(), files).events[0].data == {"files": files}
    assert refused(attached, case(), []) == "attach.nothing"


def test_a_reason_may_follow_a_rejection_that_gave_none() -> None:
    rejected = request(state="rejected", decided_by="qian")
    one = case((rejected,), (draft(),))
    assert rejected_without_reason(one, person("qian"), None) is rejected
    assert rejected_without_reason(one, person("qian"), "reply") is rejected
    assert rejected_without_reason(one, person("qian"), "extension") is None
    assert rejected_without_reason(one, person("sun"), None) is None
    assert give_reason(rejected, "语气生硬").events[0].data == {"request": 1, "reason": "语气生硬"}


def test_no_reason_is_added_where_one_was_given_or_something_waits() -> None:
    given = request(state="rejected", decided_by="qian", remark="再改")
    assert rejected_without_reason(case((given,)), person("qian"), None) is None
    bare, waiting = request(2, state="rejected", decided_by="qian"), request(1)
    assert rejected_without_reason(case((waiting, bare), (draft(),)), person("qian"), None) is None


def test_what_waits_goes_to_who_signs_now() -> None:
    delegation = Row({"giver": "qian", "taker": "li", "why": "leave", "since": FOUND, "until": later(days=1)})
    one = case((request(),), (draft(),), holder="approver:qian")
    assert handed_over(one, {"qian"}) is None
    given = replace(one, delegations=(delegation,))
    decision = handed_over(given, {"qian"})
    assert decision is not None
    assert decision.changes == {"holder": "approver:li"}
    assert handed_over(given, {"sun"}) is None


def test_what_is_recorded_says_what_it_is() -> None:
    asked = request(asked_by="zhou")
    held = case((asked,), (draft(),), holder="approver:sun")
    moved = handed_over(held, ["sun"])
    assert moved
    assert [(event.kind, event.data) for event in moved.events] == [("handed over", {"to": "approver:qian"})]
    assert moved.changes == {"holder": "approver:qian"}
    assert handed_over(held, ["qian"]) is None
    assert handed_over(case((asked,), (draft(),), holder="approver:qian"), ["qian"]) is None
    given = give_reason(request(3), "日期不对")
    assert [(event.kind, event.data) for event in given.events] == [("reason", {"request": 3, "reason": "日期不对"})]


def test_nobody_without_a_role_notes_anything() -> None:
    assert refused(note, case(), Person("x", "某人", (), None), "x") == "common.not_yours"


def test_an_opening_that_is_taken_back_leaves_no_matter() -> None:
    decision = undone(case(), ("opened",), FOUND + timedelta(minutes=1), opening=True)
    assert decision.changes["stage"] == "withdrawn"
    assert decision.waived == (1, 2, 3)
    other = undone(case(), ("acknowledged",), FOUND, opening=False)
    assert (other.changes, other.events[0].data) == ({}, {"kinds": ("acknowledged",)})
