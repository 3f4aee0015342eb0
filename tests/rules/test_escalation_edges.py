"""Reports, follow-ups, calm, instructions and transfers where it is close."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from handlers.rules.incident.calming import Ground, calm
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.duties import owed
from handlers.rules.incident.escalation import transfer, verify
from handlers.rules.incident.instructing import instruct
from handlers.rules.incident.reporting import followed_up, reported, summarised
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.tiers import Heat
from handlers.rules.time.periods import parse
from tests.support.cases import FOUND, INSTITUTION, Row, case, later, person, shipped, standard
from tests.support.decided import effect, refusal

NOW = later(hours=1)
WANG, LI, CHIEF = person("wang"), person("li"), person("zhao")
TRACE = owed(standard(), INSTITUTION, "general", FOUND, ("found",))[0].due.trace.to_dict()
BUREAU, COMPANY, PROCURATOR = shipped("bureau"), shipped("company"), shipped("procurator")


def duty(kind: str, id: int = 9, due: Any = None, state: str = "open") -> Row:
    due = due or later(days=3)
    return Row({
        "id": id, "kind": kind, "owner": "department", "state": state, "started_at": FOUND, "due_at": due,
        "first_due_at": due, "rung": None, "reckoning": TRACE, "provisional": False,
    })  # fmt: skip


def owing(*duties: Row, regime: Regime | None = None, **changes: Any) -> Case:
    return replace(case(regime=regime, **changes), duties=duties)


def test_what_is_reported_meets_what_is_owed() -> None:
    assert effect(reported(owing(duty("report"), regime=BUREAU), LI, "已报网信办", NOW)) == {
        "events": [("reported", {"text": "已报网信办"})], "met": [9]
    }  # fmt: skip
    assert effect(summarised(owing(duty("summary"), stage="resolved"), LI, "总结如下", NOW)) == {
        "events": [("summarised", {"text": "总结如下"})], "met": [9]
    }  # fmt: skip


def calmed(one: Case, actor: Person, text: str, now: datetime) -> Decision:
    return calm(one, actor, Ground(text), Heat(), now)


@pytest.mark.parametrize(
    ("call", "kind"),
    [(reported, "report"), (summarised, "summary"), (calmed, "calm")],
    ids=["report", "summary", "calm"],
)
def test_what_is_not_owed_is_named(call: Any, kind: str) -> None:
    for one in (case(), owing(duty(kind, state="met"))):
        with pytest.raises(Refusal) as refused:
            call(one, LI, "", NOW)
        assert (refused.value.sentence, refused.value.facts["kind"]) == ("common.not_owed", kind)


def test_what_somebody_says_whom_it_is_about_meets_nothing() -> None:
    asked = {"regime": BUREAU, "tier": "major"}
    assert followed_up(owing(duty("follow-up"), **asked), WANG, "已到现场", NOW).met == (9,)
    about = owing(duty("follow-up"), about=["person:wang"], **asked)
    assert effect(followed_up(about, WANG, "不是我", NOW)) == {"events": [("followed up", {"text": "不是我"})]}
    assert followed_up(about, LI, "已到现场", NOW).met == (9,)


def test_a_verification_is_met_and_opens_the_closing_where_nothing_is_left() -> None:
    form = shipped("liaison-form")
    found = verify(owing(duty("verify"), regime=form), WANG, "unknown", "查不清", NOW)
    assert effect(found) == {
        "events": [("verified", {"verdict": "unknown", "text": "查不清"})],
        "changes": {"verdict": "unknown"},
        "met": [9],
        "opened": ["closing"],
    }
    standing = owing(duty("resolve"), regime=PROCURATOR)
    assert verify(standing, WANG, "true", "", NOW).opened == ()


def test_an_instruction_begins_what_the_regime_counts_from_it() -> None:
    rule = msgspec.structs.replace(standard().duty[1], kind="report", starts="instructed", met_by="reported")
    regime = msgspec.structs.replace(standard(), duty=(*standard().duty, rule))
    found = instruct(case(regime=regime), CHIEF, None, None, "请报来", NOW)
    assert [one.kind for one in found.opened] == ["report"]
    department = INSTITUTION.department("保卫处")
    both = instruct(case(regime=regime), CHIEF, department, None, "请报来", NOW)
    assert [one.kind for one in both.opened] == ["report", "acknowledge"]


@pytest.mark.parametrize(
    ("period", "due", "moved"), [("1d", 3, True), ("3d", 3, False), ("5d", 3, False), ("1d", None, False)]
)
def test_a_limit_only_makes_the_result_due_sooner(period: str, due: int | None, moved: bool) -> None:
    """Three days from the find end on Thursday 26, 24:00, which is the result's due time."""
    end = INSTITUTION.calendar.end_of(later(days=3).date())
    one = owing(*((duty("resolve", due=end),) if due else ()))
    assert bool(instruct(one, CHIEF, None, parse(period), "", FOUND).moved) == moved


