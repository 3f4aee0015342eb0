"""Who may approve what, and the effects of an approval."""

import pytest
from msgspec.structs import replace

from handlers.rules.incident.approval import SignOff, approve, reject, signed_by, superseded
from handlers.rules.incident.openings import CONCERN
from handlers.rules.incident.reached import Reached
from handlers.rules.incident.signers import (
    Reminder,
    approvers,
    called_by,
    capacity,
    first_approver,
    in_place_of,
    may_decide,
    put_to,
)
from handlers.rules.refusal import Refusal
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, standard

SHOWN = Reached(((1, FOUND),))
NOW = SignOff(FOUND, SHOWN)
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
        ({"state": "superseded"}, "qian", "approve.gone"),
        ({"state": "approved"}, "qian", "approve.decided"),
        ({"state": "rejected"}, "qian", "approve.decided"),
        ({"asked_by": "qian"}, "qian", "approve.own"),
        ({}, "wang", "approve.own"),
        ({}, "zhou", "approve.role"),
        ({}, "feng", "approve.role"),
    ],
)
def test_what_is_refused(decide: object, changes: dict, actor: str, sentence: str) -> None:
    order = (person(actor), NOW, FOUND) if decide is approve else (person(actor), NOW)
    assert refused(decide, *asked(**changes), *order) == sentence


@pytest.mark.parametrize("decide", [approve, reject])
def test_what_had_not_reached_them_is_not_decided(decide: object) -> None:
    heard = SignOff(FOUND, Reached(((1, later(seconds=1)),)))
    order = (person("qian"), heard, FOUND) if decide is approve else (person("qian"), heard)
    assert refused(decide, *asked(), *order) == "approve.unseen"


def test_an_answer_to_an_overtaken_request_shows_the_new_one_to_its_signer() -> None:
    old, new = request(1, state="superseded"), request(2)
    both = case((old, new), (draft(1), draft(2, "已检测。")))
    assert refused(approve, both, old, person("qian"), NOW, FOUND) == "approve.superseded"
    assert refused(approve, both, old, person("feng"), NOW, FOUND) == "approve.gone"


def test_others_of_the_role_sign_only_what_they_name_and_on_behalf() -> None:
    one, waits = asked()
    bare = SignOff(FOUND, SHOWN, names=False)
    assert approve(one, waits, person("qian"), bare, FOUND).events[0].data["capacity"] == "asked"
    for who in ("sun", "zhao"):
        assert refused(approve, one, waits, person(who), bare, FOUND) == "approve.not_asked"
        data = approve(one, waits, person(who), NOW, FOUND).events[0].data
        assert (data["asked"], data["for"], data["capacity"]) == ("qian", "qian", "on behalf")
    called = SignOff(FOUND, SHOWN, names=False, called=frozenset({"sun"}))
    data = approve(one, waits, person("sun"), called, FOUND).events[0].data
    assert (data["for"], data["capacity"]) == (None, "called")


def test_the_record_names_version_text_platform_and_second() -> None:
    heard = SignOff(later(minutes=2), SHOWN, "wecom", "请尽快")
    data = approve(*asked(), person("qian"), heard, later(minutes=3)).events[0].data
    assert (data["edition"], data["text"], data["platform"]) == (1, "已送检。", "wecom")
    assert (data["heard_at"], data["reached_at"]) == (later(minutes=2).isoformat(), FOUND.isoformat())


def test_only_a_delivered_reminder_of_what_waits_for_the_signature_calls() -> None:
    one, waits = asked()
    for id, duty in enumerate(one.duties, 1):
        duty.values |= {"id": id, "owner": "department"}
    reply = next(duty.id for duty in one.duties if duty.kind == "reply")
    taken_on = next(duty.id for duty in one.duties if duty.kind == "acknowledge")
    told = [
        Reminder(reply, later(hours=-1), ("zhao",)),
        Reminder(taken_on, later(hours=1), ("feng",)),
        Reminder(reply, later(hours=1), ("qian", "sun")),
        Reminder(reply, later(hours=3), ("zhao",)),
    ]
    assert called_by(one, waits, told, later(hours=2)) == {"qian", "sun"}


