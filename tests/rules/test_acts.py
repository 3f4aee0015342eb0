"""Acts that change figures are counted with their authors; what was taken back is not."""

from typing import Any

import pytest

from handlers.rules.figures.acts import Act, acts_of
from tests.support.cases import INSTITUTION


def event(kind: str, actor: str = "li", number: int = 1, /, *, answered: bool = False, **data: Any) -> dict[str, Any]:
    return {"incident": number, "actor": actor, "kind": kind, "data": data, "answered": answered}


def acts(*events: dict[str, Any]) -> dict[tuple[str, str, str], int]:
    return {(one.party, one.person, one.act): one.times for one in acts_of(events, INSTITUTION)}


@pytest.mark.parametrize(
    ("row", "act"),
    [
        (event("withdrawal asked"), "withdrawn"),
        (event("merged", into=2), "merged"),
        (event("assigned", **{"from": "总务处", "to": "教务处"}), "reassigned"),
        (event("led", **{"from": "总务处", "to": "教务处", "helpers": []}), "reassigned"),
        (event("instructed", **{"from": "总务处", "department": "教务处"}), "reassigned"),
        (event("bounced", department="总务处"), "bounced"),
        (event("reopened", cycle=2), "reopened"),
        (event("transferred", to="区教育局"), "transferred"),
        (event("tier", **{"from": "general", "to": "major"}), "tier"),
        (event("resolved", outcome="remedied"), "unanswered"),
    ],
)
def test_each_is_counted_with_its_author(row: dict[str, Any], act: str) -> None:
    assert acts(row) == {("desk", "li", act): 1}


@pytest.mark.parametrize(
    "row",
    [
        event("assigned", **{"from": None, "to": "教务处"}),
        event("led", **{"from": "总务处", "to": "总务处", "helpers": ["教务处"]}),
        event("instructed", **{"from": "总务处", "department": None}),
        event("instructed", **{"from": None, "department": "总务处"}),
        event("resolved", outcome="answered", answered=True),
        event("tier", "clock", **{"from": "general", "to": "major"}),
        event("tier", "calendar", **{"from": "general", "to": "major"}),
    ],
)
def test_what_is_plain_work_is_not(row: dict[str, Any]) -> None:
    assert acts(row) == {}


def test_they_are_counted_per_party_and_person() -> None:
    moved = {"from": "总务处", "to": "教务处"}
    found = acts_of(
        [event("assigned", "li", 3, **moved), event("assigned", "li", 5, **moved), event("bounced", "wang"),
         event("tier", "qian"), event("assigned", "zhou", **moved)],
        INSTITUTION,
    )  # fmt: skip
    assert found == (
        Act("department:总务处", "wang", "bounced", (1,)),
        Act("desk", "li", "reassigned", (3, 5)),
        Act("desk", "zhou", "reassigned", (1,)),
        Act("role:leader", "qian", "tier", (1,)),
    )


def test_what_was_undone_does_not_count() -> None:
    moved = event("assigned", **{"from": "总务处", "to": "教务处"})
    assert acts(moved, event("undone", kinds=["assigned"])) == {}
    assert acts(moved, event("undone", "zhou", kinds=["assigned"])) == {("desk", "li", "reassigned"): 1}
    assert acts(moved, event("undone", "li", 2, kinds=["assigned"])) == {("desk", "li", "reassigned"): 1}
    assert acts(moved, moved, event("undone", kinds=["assigned"])) == {("desk", "li", "reassigned"): 1}


def test_a_withdrawal_that_the_leader_refused_does_not_count() -> None:
    asked = event("withdrawal asked", "zhou")
    assert acts(asked, event("rejected", "qian", kind="withdrawal")) == {}
    assert acts(asked, event("rejected", "qian", kind="reply")) == {("desk", "zhou", "withdrawn"): 1}


def test_a_report_that_its_sender_takes_back_counts_as_withdrawn() -> None:
    assert acts(event("undone", "zhou", kinds=["opened"])) == {("desk", "zhou", "withdrawn"): 1}
    assert acts(event("undone", "zhou", kinds=["acknowledged"])) == {}


def test_the_last_of_several_is_taken_back_and_the_rest_stay_in_order() -> None:
    moved, bounced = event("assigned", **{"from": "总务处", "to": "教务处"}), event("bounced", "wang")
    tier = event("tier", "qian")
    found = acts(moved, bounced, tier, event("undone", kinds=["assigned", "tier"]))
    assert found == {("department:总务处", "wang", "bounced"): 1, ("role:leader", "qian", "tier"): 1}
    undone_twice = acts(moved, moved, event("undone", kinds=["assigned"]), event("undone", kinds=["assigned"]))
    assert undone_twice == {}
    other = event("assigned", "li", 2, **{"from": "总务处", "to": "教务处"})
    numbers = [one.numbers for one in acts_of([moved, other, event("undone", kinds=["assigned"])], INSTITUTION)]
    assert numbers == [(2,)]


def test_the_acts_of_a_person_are_in_the_tables_order() -> None:
    rows = [event("transferred", to="区教育局"), event("bounced"), event("merged", into=2), event("withdrawal asked")]
    assert [one.act for one in acts_of(rows, INSTITUTION)] == ["withdrawn", "merged", "bounced", "transferred"]
