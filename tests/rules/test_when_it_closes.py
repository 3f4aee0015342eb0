"""When a matter closes: the answer that counts, the remedy, the excuse, and what each lacks."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from handlers.rules.incident.approval import SignOff, approve
from handlers.rules.incident.closing import excused, public_lack, signed_remedy
from handlers.rules.incident.lifecycle import publish
from handlers.rules.incident.openings import LEADERS_ALONE
from handlers.rules.incident.publication import OnRecord, Proof
from handlers.rules.incident.reached import Reached
from handlers.rules.incident.reply_check import is_final
from handlers.rules.incident.resolving import Evidence, ask_unanswerable, resolve
from handlers.rules.incident.signers import approvers
from handlers.rules.refusal import Refusal
from handlers.rules.regime.regime import Regime
from tests.support.cases import FOUND, Row, case, draft, duties, later, person, request, standard
from tests.support.each import for_each

WANG, QIAN = person("wang"), person("qian")
FINAL = "经核实属实，已更换筛网。"
PROVEN = Evidence(urls=("https://a.cn/1",))
PUBLIC = Proof(urls=("https://a.cn/answer/1.html",))
HEARD = SignOff(later(hours=1), Reached(((7, FOUND), (8, FOUND))))
REMEDY = {"result": "整改：更换供货商", "proof": ["https://a.cn/1"], "files": []}


def answered(answer: str = FINAL, **changes: Any) -> dict[str, Any]:
    return {"replied_at": FOUND, "answer": answer, "stage": "replied", **changes}


def promise(**changes: Any) -> Row:
    values = {"id": 9, "kind": "promise", "state": "open", "due_at": later(days=3), "first_due_at": later(days=3)}
    return Row({**values, **changes})


def refused(call: Any, *values: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        call(*values)
    return refusal.value.sentence


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({}, "unanswered"),
        (answered(), None),
        (answered("您反映的问题已收悉，正在处理。"), "holding"),
        (answered("感谢您的关注。"), "holding"),
        (answered(""), "holding"),
    ],
)
def test_what_the_public_still_has_to_get(changes: dict[str, Any], lack: str | None) -> None:
    assert public_lack(case(**changes)) == lack


def test_a_promise_that_is_open_is_lacking_one_that_is_met_is_not() -> None:
    one = case(**answered())
    one.duties.append(promise())  # type: ignore[attr-defined]
    assert public_lack(one) == "promised"
    assert refused(resolve, one, WANG, None, "已更换筛网", Evidence(), FOUND) == "resolve.promised"
    one.duties[-1].values["state"] = "met"  # type: ignore[attr-defined]
    assert public_lack(one) is None


@for_each(
    ("changes", "outcome", "result", "evidence", "gives"),
    [
        (answered(), None, "已更换筛网", Evidence(), "answered"),
        (answered(), "answered", "已答复并公布检测结果", Evidence(), "answered"),
        (answered(), "adopted", "已采纳，增设窗口", Evidence(), "adopted"),
        (answered(), "adopted", "已采纳，写入下月计划", Evidence(), "adopted"),
        (answered(), "remedied", "整改：更换供货商", Evidence(), "answered"),
        (answered(), "clarified", "澄清：经查，视频不是在我校拍摄", Evidence(words=True), "clarified"),
        (answered(verdict="untrue"), "clarified", "澄清：视频不是在我校拍摄，已公开说明", Evidence(), "clarified"),
        (answered(), "clarified", "澄清：视频不是在我校拍摄，已公开说明", Evidence(), "resolve.what_evidence"),
        (answered(), None, "", Evidence(), "resolve.no_result"),
        (answered(), None, "还要两天", Evidence(), "resolve.no_result"),
        (answered(), "answered", "已答复", Evidence(), "resolve.no_result"),
        (answered(), "transferred", "已转办", Evidence(), "resolve.not_transferred"),
        (answered(), "transferred", "已更换筛网", Evidence(), "resolve.not_transferred"),
        (answered("正在处理。"), None, "已更换筛网", Evidence(), "resolve.holding"),
        ({}, None, "已更换筛网", Evidence(), "resolve.unanswered"),
        ({}, None, "", Evidence(), "resolve.unanswered"),
        ({}, "remedied", "整改：更换供货商", Evidence(), "resolve.what_proof"),
        ({}, "remedied", "整改：更换供货商", Evidence(missing=True), "resolve.what_proof"),
        ({}, "remedied", "整改", PROVEN, "resolve.no_result"),
        ({}, "remedied", "整改：好了", PROVEN, "resolve.no_result"),
        ({}, "remedied", "整改：明天更换", PROVEN, "resolve.no_result"),
        ({"unanswerable": "匿名"}, None, "已更换筛网", Evidence(), "resolve.unanswered"),
        ({"unanswerable": "匿名", "outside": "区教育局"}, "transferred", "已转办", Evidence(), "transferred"),
        (answered("已转区教育局办理。", outside="区教育局"), None, "已转区教育局办理", Evidence(), "transferred"),
        (answered(outside="区教育局"), "transferred", "已转办", Evidence(), "resolve.transfer_untold"),
        ({"outside": "区教育局"}, "transferred", "已转办", Evidence(), "resolve.unanswered"),
    ],
)  # fmt: skip
def test_closing(changes: dict[str, Any], outcome: str | None, result: str, evidence: Evidence, gives: str) -> None:
    one, actor = case(**changes), person("li") if "outside" in changes else WANG
    if "." in gives:
        assert refused(resolve, one, actor, outcome, result, evidence, FOUND) == gives
        return
    decision = resolve(one, actor, outcome, result, evidence, FOUND)
    assert (decision.changes["outcome"], decision.changes["stage"]) == (gives, "resolved")
    assert decision.changes["holder"] == "closed"
    assert decision.met == (3,)
    assert decision.changes["resolved_at"] == FOUND


@pytest.mark.parametrize("changes", [{}, answered("正在处理。"), answered()])
def test_who_may_not_close_yet_is_shown_the_answer_that_waits_for_a_signature(changes: dict[str, Any]) -> None:
    waiting = request(8)
    one = case((waiting, request(7, kind="extension", subject={})), (draft(),), **changes)
    one.duties.append(promise())  # type: ignore[attr-defined]
    with pytest.raises(Refusal) as refusal:
        resolve(one, WANG, None, "已更换筛网", Evidence(), FOUND)
    assert refusal.value.facts["pending"] == (waiting,)


@pytest.mark.parametrize(("evidence", "missing"), [(Evidence(), False), (Evidence(missing=True), True)])
def test_a_picture_that_did_not_arrive_is_told_apart_from_none(evidence: Evidence, missing: bool) -> None:
    with pytest.raises(Refusal, match=r"resolve\.what_proof") as refusal:
        resolve(case(), WANG, "remedied", "整改：更换供货商", evidence, FOUND)
    assert (refusal.value.facts["missing"], refusal.value.facts["lack"]) == (missing, "unanswered")


def test_a_proven_remedy_is_put_before_a_leader_and_closes_nothing() -> None:
    for one in (case(), case(**answered())):
        decision = resolve(one, WANG, "remedied", "整改：更换供货商 https://a.cn/1", PROVEN, FOUND)
        assert "stage" not in decision.changes
        assert decision.changes["holder"] == "approver:qian"
        assert decision.requested
        assert (decision.requested.kind, decision.requested.subject) == ("remedy", REMEDY)


def signed(kind: str, state: str = "approved", **subject: Any) -> Row:
    return request(7, kind=kind, state=state, subject=subject or REMEDY)


def test_its_signature_closes_it_if_the_public_is_answered_or_excused() -> None:
    for changes in (answered(), {"unanswerable": "匿名"}):
        waiting = request(8, kind="extension", subject={})
        one = case((signed("remedy", "pending"), waiting), **changes)
        decision = approve(one, one.requests[0], QIAN, HEARD, later(hours=1))
        assert decision.changes["outcome"] == "remedied"
        assert [(change.id, change.state) for change in decision.decided] == [(7, "approved"), (8, "superseded")]
        assert [event.kind for event in decision.events] == ["approved", "resolved"]


@pytest.mark.parametrize("changes", [{}, answered("正在处理。")])
def test_else_the_signature_alone_stands(changes: dict[str, Any]) -> None:
    one = case((signed("remedy", "pending"),), **changes)
    decision = approve(one, one.requests[0], QIAN, HEARD, later(hours=1))
    assert dict(decision.changes) == {"holder": "department:总务处"}
    assert decision.waived == ()  # the reply is still owed


def test_an_excuse_ends_the_duty_to_reply_and_closes_what_is_signed() -> None:
    excuse = request(8, kind="unanswerable", subject={"reason": "匿名来信"})
    alone = case((excuse,))
    decision = approve(alone, excuse, QIAN, HEARD, later(hours=1))
    assert (decision.changes["unanswerable"], decision.waived) == ("匿名来信", (2,))
    assert "stage" not in decision.changes
    both = case((signed("remedy"), excuse))
    assert approve(both, excuse, QIAN, HEARD, later(hours=1)).changes["outcome"] == "remedied"


def test_publishing_closes_a_signed_remedy_only_with_a_final_answer() -> None:
    approved = request(1, state="approved")
    for text, stage in ((FINAL, "resolved"), ("正在处理。", "replied")):
        one = case((approved, signed("remedy")), (draft(1, text),))
        decision = publish(one, WANG, PUBLIC, OnRecord(), (), FOUND)
        assert decision.changes["stage"] == stage
        assert 2 in decision.met
        assert 2 not in decision.waived


def test_the_excuse_is_gone_once_somebody_is_answered() -> None:
    one = case((request(1, state="approved"), request(2, kind="unanswerable", subject={"reason": "x"})), (draft(),))
    decision = publish(one, WANG, PUBLIC, OnRecord(), (), FOUND)
    assert decision.changes["unanswerable"] is None
    assert [(change.id, change.state) for change in decision.decided] == [(2, "superseded")]
    assert not excused(case(**answered(), unanswerable="匿名"))


@pytest.mark.parametrize(
    ("changes", "reason", "gives"),
    [
        ({}, "匿名来信，没有公开渠道", None),
        ({}, "", "unanswerable.reason"),
        ({}, "匿名", "unanswerable.reason"),
        ({}, "明天再答复家长", "unanswerable.reason"),
        ({}, "正在处理", "unanswerable.reason"),
        ({}, "工作太忙，不方便答复", "unanswerable.reason"),
        ({}, "领导不让说", "unanswerable.reason"),
        ({}, "情况特殊", "unanswerable.reason"),
        ({}, "we are too busy", "unanswerable.reason"),
        ({}, "in progress", "unanswerable.reason"),
        ({}, "案件侦办中，公安机关要求不公开", None),
        ({}, "不便公开：涉及未成年人隐私", None),
        ({}, "the writer left no address", None),
        (answered(), "匿名来信，没有公开渠道", "unanswerable.answered"),
        ({"unanswerable": "匿名"}, "匿名来信，没有公开渠道", "unanswerable.signed"),
        ({"stage": "resolved"}, "匿名来信，没有公开渠道", "common.closed"),
    ],
)
def test_asking_for_an_excuse(changes: dict[str, Any], reason: str, gives: str | None) -> None:
    if gives:
        assert refused(ask_unanswerable, case(**changes), WANG, reason) == gives
    else:
        asked = ask_unanswerable(case(**changes), WANG, reason).requested
        assert asked
        assert (asked.kind, asked.subject) == ("unanswerable", {"reason": reason})


APPROVALS = {
    "leaders": ('by = ["leader", "chief"]\n\n[extension]', ("qian", "sun", "zhao")),
    "head, then office": ('by = ["head"]\n\n[[approval]]\nby = ["office"]\n\n[extension]', ("qian", "sun", "zhao")),
    "office or leader": ('by = ["office", "leader"]\n\n[extension]', ("qian", "sun")),
    "leader, then chief": ('by = ["leader"]\n\n[[approval]]\nby = ["chief"]\n\n[extension]', ("zhao",)),
}


@pytest.mark.parametrize("kind", LEADERS_ALONE)
@pytest.mark.parametrize("steps", APPROVALS)
def test_only_leaders_sign_it_whatever_the_regime_asks_for_replies(kind: str, steps: str) -> None:
    written, may = APPROVALS[steps]
    regime: Regime = standard(**{'by = ["leader", "chief"]\n\n[extension]': written})
    assert {one.id for one in approvers(case(regime=regime), kind, 0, "wang")} == {*may}
    assert "qian" not in {one.id for one in approvers(case(about=["person:qian"]), kind, 0, "wang")}
    assert "qian" not in {one.id for one in approvers(case(), kind, 0, "qian")}


def test_a_remedy_of_another_kind_or_state_is_none() -> None:
    assert signed_remedy(case((signed("remedy", "rejected"), signed("extension")))) is None
    assert signed_remedy(case((signed("remedy"),)))


HOLDING = (
    "您反映的问题已收悉，正在处理。", "我们将尽快核实。", "已转相关部门办理。", "感谢您的关注，祝您生活愉快！",
    "高度重视，将加强管理", "您好，您反映的问题我们高度重视，已责成总务处核实处理，感谢您的监督。",
    "根据您反映的问题，我们高度重视，正在处理", "已送检。", "已安排专人跟进，请耐心等待。",
    "经了解情况属实，已安排专人整改", "目前正在走流程，请您耐心等待", "我们会认真研究您的建议",
    "Thank you for your message. We are looking into it.",
    "We will answer as soon as possible.", "Sorry.", "It has been passed on to the department.",
    "已立案调查，后续情况请关注公告", "已更换部分餐具，其余正在采购",
)  # fmt: skip
FINALS = (
    FINAL, "食堂留样检测合格，未见异物，报告已贴在公告栏。",
    "您反映的补课收费问题，经查不属实，我校暑期未组织任何补课。",
    "根据市教育局文件，转学须在学期初办理，具体材料请见官网。", "多收的费用已于11月20日全部退还。",
    "目前无法加开班次，原因是车辆和驾驶员不足。", "您好！您反映的路灯问题已修复，感谢监督。",
    "The lamp was repaired on Monday.", "Pupils may join from January; the form is in the office.",
    "您好，您反映的饭菜异物已查明为清洁球钢丝，食堂已停用清洁球并更换筛网，涉事员工已调离。今后每月检查一次。",
)  # fmt: skip


@pytest.mark.parametrize("text", HOLDING)
def test_holding_off_is_no_answer(text: str) -> None:
    assert not is_final(text)


@pytest.mark.parametrize("text", FINALS)
def test_an_answer_is_one(text: str) -> None:
    assert is_final(text)


def test_duties_are_those_of_the_standard() -> None:
    """The ids that these tests name: acknowledge 1, reply 2, resolve 3."""
    assert [row.kind for row in duties(standard())] == ["acknowledge", "reply", "resolve"]


def test_what_is_only_put_off_shows_the_answer_that_waits_for_a_signature() -> None:
    waiting, other = request(8), request(7, kind="extension", subject={"duties": [3], "period": "1d"})
    with pytest.raises(Refusal, match=r"resolve\.holding") as refusal:
        resolve(
            case((waiting, other), (draft(),), **answered("正在处理。")), WANG, None, "已更换筛网", Evidence(), FOUND
        )
    assert (refusal.value.facts["pending"], refusal.value.facts["answer"]) == ((waiting,), "正在处理。")


def test_a_duty_that_the_result_meets_is_met_and_not_waived() -> None:
    rule = msgspec.structs.replace(standard().duty[1], met_by="resolved")
    regime = msgspec.structs.replace(standard(), duty=(standard().duty[0], rule, standard().duty[2]))
    decision = resolve(case(regime=regime, **answered()), WANG, None, "已更换筛网", Evidence(), FOUND)
    assert (decision.met, decision.waived) == ((2, 3), (1,))


def test_a_closing_ends_what_came_before_the_result_and_nothing_else() -> None:
    before = ["assign", "instruct", "acknowledge", "verify", "reply"]
    rows = [
        Row({"id": n, "kind": kind, "state": "open", "due_at": later(days=1), "first_due_at": later(days=1)})
        for n, kind in enumerate([*before, "report", "follow-up", "stand", "resolve", "calm"], 1)
    ]
    one = replace(case(**answered()), duties=rows)
    decision = resolve(one, WANG, None, "已更换筛网", Evidence(), FOUND)
    assert decision.waived == (1, 2, 3, 4, 5)
    assert decision.met == (9,)  # only calm meets what has to calm
