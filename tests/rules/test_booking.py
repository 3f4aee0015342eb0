"""An overrun is booked to the party that owed the duty or held it up at its due time."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.rules.figures.booking import Booked, asked_in_time, booked, booked_to, home_of, party, role, side
from handlers.rules.people.institution import Person
from tests.support.cases import FOUND, INSTITUTION, person
from tests.support.each import for_each

OURS = "department:总务处"


@for_each(
    ("kind", "owner", "holder", "expected"),
    [
        ("reply", OURS, OURS, OURS),
        ("reply", OURS, "approver:qian", "role:leader"),
        ("resolve", OURS, "approver:zhao", "role:chief"),
        ("reply", OURS, "approver:feng", OURS),
        ("reply", OURS, "approver:li", "desk"),
        ("reply", "desk", "approver:qian", "role:leader"),
        ("promise", OURS, "approver:qian", "role:leader"),
        ("acknowledge", OURS, "approver:qian", OURS),
        ("verify", OURS, "approver:qian", OURS),
        ("reply", "desk", "desk", "desk"),
        ("report", "desk", OURS, "desk"),
        ("instruct", "leader", OURS, "role:leader"),
        ("instruct", "chief", "approver:qian", "role:chief"),
        ("reply", "desk", "outside:区教育局", "outside:区教育局"),
        ("summary", OURS, "closed", OURS),
        ("verify", OURS, "outside:区教育局", "outside:区教育局"),
        ("instruct", "leader", "outside:区教育局", "role:leader"),
        ("stand", "person:zhou", None, "desk"),
        ("stand", "person:wang", None, OURS),
        ("stand", "person:gone", None, "role:gone"),
        ("check-in", "person:zhou", None, "role:officer"),
        ("check-in", "person:officer", None, "role:officer"),
        ("daily report", "person:office", None, "role:office"),
    ],
)
def test_the_party(kind: str, owner: str, holder: str | None, expected: str) -> None:
    assert booked_to({"kind": kind, "owner": owner, "holder": holder}, INSTITUTION) == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [("qian", "role:leader"), ("zhao", "role:chief"), ("li", "desk"), ("wang", OURS), ("feng", OURS), ("zhou", "desk")],
)
def test_whom_a_person_acts_for(who: str, expected: str) -> None:
    assert side(person(who)) == expected


def test_somebody_who_left_acts_for_the_desk() -> None:
    assert side(None) == "desk"


def test_people_are_shown_as_their_role_or_party() -> None:
    assert [home_of("总务处"), home_of(None)] == [OURS, "desk"]
    assert party("approver:qian", INSTITUTION) == "role:leader"
    assert [party(one, INSTITUTION) for one in (OURS, "desk", "closed")] == [OURS, "desk", "closed"]
    roles = {one: role(one, INSTITUTION) for one in ("zhao", "chu", "officer")}
    assert roles == {"zhao": "role:chief", "chu": "role:liaison", "officer": "role:officer"}
    in_a_department = [Person("x", "某人", (one,), "总务处") for one in ("office", "officer", "leader", "chief")]
    assert [side(one) for one in in_a_department] == ["desk", "desk", "role:leader", "role:chief"]
    assert side(Person("x", "某人", ("chief", "leader"), None)) == "role:leader"


def test_each_overrun_has_its_party() -> None:
    rows = [
        {"kind": "reply", "owner": OURS, "holder": "approver:qian", "due_at": FOUND},
        {"kind": "verify", "owner": "desk", "holder": None, "due_at": FOUND},
    ]
    assert booked(rows, INSTITUTION) == (Booked("reply", "role:leader", FOUND), Booked("verify", "desk", FOUND))


@pytest.mark.parametrize(
    ("changes", "in_time"),
    [
        ({}, True),
        ({"asked_at": FOUND}, True),
        ({"asked_at": FOUND + timedelta(seconds=1)}, False),
        ({"state": "rejected", "decided_at": FOUND}, False),
        ({"state": "rejected", "decided_at": FOUND + timedelta(seconds=1)}, True),
        ({"state": "superseded"}, False),
        ({"subject": {"duty": 7}}, True),
        ({"subject": {"duty": 8}}, False),
        ({"subject": {"duties": [8], "duty": 7}}, False),
        ({"subject": {"duties": [8, 7]}}, True),
    ],
)
def test_more_time_was_asked_for_in_time(changes: dict[str, Any], in_time: bool) -> None:
    asked = {
        "asked_at": FOUND - timedelta(hours=1), "decided_at": None, "state": "pending", "subject": {"duties": [7]}
    }  # fmt: skip
    assert asked_in_time({"duty": 7, "due_at": FOUND}, [asked | changes]) == in_time
    assert asked_in_time({"duty": 7, "due_at": FOUND}, [{**asked, "state": "superseded"}, asked | changes]) == in_time
    assert not asked_in_time({"duty": 7, "due_at": FOUND}, [])
