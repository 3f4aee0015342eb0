"""A yes is to the text that had reached the leader, and its confirmation carries the text to publish."""

from datetime import timedelta

import pytest

from handlers.rules.language.messages import Message
from storage import audit, files
from storage.tables import Outbox, Request
from tests.support.story import BotMessage, Story

FIRST, SECOND = "已封存留样送检，11月26日前公布结果。", "已更换供货商，11月27日前公布检测结果。"


async def states() -> list[str]:
    return [row.state for row in await Request.all().order_by("id")]


async def redrafted(story: Story, after: str = "5m") -> tuple[BotMessage, BotMessage]:
    """Put a first version before the leader, and a second one later; return the bot's two requests."""
    first = await story.drafted(FIRST)
    await story.advance(after)
    return first, (await story.say("wang", f"拟复 1 {SECOND}"))[-1]


@pytest.mark.parametrize("words", ["同意", "同意 1", "同意 1，请尽快发布", "不同意 1 语气生硬"])
async def test_a_version_that_came_a_moment_ago_is_asked_back(story: Story, words: str) -> None:
    await redrafted(story)
    await story.jump(timedelta(seconds=15))
    await story.say("qian", words)
    asked = story.expect("第 2 稿 15 秒前才发出，您看到的是第 1 稿，没有办理。")
    assert SECOND in asked.text
    assert asked.labels == ["同意", "不同意"]
    assert await states() == ["superseded", "pending"]
    await story.press("qian", asked, "同意")
    story.expect("钱副校长 同意发布第 2 稿", pinged="wang")


async def test_said_again_after_it_was_shown_again_it_counts(story: Story) -> None:
    await redrafted(story)
    await story.say("qian", "同意 1")
    await story.say("qian", "同意 1")
    assert await states() == ["superseded", "pending"]  # at once is a double, and not an answer
    await story.jump(timedelta(seconds=6))
    await story.say("qian", "同意 1")
    assert await states() == ["superseded", "approved"]


async def test_after_a_minute_it_counts(story: Story) -> None:
    await redrafted(story)
    await story.jump(timedelta(minutes=1))
    await story.say("qian", "同意")
    assert await states() == ["superseded", "approved"]


async def test_its_button_counts_at_once(story: Story) -> None:
    _, second = await redrafted(story)
    await story.press("qian", second, "同意")
    assert await states() == ["superseded", "approved"]


async def test_a_quote_of_it_counts_at_once(story: Story) -> None:
    _, second = await redrafted(story)
    await story.say("qian", "同意", quote=second)
    assert await states() == ["superseded", "approved"]


async def test_the_button_of_the_overtaken_one_never_decides_the_new_one(story: Story) -> None:
    first, _ = await redrafted(story)
    for label in ("同意", "不同意"):
        card = first.say.card
        assert card
        key = next(button.key for button in card.buttons if button.label == label)
        assert story.bot.local
        await story.bot.local.press("qian", key, f"out-{first.id}")
        await story.settle()
        story.expect("您看到的第 1 稿已作废，现在等您定的是第 2 稿。没有办理。")
    assert await states() == ["superseded", "pending"]


@pytest.mark.parametrize("state", ["planned", "sending", "unknown", "failed", "suppressed"])
async def test_what_was_not_delivered_is_not_approved(story: Story, state: str) -> None:
    asked = await story.drafted(FIRST)
    await Outbox.filter(id=asked.id).update(state=state, not_before=story.now + timedelta(days=1))
    await story.say("qian", "同意 1")
    shown = story.expect("您说话时第 1 稿还没有送到，没有办理。")
    assert await states() == ["pending"]
    assert FIRST in shown.text  # now it is before the leader
    await story.say("qian", "同意 1")
    assert await states() == ["approved"]


