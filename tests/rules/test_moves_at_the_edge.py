"""Handing over, drafting, publishing and extending where it is close: what stays, what goes along, what is refused."""

from typing import Any

import msgspec
import pytest

from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.lifecycle import (
    after,
    ask_extension,
    assign,
    publish,
    published_promises,
    within_limit,
)
from handlers.rules.incident.lifecycle import (
    draft as drafting,
)
from handlers.rules.incident.promise_keeping import promises_before, settlement, too_late
from handlers.rules.incident.publication import OnRecord, Proof
from handlers.rules.refusal import Refusal
from handlers.rules.time.periods import parse
from handlers.rules.time.promises import Promise, find
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, shipped, standard
from tests.support.decided import refusal

WANG, LI = person("wang"), person("li")
CALENDAR = INSTITUTION.calendar
NOW = later(hours=1)
SECURITY = INSTITUTION.department("保卫处")
assert SECURITY
BY_26, BY_1 = CALENDAR.end_of(later(days=3).date()), CALENDAR.end_of(later(days=8).date())
TEXT = "已封存留样，11月26日前公布结果。"


def promised(id: int = 9, at: Any = BY_26, **changes: Any) -> Row:
    values = {"id": id, "kind": "promise", "state": "open", "due_at": at, "first_due_at": at}
    return Row({**values, **changes})


def published(one: Case, text: str = "", now: Any = NOW) -> Decision:
    return publish(one, WANG, Proof(("https://a.cn/answer/1",)), OnRecord(), find(text, now, CALENDAR), now)


def approved(text: str = "已更换筛网。", *others: Row, **changes: Any) -> Case:
    return case((request(1, state="approved"), *others), (draft(1, text),), **changes)


@pytest.mark.parametrize(
    ("waiting", "holder"),
    [
        ((), "department:保卫处"),
        (("reply",), "department:保卫处"),
        (("remedy",), "department:保卫处"),
        (("withdrawal",), "approver:qian"),
        (("reply", "extension"), "approver:qian"),
    ],
)
def test_a_signer_keeps_what_is_handed_over_unless_it_was_the_departments_words(
    waiting: tuple[str, ...], holder: str
) -> None:
    requests = tuple(request(n, kind=kind, subject={}) for n, kind in enumerate(waiting, 1))
    found = assign(case(requests, holder="approver:qian"), LI, SECURITY, NOW)
    assert found.changes["holder"] == holder
    ended = [n for n, kind in enumerate(waiting, 1) if kind in ("reply", "remedy")]
    assert [change.id for change in found.decided] == ended


def test_a_matter_that_was_replied_to_stays_so() -> None:
    assert [after(case(stage=stage), "assigned") for stage in ("replied", "acknowledged")] == ["replied", "assigned"]
    assert assign(case(stage="replied"), LI, SECURITY, NOW).changes["stage"] == "replied"


@pytest.mark.parametrize(
    ("who", "changes", "stage", "taken_on"),
    [
        ("wang", {}, "acknowledged", True),
        ("zhou", {}, "assigned", False),
        ("wang", {"stage": "acknowledged", "acknowledged_at": FOUND}, "acknowledged", False),
        ("wang", {"stage": "replied"}, "replied", True),
        ("li", {"department": None, "stage": "unassigned"}, "unassigned", False),
    ],
)
def test_a_draft_takes_on_what_is_the_departments(who: str, changes: Any, stage: str, taken_on: bool) -> None:
    found = drafting(case(**changes), person(who), "已更换筛网。", NOW)
    assert found.changes["stage"] == stage
    assert ("acknowledged_at" in found.changes) == taken_on == ("acknowledged" in [one.kind for one in found.events])
    assert found.met == ((1,) if taken_on else ())


def test_a_draft_begins_what_runs_from_the_acknowledgement() -> None:
    rule = msgspec.structs.replace(standard().duty[1], kind="verify", starts="acknowledged", met_by="verified")
    regime = msgspec.structs.replace(standard(), duty=(*standard().duty, rule))
    assert [one.kind for one in drafting(case(regime=regime), WANG, "已更换筛网。", NOW).opened] == ["verify"]
    assert drafting(case(regime=regime), person("zhou"), "已更换筛网。", NOW).opened == ()


def test_where_the_regime_asks_for_a_date_holding_off_is_refused() -> None:
    school = case(regime=shipped("school"))
    assert refusal(lambda: drafting(school, WANG, "已收悉，正在处理。", NOW)) == "reply.no_date"
    assert refusal(lambda: drafting(school, WANG, "正在处理，11月26日前答复您。", NOW)) is None
    assert refusal(lambda: drafting(school, WANG, "已更换筛网。", NOW)) is None
    assert refusal(lambda: drafting(case(), WANG, "已收悉，正在处理。", NOW)) is None


def test_what_waits_is_named_where_nothing_may_be_published() -> None:
    waiting, other = request(1), request(2, kind="extension", subject={"duties": [3], "period": "1d"})
    with pytest.raises(Refusal) as refused:
        published(case((waiting, other), (draft(),)))
    assert refused.value.facts["pending"] == (waiting,)


@pytest.mark.parametrize(
    ("kind", "holder"),
    [("extension", "approver:qian"), ("remedy", "approver:qian"), ("withdrawal", "department:总务处"),
     ("unanswerable", "department:总务处")],
)  # fmt: skip
def test_who_holds_what_is_published(kind: str, holder: str) -> None:
    waiting = request(2, kind=kind, subject={"result": "x", "reason": "x"})
    assert published(approved("已更换筛网。", waiting)).changes["holder"] == holder