def standing_in(giver: str, taker: str) -> Row:
    return Row({"giver": giver, "taker": taker, "why": "authority", "since": FOUND, "until": later(days=1)})


def test_who_stands_in_for_who_was_asked_signs_for_them() -> None:
    one, waits = asked()
    given = replace(one, delegations=(standing_in("qian", "li"),))
    assert put_to(given, waits) == person("qian")
    assert capacity(given, waits, person("li")) == "delegate"
    assert in_place_of(given, waits, person("li")) == "qian"
    assert capacity(given, waits, person("zhou")) is None


def test_one_step_one_person() -> None:
    """Who signed a step, or had it signed for them, signs no other one: not as deputy and not by the own role."""
    first = request(asked_by="wang")
    given = replace(case((first,), (draft(),), regime=TWO_STEPS), delegations=(standing_in("feng", "zhou"),))
    decision = approve(given, first, person("zhou"), NOW, FOUND)
    assert decision.decided[0].subject["signed"] == ["zhou", "feng"]
    second = request(asked_by="wang", step=1, subject=decision.decided[0].subject)
    for taker in ("zhou", "feng"):
        back = replace(given, requests=(second,), delegations=(standing_in("li", taker),))
        assert not may_decide(back, second, person(taker))
        assert may_decide(back, second, person("li"))
    office = replace(given, delegations=(standing_in("feng", "li"),))
    decision = approve(office, first, person("li"), NOW, FOUND)
    assert decision.changes == {"holder": "approver:qian"}
    second = request(asked_by="wang", step=1, subject=decision.decided[0].subject)
    assert not may_decide(replace(office, requests=(second,)), second, person("li"))


def test_nobody_of_the_department_stands_in_for_who_judges_it() -> None:
    one, waits = asked(asked_by="wang")
    for taker in ("feng", "wang"):
        assert not may_decide(replace(one, delegations=(standing_in("qian", taker),)), waits, person(taker))
    assert may_decide(replace(one, delegations=(standing_in("qian", "wu"),)), waits, person("wu"))


def test_a_matter_without_a_department_has_no_head() -> None:
    waits = request(asked_by="wang")
    one = case((waits,), (draft(),), regime=TWO_STEPS, department=None)
    assert [p.id for p in approvers(one, "reply", 0, "wang")] == ["qian", "sun", "zhao"]


def test_a_reason_is_kept_and_none_is_none() -> None:
    assert reject(*asked(), person("qian"), SignOff(FOUND, SHOWN, remark="再改")).decided[0].remark == "再改"
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


def test_who_signed_a_step_is_remembered_at_every_later_one() -> None:
    subject = signed_by(request(), "feng", None)
    assert signed_by(request(subject=subject), "li", "zhou")["signed"] == ["feng", "li", "zhou"]


def test_a_name_taken_off_is_recorded_with_those_that_stay() -> None:
    wish = request(kind=CONCERN, subject={"off": ["person:wang"]})
    one = case((wish,), about=["person:wang", "person:chen"])
    decision = approve(one, wish, person("qian"), NOW, FOUND)
    assert decision.changes == {"about": ["person:chen"], "holder": "department:总务处"}
    assert (decision.events[-1].kind, decision.events[-1].data) == ("concern", {"about": ["person:chen"]})


def test_leaders_and_the_office_sign_whom_a_matter_is_no_longer_about() -> None:
    assert [p.id for p in approvers(case(), CONCERN, 0, "wang")] == ["qian", "sun", "zhao", "li"]


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


def test_who_is_called_and_acts_for_several_signs_for_the_one_who_may() -> None:
    waits = request()
    one = case((waits,), (draft(),))
    given = replace(one, delegations=(standing_in("wang", "wu"), standing_in("sun", "wu")))
    assert in_place_of(given, waits, person("wu"), {"wu"}) == "sun"
    assert in_place_of(given, waits, person("sun"), {"sun"}) is None
