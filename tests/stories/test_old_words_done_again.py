"""Words that a fault stopped and that are handled again mean what they meant, or are said again by who said them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from bot.engine import second_chance
from handlers.commands import (
    acknowledge,
    approve,
    assign,
    delegate,
    hand_down,
    leave,
    lookup,
    note,
    publish,
    reopen,
    reply,
    resolve,
    stand,
    swap,
    undo,
    unite,
    verify,
)
from handlers.rules.language.messages import Message
from storage import overruns
from storage.tables import Delegation, Draft, Duty, Event, Incident, Overrun, Request, Swap
from tests.support.broken import broken
from tests.support.story import FINAL, RESULT, Story
from tests.support.thinned import crossed

PAGE = "https://weibo.com/1234567890/Xy9zK8wQ7"


async def test_a_yes_is_not_to_a_text_that_was_written_later(story: Story) -> None:
    await story.drafted()
    with broken(approve):
        await story.say("qian", "同意 1")
    await story.advance("5m")
    await story.say("wang", "拟复 1 一切正常，无须处理。")
    await story.advance("5m")
    await story.say("zhou", "重试 1")
    assert not await Request.filter(state="approved").exists()


async def test_a_publication_is_not_of_a_text_that_was_written_later(story: Story) -> None:
    await story.approved()
    with broken(publish):
        await story.say("zhou", f"已发布 1 {PAGE}")
    await story.advance("5m")
    await story.say("wang", f"拟复 1 {FINAL}")
    await story.say("qian", "同意发布 1")
    await story.advance("5m")
    await story.say("zhou", "重试 1")
    story.expect("说过以后，〔#1〕又有了变化")
    assert (await story.incident()).replied_at is None
    await story.say("zhou", f"已发布 1 {PAGE}")
    assert (await story.incident()).answer == FINAL


async def test_of_the_same_text_it_is_one(story: Story) -> None:
    await story.approved()
    with broken(publish):
        await story.say("zhou", f"已发布 1 {PAGE}")
    await story.advance("5m")
    await story.say("zhou", "重试 1")
    assert (await story.incident()).replied_at is not None


async def test_that_it_still_stood_confirms_no_later_check(story: Story) -> None:
    await story.closed()
    first, second = await Duty.filter(kind="stand", state="open").order_by("due_at")
    await story.until(first.next_at)
    await story.say("zhou", "仍在 1")
    with broken(stand):
        await story.say("zhou", "仍在 1")
    await story.until(second.next_at)
    await story.say("li", "重试 1")
    assert (await Duty.get(id=second.id)).state == "open"
    await story.say("zhou", "仍在 1")
    assert (await Duty.get(id=second.id)).state == "met"


DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"
SECOND = "@回音 校门口堵车 https://weibo.com/1234567890/Ab1cD2eF4"


class Late(NamedTuple):
    """What is said `before`; the words that a bug stops, and by whom; what is said `meanwhile`; what stays as it is."""

    what: str
    before: Sequence[tuple[str, str]]
    handler: Any
    by: str
    words: str
    meanwhile: Sequence[tuple[str, str]]
    stays: Any
    told: str = "请本人再说一次"


async def _department() -> object:
    return (await Incident.get(number=1)).department


async def _authority() -> object:
    return await Delegation.filter(ended_at=None).count()


async def _drafts() -> object:
    return await Draft.all().values_list("text", flat=True), await Request.all().values_list("state", flat=True)


async def _stages() -> object:
    return await Incident.all().order_by("number").values_list("stage", "merged_into")


async def _overruns() -> object:
    return await Overrun.all().order_by("duty").values_list("duty", "kind")


async def _swaps() -> object:
    return await Swap.all().values_list("state", flat=True)


async def _signed() -> object:
    return await Request.all().order_by("id").values_list("state", "decided_by")


LATE = (
    Late("an authority that was taken back", [("wang", DRAFT)], delegate, "qian", "授权 李主任 3天",
         [("qian", "收回授权")], _authority),
    Late("a leave", [], leave, "feng", "请假 至 明天 由 王强", [], _authority),
    Late("a yes before the authority", [("wang", DRAFT)], approve, "li", "同意 1", [("qian", "授权 李主任 3天")],
         _signed),
    Late("a bare yes", [("wang", DRAFT)], approve, "qian", "同意", [("qian", "备注 1 看过了")], _signed),
    Late("an undo", [("wang", "签收 1")], undo, "wang", "撤回", [("wang", DRAFT)], _drafts),
    Late("a yes to a suggestion", [("zhou", SECOND), ("wang", "@回音 鉴收 1")], acknowledge, "wang", "对",
         [("wang", "@回音 鉴收 2")], _stages),
    Late("that it is one matter", [], unite, "zhou", "@回音 是一件事", [("zhou", SECOND)], _stages),
    Late("a yes to a swap", [], approve, "zhou", "同意", [("li", "换班 11-24 周晓")], _swaps),
    Late("a swap", [], swap, "li", "换班 11-24 周晓", [], _swaps),
    Late("an assignment", [], assign, "li", "改派 1 保卫处", [("zhao", "改派 1 教务处")], _department),
    Late("an assignment without another", [], assign, "li", "改派 1 保卫处", [], _department),
    Late("an older draft", [], reply, "wang", "拟复 1 一切正常，网传不实，11月26日前公布结果。",
         [("wang", DRAFT), ("qian", "同意 1")], _drafts),
    Late("a receipt by who got it later", [], acknowledge, "chu", "签收 1", [("li", "改派 1 保卫处")], _overruns),
    Late("a publication before the approval", [("wang", DRAFT)], publish, "zhou", f"已发布 1 {PAGE}",
         [("qian", "同意 1")], _stages),
    Late("a closing before the answer", [("wang", f"拟复 1 {FINAL}"), ("qian", "同意发布 1")], resolve, "wang",
         f"办结 1 {RESULT}", [("zhou", f"已发布 1 {PAGE}")], _stages),
    Late("a reopening", [], reopen, "li", "重办 1 家长不满意", [], _stages),
    Late("one of several", [("zhou", SECOND)], acknowledge, "wang", "签收 1 2", [("zhou", "误报 2 是重复的")], _stages,
         told="〔#2〕又有了变化"),
    Late("a yes behind a question", [("wang", DRAFT)], lookup, "qian", "查 1\n同意 1", [("qian", "备注 1 看过了")],
         _signed),
    Late("a yes beside a report", [("wang", DRAFT)], verify, "qian", "核实 1 属实 有疏漏；同意 1", [], _signed),
    Late("said again", [], note, "wang", "备注 1 已联系家长", [("wang", "备注 1 已联系家长")], _stages,
         told="〔#1〕又有了变化"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("late", "again"), crossed(2, LATE, ["by hand", "at a start"]), ids=lambda one: getattr(one, "what", one)
)
async def test_it_changes_nothing_and_is_asked_for_again(story: Story, late: Late, again: str) -> None:
    await story.opened()
    for person, words in late.before:
        await story.say(person, words)
    await story.advance("1m")
    with broken(late.handler):
        await story.say(late.by, late.words)
    for person, words in late.meanwhile:
        await story.advance("1h")
        await story.say(person, words)
    await story.advance("2h")
    await overruns.record(story.clock.now())
    before = await late.stays()
    if again == "by hand":
        await story.say("zhou", "失败")
        await story.say("li" if late.by != "li" else "zhou", "重试 1")
    else:
        await second_chance.handle_again(story.bot.office, story.clock.now())
        await story.settle()
    assert await late.stays() == before
    if late.what != "said again" or again == "by hand":
        story.expect(late.told)


@pytest.mark.parametrize(
    ("by", "words"), [("wang", "签收 1"), ("wang", DRAFT), ("zhou", "@回音 校门口堵车 https://weibo.com/1/Ab1cD2eF4")]
)
async def test_a_report_in_an_unchanged_matter_is_done(story: Story, by: str, words: str) -> None:
    from handlers.commands import forward

    await story.opened()
    with broken(acknowledge), broken(reply), broken(forward):
        await story.say(by, words)
    await story.advance("5h")  # reminders change nothing
    await story.say("zhou", "失败")
    await story.say("zhou", "重试 1")
    assert not any("没有照办" in one.text for one in story.fresh)
    assert len(story.fresh) >= 3


@pytest.mark.parametrize("words", ["备注 1 路过看看", "note 1 just passing by"])
async def test_a_bystanders_note_keeps_nobodys_draft_from_being_handled(story: Story, words: str) -> None:
    await story.opened()
    with broken(reply):
        await story.say("wang", DRAFT)
    await story.advance("10m")
    await story.say("zhou", words)
    await second_chance.handle_again(story.bot.office, story.clock.now())
    await story.settle()
    assert await Request.filter(state="pending", kind="reply").exists()


async def test_what_was_said_earlier_keeps_nothing_from_being_handled(story: Story) -> None:
    await story.opened()
    with broken(acknowledge), broken(reply), broken(note):
        for words in ("签收 1", DRAFT, "备注 1 已封存样品"):
            await story.say("wang", words)
            await story.advance("1m")
    await second_chance.handle_again(story.bot.office, story.clock.now())
    await story.settle()
    assert (await story.incident()).acknowledged_at is not None
    assert await Request.filter(state="pending", kind="reply").exists()
    assert await Event.filter(incident=1, kind="note").exists()
    assert not any("没有照办" in one.text for one in story.fresh)


async def test_a_superiors_order_is_taken_in_again(story: Story) -> None:
    order = "交办 教育局 教办函〔2026〕31号 11-30前 家长反映食堂饭菜有异物"
    with broken(hand_down):
        await story.say("li", order)
    assert not await Incident.exists()
    await story.advance("10m")
    await second_chance.handle_again(story.bot.office, story.clock.now())
    await story.settle()
    assert (await Incident.get()).origin == "handed"


async def test_a_yes_that_comes_late_was_said_before_the_authority(story: Story) -> None:
    await story.drafted()
    await story.advance("5m")
    said = story.clock.now()
    await story.advance("5m")
    await story.say("qian", "授权 李主任 3天")
    await story.advance("5m")
    yes = {"channel": "local", "conversation": "work", "sender": "li", "text": "同意 1"}
    await story.deliver(Message(id="late", sent_at=said, **yes))
    assert await Request.filter(state="pending").exists()
    await story.deliver(Message(id="now", sent_at=story.clock.now(), **yes))
    assert not await Request.filter(state="pending").exists()