def test_what_is_published_for_the_first_time_begins_its_duties() -> None:
    rule = msgspec.structs.replace(standard().duty[1], kind="summary", starts="published", met_by="summarised")
    regime = msgspec.structs.replace(standard(), duty=(*standard().duty, rule))
    again = {"stage": "replied", "replied_at": FOUND, "answer": "x"}
    assert "summary" in [one.kind for one in published(approved(regime=regime)).opened]
    assert "summary" not in [one.kind for one in published(approved(regime=regime, **again)).opened]


def test_the_same_text_again_settles_nothing_but_after_a_reopening_it_does() -> None:
    dates = find(TEXT, NOW, CALENDAR)
    one = approved(TEXT, replied_at=FOUND, answer=TEXT)
    one.duties.append(promised())  # type: ignore[attr-defined]
    found = published_promises(one, one.draft(), dates, NOW)
    assert (found.left, found.kept, found.moved, found.fresh) == ((one.duties[-1],), (), (), ())
    again = approved(TEXT, replied_at=None, answer=TEXT)
    assert len(published_promises(again, again.draft(), dates, NOW).fresh) == 1
    other = approved(TEXT, replied_at=FOUND, answer="另一答复")
    assert len(published_promises(other, other.draft(), dates, NOW).fresh) == 1


def test_a_signed_remedy_closes_with_the_answer_and_its_checks_alone() -> None:
    remedy = request(7, kind="remedy", state="approved", subject={"result": "整改：更换筛网"})
    tier = {"tier": "major"}
    found = published(approved("已更换筛网。", remedy, request(8, kind="extension", subject={}), **tier))
    assert [one.kind for one in found.opened] == ["stand", "stand", "summary"]
    assert found.changes["outcome"] == "remedied"
    assert found.changes["result"] == "整改：更换筛网"
    assert [change.id for change in found.decided] == [8]
    left = approved("已更换筛网。", remedy)
    left.duties.append(promised(at=BY_1))  # type: ignore[attr-defined]
    text = "已更换筛网，12月3日前公布检测结果。"
    with_date = case((request(1, state="approved"), remedy), (draft(1, text),))
    assert "outcome" not in published(with_date, text).changes


def test_an_extension_that_is_no_length_is_asked_back() -> None:
    bare = msgspec.structs.replace(standard(), extension=None)
    assert refusal(lambda: ask_extension(case(regime=bare), WANG, parse("1d"), "等报告", NOW)) == "extend.not_granted"
    gone = case()
    gone.duties[:] = gone.duties[:2]  # type: ignore[index]
    assert refusal(lambda: ask_extension(gone, WANG, parse("1d"), "等报告", NOW)) == "extend.nothing"
    assert refusal(lambda: ask_extension(case(), WANG, parse("same day"), "等报告", NOW)) == "extend.period"


def test_the_last_possible_time_is_told_with_whether_there_is_room() -> None:
    """Five days from the find end on Monday 30 November."""
    end = CALENDAR.end_of(later(days=7).date())
    assert within_limit(case(), CALENDAR.end_of(later(days=3).date()), parse("2d")) == end
    for due, room in ((CALENDAR.end_of(later(days=4).date()), True), (end, False)):
        with pytest.raises(Refusal) as refused:
            within_limit(case(), due, parse("9d"))
        assert refused.value.sentence == "extend.limit"
        assert (refused.value.facts["latest"], refused.value.facts["room"]) == (end, room)


def test_what_a_text_settles() -> None:
    one = case()
    one.duties.append(promised())  # type: ignore[attr-defined]
    assert settlement(one, "检测合格，报告已公布。", (), NOW).settles
    assert not settlement(one, "正在处理。", (), NOW).settles
    moved = settlement(one, "12月1日前公布。", (Promise("12月1日前", (0, 0), BY_1),), NOW)
    assert (len(moved.moved), moved.settles, moved.again) == (1, False, ())
    assert not settlement(case(), "已更换筛网，12月1日前公示。", (Promise("12月1日前", (0, 0), BY_1),), NOW).settles
    at_once = settlement(case(), "已更换筛网。", (Promise("", (0, 0), NOW),), NOW)
    assert (at_once.fresh, at_once.settles) == ((), True)


def test_a_promise_moves_only_later_and_before_it_runs_out() -> None:
    def moved(at: Any, now: Any = NOW) -> int:
        one = case()
        one.duties.append(promised(at=BY_26))  # type: ignore[attr-defined]
        return len(settlement(one, "我们会尽快。", (Promise("", (0, 0), at),), now).moved)

    assert moved(BY_1) == 1
    assert moved(CALENDAR.end_of(later(days=2).date())) == 0
    assert moved(BY_1, BY_26) == 0


def test_which_promises_are_too_late_for_a_leader_alone() -> None:
    promise = Promise("", (0, 0), later(days=30))
    assert too_late(case(), (promise, Promise("", (0, 0), BY_1)), NOW) == (promise,)
    unbound = msgspec.structs.replace(standard(), promise_at_most=None)
    assert too_late(case(regime=unbound), (promise,), NOW) == ()


def test_an_extension_leaves_the_promises_that_fall_due_before() -> None:
    one = case()
    one.duties.extend([promised(10, BY_1), promised(9)])  # type: ignore[attr-defined]
    assert [duty.id for duty in promises_before(one, BY_1)] == [9]
    assert [duty.id for duty in promises_before(one, later(days=30))] == [9, 10]
    assert promises_before(one, BY_26) == ()


def test_what_was_kept_and_moved_is_on_record() -> None:
    one = approved("检测合格，报告已公布。")
    one.duties.append(promised())  # type: ignore[attr-defined]
    (kept,) = [event for event in published(one).events if event.kind == "promise kept"]
    assert kept.data == {"due": BY_26.isoformat()}
