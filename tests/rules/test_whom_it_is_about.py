"""Names come on a matter at once, and off it only by a request that somebody else decides."""

import pytest

from handlers.rules.incident.conflict import concern, take_off
from handlers.rules.refusal import Refusal
from tests.support.cases import FOUND, INSTITUTION, Row, case, person, request

LI, WU = person("li"), person("wu")
ACADEMIC, GENERAL = INSTITUTION.department("教务处"), INSTITUTION.department("总务处")


def asks(one: object, *people: object, departments: tuple[object, ...] = ()) -> object:
    decision = take_off(one, LI, people, departments)  # type: ignore[arg-type]
    assert decision.requested
    assert decision.requested.kind == "concern"
    assert [(event.kind, event.data) for event in decision.events] == [("concern asked", decision.requested.subject)]
    assert decision.changes == {"holder": "approver:qian"}
    return decision.requested.subject["off"]


def test_taking_names_off_is_asked_for_with_what_is_asked() -> None:
    one = case(about=["person:wu", "department:教务处", "maybe:chen"])
    assert asks(one) == ["person:wu", "department:教务处", "maybe:chen"]
    assert asks(one, WU) == ["person:wu", "department:教务处"]
    assert asks(one, person("chen")) == ["maybe:chen"]
    assert asks(one, departments=(ACADEMIC,)) == ["department:教务处"]


@pytest.mark.parametrize(
    ("requests", "about", "gives"),
    [
        ((), [], "concern.not_on"),
        ((), ["person:wang"], "concern.not_on"),
        ((request(5, kind="concern", subject={"off": ["person:wu"]}),), ["person:wu"], "concern.pending"),
    ],
)
def test_what_is_not_on_or_asked_already_is_refused(requests: tuple[Row, ...], about: list[str], gives: str) -> None:
    with pytest.raises(Refusal) as refused:
        take_off(case(requests, about=about), LI, (WU,), ())
    assert refused.value.sentence == gives


def test_a_name_comes_with_its_department_and_stands_for_those_who_may_be_meant() -> None:
    one = case(about=["maybe:wu", "maybe:chen", "person:qian"])
    decision = concern(one, LI, (WU,), (), FOUND)
    assert decision.changes["about"] == ["person:qian", "person:wu", "department:教务处"]
    assert [(event.kind, event.data) for event in decision.events] == [
        ("concern", {"about": ["person:qian", "person:wu", "department:教务处"]})
    ]
    assert "department" not in decision.changes
    other = concern(one, LI, (person("zhou"),), (), FOUND)
    assert other.changes["about"] == ["maybe:wu", "maybe:chen", "person:qian", "person:zhou"]


def test_the_department_it_is_about_gives_it_to_the_desk_with_its_requests() -> None:
    one = case(
        (request(7, asked_by="wang"), request(8, kind="extension", asked_by="zhou")), helpers=["总务处", "教务处"]
    )
    decision = concern(one, LI, (), (GENERAL,), FOUND)
    assert {name: decision.changes[name] for name in ("department", "stage", "acknowledged_at", "helpers")} == {
        "department": None, "stage": "unassigned", "acknowledged_at": None, "helpers": ["教务处"]
    }  # fmt: skip
    assert [(change.id, change.state) for change in decision.decided] == [(7, "superseded")]
    assert decision.waived == (1,)