@pytest.mark.parametrize(
    ("verdict", "period", "opened"),
    [
        (None, "1d", ["resolve"]),
        ("true", "1d", ["resolve"]),
        ("untrue", "1d", []),
        ("unknown", "1d", []),
        ("true", None, []),
    ],
)
def test_after_a_verification_a_limit_is_for_its_result_alone(
    verdict: str | None, period: str | None, opened: list[str]
) -> None:
    one = owing(duty("instruct"), regime=PROCURATOR, verdict=verdict)
    found = instruct(one, CHIEF, None, parse(period) if period else None, "请办", NOW)
    assert [duty.kind for duty in found.opened] == opened


def test_a_limit_that_is_set_already_is_moved_while_it_runs() -> None:
    office = shipped("duty-office")
    both = owing(duty("reply", 1), duty("resolve", 2, NOW), duty("instruct", 3), regime=office)
    found = instruct(both, LI, None, parse("5d"), "", NOW)
    assert ([move.id for move in found.moved], found.opened, found.met) == ([1], (), (3,))
    one = owing(duty("reply", 1), regime=office)
    assert [duty.kind for duty in instruct(one, LI, None, parse("5d"), "", NOW).opened] == ["resolve"]


def test_words_alone_meet_the_instruction_where_they_leave_no_limit_open() -> None:
    office = shipped("duty-office")
    assert instruct(owing(duty("instruct"), regime=office), LI, None, None, "请办", NOW).met == ()
    set_ = owing(duty("reply", 1), duty("resolve", 2), duty("instruct", 3), regime=office)
    assert instruct(set_, LI, None, None, "请办", NOW).met == (3,)
    assert instruct(owing(duty("instruct"), regime=shipped("park")), CHIEF, None, None, "请办", NOW).met == (9,)


@pytest.mark.parametrize(
    ("body", "reason", "own"),
    [
        ("保卫处", "归他们管", True),
        ("我校保卫处", "归他们管", True),
        ("本校的后勤", "归他们管", True),
        ("育才中学保卫处", "归他们管", True),
        ("我们总务处", "", True),
        ("General", "Services as it is theirs", True),
        ("general services", "", True),
        ("General", "Motors", False),
        ("区教育局", "归区里管", False),
        ("市保卫处指导中心", "", False),
    ],
)
def test_what_is_no_outside_body(body: str, reason: str, own: bool) -> None:
    assert refusal(lambda: transfer(case(), LI, body, reason)) == ("transfer.own" if own else None)


def test_a_transfer_names_the_department_that_it_is_and_masks_numbers() -> None:
    with pytest.raises(Refusal) as refused:
        transfer(case(), LI, "我校后勤", "")
    assert refused.value.facts["department"] == "总务处"
    found = transfer(case(), LI, "区教育局13800138000", "归区里管")
    assert "13800138000" not in found.changes["outside"]
