"""Checks of a published answer and what its loss changes, to the last column."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import Case
from handlers.rules.incident.publication import Proof, ProofPicture
from handlers.rules.incident.publication_checks import asks_at, is_doubted, open_checks, replaced
from handlers.rules.incident.standing import confirm, gone
from handlers.rules.refusal import Refusal
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request
from tests.support.decided import effect, refusal
from tests.support.story import SHANGHAI

NOW = later(days=1)
ZHOU, WANG = person("zhou"), person("wang")
DUE = later(days=1, hours=5)
PUBLIC = {"replied_at": FOUND, "stage": "replied", "answer": "已更换筛网。", "proof": "https://a.cn/1"}


def check(id: int = 9, due: datetime = DUE, state: str = "open", owner: str = "person:zhou") -> Row:
    return Row({"id": id, "kind": "stand", "owner": owner, "state": state, "due_at": due, "first_due_at": due})


def public(*duties: Row, **changes: Any) -> Case:
    one = case((request(1, state="approved"),), (draft(),), **{**PUBLIC, **changes})
    return replace(one, duties=[*one.duties, *duties])


def test_a_confirmation_meets_what_is_due_and_keeps_its_pictures() -> None:
    one = public(check(), check(10, later(days=7)), check(11, later(days=1, hours=2)))
    proof = Proof(pictures=(ProofPicture(5, "d5"), ProofPicture(6, "d6")))
    assert effect(confirm(one, ZHOU, proof, {"d1"}, NOW, doubted=True)) == {
        "events": [("stands", {"duties": [11, 9], "files": [5, 6]})],
        "met": [11, 9],
    }
    again = {"d6"}
    assert refusal(lambda: confirm(one, ZHOU, proof, again, NOW, doubted=False)) == "stand.same_picture"
    bare = confirm(one, ZHOU, Proof(), {"d1"}, NOW, doubted=False)
    assert bare.events[0].data["files"] == []


def test_too_early_the_first_check_is_named() -> None:
    one = public(check(10, later(days=9)), check(9, later(days=7)))
    with pytest.raises(Refusal) as refused:
        confirm(one, ZHOU, Proof(), (), NOW, doubted=False)
    assert (refused.value.sentence, refused.value.facts["due"]) == ("stand.early", later(days=7))
    alone = public(check(9, later(days=7)))
    assert refusal(lambda: confirm(alone, ZHOU, Proof(), (), NOW, doubted=False)) == "stand.early"


def test_the_publisher_may_confirm_whoever_they_are() -> None:
    one = public(check(owner="person:wu"))
    assert confirm(one, person("wu"), Proof(), (), NOW, doubted=False).met == (9,)
    assert (
        refusal(lambda: confirm(public(check()), person("wu"), Proof(), (), NOW, doubted=False)) == "common.not_yours"
    )


LOST = {"answer": None, "proof": None, "replied_at": None, "holder": "department:总务处"}


@pytest.mark.parametrize(
    ("changes", "stage", "holder"),
    [
        ({}, "assigned", "department:总务处"),
        ({"acknowledged_at": FOUND}, "acknowledged", "department:总务处"),
        ({"department": None}, "unassigned", "desk"),
        ({"department": None, "outside": "区教育局"}, "unassigned", "outside:区教育局"),
    ],
)
def test_an_open_matter_owes_its_answer_again(changes: dict[str, Any], stage: str, holder: str) -> None:
    one = public(check(), check(10, later(days=7)), **changes)
    met = [Row({**duty.values, "state": "met"}) if duty.kind == "reply" else duty for duty in one.duties]  # type: ignore[attr-defined]
    assert effect(gone(replace(one, duties=met), ZHOU, "页面打不开", NOW)) == {
        "events": [("gone", {"reason": "页面打不开", "duties": [9]})],
        "changes": {**LOST, "stage": stage, "holder": holder},
        "met": [9],
        "waived": [10],
        "opened": ["reply"],
    }


def test_a_reply_that_is_owed_already_is_not_owed_twice() -> None:
    assert gone(public(), ZHOU, "页面打不开", NOW).opened == ()
    signing = public()
    asked = replace(signing, requests=(request(2, kind="extension", subject={"duties": [3], "period": "1d"}),))
    assert gone(asked, ZHOU, "页面打不开", NOW).changes["holder"] == "approver:qian"


def test_a_closed_matter_is_opened_again() -> None:
    one = public(check(), stage="resolved", resolved_at=FOUND)
    found = gone(one, ZHOU, "页面打不开", NOW)
    assert [event.kind for event in found.events] == ["gone", "reopened"]
    assert found.events[1].data == {"cycle": 2, "reason": "页面打不开"}
    assert (found.met, found.waived) == ((9,), (1, 2, 3))
    unassigned = gone(public(stage="resolved", department=None), ZHOU, "页面打不开", NOW)
    assert (unassigned.changes["stage"], unassigned.changes["holder"]) == ("unassigned", "desk")
    about = gone(public(stage="resolved", about=["department:总务处"]), ZHOU, "页面打不开", NOW)
    assert (about.changes["stage"], about.changes["department"]) == ("unassigned", None)


@pytest.mark.parametrize(
    ("seen", "doubted"), [("gone", True), ("home", True), ("there", False), ("unknown", False), (None, False)]
)
def test_what_the_bot_saw_is_outweighed_by_a_picture_alone(seen: str | None, doubted: bool) -> None:
    assert is_doubted(seen) == doubted


def test_a_check_is_never_asked_after_it_is_due() -> None:
    """Published at 16:30 and due at 12:00 on its last day, it is asked at 12:00; at 03:00 it would be 03:00."""
    published = datetime(2026, 11, 23, 16, 30, tzinfo=SHANGHAI)
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=SHANGHAI)
    assert asks_at(INSTITUTION, published, noon) == noon.astimezone(UTC)
    for clock, hour in (((8, 59), 9), ((9, 0), 9), ((16, 0), 16), ((16, 1), 16)):
        at = asks_at(INSTITUTION, published.replace(hour=clock[0], minute=clock[1]), noon.replace(hour=23))
        assert at == noon.replace(hour=hour).astimezone(UTC)


def test_checks_that_can_be_confirmed_are_not_replaced() -> None:
    one = public(check(9, NOW + timedelta(hours=24)), check(10, NOW + timedelta(hours=24, seconds=1)))
    assert replaced(one, NOW) == (10,)
    rows = public(check(10, later(days=7)), check(9, DUE), check(11, DUE, "met"))
    assert [duty.id for duty in open_checks(rows)] == [9, 10]