async def test_of_a_message_in_parts_the_last_one_has_to_be_there(story: Story) -> None:
    asked = await story.drafted(FIRST)
    row = await Outbox.get(id=asked.id)
    part = await Outbox.create(
        channel="local", conversation="elsewhere", incident=1, body=row.body, urgency=0, planned_at=row.planned_at,
        not_before=row.not_before, state="unknown", carrier=row.id, part=1,
    )  # fmt: skip
    await story.say("qian", "同意 1")
    story.expect("第 1 稿还没有送到")
    await Outbox.filter(id=part.id).update(state="accepted", sent_at=story.now)
    await story.say("qian", "同意 1")
    assert await states() == ["approved"]


async def test_a_platforms_clock_that_is_ahead_gains_nothing(story: Story) -> None:
    """The word was received before the text went out, whatever time its platform gives it."""
    await story.drafted(FIRST)
    ahead = story.clock.now() + timedelta(hours=1)
    await story.bot.dispatcher.store(
        Message(channel="local", id="ahead", conversation="work", sender="qian", sent_at=ahead, text="同意 1")
    )
    story.clock.advance(timedelta(seconds=10))
    await Outbox.filter(card="request-1").update(sent_at=story.clock.now())
    await story.settle()
    assert await states() == ["pending"]


async def test_the_confirmation_names_the_version_and_carries_the_text(story: Story) -> None:
    text = f"您好。\n{FIRST}\n咨询电话 010-62345678。"
    await story.acknowledged()
    asked = (await story.say("wang", f"拟复 1 {text}"))[-1]
    assert "咨询电话 010-62345678。" in asked.text
    await story.say("qian", "同意，请今天发出")
    told = story.expect(f"钱副校长 同意发布第 1 稿（{len(text)} 字，“您好。 已封存留样送检，", pinged="wang")
    assert "附言：请今天发出" in told.text
    assert f"————————\n{text}\n————————" in told.text
    await story.say("li", "依据 1")
    story.expect("咨询电话 010-62345678。")


async def test_the_numbers_of_the_public_stay_hidden_to_the_end(story: Story) -> None:
    await story.opened("@回音 食堂有虫，我的电话 13812345678 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", "拟复 1 已致电 138-1234-5678，详询 13900000000。")
    story.expect("已致电 138****5678，详询 13900000000。", pinged="qian")
    await story.say("qian", "同意")
    story.expect("————————\n已致电 138****5678，详询 13900000000。\n————————")
    assert not [row for row in await Outbox.all() if "138-1234-5678" in row.body or "13812345678" in row.body]


async def test_a_long_draft_is_not_echoed_whole(story: Story) -> None:
    text = "经查，情况说明如下。" * 2100
    await story.acknowledged()
    await story.say("wang", f"拟复 1 {text}")
    asked = story.expect("……（共 21000 字）", pinged="qian")
    assert len(asked.text) < 1000
    await story.say("qian", "同意")
    told = story.expect("钱副校长 同意发布第 1 稿（21000 字", pinged="wang")
    assert len(told.text) < 1000
    for message in (asked, told):
        (file,) = message.say.attachments
        assert file.name == "1号回复第1稿.txt"
        found = await files.read(file.id or 0)
        assert found
        assert found[1].decode("utf-8-sig") == text
    assert asked.say.attachments == told.say.attachments


async def test_it_goes_on_record(story: Story) -> None:
    await redrafted(story)
    await story.jump(timedelta(minutes=2))
    await story.say("qian", "同意")
    line = [one for one in await audit.history(1) if one["kind"] == "approved"][-1]
    wanted = {"asked": "qian", "capacity": "asked", "for": None, "edition": 2, "text": SECOND, "platform": "local"}
    assert {key: line["data"][key] for key in wanted} == wanted
    assert line["actor"] == "qian"
    assert line["data"]["reached_at"] < line["data"]["heard_at"]


async def test_in_english(english: Story) -> None:
    await english.drafted("We sealed a sample. Results by 26 November.")
    await english.say("wang", "draft 1 We changed the supplier. Results by 27 November.")
    await english.say("qian", "approve 1")
    asked = english.expect("Version 2 arrived only 0 s before; what you had seen is version 1. Nothing was done.")
    await english.press("qian", asked, "Approve")
    told = english.expect("Approved by 钱副校长: version 2", pinged="wang")
    assert "————————\nWe changed the supplier. Results by 27 November.\n————————" in told.text
