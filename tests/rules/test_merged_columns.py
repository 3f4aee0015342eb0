"""What a merge takes over besides duties: columns, people, times; and which duties that ends, begins or moves."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from handlers.rules.incident.case import Case, Decision, NewDuty
from handlers.rules.incident.duties import owed
from handlers.rules.incident.merging import merge
from tests.support.cases import FOUND, INSTITUTION, Row, case, later, person, request, shipped, standard
from tests.support.decided import effect

NOW = later(hours=2)
TRACE = owed(standard(), INSTITUTION, "general", FOUND, ("found",))[0].due.trace.to_dict()
DESK = {"department": None, "stage": "unassigned", "holder": "desk"}


def duty(id: int, kind: str, due: datetime, state: str = "open", **changes: Any) -> Row:
    values = {
        "id": id, "kind": kind, "owner": "department", "state": state, "cycle": 1, "started_at": FOUND, "due_at": due,
        "first_due_at": due, "met_at": None, "rung": None, "next_at": due, "provisional": False, "reckoning": TRACE,
    }  # fmt: skip
    return Row(values | changes)


def owing(*duties: Row, **changes: Any) -> Case:
    return replace(case(**changes), duties=duties)


def received(gone: Case, stays: Case) -> Decision:
    return merge(gone, stays, person("li"), NOW)[1]


def test_it_is_about_everybody_whom_either_is_about() -> None:
    gone = owing(number=2, about=["person:wu", "department:总务处"])
    found = received(gone, owing(about=["person:wei"]))
    assert found.changes == {
        "about": ["person:wei", "person:wu", "department:总务处"], "department": None, "stage": "unassigned",
        "acknowledged_at": None, "holder": "desk", "about_by": {"person:wu": "li", "department:总务处": "li"},
    }  # fmt: skip
    assert received(owing(number=2, about=["person:wei"]), owing(about=["person:wei"])).changes == {}


@pytest.mark.parametrize(
    ("gone", "stays", "posted"),
    [
        (FOUND, later(hours=1), FOUND),
        (later(hours=1), FOUND, None),
        (FOUND, None, FOUND),
        (None, FOUND, None),
        (None, None, None),
        (FOUND, FOUND, None),
    ],
)
def test_the_earlier_post_counts(gone: Any, stays: Any, posted: Any) -> None:
    found = received(owing(number=2, posted_at=gone), owing(posted_at=stays))
    assert found.changes == ({"posted_at": posted} if posted else {})


def test_the_higher_tier_counts() -> None:
    found = received(owing(number=2, tier="critical"), owing())
    assert found.changes == {"tier": "critical"}
    assert [(event.kind, dict(event.data)) for event in found.events] == [
        ("merged in", {"from": 2}), ("tier", {"from": "general", "to": "critical"})
    ]  # fmt: skip
    assert received(owing(number=2), owing(tier="critical")).changes == {}


def test_a_department_with_its_helpers_goes_over_and_ends_the_assignment() -> None:
    gone = owing(number=2, helpers=["保卫处"], regime=shipped("company"))
    stays = owing(duty(5, "assign", later(hours=3), owner="desk"), **DESK, regime=shipped("company"))
    assert effect(received(gone, stays)) == {
        "events": [("merged in", {"from": 2})],
        "changes": {
            "department": "总务处", "stage": "assigned", "helpers": ["保卫处"], "holder": "department:总务处"
        },
        "met": [5],
    }  # fmt: skip
    signing = owing(**{**DESK, "holder": "approver:qian"})
    assert "holder" not in received(gone, signing).changes
    assert received(gone, owing(**{**DESK, "stage": "replied"})).changes["stage"] == "replied"


def acknowledging() -> Any:
    """Return a regime in which a duty begins with the acknowledgement."""
    rule = msgspec.structs.replace(standard().duty[1], kind="verify", starts="acknowledged", met_by="verified")
    return msgspec.structs.replace(standard(), duty=(*standard().duty, rule))


def test_an_acknowledgement_begins_what_runs_from_it_once() -> None:
    signed = {"acknowledged_at": FOUND, "stage": "acknowledged", "regime": acknowledging()}
    asked = duty(5, "acknowledge", later(hours=3))
    found = received(owing(number=2, **signed), owing(asked, regime=acknowledging()))
    assert effect(found) == {
        "events": [("merged in", {"from": 2})],
        "changes": {"acknowledged_at": FOUND, "stage": "acknowledged"},
        "met": [5],
        "opened": ["verify"],
    }
    assert received(owing(number=2, regime=acknowledging()), owing(asked, regime=acknowledging())).opened == ()
    both = received(owing(number=2, **signed), owing(asked, **signed))
    assert (both.opened, both.changes) == ((), {})
    desk = received(owing(number=2, **signed), owing(**DESK, regime=acknowledging()))
    assert (desk.changes["department"], desk.changes["acknowledged_at"]) == ("总务处", FOUND)
    assert [one.kind for one in desk.opened] == ["verify"]
    owed_there = received(
        owing(duty(6, "verify", later(days=3)), number=2, **signed), owing(asked, regime=acknowledging())
    )
    assert [(one.kind, one.due.at <= later(days=3)) for one in owed_there.opened] == [("verify", True)]


def test_a_verdict_ends_the_verification() -> None:
    regime = shipped("liaison-form")
    asked = duty(5, "verify", later(hours=3))
    found = received(owing(number=2, verdict="untrue", regime=regime), owing(asked, regime=regime))
    assert (found.met, found.changes) == ((5,), {"verdict": "untrue"})
    known = received(owing(number=2, verdict="untrue", regime=regime), owing(asked, verdict="true", regime=regime))
    assert (known.met, known.changes) == ((), {})


@pytest.mark.parametrize("state", ["open", "waived", "met"])
def test_only_an_instruction_that_was_given_goes_over(state: str) -> None:
    regime = shipped("duty-office")
    stays = owing(duty(5, "instruct", later(hours=3), owner="desk"), regime=regime)
    gone = owing(duty(1, "instruct", later(hours=3), state, owner="desk"), number=2, regime=regime)
    assert received(gone, stays).met == ((5,) if state == "met" else ())
    other = owing(duty(1, "report", later(hours=3), "met"), number=2, regime=regime)
    assert received(other, stays).met == ()


def test_a_duty_that_a_higher_tier_begins_is_due_no_later_than_in_the_merged_report() -> None:
    office = {"regime": shipped("duty-office")}
    soon, late = later(hours=3), later(days=2)

    def report(gone: Case) -> NewDuty:
        (found,) = [one for one in received(gone, owing(**office)).opened if one.kind == "report"]
        return found

    for due in (soon, late):
        gone = owing(duty(1, "report", due, owner="desk"), number=2, tier="major", **office)
        found = report(gone)
        assert (found.owner, found.due.at) == ("desk", min(due, later(hours=6)))
        assert found.next_at
        assert found.next_at <= found.due.at
    same = owing(duty(1, "report", later(hours=6), owner="desk"), number=2, tier="major", **office)
    assert report(same).due.trace.to_dict() != TRACE
    past = owing(duty(1, "report", NOW, owner="desk"), number=2, tier="major", **office)
    assert report(past).due.at == later(hours=6)


def test_what_a_higher_tier_moves_is_pulled_to_the_earlier_time_once() -> None:
    soon = later(hours=3)
    gone = owing(duty(1, "resolve", soon), number=2, tier="major")
    stays = owing(duty(5, "resolve", later(days=3)), duty(6, "reply", later(hours=5)))
    found = received(gone, stays)
    assert {move.id: move.due.at for move in found.moved} == {5: soon, 6: later(hours=5)}
    assert len(found.moved) == 2
    ending = owing(duty(5, "acknowledge", later(hours=3)), duty(6, "reply", later(hours=5)))
    signed = received(owing(number=2, tier="major", acknowledged_at=FOUND, stage="acknowledged"), ending)
    assert ([move.id for move in signed.moved], signed.met) == ([6], (5,))


def test_checks_and_promises_go_over_as_they_are() -> None:
    check = duty(1, "stand", later(days=1), owner="person:wang", next_at=later(hours=20))
    bare = duty(2, "stand", later(days=7), owner="person:wang", next_at=None)
    promise = duty(3, "promise", later(days=3))
    found = received(owing(check, bare, promise, number=2), owing(duty(5, "promise", later(days=1))))
    assert [(one.kind, one.owner, one.started_at, one.due.at, one.next_at) for one in found.opened] == [
        ("stand", "person:wang", FOUND, later(days=1), later(hours=20)),
        ("stand", "person:wang", FOUND, later(days=7), NOW),
        ("promise", "department", NOW, later(days=3), found.opened[2].next_at),
    ]
    assert found.opened[2].next_at
    assert found.moved == ()


@pytest.mark.parametrize(
    ("stays", "carried"),
    [
        ([], ["resolve"]),
        ([duty(5, "resolve", later(days=9))], []),
        ([duty(5, "resolve", later(days=9), "met")], []),
        ([duty(5, "resolve", later(days=9), "waived")], ["resolve"]),
        ([duty(5, "reply", later(days=9))], ["resolve"]),
    ],
)
def test_what_is_owed_nowhere_else_is_carried_over(stays: list[Row], carried: list[str]) -> None:
    found = received(owing(duty(1, "resolve", later(days=3)), number=2), owing(*stays))
    assert [one.kind for one in found.opened] == carried


def test_requests_of_the_merged_report_end_with_it() -> None:
    gone, _ = merge(replace(owing(number=2), requests=(request(4),)), owing(), person("li"), NOW)
    assert [(change.id, change.state) for change in gone.decided] == [(4, "superseded")]
