"""No decision is taken by who may not, on a matter that has ended, or without what it needs."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from handlers.rules.incident import (
    conflict,
    escalation,
    instructing,
    lifecycle,
    merging,
    notes,
    ownership,
    reporting,
    resolving,
    standing,
)
from handlers.rules.incident.case import Case
from handlers.rules.incident.publication import OnRecord, Proof
from handlers.rules.people.institution import Department, Person
from handlers.rules.regime.tiers import Heat
from handlers.rules.time.periods import Period, parse
from tests.support.cases import FOUND, INSTITUTION, case, draft, later, person, request
from tests.support.decided import refusal
from tests.support.each import for_each

Move = Callable[[Case, Person], object]
APPROVED = {"requests": (request(state="approved"),), "drafts": (draft(),)}
ANSWERED = {"stage": "replied", "replied_at": FOUND, "answer": "已更换筛网。"}
BOUNCED = {"department": "总务处", "by": "wang", "reason": "不归我们", "at": FOUND.isoformat()}
SHOWN = resolving.Evidence(urls=("https://a.cn/2",))
REASON = "原帖已删除，联系不上作者"


def department(name: str) -> Department:
    found = INSTITUTION.department(name)
    assert found
    return found


SECURITY, FINANCE, OWN = department("保卫处"), department("财务处"), department("总务处")


def extending(period: Period, reason: str = "等报告") -> Move:
    return lambda one, actor: lifecycle.ask_extension(one, actor, period, reason, FOUND)


# Each with who may, who may not, and the sentence that they are told.
GUARDED: dict[str, tuple[Move, str, str, str]] = {
    "acknowledge": (
        lambda one, actor: lifecycle.acknowledge(one, actor, FOUND), "wang", "li", "acknowledge.not_yours"),
    "assign": (
        lambda one, actor: lifecycle.assign(one, actor, SECURITY, FOUND), "li", "wang", "assign.not_allowed"),
    "draft": (
        lambda one, actor: lifecycle.draft(one, actor, "已更换筛网。", FOUND), "wang", "chen", "reply.not_yours"),
    "publish": (
        lambda one, actor: lifecycle.publish(one, actor, Proof(("https://a.cn/1",)), OnRecord(), (), FOUND),
        "wang", "chen", "publish.not_yours"),
    "extend": (extending(parse("1d")), "wang", "chen", "extend.not_yours"),
    "return": (lambda one, actor: ownership.bounce(one, actor, "不归我们", FOUND), "wang", "li", "bounce.not_yours"),
    "lead": (
        lambda one, actor: ownership.lead(one, actor, SECURITY, [FINANCE], FOUND), "li", "wang", "assign.not_allowed"),
    "withdraw": (
        lambda one, actor: ownership.withdraw(one, actor, "误报", published=False),
        "zhou", "wang", "withdraw.not_allowed"),
    "heat": (lambda one, actor: escalation.heat(one, actor, Heat(views=1), FOUND), "wang", "chen", "common.not_yours"),
    "escalate": (
        lambda one, actor: escalation.escalate(one, actor, "major", "有人受伤", FOUND),
        "wang", "chen", "common.not_yours"),
    "instruct": (
        lambda one, actor: instructing.instruct(one, actor, SECURITY, None, "", FOUND),
        "qian", "zhou", "instruct.not_allowed"),
    "superior": (
        lambda one, actor: escalation.superior(one, actor, "请速办", FOUND), "wang", "chen", "common.not_yours"),
    "verify": (
        lambda one, actor: escalation.verify(one, actor, "true", "属实", FOUND), "wang", "chen", "common.not_yours"),
    "transfer": (
        lambda one, actor: escalation.transfer(one, actor, "区教育局", "归区里管"),
        "li", "zhou", "transfer.not_allowed"),
    "kind": (lambda one, actor: notes.set_kind(one, actor, "complaint", FOUND), "wang", "chen", "common.not_yours"),
    "resolve": (
        lambda one, actor: resolving.resolve(one, actor, "remedied", "整改：更换筛网", SHOWN, FOUND),
        "wang", "chen", "resolve.not_yours"),
    "leave unanswered": (
        lambda one, actor: resolving.ask_unanswerable(one, actor, REASON), "wang", "chen", "unanswerable.not_yours"),
    "concern": (
        lambda one, actor: conflict.concern(one, actor, [person("wu")], [], FOUND),
        "li", "wang", "concern.not_allowed"),
    "take off": (
        lambda one, actor: conflict.take_off(one, actor, [], [SECURITY]), "li", "wang", "concern.not_allowed"),
    "merge": (
        lambda one, actor: merging.merge(one, case(number=2), actor, FOUND), "li", "wang", "merge.not_allowed"),
    "merge into": (
        lambda one, actor: merging.merge(case(number=2), one, actor, FOUND), "li", "wang", "merge.not_allowed"),
}  # fmt: skip


def begun(**changes: Any) -> Case:
    return case(**{**APPROVED, "about": ["department:保卫处"] if changes.pop("off", False) else [], **changes})


@for_each("name", GUARDED)
def test_only_who_may_and_only_while_it_is_open(name: str) -> None:
    move, may, may_not, sentence = GUARDED[name]
    off = name == "take off"
    assert refusal(lambda: move(begun(off=off), person(may))) is None
    assert refusal(lambda: move(begun(off=off), person(may_not))) == sentence
    for stage in ("resolved", "withdrawn", "merged"):
        assert refusal(lambda: move(begun(off=off, stage=stage), person(may))) == "common.closed"  # noqa: B023


LATER: dict[str, tuple[Move, Mapping[str, Any], str, str, str]] = {
    "reopen": (
        lambda one, actor: ownership.reopen(one, actor, "又出现", FOUND),
        {"stage": "resolved", "resolved_at": FOUND}, "li", "wang", "reopen.not_allowed"),
    "note": (lambda one, actor: notes.note(one, actor, "x"), {"stage": "resolved"}, "chen", "", ""),
    "follow up": (
        lambda one, actor: reporting.followed_up(one, actor, "已到现场", FOUND),
        {"stage": "resolved"}, "wang", "chen", "common.not_yours"),
    "gone": (
        lambda one, actor: standing.gone(one, actor, "打不开", FOUND), {**ANSWERED, "stage": "resolved"},
        "wang", "chen", "common.not_yours"),
}  # fmt: skip


@pytest.mark.parametrize("name", LATER)
def test_some_are_for_matters_that_have_ended_too(name: str) -> None:
    move, fields, may, may_not, sentence = LATER[name]
    assert refusal(lambda: move(case(**fields), person(may))) is None
    if may_not:
        assert refusal(lambda: move(case(**fields), person(may_not))) == sentence
    if name in ("note", "follow up"):
        assert refusal(lambda: move(case(**fields, merged_into=2), person(may))) == "common.closed"


@pytest.mark.parametrize("event", ["reported", "summarised", "circulated"])
def test_what_is_not_owed_is_not_recorded(event: str) -> None:
    call = getattr(reporting, event)
    assert refusal(lambda: call(case(), person("wang"), "x", FOUND)) == "common.not_owed"
    assert refusal(lambda: call(case(), person("chen"), "x", FOUND)) == "common.not_yours"


NEEDS: list[tuple[str, Callable[[], object], str | None]] = [
    ("acknowledge nobody's", lambda: lifecycle.acknowledge(case(department=None), person("wang"), FOUND),
     "acknowledge.unassigned"),
    ("acknowledge again", lambda: lifecycle.acknowledge(case(acknowledged_at=FOUND), person("wang"), FOUND),
     "acknowledge.already"),
    ("assign to whom it has", lambda: lifecycle.assign(case(), person("li"), OWN, FOUND), "assign.same"),
    ("assign to whom it is about",
     lambda: lifecycle.assign(case(about=["department:保卫处"]), person("li"), SECURITY, FOUND), "concern.department"),
    ("assign a second time by a head",
     lambda: lifecycle.assign(case(bounces=[BOUNCED]), person("feng"), SECURITY, FOUND), "assign.passed_on"),
    ("assign a third time by a head",
     lambda: lifecycle.assign(case(bounces=[BOUNCED, BOUNCED]), person("feng"), SECURITY, FOUND), "bounce.final"),
    ("assign a third time by the desk",
     lambda: lifecycle.assign(case(bounces=[BOUNCED, BOUNCED]), person("li"), SECURITY, FOUND), None),
    ("assign a third time by a leader",
     lambda: lifecycle.assign(case(bounces=[BOUNCED, BOUNCED]), person("qian"), SECURITY, FOUND), None),
    ("draft nothing", lambda: lifecycle.draft(case(), person("wang"), "", FOUND), "reply.empty"),
    ("publish what nobody approved",
     lambda: lifecycle.publish(case(), person("wang"), Proof(("https://a.cn/1",)), OnRecord(), (), FOUND),
     "publish.not_approved"),
    ("return nobody's", lambda: ownership.bounce(case(department=None), person("wang"), "不归我们", FOUND),
     "acknowledge.unassigned"),
    ("return what was answered", lambda: ownership.bounce(case(**ANSWERED), person("wang"), "不归我们", FOUND),
     "bounce.answered"),
    ("return without a reason", lambda: ownership.bounce(case(), person("wang"), "", FOUND), "bounce.reason"),
    ("return a third time",
     lambda: ownership.bounce(case(bounces=[BOUNCED, BOUNCED]), person("wang"), "不归我们", FOUND), "bounce.final"),
    ("lead nobody's", lambda: ownership.lead(case(department=None), person("li"), None, [FINANCE], FOUND),
     "acknowledge.unassigned"),
    ("lead without helpers", lambda: ownership.lead(case(), person("li"), None, [], FOUND), "lead.whom"),
    ("lead with itself", lambda: ownership.lead(case(), person("li"), None, [OWN], FOUND), "lead.whom"),
    ("lead alone elsewhere", lambda: ownership.lead(case(), person("li"), SECURITY, [], FOUND), None),
    ("lead by whom it is about",
     lambda: ownership.lead(case(about=["department:保卫处"]), person("li"), SECURITY, [], FOUND),
     "concern.department"),
    ("helped by whom it is about",
     lambda: ownership.lead(case(about=["department:保卫处"]), person("li"), None, [SECURITY], FOUND),
     "concern.department"),
    ("lead a second time by a head",
     lambda: ownership.lead(case(bounces=[BOUNCED]), person("feng"), SECURITY, [], FOUND),
     "assign.passed_on"),
    ("withdraw what was published", lambda: ownership.withdraw(case(), person("zhou"), "误报", published=True),
     "withdraw.answered"),
    ("withdraw what was answered",
     lambda: ownership.withdraw(case(**ANSWERED), person("zhou"), "误报", published=False), "withdraw.answered"),
    ("withdraw without a reason", lambda: ownership.withdraw(case(), person("zhou"), "", published=False),
     "withdraw.reason"),
    ("withdraw twice",
     lambda: ownership.withdraw(
         case((request(kind="withdrawal", asked_by="li"),)), person("zhou"), "误报", published=False),
     "withdraw.pending"),
    ("reopen what is open", lambda: ownership.reopen(case(), person("li"), "又出现", FOUND), "reopen.is_open"),
    ("reopen without a reason", lambda: ownership.reopen(case(stage="resolved"), person("li"), "", FOUND),
     "reopen.reason"),
    ("reopen what was withdrawn",
     lambda: ownership.reopen(case(stage="withdrawn"), person("li"), "又出现", FOUND), None),
    ("escalate to its own tier",
     lambda: escalation.escalate(case(tier="major"), person("li"), "major", "严重", FOUND),
     "escalate.not_higher"),
    ("escalate downwards", lambda: escalation.escalate(case(tier="critical"), person("li"), "major", "严重", FOUND),
     "escalate.not_higher"),
    ("escalate to no tier", lambda: escalation.escalate(case(), person("li"), "general", "严重", FOUND),
     "escalate.no_such_tier"),
    ("escalate without a reason", lambda: escalation.escalate(case(), person("li"), "major", "", FOUND),
     "escalate.reason"),
    ("instruct nothing", lambda: instructing.instruct(case(), person("qian"), None, None, "", FOUND), "instruct.what"),
    ("instruct with words", lambda: instructing.instruct(case(), person("qian"), None, None, "请查明", FOUND), None),
    ("instruct whom it is about",
     lambda: instructing.instruct(case(about=["department:保卫处"]), person("qian"), SECURITY, None, "", FOUND),
     "concern.department"),
    ("instruct for too long", lambda: instructing.instruct(case(), person("qian"), None, parse("99d"), "", FOUND),
     "instruct.too_long"),
    ("follow up with nothing", lambda: reporting.followed_up(case(), person("wang"), "", FOUND), "follow_up.empty"),
    ("transfer to ourselves", lambda: escalation.transfer(case(), person("li"), "保卫处", "归他们管"), "transfer.own"),
    ("transfer to nobody", lambda: escalation.transfer(case(), person("li"), "", "归他们管"), "transfer.whom"),
    ("transfer to a name of 40", lambda: escalation.transfer(case(), person("li"), "区" * 40, "归他们管"), None),
    ("transfer to a sentence of 41", lambda: escalation.transfer(case(), person("li"), "区" * 41, "归他们管"),
     "transfer.whom"),
    ("set no kind", lambda: notes.set_kind(case(), person("wang"), None, FOUND), "kind.which"),
    ("note nothing", lambda: notes.note(case(), person("wang"), ""), "note.empty"),
    ("attach nothing", lambda: notes.attached(case(), []), "attach.nothing"),
    ("merge with itself", lambda: merging.merge(case(), case(), person("li"), FOUND), "merge.same"),
    ("merge into a later one",
     lambda: merging.merge(case(number=2), case(found_at=later(minutes=1)), person("li"), FOUND), "merge.older"),
    ("merge into one of the same moment", lambda: merging.merge(case(number=2), case(), person("li"), FOUND), None),
    ("take off who is not on it",
     lambda: conflict.take_off(case(about=["person:wu"]), person("li"), [person("wei")], []),
     "concern.not_on"),
    ("take off nobody", lambda: conflict.take_off(case(), person("li"), [], []), "concern.not_on"),
    ("take off twice",
     lambda: conflict.take_off(
         case((request(kind="concern", asked_by="zhou"),), about=["person:wu"]), person("li"), [], []),
     "concern.pending"),
    ("close with nothing", lambda: resolving.resolve(
        case(**ANSWERED), person("wang"), None, "", resolving.Evidence(), FOUND), "resolve.no_result"),
    ("close unanswered", lambda: resolving.resolve(
        case(), person("wang"), None, "已更换筛网", resolving.Evidence(), FOUND), "resolve.unanswered"),
    ("remedy without proof", lambda: resolving.resolve(
        case(), person("wang"), "remedied", "整改：更换筛网", resolving.Evidence(), FOUND), "resolve.what_proof"),
    ("remedy that is signed", lambda: resolving.resolve(
        case((request(kind="remedy", state="approved", subject={"result": "x"}),)), person("wang"), "remedied",
        "整改：更换筛网", SHOWN, FOUND), "resolve.remedy_signed"),
    ("clarify with nothing", lambda: resolving.resolve(
        case(**ANSWERED), person("wang"), "clarified", "已公布检测报告", resolving.Evidence(), FOUND),
     "resolve.what_evidence"),
    ("transferred without a body", lambda: resolving.resolve(
        case(**ANSWERED), person("wang"), "transferred", "已更换筛网", resolving.Evidence(), FOUND),
     "resolve.not_transferred"),
    ("unanswerable what was answered", lambda: resolving.ask_unanswerable(case(**ANSWERED), person("wang"), REASON),
     "unanswerable.answered"),
    ("unanswerable twice", lambda: resolving.ask_unanswerable(case(unanswerable="x"), person("wang"), REASON),
     "unanswerable.signed"),
    ("unanswerable without a reason", lambda: resolving.ask_unanswerable(case(), person("wang"), ""),
     "unanswerable.reason"),
    ("gone what is not public", lambda: standing.gone(case(), person("wang"), "打不开", FOUND), "gone.not_public"),
    ("gone what was withdrawn", lambda: standing.gone(
        case(**{**ANSWERED, "stage": "withdrawn"}), person("wang"), "打不开", FOUND), "common.closed"),
    ("confirm what is not owed", lambda: standing.confirm(
        case(**ANSWERED), person("wang"), Proof(), (), FOUND, doubted=False), "common.not_owed"),
]  # fmt: skip


@for_each(("call", "sentence"), [need[1:] for need in NEEDS])
def test_what_is_missing_is_said(call: Callable[[], object], sentence: str | None) -> None:
    assert refusal(call) == sentence
