"""What each signature and refusal records and changes, by the kind of the request."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec import structs
from msgspec.structs import replace

from handlers.rules.incident import lifecycle, ownership, resolving
from handlers.rules.incident.approval import SignOff, approve, reject
from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.openings import CONCERN
from handlers.rules.incident.reached import NotReached, Reached
from handlers.rules.incident.signers import Reminder, approvers, called_by, capacity, in_place_of
from handlers.rules.incident.wording import beyond
from handlers.rules.time.periods import parse
from tests.support.cases import FOUND, Row, case, draft, later, person, request, standard
from tests.support.decided import effect, refusal

NOW = later(hours=2)
HEARD = SignOff(later(hours=1), Reached(((1, FOUND), (2, FOUND))), "wecom", "请尽快")
QIAN, CHIEF = person("qian"), person("zhao")
TAKER = Row({"giver": "qian", "taker": "li", "why": "authority", "since": FOUND, "until": later(days=1)})
RECORD = {
    "request": 1, "platform": "wecom", "heard_at": later(hours=1).isoformat(), "reached_at": FOUND.isoformat(),
    "asked": "qian", "capacity": "asked", "for": None, "remark": "请尽快", "edition": None, "text": None,
}  # fmt: skip
SUBJECTS: dict[str, dict[str, Any]] = {
    "reply": {"edition": 1},
    "extension": {"duties": [3], "period": "1d", "reason": "等报告"},
    "withdrawal": {"reason": "误报"},
    CONCERN: {"off": ["person:wu"]},
    "remedy": {"result": "整改：更换筛网", "proof": [], "files": [3]},
    "unanswerable": {"reason": "匿名来信"},
}


def asked(kind: str, *others: Row, **changes: Any) -> tuple[Case, Row]:
    one = request(1, kind=kind, subject=SUBJECTS[kind])
    return case((one, *others), (draft(),), **changes), one


def record(kind: str, **changes: Any) -> dict[str, Any]:
    own = {"edition": 1, "text": "已送检。"} if kind == "reply" else {}
    return {**RECORD, "kind": kind, "subject": SUBJECTS[kind], **own, **changes}


EFFECTS: dict[str, dict[str, Any]] = {
    "reply": {"changes": {"holder": "department:总务处"}},
    "extension": {"changes": {"holder": "department:总务处"}, "moved": [3]},
    "withdrawal": {
        "events": [("withdrawn", {"reason": "误报"})],
        "changes": {"stage": "withdrawn", "holder": "closed", "result": "误报", "resolved_at": NOW},
        "waived": [1, 2, 3],
    },
    CONCERN: {
        "events": [("concern", {"about": ["person:wei"]})],
        "changes": {"about": ["person:wei"], "holder": "department:总务处"},
    },
    "remedy": {"changes": {"holder": "department:总务处"}},
    "unanswerable": {
        "events": [("unanswerable", {"reason": "匿名来信"})],
        "changes": {"holder": "department:总务处", "unanswerable": "匿名来信"},
        "waived": [2],
    },
}


@pytest.mark.parametrize("kind", EFFECTS)
def test_a_signature_does_this_and_nothing_else(kind: str) -> None:
    about = {"about": ["person:wu", "person:wei"]} if kind == CONCERN else {}
    one, waits = asked(kind, **about)
    does = dict(EFFECTS[kind])
    expected = {
        **does,
        "events": [("approved", {**record(kind), "step": 0}), *does.get("events", [])],
        "decided": [(1, "approved")],
    }
    decision = approve(one, waits, QIAN, HEARD, NOW)
    assert effect(decision) == expected
    assert decision.decided[0].remark == "请尽快"
    silent = structs.replace(HEARD, remark="")
    assert approve(one, waits, QIAN, silent, NOW).decided[0].remark is None


@pytest.mark.parametrize("kind", EFFECTS)
def test_a_refusal_gives_its_reason_and_changes_nothing_else(kind: str) -> None:
    about = {"about": ["person:wu", "person:wei"]} if kind == CONCERN else {}
    told = {name: value for name, value in record(kind).items() if name != "remark"}
    decision = reject(*asked(kind, **about), QIAN, HEARD)
    assert effect(decision) == {
        "events": [("rejected", {**told, "reason": "请尽快"})],
        "changes": {"holder": "department:总务处"},
        "decided": [(1, "rejected")],
    }
    assert decision.decided[0].remark == "请尽快"


def test_a_withdrawal_ends_what_else_waits() -> None:
    decision = approve(*asked("withdrawal", request(2, kind="extension", subject={})), QIAN, HEARD, NOW)
    assert [(change.id, change.state) for change in decision.decided] == [(1, "approved"), (2, "superseded")]


def test_an_extension_of_what_is_no_longer_owed_moves_nothing() -> None:
    one, waits = asked("extension")
    gone = replace(one, duties=[duty for duty in one.duties if duty.kind != "resolve"])
    assert refusal(lambda: approve(gone, waits, QIAN, HEARD, NOW)) == "extend.nothing"
    met = replace(one, duties=[Row({**duty.values, "state": "met"}) for duty in one.duties])  # type: ignore[attr-defined]
    assert refusal(lambda: approve(met, waits, QIAN, HEARD, NOW)) == "extend.nothing"


def test_nobody_decides_about_themselves() -> None:
    one, waits = asked("reply", about=["person:qian"])
    assert refusal(lambda: approve(one, waits, QIAN, HEARD, NOW)) == "concern.yourself"
    assert refusal(lambda: reject(one, waits, QIAN, HEARD)) == "concern.yourself"


def test_what_a_newer_one_replaced_shows_the_newer_one() -> None:
    gone, newer = request(1, state="superseded"), request(2)
    with pytest.raises(NotReached) as refused:
        approve(case((gone, newer), (draft(), draft(2))), gone, QIAN, HEARD, NOW)
    assert refused.value.sentence == "approve.superseded"
    assert refused.value.facts["seen"] == gone
    assert (refused.value.request, refused.value.facts["age"]) == (newer, timedelta())


STEPS = standard(**{'[[approval]]\nby = ["leader", "chief"]': '[[approval]]\nby = ["leader"]'})


def far(step: int = 0, **changes: Any) -> tuple[Case, Row]:
    one = request(1, subject={"edition": 1, "chief": True}, step=step)
    return case((one,), (draft(),), **changes), one


def test_the_chief_signs_a_late_promise_last_and_only_once() -> None:
    first = approve(*far(), QIAN, HEARD, NOW)
    assert [(change.state, change.step) for change in first.decided] == [(None, 1)]
    assert first.changes == {"holder": "approver:zhao"}
    assert first.decided[0].subject == {
        "edition": 1, "chief": True, "signed": ["qian"],
        "chain": [
            {"id": "0", "by": ["leader", "chief"], "given": [{"by": "qian"}]},
            {"id": "chief", "by": ["chief"], "why": ["promise"]},
        ],
    }  # fmt: skip
    assert approve(*far(), CHIEF, HEARD, NOW).decided[0].state == "approved"
    last = approve(*far(step=1), CHIEF, HEARD, NOW)
    assert (last.decided[0].state, last.decided[0].step) == ("approved", 1)


def test_a_late_promise_is_no_reason_to_ask_the_chief_for_other_things() -> None:
    one = request(1, kind="extension", subject={**SUBJECTS["extension"], "chief": True})
    assert approve(case((one,)), one, QIAN, HEARD, NOW).decided[0].state == "approved"


ONE_HEAD = standard(**{'[[approval]]\nby = ["leader", "chief"]': '[[approval]]\nby = ["head"]'})
HEAD_FIRST = standard(
    **{'[[approval]]\nby = ["leader", "chief"]': '[[approval]]\nby = ["head"]\n\n[[approval]]\nby = ["office"]'}
)
NOBODY = msgspec.structs.replace(standard(), approval=())


@pytest.mark.parametrize(
    ("regime", "kind", "signing"),
    [
        (ONE_HEAD, "reply", ["feng"]),
        (HEAD_FIRST, "reply", ["feng"]),
        (HEAD_FIRST, "withdrawal", ["li"]),
        (HEAD_FIRST, "extension", ["qian", "sun", "zhao"]),
        (HEAD_FIRST, "remedy", ["qian", "sun", "zhao"]),
        (HEAD_FIRST, "unanswerable", ["qian", "sun", "zhao"]),
        (HEAD_FIRST, CONCERN, ["qian", "sun", "zhao", "li"]),
        (NOBODY, "withdrawal", ["qian", "sun", "zhao"]),
        (NOBODY, "reply", ["zhao"]),
    ],
)
def test_who_signs_a_kind_of_request(regime: Any, kind: str, signing: list[str]) -> None:
    assert [one.id for one in approvers(case(regime=regime), kind, 0, "wang")] == signing


def test_what_is_asked_is_put_to_who_signs_this_kind() -> None:
    """Where heads sign replies, an excuse or a remedy still goes to a leader."""

    one = case(regime=HEAD_FIRST)
    wang = person("wang")
    holders = {
        "reply": lifecycle.draft(one, wang, "已更换筛网。", NOW),
        "extension": lifecycle.ask_extension(one, wang, parse("1d"), "等报告", NOW),
        "unanswerable": resolving.ask_unanswerable(one, wang, "原帖已删除，联系不上作者"),
        "remedy": resolving.resolve(one, wang, "remedied", "整改：更换筛网", resolving.Evidence(files=(3,)), NOW),
        "withdrawal": ownership.withdraw(one, person("zhou"), "误报", published=False),
    }
    assert {kind: _holder(decision) for kind, decision in holders.items()} == {
        "reply": "approver:feng", "extension": "approver:qian", "unanswerable": "approver:qian",
        "remedy": "approver:qian", "withdrawal": "approver:li",
    }  # fmt: skip


def _holder(decision: Decision) -> str:
    return str(decision.changes["holder"])


def test_a_reminder_calls_from_the_request_until_the_answer() -> None:
    one, waits = asked("reply")
    reply = next(duty.id for duty in one.duties if duty.kind == "reply")

    def called(at: Any) -> frozenset[str]:
        return called_by(one, waits, [Reminder(reply, at, ("sun",))], later(hours=2))

    assert called(FOUND) == called(later(hours=2)) == {"sun"}
    assert called(FOUND - timedelta(seconds=1)) == called(later(hours=2, seconds=1)) == frozenset()


def test_in_which_capacity_somebody_signs() -> None:
    one, waits = asked("reply")
    assert capacity(one, waits, QIAN) == "asked"
    assert capacity(one, waits, person("sun")) == "on behalf"
    assert capacity(one, waits, person("sun"), {"sun"}) == "called"
    assert capacity(one, waits, person("wu")) is None
    held = replace(one, incident=Row({**one.incident.values, "holder": "approver:sun"}))  # type: ignore[attr-defined]
    assert capacity(held, waits, person("sun")) == "asked"
    given = replace(one, delegations=(TAKER,))
    assert capacity(given, waits, person("li")) == "delegate"
    assert in_place_of(given, waits, person("li")) == "qian"
    assert in_place_of(one, waits, QIAN) is None
    both = replace(one, delegations=(Row({**TAKER.values, "giver": "sun"}), TAKER))
    assert in_place_of(both, waits, person("li")) == "qian"
    other = replace(one, delegations=(Row({**TAKER.values, "taker": "sun"}),))
    assert (capacity(other, waits, person("sun")), in_place_of(other, waits, person("sun"))) == ("delegate", "qian")
    assert in_place_of(one, waits, person("sun")) == "qian"
    assert in_place_of(one, waits, person("sun"), {"sun"}) is None


@pytest.mark.parametrize(
    ("signed", "said"),
    [
        ("已下架1.5万份。", "已下架15万份。"),
        ("共有10-12人就诊。", "共有1012人就诊。"),
        ("该批次不可食用。", "该批次不，可食用。"),
        ("中毒：不实。", "中毒：不，实。"),
        ("检测结果不合格？不，合格。", "检测结果不合格。"),
        ("有人称食堂有毒；这不是事实。", "有人称食堂有毒。"),
        ("他说：“食堂有毒。”这不是事实。", "他说：“食堂有毒。”"),
        ("面积10²米。", "面积102米。"),
        ("以下不是事实：\n食堂有毒。", "食堂有毒。"),
        ("食堂已消毒。", "食堂已消毒？"),
        ("第1 5万份已下架。", "第15万份已下架。"),
    ],
)
def test_other_punctuation_is_other_wording(signed: str, said: str) -> None:
    assert beyond(worded(signed), said)
    assert not beyond(worded(signed), signed)


@pytest.mark.parametrize(
    ("signed", "said"),
    [
        ("该批次已停用。检测结果，周五公布。", "检测结果, 周五公布！"),
        ("该批次已停用。检测结果周五公布。", "检测结果周五公布"),
        ("已下架1.5万份。", "已下架１．５ 万份．"),
        ("The batch is withdrawn. No. 5 is safe.", "No.  5 is safe"),
    ],
)
def test_width_blanks_and_the_ending_mark_are_no_other_wording(signed: str, said: str) -> None:
    assert not beyond(worded(signed), said)


def test_an_abbreviation_ends_no_sentence() -> None:
    assert beyond(worded("Nobody is ill because of Prof. Li was here."), "Li was here.")
    assert beyond(worded("It is not true that batch No. 5 is safe."), "5 is safe.")


def worded(text: str) -> Case:
    signed = {"kind": "wording", "state": "approved", "subject": {"edition": 1, "text": text}, "decided_by": "qian"}
    return case(requests=(request(**signed),))
