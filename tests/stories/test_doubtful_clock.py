"""A clock that was wrong is doubted aloud: the desk hears what was opened meanwhile, and nothing is moved silently."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.check import lines
from bot.engine.clock_watch import ClockWatch
from bot.web.health import DatabaseProbe, health
from handlers.rules.language.messages import Message
from handlers.rules.time.clock_difference import MOST
from storage.tables import Duty
from tests.support.story import DEMONSTRATION, Story, demonstration

LINK = "@回音 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF"
MINUTE = timedelta(minutes=1)


async def dues() -> list[tuple[object, ...]]:
    return [tuple(one) for one in await Duty.all().order_by("id").values_list("id", "due_at", "next_at", "state")]


async def test_set_back_it_names_what_was_opened_meanwhile(story: Story, tmp_path: Path) -> None:
    await story.opened(f"{LINK}1")
    story.clock.advance(timedelta(hours=2))  # somebody sets it wrong
    await story.opened(f"{LINK}2 校门口堵车")
    before = await dues()
    story.clock.advance(timedelta(hours=-2) + MINUTE)
    await story.settle()
    told = story.expect("本机的钟往回拨了", pinged="li")
    assert "〔#2〕" in told.text
    assert "〔#1〕" not in told.text
    assert "批办 2 3天" in told.text
    assert await dues() == before
    await story.advance("5m")
    assert not any("往回拨" in one.text for one in story.fresh)
    facts = await health(story.bot, DatabaseProbe(story.bot))
    assert "set back" in facts["clock"]
    assert facts["status"] != "ok"
    await story.advance("2h")
    assert story.bot.clock_watch.troubles == []


async def test_a_second_fault_is_told_while_the_first_one_lasts(story: Story) -> None:
    right = story.clock.now()
    for n, ahead in enumerate((timedelta(days=1), timedelta(hours=2)), 3):
        story.clock.set(right + ahead)
        await story.say("zhou", f"@回音 宿舍没有热水 https://weibo.com/1234567890/Ab1cD2eF{n}")
        right += timedelta(minutes=10)
        story.clock.set(right)
        await story.settle()
        assert len([one for one in story.fresh if "往回拨" in one.text]) == 1
        await story.settle()
        assert not [one for one in story.fresh if "往回拨" in one.text]


@pytest.mark.parametrize(("by", "told"), [(MOST - MINUTE, False), (MOST + MINUTE, True)])
async def test_a_few_minutes_are_no_doubt(story: Story, by: timedelta, told: bool) -> None:
    await story.opened(f"{LINK}1")
    story.clock.advance(-by)
    await story.settle()
    assert any("往回拨" in one.text for one in story.fresh) is told


async def heard(story: Story, ahead: timedelta, count: int = 5, every: timedelta = MINUTE) -> None:
    """Let messages come in from a platform, of whose clock ours is ahead."""
    for n in range(count):
        story.clock.advance(every)
        now = story.clock.now()
        said = {"channel": "dingtalk", "conversation": "elsewhere", "sender": "nobody", "text": "大家好"}
        await story.deliver(Message(id=f"{now}-{n}", sent_at=now - ahead, **said))


@pytest.mark.parametrize(("ahead", "word"), [(12 * MINUTE, "快约 12分钟"), (-12 * MINUTE, "慢约 12分钟")])
async def test_a_difference_message_after_message_is_told_and_its_end(
    story: Story, ahead: timedelta, word: str
) -> None:
    await heard(story, ahead, 2)
    await story.opened(f"{LINK}1")
    await heard(story, ahead, 3)
    told = story.expect("和钉钉的钟对不上", pinged="li")
    assert word in told.text
    assert "〔#1〕" in told.text
    assert "ahead of dingtalk" in (await health(story.bot, DatabaseProbe(story.bot)))["clock"]
    await heard(story, ahead, 3)
    assert not any("对不上" in one.text for one in story.fresh)
    before = await dues()
    await heard(story, timedelta(seconds=1), 5)
    story.expect("又对上了")
    assert await dues() == before
    assert story.bot.clock_watch.troubles == []


async def test_several_processes_and_a_restart_tell_it_once_and_its_end_too(story: Story) -> None:
    watches = [ClockWatch(story.bot.office, story.clock) for _ in range(2)]
    for watch in watches:
        await noticed(watch, story, 12 * MINUTE)
    again = ClockWatch(story.bot.office, story.clock)
    await again.drain()
    assert "ahead of dingtalk" in again.troubles[0]
    await noticed(again, story, timedelta())
    await noticed(watches[0], story, timedelta())
    said = [one.text for one in await story.settle()]
    assert [sum(words in text for text in said) for words in ("对不上", "又对上了")] == [1, 1]


async def noticed(watch: ClockWatch, story: Story, ahead: timedelta) -> None:
    """Let a process hear of messages of a platform, of whose clock ours is ahead."""
    for n in range(5):
        story.clock.advance(MINUTE)
        now = story.clock.now()
        said = {"channel": "dingtalk", "conversation": "elsewhere", "sender": "nobody", "text": "大家好"}
        watch.note(Message(id=f"{now}-{n}", sent_at=now - ahead, **said))
    await watch.drain()


async def test_a_backlog_that_comes_late_is_no_difference(story: Story) -> None:
    at = story.clock.now() - 30 * MINUTE
    for n in range(8):
        said = {"channel": "dingtalk", "conversation": "elsewhere", "sender": "nobody", "text": "大家好"}
        await story.deliver(Message(id=f"late-{n}", sent_at=at + n * 2 * MINUTE, **said))
        story.clock.advance(timedelta(seconds=20))
    assert story.bot.clock_watch.troubles == []


async def test_the_check_says_so_too(story: Story, tmp_path: Path) -> None:
    await story.opened(f"{LINK}1")
    installation = demonstration(tmp_path)
    now = story.clock.now()
    assert not [line for line in await lines(installation, DEMONSTRATION, now) if "往回拨" in line]
    [line] = [line for line in await lines(installation, DEMONSTRATION, now - 10 * MINUTE) if "往回拨" in line]
    assert "#1" in line


async def test_set_back_it_names_due_times_and_signatures_of_earlier_matters(story: Story) -> None:
    for n in (1, 2, 3):
        await story.opened(f"{LINK}{n} 第{n}件")
    await story.say("wang", "签收 1")
    await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
    story.clock.advance(timedelta(hours=2))  # somebody sets it wrong
    await story.say("qian", "同意 1")
    await story.say("qian", "批办 2 1天 查明原因")
    story.clock.advance(timedelta(hours=-2) + MINUTE)
    await story.settle()
    told = story.expect("本机的钟往回拨了", pinged="li").text
    assert "其间登记的是" not in told
    assert "其间起算或改定时限的还有〔#2〕" in told
    assert "其间签过字的有〔#1〕" in told
    assert "〔#3〕" not in told


async def test_set_back_it_names_a_moved_promise_a_refusal_and_an_extension(story: Story) -> None:
    await story.published()
    await story.say("wang", "拟复 1 检测仍需时间，结果改为12月1日前公布。")
    await story.say("qian", "同意 1")
    for n, what in ((2, "食堂饭菜涨价"), (3, "食堂排队太久")):
        await story.say("zhou", f"@回音 {what} https://weibo.com/1234567890/Cd3eF4gH{n}")
        await story.say("wang", f"签收 {n}")
    await story.say("wang", "拟复 2 已封存留样送检，11月26日前公布结果。")
    await story.say("wang", "申请延期 3 1天 等检测结果")
    await story.advance("5m")
    story.clock.advance(timedelta(hours=2))  # somebody sets it wrong
    await story.publish()
    await story.say("qian", "不同意 2 写明查了什么")
    await story.say("qian", "同意 3")
    story.clock.advance(timedelta(hours=-2) + MINUTE)
    await story.settle()
    told = story.expect("本机的钟往回拨了", pinged="li").text
    assert "其间起算或改定时限的还有〔#1〕〔#3〕" in told
    assert "其间签过字的有〔#2〕〔#3〕" in told
