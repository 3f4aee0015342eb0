"""The words of call-backs, contacts and action items: means, times, limits, and what stands of the record."""

import pytest

from handlers.rules.figures.marks import marks_of, satisfaction_of
from handlers.rules.incident.contact_words import means_in, spoken_at, tells_of_no_answer, tells_of_nothing
from handlers.rules.incident.contacts import nameless
from handlers.rules.incident.part_words import tells_no_deed
from handlers.rules.incident.taken_back import standing
from handlers.rules.language.letters import letters
from handlers.rules.time.limits import limit_in
from handlers.rules.time.past_words import past_moment
from tests.support.cases import INSTITUTION
from tests.support.each import for_each
from tests.support.regime import SHANGHAI, local, stamp

CALENDAR = INSTITUTION.calendar
NOW = local("2026-11-25 16:00")  # a Wednesday
RESOLVED = local("2026-11-23 10:05")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("昨天下午3点", "Tue 11-24 15:00"),
        ("昨天15:30", "Tue 11-24 15:30"),
        ("今天上午10点半", "Wed 11-25 10:30"),
        ("11-24 09:05", "Tue 11-24 09:05"),
        ("11月24日", "Tue 11-24 00:00"),
        ("12-31", "Wed 12-31 00:00"),  # of the year before
        ("yesterday at 3 pm", "Tue 11-24 15:00"),
        ("没有时间", None),
        ("13-40", None),
    ],
)
def test_when_something_was(text: str, begins: str | None) -> None:
    found = past_moment(text, NOW, CALENDAR)
    assert (stamp(found.since) if found else None) == begins


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("电话", "Wed 11-25 16:00"),
        ("电话 昨天15:30", "Tue 11-24 15:30"),
        ("昨天15:30电话", "Tue 11-24 15:30"),
        ("电话 昨天又坏了", "Wed 11-25 16:00"),  # what was said, not when it was
        ("电话，11-24", "Tue 11-24 00:00"),
        ("电话 11-22", None),  # before the result
        ("电话 今天18:00", None),  # not yet
    ],
)
def test_when_they_were_spoken_with(text: str, at: str | None) -> None:
    found = spoken_at(text, NOW, CALENDAR, RESOLVED)
    assert (stamp(found.astimezone(SHANGHAI)) if found else None) == at


@pytest.mark.parametrize(
    ("text", "means"),
    [("打电话问的", "phone"), ("私信", "message"), ("上门走访", "person"), ("回信", "letter"), ("问过了", None),
     ("by phone", "phone"), ("in person", "person"), ("he is calm", None)],
)  # fmt: skip
def test_by_which_means(text: str, means: str | None) -> None:
    assert means_in(text) == means


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("电话 还没打", True), ("明天再打电话", True), ("应该满意", True), ("听承办人说满意", True),
     ("not called yet", True), ("电话 约定明天上门去看", False), ("电话 已道歉", False), ("没打通", False)],
)  # fmt: skip
def test_words_that_tell_of_nothing(text: str, nothing: bool) -> None:
    assert tells_of_nothing(text) is nothing


@for_each(
    "text",
    ["电话拒接", "微信 对方未回", "电话没接", "电话占线", "电话挂断", "短信未回复", "当面没见到人",
     "电话没有打", "电话明天打", "电话 默认满意", "电话 打了三次没接", "上门 家里没人", "微信 没有回应",
     "电话 视为满意", "by phone, did not answer"],
)  # fmt: skip
def test_an_answer_that_nobody_gave(text: str) -> None:
    assert tells_of_no_answer(text)


@for_each(
    "text",
    ["电话", "电话 说没人再来收费", "电话 第一次没接，第二次打通了", "短信 回复“满意”", "电话 没有意见",
     "微信 回复很好", "电话 说已经换了，没有再出现", "电话 没接受赔偿"],
)  # fmt: skip
def test_an_answer_that_somebody_gave(text: str) -> None:
    assert not tells_of_no_answer(text)


