"""A further publication keeps a promise, moves it once, or leaves it; what the chief has to sign."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from handlers.rules.incident.case import Case, Decision
from handlers.rules.incident.lifecycle import draft as drafted
from handlers.rules.incident.lifecycle import publish
from handlers.rules.incident.promise_keeping import needs_chief, open_promises, settlement
from handlers.rules.incident.publication import OnRecord, Proof
from handlers.rules.refusal import Refusal
from handlers.rules.time.promises import Promise, find
from tests.support.cases import FOUND, INSTITUTION, Row, case, draft, later, person, request, standard

CALENDAR = INSTITUTION.calendar
BY_26, BY_1 = CALENDAR.end_of(later(days=3).date()), CALENDAR.end_of(later(days=8).date())
KEPT = "检测合格，报告已贴在公告栏。"


def promised(id: int = 9, at: Any = BY_26, first: Any = None, kind: str = "promise") -> Row:
    return Row({"id": id, "kind": kind, "state": "open", "due_at": at, "first_due_at": first or at})


def open_case(*duties: Row, text: str = KEPT, **changes: Any) -> Case:
    one = case((request(1, state="approved"),), (draft(1, text),), **changes)
    one.duties.extend(duties)  # type: ignore[attr-defined]
    return one


def published(one: Case, promises: Sequence[Promise], now: datetime) -> Decision:
    """Publish the approved draft of a case on a page of its own."""
    return publish(one, person("wang"), Proof(urls=("https://a.cn/answer/1.html",)), OnRecord(), promises, now)


def settled(one: Case, text: str, now: Any = FOUND) -> tuple[list[int], list[int], list[int], int]:
    found = settlement(one, text, find(text, now, CALENDAR), now)
    return (
        [duty.id for duty in found.kept], [duty.id for duty, _ in found.moved], [duty.id for duty in found.left],
        len(found.fresh),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        (KEPT, ([9], [], [], 0)),
        ("我们正在等检测报告。", ([], [], [9], 0)),
        ("感谢您的关注。", ([], [], [9], 0)),
        ("检测仍需时间，结果改为12月1日前公布。", ([], [9], [], 0)),
        ("检测合格，厨房改造12月1日前完成。", ([], [9], [], 0)),
        ("已封存留样，11月26日前公布结果。", ([], [], [9], 0)),
        ("检测合格，报告已公布；11月25日前更换筛网。", ([9], [], [], 1)),
    ],
)
def test_one_promise(text: str, gives: tuple[list[int], list[int], list[int], int]) -> None:
    assert settled(open_case(promised()), text) == gives


def test_two_promises() -> None:
    one = open_case(promised(9), promised(10, BY_1))
    assert settled(one, KEPT) == ([9, 10], [], [], 0)
    assert settled(one, "检测合格，报告已公布；厨房改造12月1日前完成。") == ([9], [], [10], 0)
    assert settled(one, "我们12月1日前完成。") == ([], [], [10, 9], 0)
    assert settled(one, "结果改为12月1日前公布，改造12月3日前完成。") == ([], [9], [10], 0)


def test_what_has_run_out_is_moved_no_more() -> None:
    one = open_case(promised())
    assert settled(one, "结果改为12月1日前公布。", later(days=4)) == ([], [], [9], 1)
    assert settled(one, KEPT, later(days=4)) == ([9], [], [], 0)


def test_the_earliest_is_named_first() -> None:
    assert [duty.id for duty in open_promises(open_case(promised(10, BY_1), promised(9)))] == [9, 10]


def test_moving_again_and_far_promises_need_the_chief() -> None:
    later_text = "结果改为12月1日前公布。"
    dates = find(later_text, FOUND, CALENDAR)
    assert not needs_chief(open_case(promised()), later_text, dates, FOUND)
    assert needs_chief(open_case(promised(first=later(days=1))), later_text, dates, FOUND)
    far, near = "12月20日前完成。", "12月8日前完成。"
    for text, chief in ((far, True), (near, False)):
        assert needs_chief(case(), text, find(text, FOUND, CALENDAR), FOUND) == chief
    unbound = standard(**{'promise_at_most = "15d"': "#"})
    assert not needs_chief(case(regime=unbound), far, find(far, FOUND, CALENDAR), FOUND)


def test_the_bound_is_included() -> None:
    """Fifteen days from 23 November: 8 December, 24:00."""
    end = CALENDAR.end_of(later(days=15).date())
    assert not needs_chief(case(), "", (Promise("", (0, 0), end),), FOUND)
    assert needs_chief(case(), "", (Promise("", (0, 0), end.replace(minute=1)),), FOUND)


def test_publishing_meets_moves_and_says_so() -> None:
    kept = published(open_case(promised()), (), FOUND)
    assert 9 in kept.met
    assert "promise kept" in [event.kind for event in kept.events]
    text = "结果改为12月1日前公布。"
    one = open_case(promised(), text=text)
    moved = published(one, find(text, FOUND, CALENDAR), FOUND)
    assert [(change.id, change.due.at) for change in moved.moved] == [(9, find(text, FOUND, CALENDAR)[0].at)]
    assert (9 in moved.met, "promise" in [duty.kind for duty in moved.opened]) == (False, False)
    (recorded,) = [event.data for event in moved.events if event.kind == "promise moved"]
    assert recorded == {"due": BY_26.isoformat(), "until": moved.moved[0].due.at.isoformat()}


def test_a_result_that_the_regime_bases_on_the_promise_moves_with_it() -> None:
    resolve = 'period = "3d"\nowner = "department"\nmet_by = "resolved"'
    regime = standard(**{resolve: resolve.replace('"3d"', '"promised"')})
    text = "结果改为12月1日前公布。"
    one = open_case(promised(), promised(10, kind="resolve"), text=text, regime=regime)
    decision = published(one, find(text, FOUND, CALENDAR), FOUND)
    assert [change.id for change in decision.moved] == [9, 10]


def test_the_same_text_again_changes_no_promise_and_no_time() -> None:
    text = "已封存留样，11月26日前公布结果。"
    one = open_case(promised(), text=text, replied_at=FOUND, answer=text, stage="replied")
    decision = published(one, find(text, FOUND, CALENDAR), later(hours=1))
    assert (decision.met, decision.moved) == ((2,), ())
    assert {duty.kind for duty in decision.opened} == {"stand"}
    assert "replied_at" not in decision.changes


def test_a_further_text_leaves_the_first_answers_time() -> None:
    one = open_case(promised(), replied_at=FOUND, answer="已封存留样，11月26日前公布结果。", stage="replied")
    decision = published(one, (), later(days=1))
    assert "replied_at" not in decision.changes
    assert decision.changes["answer"] == KEPT


@pytest.mark.parametrize(
    ("text", "why"),
    [("11月20日前公布。", "passed"), ("11月26日（周五）前公布。", "weekday"), ("11月31日前公布。", "no such day")],
)
def test_a_date_that_cannot_be_meant_is_not_drafted(text: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        drafted(case(), person("wang"), text, FOUND)
    assert (refused.value.sentence, refused.value.facts["doubt"].why) == ("reply.doubtful_date", why)


def test_the_request_says_that_the_chief_has_to_sign() -> None:
    far = drafted(case(), person("wang"), "12月20日前完成。", FOUND).requested
    near = drafted(case(), person("wang"), "11月26日前完成。", FOUND).requested
    assert far
    assert near
    assert [one.subject.get("chief") for one in (far, near)] == [True, None]
    assert [step["id"] for step in far.subject["chain"]] == ["0", "chief"]
    assert [step["id"] for step in near.subject["chain"]] == ["0"]
