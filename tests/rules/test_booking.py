"""An overrun is booked to the party that owed the duty or held it up at its due time."""

import pytest

from handlers.rules.figures.booking import booked_to, side
from tests.support.cases import INSTITUTION, person

OURS = "department:总务处"


@pytest.mark.parametrize(
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