@for_each(
    "text",
    ["没钱整改", "供应商不同意更换", "不需要换", "已列入计划", "已报领导", "已请示校长", "经费不足", "暂不更换",
     "无法整改", "家长不让换", "收到", "no budget", "the supplier refused"],
)  # fmt: skip
def test_what_is_no_deed_of_an_action_item(text: str) -> None:
    assert tells_no_deed(text)


@for_each(
    "text",
    ["冷链车已更换并验收", "留样台账已建立", "方案已制定并印发", "已与供应商解除合同", "不合格餐具已更换",
     "不再使用旧车", "已列入采购计划并完成采购", "the log is kept"],
)  # fmt: skip
def test_what_is_a_deed_of_an_action_item(text: str) -> None:
    assert not tells_no_deed(text)


@for_each(("text", "count"), [("1111", 0), ("。。。。", 0), ("3天", 2), ("第12号", 4), ("ok 2", 3)])
def test_a_bare_number_says_nothing(text: str, count: int) -> None:
    assert letters(text) == count


def test_no_name_and_no_number_of_the_public() -> None:
    assert nameless("向王女士道歉，13812345678") == "向某女士道歉，138****5678"
    assert nameless("李小明家长同意") == "某家长同意"
    assert nameless("Mrs Wang agreed") == "Mrs … agreed"
    assert nameless("和平解决，家长满意") == "和平解决，家长满意"


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("12-20前 更换冷链车", "Mon 12-21 00:00", "更换冷链车"),
        ("by 12-20 replace it", "Mon 12-21 00:00", "replace it"),
        ("周五前 更换冷链车", "Sat 11-28 00:00", "更换冷链车"),
        ("3天 更换冷链车", "Tue 12-01 00:00", "更换冷链车"),  # Saturday rolls over the weekend
        ("3个工作日内 更换冷链车", "Tue 12-01 00:00", "更换冷链车"),
        ("01-10前 更换冷链车", "Mon 01-11 00:00", "更换冷链车"),  # of the next year
        ("更换冷链车", None, None),
    ],
)
def test_by_when(text: str, at: str | None, rest: str | None) -> None:
    found = limit_in(text, NOW, CALENDAR)
    assert (stamp(found.at) if found else None, found.rest if found else None) == (at, rest)


def line(number: int, kind: str, actor: str = "li", **data: object) -> dict[str, object]:
    return {"incident": number, "kind": kind, "actor": actor, "at": NOW, "data": data}


def answer(number: int, given: str, cycle: int = 1) -> dict[str, object]:
    return line(number, "called back", answer=given, department="总务处", cycle=cycle)


def test_an_undoing_takes_back_only_its_own() -> None:
    lines = [answer(1, "satisfied"), answer(2, "satisfied"), line(2, "undone", kinds=["called back"])]
    assert [one["incident"] for one in standing(lines)] == [1]
    lines[-1] = line(2, "undone", "zhou", kinds=["called back"])
    assert [one["incident"] for one in standing(lines)] == [1, 2]


def test_the_latest_answer_counts_and_a_try_in_vain_replaces_none() -> None:
    lines = [answer(1, "unsatisfied"), answer(1, "satisfied"), answer(1, "unreached"), answer(2, "unreached")]
    total, party = satisfaction_of(marks_of(lines))
    assert (total.satisfied, total.unsatisfied, total.unreached, total.asked, total.rate) == (1, 0, 1, 1, 1.0)
    assert (party.party, party.asked) == ("department:总务处", 1)
    again = [answer(1, "satisfied"), answer(1, "unreached", cycle=2)]
    assert satisfaction_of(marks_of(again))[0].unreached == 1


def test_without_a_call_back_there_is_no_rate() -> None:
    assert satisfaction_of(marks_of([])) == ()
    assert satisfaction_of(marks_of([answer(1, "unreached")]))[0].rate is None
