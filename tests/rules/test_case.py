"""What a case says of itself: what waits, what was late, which draft is approved, who belongs to it."""

from typing import Any

import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import Case, hold
from tests.support.cases import Row, case, draft, later, person, request

DUE = later(days=1)
NOW = later(days=2)


def with_duties(*rows: tuple[str, str, Any]) -> Case:
    duties = [
        Row({"id": n, "kind": kind, "state": state, "due_at": DUE, "met_at": met})
        for n, (kind, state, met) in enumerate(rows, 1)
    ]
    return replace(case(), duties=duties)


@pytest.mark.parametrize(
    ("kind", "state", "met", "late"),
    [
        ("reply", "open", None, True),
        ("promise", "open", None, True),
        ("resolve", "open", None, False),
        ("reply", "met", DUE, False),
        ("reply", "met", later(days=1, seconds=1), True),
        ("reply", "waived", None, False),
        ("reply", "missed", None, False),
    ],
)
def test_what_was_late_to_the_public(kind: str, state: str, met: Any, late: bool) -> None:
    assert with_duties((kind, state, met)).late_to_public(NOW) == ((kind,) if late else ())


def test_each_kind_is_named_once_and_not_at_the_due_time() -> None:
    late = with_duties(("reply", "open", None), ("promise", "open", None), ("reply", "met", NOW))
    assert late.late_to_public(NOW) == ("reply", "promise")
    assert with_duties(("reply", "open", None)).late_to_public(DUE) == ()


def test_whether_a_yes_has_to_name_its_kind() -> None:
    assert not case((request(),)).waits_besides("reply")
    assert case((request(),)).waits_besides("extension")
    assert case((request(), request(2, kind="extension"))).waits_besides("reply")
    assert not case((request(), request(2, kind="extension", state="approved"))).waits_besides("reply")
    assert not case().waits_besides("reply")


def test_which_draft_is_approved() -> None:
    approved = request(1, state="approved", decided_by="qian")
    assert case((approved,), (draft(1),)).approved_draft()
    assert case((approved,), (draft(1), draft(2))).approved_draft() is None
    assert case((approved,)).approved_draft() is None
    assert case((request(1),), (draft(1),)).approved_draft() is None
    assert case((request(1, kind="remedy", state="approved"),), (draft(1),)).approved_draft() is None
    newer = request(2, state="approved", decided_by="qian", subject={"edition": 2})
    latest = case((approved, newer), (draft(1), draft(2))).approved_draft()
    assert latest
    assert latest.edition == 2


@pytest.mark.parametrize(
    ("about", "counts"),
    [(["person:wang"], False), (["person:qian"], False), (["department:总务处"], False), (["person:wu"], True)],
)
def test_nobody_whom_it_is_about_wrote_or_approved_what_counts(about: list[str], counts: bool) -> None:
    one = case((request(1, state="approved", decided_by="qian"),), (draft(1),), about=about)
    assert (one.approved_draft() is not None) == counts


def test_the_signature_of_an_earlier_step_counts_as_little() -> None:
    subject = {"edition": 1, "signed": ["sun", "zhao"]}
    signed = request(1, state="approved", decided_by="zhao", subject=subject)
    assert case((signed,), (draft(1),), about=["person:sun"]).approved_draft() is None
    assert case((signed,), (draft(1),), about=["person:qian"]).approved_draft()


def test_a_signer_who_has_left_is_nobody_whom_it_is_about() -> None:
    one = case((request(1, state="approved", decided_by=None),), (draft(1),), about=["person:wu"])
    assert one.approved_draft()


def test_whose_it_is() -> None:
    assert [hold("总务处"), hold(None)] == ["department:总务处", "desk"]
    assert case().home == "department:总务处"
    assert case(outside="区教育局").home == "outside:区教育局"
    assert case(department=None).home == "desk"
    assert [one.id for one in case().owners] == ["wang"]
    assert [one.id for one in case(department=None).owners] == ["li"]
    assert case(text="食堂 13800138000").posted == "食堂 13800138000"


def test_who_belongs_to_it() -> None:
    one = case()
    assert [one.belongs(person(id)) for id in ("wang", "feng", "wu", "li")] == [True, True, False, False]
    assert one.belongs(person("li"), "office")
    assert not case(department=None).belongs(person("li"))
    acting = replace(one, delegations=(Row({"giver": "wang", "taker": "wu"}),))
    assert acting.belongs(person("wu"))
    assert [each.id for each in acting.selves(person("wu"))] == ["wu", "wang"]


def test_who_has_no_part_in_it() -> None:
    one = case(about=["person:wu", "department:保卫处"])
    assert [one.concerns(person(id)) for id in ("wu", "chu", "wang")] == [True, True, False]
    assert [one.may_decide(person(id)) for id in ("wu", "qian", "zhao")] == [False, True, True]
    assert [one.recused(name) for name in ("保卫处", "总务处")] == [True, False]


def test_open_duties_and_pending_requests() -> None:
    one = with_duties(("reply", "met", NOW), ("reply", "open", None), ("resolve", "waived", None))
    duty = one.open_duty("reply")
    assert duty
    assert duty.id == 2
    assert one.open_duty("resolve") is None
    some = case((request(1), request(2, state="rejected"), request(3, kind="extension")))
    assert [each.id for each in some.pending()] == [1, 3]
    assert [each.id for each in some.pending("extension")] == [3]
