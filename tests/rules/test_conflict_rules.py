"""Whom a matter is about: what it takes from them, which requests end, who decides instead."""

from typing import Any

import pytest

from handlers.rules.incident.conflict import being_about, concern, deciders, must_be_free, take_off
from tests.support.cases import FOUND, INSTITUTION, case, draft, person, request, shipped
from tests.support.decided import effect, refusal

LI, FENG, WU = person("li"), person("feng"), person("wu")
GENERAL, SECURITY = INSTITUTION.department("总务处"), INSTITUTION.department("保卫处")
assert GENERAL
assert SECURITY


def test_one_of_several_who_might_be_meant_stands_for_all() -> None:
    about = ["maybe:feng", "maybe:wu", "person:chen"]
    found = concern(case(about=about), LI, [FENG], [], FOUND)
    assert found.changes["about"] == ["person:chen", "person:feng", "department:总务处"]
    other = concern(case(about=about), LI, [person("wei")], [], FOUND)
    assert other.changes["about"] == [*about, "person:wei", "department:财务处"]


def test_departments_are_named_after_people() -> None:
    found = concern(case(), LI, [WU, person("zhao")], [SECURITY], FOUND)
    assert found.changes["about"] == ["person:wu", "person:zhao", "department:教务处", "department:保卫处"]
    assert "department" not in found.changes
    assert (found.waived, found.opened) == ((), ())


def test_nobody_found_is_recorded() -> None:
    found = concern(case(), LI, [], [], FOUND)
    assert effect(found) == {"events": [("concern", {"about": []})], "changes": {"about": []}}


def test_the_desk_assigns_again_what_a_department_loses() -> None:
    found = concern(case(regime=shipped("company")), LI, [FENG], [], FOUND)
    assert [duty.kind for duty in found.opened] == []  # it still owes the assignment
    bare = case(regime=shipped("company"))
    bare.duties[:] = [duty for duty in bare.duties if duty.kind != "assign"]  # type: ignore[index]
    assert [duty.kind for duty in concern(bare, LI, [FENG], [], FOUND).opened] == ["assign"]


@pytest.mark.parametrize(
    ("changes", "about", "columns"),
    [
        ({}, ["person:wu"], {}),
        ({}, ["person:wang"], {}),
        (
            {}, ["department:总务处"],
            {"department": None, "stage": "unassigned", "acknowledged_at": None, "holder": "desk"},
        ),
        (
            {"stage": "replied"}, ["department:总务处"],
            {"department": None, "stage": "replied", "acknowledged_at": None, "holder": "desk"},
        ),
        ({"helpers": ["保卫处", "财务处"]}, ["department:保卫处"], {"helpers": ["财务处"]}),
        ({"helpers": ["财务处"]}, ["department:保卫处"], {}),
        ({"department": None, "holder": "desk"}, ["department:总务处"], {}),
    ],
)  # fmt: skip
def test_which_columns_change(changes: dict[str, Any], about: list[str], columns: dict[str, Any]) -> None:
    assert being_about(case(**changes), about, {}) == {"about": about, **columns}


def test_a_signer_whom_it_is_about_no_longer_holds_it() -> None:
    asked = case((request(asked_by="zhou"),), (draft(),), holder="approver:qian")
    assert being_about(asked, ["person:qian"], {})["holder"] == "approver:sun"
    assert "holder" not in being_about(asked, ["person:wu"], {})


def ended(about: list[str], *requests: Any, **changes: Any) -> list[int]:
    people = [person(one.partition(":")[2]) for one in about if one.startswith("person:")]
    departments = [GENERAL] if "department:总务处" in about else []
    return [change.id for change in concern(case(requests, **changes), LI, people, departments, FOUND).decided]


def test_which_requests_end() -> None:
    own, desks = request(1, asked_by="wang"), request(2, asked_by="zhou")
    extension = request(3, kind="extension", asked_by="zhou", subject={"duties": [3], "period": "1d"})
    assert ended(["department:总务处"], own, desks, extension) == [1, 2]  # the answer was the department's
    assert ended(["person:wu"], own, desks, extension) == []
    assert ended(["person:zhou"], own, desks, extension) == [2, 3]
    assert ended(["department:总务处"], own, desks, extension, department="教务处") == [1]
    assert ended(["department:总务处"], own, desks, extension, department=None) == [1]


def test_what_is_taken_off() -> None:
    about = ["person:feng", "department:总务处", "maybe:wu", "department:保卫处"]
    one = case(about=about, department="教务处")

    def off(people: list[Any], departments: list[Any]) -> list[str]:
        asked = take_off(one, LI, people, departments).requested
        assert asked
        return list(asked.subject["off"])

    assert off([], []) == about
    assert off([FENG], []) == ["person:feng", "department:总务处"]
    assert off([], [GENERAL]) == ["department:总务处"]
    assert off([WU], []) == ["maybe:wu"]
    assert off([], [SECURITY]) == ["department:保卫处"]


def test_a_department_that_it_is_about_may_not_have_it() -> None:
    one = case(about=["department:保卫处"])
    assert refusal(lambda: must_be_free(one, None, GENERAL)) is None
    assert refusal(lambda: must_be_free(one, GENERAL, SECURITY)) == "concern.department"


@pytest.mark.parametrize(
    ("department", "about", "deciding"),
    [
        ("总务处", [], ["qian"]),
        ("教务处", [], ["sun"]),
        (None, [], ["qian", "sun"]),
        ("总务处", ["person:qian"], ["sun"]),
        ("总务处", ["person:qian", "person:sun"], ["zhao"]),
        ("总务处", ["person:qian", "person:sun", "person:zhao"], ["li", "zhou"]),
    ],
)
def test_who_decides_whose_it_is(department: str | None, about: list[str], deciding: list[str]) -> None:
    assert [one.id for one in deciders(case(about=about), department)] == deciding
