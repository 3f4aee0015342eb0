"""What is owed next in a matter, and which steps wait for whom."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from handlers.rules.incident.always_owed import still_owed
from handlers.rules.incident.case import Case, Decision, MovedDuty
from handlers.rules.incident.duties import CLOSING, closing, due_of
from handlers.rules.incident.next_duty import NextDuty, next_duty, owed_after
from handlers.rules.incident.own_steps import OwnStep, own_steps
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, shipped, standard
from tests.support.each import for_each

NOTHING = Decision(events=())
APPROVED = request(1, state="approved", decided_by="qian")


def kinds(one: Case, decision: Decision = NOTHING) -> list[str]:
    return [duty.kind for duty in owed_after(one, decision)]


def test_what_is_owed_after_a_decision() -> None:
    one = case()
    assert kinds(one) == ["acknowledge", "reply", "resolve"]
    assert kinds(one, Decision(events=(), met=(1,))) == ["reply", "resolve"]
    assert kinds(one, Decision(events=(), waived=(2, 3))) == ["acknowledge"]
    end = closing(standard(), INSTITUTION, "general", later(hours=-240))
    assert kinds(one, Decision(events=(), opened=(end,))) == [CLOSING, "acknowledge", "reply", "resolve"]
    first = one.duties[0]
    late = replace(due_of(first), at=later(days=1))
    moved = Decision(events=(), moved=(MovedDuty(1, late, None),))
    assert kinds(one, moved) == ["reply", "acknowledge", "resolve"]
    (found,) = owed_after(replace(one, duties=[first]), moved)
    assert (found.kind, found.owner, found.due_at) == ("acknowledge", "department", later(days=1))
    met = [Row({**duty.values, "state": "met"}) for duty in one.duties]  # type: ignore[attr-defined]
    assert kinds(replace(one, duties=met)) == []


@pytest.mark.parametrize(
    ("requests", "met", "gives"),
    [
        ((), (), NextDuty("reply", "published", False, False)),
        ((request(1),), (), NextDuty("reply", "published", True, False)),
        ((APPROVED,), (), NextDuty("reply", "published", False, True)),
        ((), (2,), NextDuty("resolve", "resolved", False, False)),
        ((request(1, kind="remedy"),), (2,), NextDuty("resolve", "resolved", True, False)),
        ((request(1, kind="extension"),), (2,), NextDuty("resolve", "resolved", True, False)),
        ((request(1, kind="extension"),), (), NextDuty("reply", "published", False, False)),
        ((), (2, 3), None),
    ],
)
def test_what_the_department_owes_next(requests: tuple[Row, ...], met: tuple[int, ...], gives: NextDuty | None) -> None:
    drafts = (draft(),) if requests and requests[0].kind == "reply" else ()
    assert next_duty(case(requests, drafts), Decision(events=(), met=met)) == gives


def test_a_request_that_is_decided_no_longer_waits() -> None:
    one = case((request(1),), (draft(),))
    decided = Decision(events=(), decided=(Row({"id": 1}),))  # type: ignore[arg-type]
    found = next_duty(one, decided)
    assert found
    assert not found.signing


def test_a_promise_is_met_by_its_own_event() -> None:
    promise = Row({"id": 9, "kind": "promise", "owner": "department", "state": "open", "due_at": later(hours=1)})
    found = next_duty(replace(case(), duties=[promise]), NOTHING)
    assert found == NextDuty("promise", "promise", False, False)


def steps(one: Case, who: str, *called: str) -> list[str]:
    """Return the commands that wait for somebody; a signature with its kind."""
    found = own_steps(one, person(who), called)
    return [f"{step.command} {step.request}" if step.request else step.command for step in found]


def without(*gone: str, **changes: Any) -> Case:
    one = case(**changes)
    return replace(one, duties=[duty for duty in one.duties if duty.kind not in gone])


REPLYING, RESOLVING = ("acknowledge",), ("acknowledge", "reply")


@for_each(
    ("one", "who", "waits"),
    [
        (case(), "wang", ["acknowledge", "bounce"]),
        (case(), "zhou", []),
        (case(), "wu", []),
        (case(department=None), "zhou", ["assign"]),
        (case(department=None), "li", ["assign"]),
        (case(department=None), "wang", []),
        (without(*REPLYING), "wang", ["reply", "extend"]),
        (without(*REPLYING, requests=(APPROVED,), drafts=(draft(),)), "wang", ["publish", "extend"]),
        (without(*REPLYING, requests=(request(1),), drafts=(draft(),)), "wang", ["extend"]),
        (without(*RESOLVING), "wang", ["resolve", "extend"]),
        (without(*RESOLVING, requests=(request(1, kind="extension"),)), "wang", []),
        (without(*RESOLVING, "resolve"), "wang", []),
        (case((request(1),), (draft(),)), "qian", ["approve reply", "reject reply"]),
        (case((request(1),), (draft(),)), "sun", []),
        (
            case((request(1), request(2, kind="extension", subject={"duties": [3], "period": "1d"})), (draft(),)),
            "qian",
            ["approve reply", "approve extension", "reject reply", "reject extension"],
        ),
        (
            without(*REPLYING, requests=(request(1, state="approved", asked_by="zhou"),), drafts=(draft(),)), "zhou",
            ["publish"],
        ),
        (without(*REPLYING, requests=(APPROVED,), drafts=(draft(),)), "zhou", []),
        (without(*REPLYING, requests=(request(1, asked_by="zhou"),), drafts=(draft(),)), "zhou", []),
        (
            without(*RESOLVING, requests=(request(1, state="approved", asked_by="zhou"),), drafts=(draft(),)),
            "zhou",
            [],
        ),
        (without(*REPLYING, requests=(request(1, kind="extension", asked_by="zhou"),)), "zhou", []),
        (case(about=["department:总务处"]), "wang", []),
    ],
)  # fmt: skip
def test_whose_step_it_is(one: Case, who: str, waits: list[str]) -> None:
    assert steps(one, who) == waits


def test_whom_a_reminder_called_signs_too() -> None:
    one = case((request(1),), (draft(),))
    assert steps(one, "sun", "sun") == ["approve reply", "reject reply"]
    assert own_steps(one, person("qian"))[0] == OwnStep("approve", 1, "reply")


@pytest.mark.parametrize(
    ("regime", "kind", "command"),
    [
        ("liaison-form", "verify", "verify"),
        ("bureau", "follow-up", "follow_up"),
        ("bureau", "report", "progress"),
        ("standard", "resolve", "resolve"),
        ("standard", "promise", "reply"),
    ],
)
def test_the_command_that_meets_what_is_next(regime: str, kind: str, command: str) -> None:
    duty = Row({"id": 9, "kind": kind, "owner": "department", "state": "open", "due_at": later(hours=1)})
    tier = "major" if kind == "follow-up" else "general"
    one = replace(case(regime=shipped(regime), tier=tier), duties=[duty])
    assert steps(one, "wang")[:1] == [command]


def test_what_an_acknowledgement_meets_is_acknowledged() -> None:
    rule = msgspec.structs.replace(standard().duty[0], kind="verify")
    regime = msgspec.structs.replace(standard(), duty=(rule,))
    duty = Row({"id": 9, "kind": "verify", "owner": "department", "state": "open", "due_at": later(hours=1)})
    assert steps(replace(case(regime=regime), duties=[duty]), "wang") == ["acknowledge"]


def test_a_closing_is_owed_only_where_nothing_else_is() -> None:
    one = case()
    now = later(hours=1)
    end = Row({"id": 9, "kind": CLOSING, "owner": "department", "state": "open", "due_at": later(days=3)})
    over = Row({**end.values, "due_at": now})
    everything = Decision(events=(), met=(1, 2, 3))
    assert [duty.kind for duty in still_owed(one, everything, now).opened] == [CLOSING]
    assert still_owed(replace(one, duties=[*one.duties, end]), everything, now).opened == ()
    assert still_owed(replace(one, duties=[*one.duties, end]), NOTHING, now).waived == (9,)
    assert still_owed(replace(one, duties=[*one.duties, over]), NOTHING, now).waived == ()
    for kind in ("calm", "stand", "promise"):
        other = Row({**end.values, "kind": kind})
        found = still_owed(replace(one, duties=[*one.duties, other]), everything, now).opened
        assert [duty.kind for duty in found] == ([] if kind == "promise" else [CLOSING])
    closed = Decision(events=(), met=(1, 2, 3), changes={"stage": "resolved"})
    assert still_owed(one, closed, now).opened == ()
    assert still_owed(case(stage="resolved"), everything, now).opened == ()


def test_the_closing_of_a_raised_matter_sounds_at_night() -> None:
    regime = standard(**{'[[ladder]]\nat = "-4h"\ntell = ["owner"]\n\n': ""})
    one = case(regime=regime)
    ends = [still_owed(one, Decision(events=(), met=(1, 2, 3), changes=changes), FOUND).opened[0]
            for changes in ({}, {"tier": "critical"})]  # fmt: skip
    hours = [end.due.at - end.next_at for end in ends if end.next_at]
    assert hours == [timedelta(hours=2), timedelta(hours=1)]
